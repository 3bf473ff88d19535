//! What the application is asked. Every answer consumes its question.

use alloc::boxed::Box;
use core::any::Any;
use core::fmt;

use super::authorize::Authorize;
use super::exchange::Exchange;
use super::failure::Failure;
use super::mechanism::{Ask, Supplied, Then, TokenError};
use super::password::Presented;
use super::turn::{Computation, Turn};
use crate::error::{Refused, Unavailable};
use crate::identity::Found;
use crate::name::MechanismName;
use crate::principal::{Authcid, Authzid};
use crate::secret::{Password, Token};
use crate::verifier::Want;

/// A question to the application.
#[derive(Debug)]
#[non_exhaustive]
#[must_use = "a question that is dropped is an exchange that never ends"]
pub enum Question {
    /// PLAIN, LOGIN: is this the user's password?
    Password(PasswordCheck),
    /// SCRAM, CRAM-MD5: what does the store have about this name?
    Lookup(Lookup),
    /// OAUTHBEARER, XOAUTH2: whose token is this?
    Token(TokenCheck),
    /// EXTERNAL: who is the identity of the channel?
    External(ExternalCheck),
    /// ANONYMOUS: may a stranger come in?
    Anonymous(AnonymousCheck),
    /// May the client, now that it has proved itself, act as whom it asked for?
    Authorize(Authorize),
    /// A question that only one mechanism has.
    Other(Custom),
}

impl Question {
    pub(super) fn new(exchange: Box<Exchange>, ask: Ask) -> Self {
        match ask {
            Ask::Password {
                authcid,
                password,
                then,
            } => Self::Password(PasswordCheck {
                exchange,
                authcid,
                password,
                then,
            }),
            Ask::Lookup {
                authcid,
                wants,
                then,
            } => Self::Lookup(Lookup {
                exchange,
                authcid,
                wants,
                then,
            }),
            Ask::Token {
                token,
                authzid,
                host,
                port,
                then,
            } => Self::Token(TokenCheck {
                exchange,
                token,
                authzid,
                host,
                port,
                then,
            }),
            Ask::External {
                identity,
                authzid,
                then,
            } => Self::External(ExternalCheck {
                exchange,
                identity,
                authzid,
                then,
            }),
            Ask::Anonymous { trace, then } => Self::Anonymous(AnonymousCheck {
                exchange,
                trace,
                then,
            }),
            Ask::Other { question, then } => Self::Other(Custom {
                exchange,
                question,
                then,
            }),
        }
    }

    /// No. What becomes of it is as each question says: a refused lookup goes on as that of an unknown user.
    ///
    /// # Errors
    /// A [`Failure`] is the end of the exchange.
    pub fn refuse(self) -> Result<Turn, Failure> {
        match self {
            Self::Password(question) => question.refuse(),
            Self::Lookup(question) => question.refuse(),
            Self::Token(question) => question.refuse(),
            Self::External(question) => question.refuse(),
            Self::Anonymous(question) => question.refuse(),
            Self::Authorize(question) => question.refuse(),
            Self::Other(question) => question.refuse(),
        }
    }

    /// It cannot be answered at the moment.
    ///
    /// # Errors
    /// Always [`Unavailable::Store`]: the exchange is over.
    pub fn unavailable(self) -> Result<Turn, Failure> {
        match self {
            Self::Authorize(question) => question.unavailable(),
            _ => Err(Unavailable::Store.into()),
        }
    }
}

/// `mechanism` and `unavailable`, which all questions of mechanisms have.
macro_rules! common {
    ($($question:ident)+) => {$(
        impl $question {
            /// The mechanism that asks.
            #[must_use]
            pub fn mechanism(&self) -> MechanismName {
                self.exchange.mechanism()
            }

            /// It cannot be answered at the moment.
            ///
            /// # Errors
            /// Always [`Unavailable::Store`]: the exchange is over.
            pub fn unavailable(self) -> Result<Turn, Failure> {
                Err(Unavailable::Store.into())
            }
        }
    )+};
}

common!(PasswordCheck Lookup TokenCheck ExternalCheck AnonymousCheck Custom);

/// Is this the user's password?
#[must_use = "a question that is dropped is an exchange that never ends"]
pub struct PasswordCheck {
    exchange: Box<Exchange>,
    authcid: Authcid,
    password: Presented,
    then: Then<Authcid>,
}

