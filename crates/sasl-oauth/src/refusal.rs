//! How the two servers say no.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::sync::Arc;

use sasl_core::server::{Ask, Failure, Proven, State, Step, TokenError};
use sasl_core::{Authzid, Error, Refused, Token};

use crate::message::OauthError;

/// What a server says of itself with a refusal.
#[derive(Debug, Clone)]
pub(crate) struct Wording {
    pub(crate) form: Form,
    pub(crate) scope: Option<Box<str>>,
    pub(crate) openid_configuration: Option<Box<str>>,
}

/// Whose words the status is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// The codes of OAuth's registry (RFC 7628 §3.2.2).
    OauthBearer,
    /// Those of HTTP, and the schemes.
    Xoauth2,
}

/// Why a token is not taken.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Why {
    /// The message contradicts what is known of the connection.
    Request,
    /// There is none, or it is not good.
    Token,
    /// It is good, but not for this.
    Scope,
}

impl Wording {
    pub(crate) fn new(form: Form) -> Self {
        Self {
            form,
            scope: None,
            openid_configuration: None,
        }
    }

    fn challenge(&self, why: Why) -> String {
        // The pairs of RFC 6750 §3.1.
        let (code, http) = match why {
            Why::Request => ("invalid_request", "400"),
            Why::Token => ("invalid_token", "401"),
            Why::Scope => ("insufficient_scope", "403"),
        };
        let mut error = match self.form {
            Form::OauthBearer => OauthError::new(code),
            Form::Xoauth2 => OauthError::new(http),
        };
        error.schemes = (self.form == Form::Xoauth2).then(|| "bearer".into());
        error.scope.clone_from(&self.scope);
        error
            .openid_configuration
            .clone_from(&self.openid_configuration);
        error.encode()
    }

    /// Says why, waits for the client to have heard it, and ends in `error` (RFC 7628 §3.2.2).
    pub(crate) fn refuse(&self, why: Why, error: impl Into<Error>) -> Step {
        let error = error.into();
        Step::challenge(self.challenge(why), ExpectAnswer { error })
    }
}

/// What a client has presented.
pub(crate) struct Presented {
    pub(crate) token: Token,
    pub(crate) authzid: Option<Authzid>,
    pub(crate) host: Option<Box<str>>,
    pub(crate) port: Option<u16>,
}

/// Asks whose the token is. Nobody is asked about an empty one: its client wants to know what a token would be needed for
/// (RFC 7628 §4.3).
pub(crate) fn ask(wording: Arc<Wording>, presented: Presented) -> Step {
    if presented.token.is_empty() {
        return wording.refuse(Why::Token, Refused::Credentials);
    }
    let Presented {
        token,
        authzid,
        host,
        port,
    } = presented;
    let requested = authzid.clone();
    Step::Ask(Ask::Token {
        token,
        authzid,
        host,
        port,
        then: Box::new(move |answer| {
            Ok(match answer {
                // A token that may not act as whom it asks for is refused in the same words.
                Ok(owner) => Step::Proven(
                    Proven::new(owner)
                        .acting_as(requested)
                        .parting(wording.challenge(Why::Token).into_bytes()),
                ),
                Err(TokenError::InsufficientScope) => {
                    wording.refuse(Why::Scope, Refused::Credentials)
                }
                Err(_) => wording.refuse(Why::Token, Refused::Credentials),
            })
        }),
    })
}

/// Waits for the client to say that it has heard why.
///
/// It has to answer a `kvsep` (RFC 7628 §3.2.3), in XOAUTH2 nothing. Whatever it does answer, the token was refused, and that
/// is what the log has to say: a guess must not pass for a malformed message because of what came after it.
struct ExpectAnswer {
    error: Error,
}

impl State for ExpectAnswer {
    fn respond(self: Box<Self>, _answer: &[u8]) -> Result<Step, Failure> {
        Err(self.error.into())
    }
}
