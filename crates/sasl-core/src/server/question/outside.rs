//! Questions about what only the application can tell: a token, the channel's identity, a stranger, a mechanism's own.

use alloc::boxed::Box;
use core::any::Any;

use crate::error::Refused;
use crate::principal::{Authcid, Authzid};
use crate::secret::Token;
use crate::server::ask::TokenError;
use crate::server::exchange::Exchange;
use crate::server::failure::Failure;
use crate::server::mechanism::Then;
use crate::server::turn::Turn;

/// Whose token is this?
#[must_use = "a question that is dropped is an exchange that never ends"]
pub struct TokenCheck {
    pub(super) exchange: Box<Exchange>,
    pub(super) token: Token,
    pub(super) authzid: Option<Authzid>,
    pub(super) host: Option<Box<str>>,
    pub(super) port: Option<u16>,
    pub(super) then: Then<Result<Authcid, TokenError>>,
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
        self.exchange.vouched(&owner)?;
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
    pub(super) exchange: Box<Exchange>,
    pub(super) identity: Authcid,
    pub(super) authzid: Option<Authzid>,
    pub(super) then: Then<Authcid>,
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
        self.exchange.vouched(&account)?;
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
    pub(super) exchange: Box<Exchange>,
    pub(super) trace: Box<str>,
    pub(super) then: Then<Authcid>,
}

impl AnonymousCheck {
    /// What the stranger says of itself, unproven; empty when nothing.
    #[must_use]
    pub fn trace(&self) -> &str {
        &self.trace
    }

    /// It may, as this account.
    ///
    /// # Errors
    /// A [`Failure`] is the end of the exchange.
    pub fn allow(mut self, account: Authcid) -> Result<Turn, Failure> {
        self.exchange.vouched(&account)?;
        self.exchange.advance((self.then)(account))
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
    pub(super) exchange: Box<Exchange>,
    pub(super) question: Box<dyn Any + Send + Sync>,
    pub(super) then: Then<Box<dyn Any + Send + Sync>>,
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

common! {
    TokenCheck: authzid;
    ExternalCheck: identity;
    AnonymousCheck: trace;
    Custom: question;
}
