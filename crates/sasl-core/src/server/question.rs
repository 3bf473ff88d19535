//! What the application is asked. Every answer consumes its question.

use alloc::boxed::Box;

use super::ask::Ask;
use super::authorize::Authorize;
use super::exchange::Exchange;
use super::failure::Failure;
use super::turn::Turn;
use crate::error::{Malformed, Refused, Unavailable};
use crate::identity::Found;
use crate::principal::Authcid;

/// What all questions of mechanisms have: `mechanism`, `unavailable`, and a `Debug` that shows one field.
macro_rules! common {
    ($($question:ident: $shown:ident;)+) => {$(
        impl $question {
            /// The mechanism that asks.
            #[must_use]
            pub fn mechanism(&self) -> crate::MechanismName {
                self.exchange.mechanism()
            }

            /// It cannot be answered at the moment.
            ///
            /// # Errors
            /// Always [`Unavailable::Store`](crate::Unavailable::Store): the exchange is over.
            pub fn unavailable(self) -> Result<Turn, Failure> {
                Err(crate::Unavailable::Store.into())
            }
        }

        impl core::fmt::Debug for $question {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.debug_struct(stringify!($question)).field(stringify!($shown), &self.$shown).finish_non_exhaustive()
            }
        }
    )+};
}

mod outside;
mod stored;

pub use outside::{AnonymousCheck, Custom, ExternalCheck, TokenCheck};
pub(super) use stored::PasswordJob;
pub use stored::{Lookup, PasswordCheck};

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
    /// Hands a mechanism's question to the application, if it is one that may be asked.
    pub(super) fn new(exchange: Box<Exchange>, ask: Ask) -> Result<Self, Failure> {
        Ok(match ask {
            Ask::Password { password, .. } if password.octets().is_empty() => {
                return Err(Malformed::EmptyPassword.into());
            }
            Ask::Token { token, .. } if token.is_empty() => return Err(Refused::Credentials.into()),
            Ask::Password {
                authcid,
                password,
                then,
            } => {
                exchange.may_ask_about(&authcid)?;
                Self::Password(PasswordCheck {
                    exchange,
                    authcid,
                    password,
                    then,
                })
            }
            Ask::Lookup {
                authcid,
                wants,
                then,
            } => {
                exchange.may_ask_about(&authcid)?;
                Self::Lookup(Lookup {
                    exchange,
                    authcid,
                    wants,
                    then,
                })
            }
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
        })
    }

    /// The name whose account the store is to be asked for; `None` for what no store can answer.
    ///
    /// With [`found`](Self::found) this answers every mechanism that goes by an account, whatever it asks about it.
    #[must_use]
    pub fn about(&self) -> Option<&Authcid> {
        match self {
            Self::Password(question) => Some(question.authcid()),
            Self::Lookup(question) => Some(question.authcid()),
            _ => None,
        }
    }

    /// Answers with what the store has about [`about`](Self::about); what no store can answer is refused.
    ///
    /// # Errors
    /// As the question says that it is.
    pub fn found(self, found: impl Into<Found>) -> Result<Turn, Failure> {
        match self {
            Self::Password(question) => question.against(found),
            Self::Lookup(question) => question.supply(found),
            other => other.refuse(),
        }
    }

    /// No. What becomes of it is as each question says: a refused lookup goes on as that of an unknown user, and
    /// ends as a wrong password does. A server that refuses what it does not know locks out every mechanism that asks it.
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