impl PasswordCheck {
    /// Whose, as prepared: the name to look up.
    #[must_use]
    pub fn authcid(&self) -> &Authcid {
        &self.authcid
    }

    /// The password, for those who have it checked elsewhere (PAM, an LDAP bind). It is never empty.
    #[must_use]
    pub fn password(&self) -> &Password {
        self.password.octets()
    }

    /// Checks it against what the store has. The work comes back as a computation, for an unknown user too.
    ///
    /// # Errors
    /// [`Unavailable::Store`] when the store did not answer.
    pub fn against(mut self, found: impl Into<Found>) -> Result<Turn, Failure> {
        let identity = self.exchange.found(found.into())?;
        let Self {
            exchange,
            authcid,
            password,
            then,
        } = self;
        let verifier = exchange.passwords.clone();
        let job = Box::new(move || {
            if password.check(verifier.as_deref(), identity.as_ref()) {
                then(authcid)
            } else {
                Err(Refused::Credentials.into())
            }
        });
        Ok(Turn::Compute(Computation::new(exchange, job)))
    }

    /// Somebody else (PAM, an LDAP server) has found it right, and the account in good standing.
    ///
    /// # Errors
    /// A [`Failure`] is the end of the exchange.
    pub fn accepted_elsewhere(mut self) -> Result<Turn, Failure> {
        self.exchange.vouched(None);
        self.exchange.advance((self.then)(self.authcid))
    }

    /// It is wrong, or the user may not use it.
    ///
    /// # Errors
    /// Always [`Refused::Credentials`]: the exchange is over.
    pub fn refuse(self) -> Result<Turn, Failure> {
        Err(Refused::Credentials.into())
    }
}

/// What does the store have about this name?
#[must_use = "a question that is dropped is an exchange that never ends"]
pub struct Lookup {
    exchange: Box<Exchange>,
    authcid: Authcid,
    wants: &'static [Want],
    then: Then<Supplied>,
}

impl Lookup {
    /// Whose, as prepared: the name to look up.
    #[must_use]
    pub fn authcid(&self) -> &Authcid {
        &self.authcid
    }

    /// What the mechanism can use; the rest need not be fetched.
    #[must_use]
    pub fn wants(&self) -> &'static [Want] {
        self.wants
    }

    /// Gives what was found. With an unknown user the exchange goes on all the same, and fails at the proof.
    ///
    /// # Errors
    /// [`Unavailable::Store`] when the store did not answer, or what the mechanism finds wrong.
    pub fn supply(mut self, found: impl Into<Found>) -> Result<Turn, Failure> {
        let identity = self.exchange.found(found.into())?;
        let supplied = Supplied {
            authcid: self.authcid,
            identity,
        };
        self.exchange.advance((self.then)(supplied))
    }

    /// The user may not come in: goes on as if it were unknown.
    ///
    /// # Errors
    /// As [`supply`](Self::supply).
    pub fn refuse(self) -> Result<Turn, Failure> {
        self.supply(Found::Unknown)
    }
}

/// Whose token is this?
#[must_use = "a question that is dropped is an exchange that never ends"]
pub struct TokenCheck {
    exchange: Box<Exchange>,
    token: Token,
    authzid: Option<Authzid>,
    host: Option<Box<str>>,
    port: Option<u16>,
    then: Then<Result<Authcid, TokenError>>,
}

impl TokenCheck {
    /// The token. It is never empty.
    #[must_use]
    pub fn token(&self) -> &Token {
        &self.token
    }

    /// Whom the client asks to act as.
    #[must_use]
    pub fn authzid(&self) -> Option<&Authzid> {
        self.authzid.as_ref()
    }

    /// The host that the client meant to reach (RFC 7628 §3.1).
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        self.host.as_deref()
    }

    /// The port that the client meant to reach (RFC 7628 §3.1).
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// It belongs to this one.
    ///
    /// # Errors
    /// A [`Failure`] is the end of the exchange.
    pub fn accept(mut self, owner: Authcid) -> Result<Turn, Failure> {
        self.exchange.vouched(Some(owner.clone()));
        self.exchange.advance((self.then)(Ok(owner)))
    }

    /// It is not taken. The exchange goes on with the mechanism's error challenge, and fails.
    ///
    /// # Errors
    /// A [`Failure`] is the end of the exchange.
    pub fn reject(mut self, error: TokenError) -> Result<Turn, Failure> {
        self.exchange.refused();
        self.exchange.advance((self.then)(Err(error)))
    }

    /// It is not taken: invalid.
    ///
    /// # Errors
    /// As [`reject`](Self::reject).
    pub fn refuse(self) -> Result<Turn, Failure> {
        self.reject(TokenError::InvalidToken)
    }
}

