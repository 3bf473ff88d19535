//! The clients' sides.

use alloc::boxed::Box;
use alloc::string::String;
use core::str;

use sasl_core::client::{Failure, Mechanism, Proven, Start, State, Step};
use sasl_core::{
    Authcid, Authzid, CredentialKind, CredentialParts, MechanismName, Properties, Refused, Token,
    Unusable, Violation,
};

use crate::message::{BearerResponse, Xoauth2Response};
use crate::{OauthBearer, PROPERTIES, Xoauth2};

/// The client's side of OAUTHBEARER (RFC 7628).
///
/// It sends the token, the host and port of the channel if there are any, and whom to act as: the authzid, else the authcid,
/// else nobody, and the token says who it is. An empty token asks the server what a token would be needed for (RFC 7628 §4.3);
/// that exchange always fails, with the answer in [`Failure::said`], and a success is none.
#[derive(Debug, Clone, Copy, Default)]
#[must_use]
pub struct OauthBearerClient(());

impl Mechanism for OauthBearerClient {
    fn name(&self) -> MechanismName {
        OauthBearer::NAME
    }

    fn properties(&self) -> Properties {
        PROPERTIES
    }

    fn needs(&self) -> &'static [CredentialKind] {
        &[CredentialKind::Token]
    }

    fn start(&self, start: Start<'_>) -> Result<Step, Failure> {
        let Owned {
            token,
            user,
            proven,
        } = Owned::of(start.credentials.into_parts())?;
        let octets = BearerResponse {
            authzid: user,
            host: start.channel.host(),
            port: start.channel.port(),
            token: text(&token)?,
        }
        .encode()?;
        let state = ExpectOutcome {
            // RFC 7628 §3.2.3: the client answers an error with a kvsep.
            answer: b"\x01",
            // Who has shown nothing has proved nothing, whatever the server says to it.
            proven: (!token.is_empty()).then_some(proven),
        };
        Ok(Step::respond(octets, state))
    }
}

/// The client's side of XOAUTH2.
///
/// It sends the token and a user: the authzid, else the authcid. One of them is needed, and a token that is not empty.
#[derive(Debug, Clone, Copy, Default)]
#[must_use]
pub struct Xoauth2Client(());

impl Mechanism for Xoauth2Client {
    fn name(&self) -> MechanismName {
        Xoauth2::NAME
    }

    fn properties(&self) -> Properties {
        PROPERTIES
    }

    fn needs(&self) -> &'static [CredentialKind] {
        &[CredentialKind::Token]
    }

    fn start(&self, start: Start<'_>) -> Result<Step, Failure> {
        let Owned {
            token,
            user,
            proven,
        } = Owned::of(start.credentials.into_parts())?;
        let octets = Xoauth2Response {
            user: user.ok_or(Unusable::EmptyName)?,
            token: text(&token)?,
        }
        .encode()?;
        let state = ExpectOutcome {
            // Not OAUTHBEARER's kvsep: Google's servers expect an empty answer to an error.
            answer: b"",
            proven: Some(proven),
        };
        Ok(Step::respond(octets, state))
    }
}

/// What both clients make of credentials.
struct Owned {
    token: Token,
    /// Whom to act as. There is one place for a name, and without an authzid the authcid is in it.
    user: Option<Authzid>,
    proven: Proven,
}

impl Owned {
    fn of(parts: CredentialParts) -> Result<Self, Unusable> {
        let token = parts.token.ok_or(Unusable::Credentials)?;
        let (authcid, authzid) = (parts.authcid, parts.authzid);
        if authcid.as_ref().is_some_and(Authcid::is_ignored) {
            return Err(Unusable::EmptyName);
        }
        let sent = authcid.filter(|_| authzid.is_none());
        let as_authzid =
            |name: &Authcid| Authzid::parse(name.as_str()).map_err(|_| Unusable::Characters);
        let user = match &authzid {
            Some(authzid) => Some(authzid.clone()),
            None => sent.as_ref().map(as_authzid).transpose()?,
        };
        Ok(Self {
            token,
            user,
            proven: Proven::new(sent).acting_as(authzid),
        })
    }
}

fn text(token: &Token) -> Result<&str, Unusable> {
    str::from_utf8(token.expose()).map_err(|_| Unusable::Characters)
}

/// Waits for the success, or for an error challenge.
struct ExpectOutcome {
    answer: &'static [u8],
    /// What a success proves; `None` where it proves nothing.
    proven: Option<Proven>,
}

impl State for ExpectOutcome {
    fn challenge(self: Box<Self>, challenge: &[u8]) -> Result<Step, Failure> {
        // Kept whatever it is: that it is no JSON is for the caller to find.
        let said = String::from_utf8_lossy(challenge);
        let failure = Failure::with_said(Refused::ByServer, &said);
        Ok(Step::respond(self.answer, ExpectFailure { failure }))
    }

    fn success(self: Box<Self>) -> Result<Proven, Failure> {
        self.proven
            .ok_or_else(|| Violation::ServerNotAuthenticated.into())
    }
}

/// The server has refused the token: nothing but its failure may follow, and a success least of all.
struct ExpectFailure {
    failure: Failure,
}

impl State for ExpectFailure {
    fn challenge(self: Box<Self>, _challenge: &[u8]) -> Result<Step, Failure> {
        let said = self.failure.said().unwrap_or_default();
        Err(Failure::with_said(Violation::UnexpectedMessage, said))
    }

    fn failure(self: Box<Self>) -> Failure {
        self.failure
    }
}