/// Who is the identity of the channel?
#[must_use = "a question that is dropped is an exchange that never ends"]
pub struct ExternalCheck {
    exchange: Box<Exchange>,
    identity: Authcid,
    authzid: Option<Authzid>,
    then: Then<Authcid>,
}

impl ExternalCheck {
    /// What the channel has proven: a certificate's name, a Unix user.
    #[must_use]
    pub fn identity(&self) -> &Authcid {
        &self.identity
    }

    /// Whom the client asks to act as.
    #[must_use]
    pub fn authzid(&self) -> Option<&Authzid> {
        self.authzid.as_ref()
    }

    /// It is the account of this name.
    ///
    /// # Errors
    /// A [`Failure`] is the end of the exchange.
    pub fn accept(mut self, account: Authcid) -> Result<Turn, Failure> {
        self.exchange.vouched(Some(account.clone()));
        self.exchange.advance((self.then)(account))
    }

    /// It is nobody here.
    ///
    /// # Errors
    /// Always [`Refused::Credentials`]: the exchange is over.
    pub fn refuse(self) -> Result<Turn, Failure> {
        Err(Refused::Credentials.into())
    }
}

/// May a stranger come in?
#[must_use = "a question that is dropped is an exchange that never ends"]
pub struct AnonymousCheck {
    exchange: Box<Exchange>,
    trace: Box<str>,
    then: Then<()>,
}

impl AnonymousCheck {
    /// What the stranger says of itself, unproven; empty when nothing.
    #[must_use]
    pub fn trace(&self) -> &str {
        &self.trace
    }

    /// It may.
    ///
    /// # Errors
    /// A [`Failure`] is the end of the exchange.
    pub fn allow(mut self) -> Result<Turn, Failure> {
        self.exchange.vouched(None);
        self.exchange.advance((self.then)(()))
    }

    /// It may not.
    ///
    /// # Errors
    /// Always [`Refused::Credentials`]: the exchange is over.
    pub fn refuse(self) -> Result<Turn, Failure> {
        Err(Refused::Credentials.into())
    }
}

/// A question that only one mechanism has. Its types are that mechanism's.
#[must_use = "a question that is dropped is an exchange that never ends"]
pub struct Custom {
    exchange: Box<Exchange>,
    question: Box<dyn Any + Send + Sync>,
    then: Then<Box<dyn Any + Send + Sync>>,
}

impl Custom {
    /// The question, if it is of this type.
    #[must_use]
    pub fn question<Q: Any>(&self) -> Option<&Q> {
        self.question.downcast_ref()
    }

    /// Answers it with the type that the mechanism wants. That alone vouches for nobody: if nothing else was asked,
    /// an authorization will be.
    ///
    /// # Errors
    /// A [`Failure`] is the end of the exchange: [`Unusable::Answer`](crate::Unusable::Answer) when the answer has
    /// another type.
    pub fn answer(self, answer: impl Any + Send + Sync) -> Result<Turn, Failure> {
        self.exchange.advance((self.then)(Box::new(answer)))
    }

    /// It is not answered.
    ///
    /// # Errors
    /// Always [`Refused::Credentials`]: the exchange is over.
    pub fn refuse(self) -> Result<Turn, Failure> {
        Err(Refused::Credentials.into())
    }
}

macro_rules! redacted {
    ($($question:ident: $field:ident;)+) => {$(
        impl fmt::Debug for $question {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($question)).field(stringify!($field), &self.$field).finish_non_exhaustive()
            }
        }
    )+};
}

redacted! {
    PasswordCheck: authcid;
    Lookup: authcid;
    TokenCheck: authzid;
    ExternalCheck: identity;
    AnonymousCheck: trace;
}

impl fmt::Debug for Custom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Custom(..)")
    }
}
