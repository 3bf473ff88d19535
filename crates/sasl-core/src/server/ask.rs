//! The questions that a mechanism can put.

use alloc::boxed::Box;
use core::any::Any;
use core::fmt;

use super::failure::Failure;
use super::mechanism::{Step, Then};
use super::password::Presented;
use crate::error::Unusable;
use crate::identity::Identity;
use crate::principal::{Authcid, Authzid};
use crate::secret::Token;
use crate::verifier::Want;

/// A question as a mechanism puts it. The core hands it to the application and checks the answer.
#[non_exhaustive]
pub enum Ask {
    /// Whether this is the user's password. A refusal never comes back to the mechanism.
    Password {
        /// Whose, as prepared. [`Proven`](super::Proven) must name the same.
        authcid: Authcid,
        /// The password that was presented, not empty.
        password: Presented,
        /// Gets the name back once the password was found right.
        then: Then<Authcid>,
    },
    /// What the store has about a name. An unknown one comes back too, to be treated alike.
    Lookup {
        /// Whose, as prepared. [`Proven`](super::Proven) must name the same.
        authcid: Authcid,
        /// What the mechanism can use.
        wants: &'static [Want],
        /// Gets the name back with what was found.
        then: Then<Supplied>,
    },
    /// Whose token this is.
    Token {
        /// The token that was presented, not empty.
        token: Token,
        /// Whom to act as.
        authzid: Option<Authzid>,
        /// The host that the client meant to reach.
        host: Option<Box<str>>,
        /// The port that the client meant to reach.
        port: Option<u16>,
        /// Gets the owner of the token, or why it was not taken.
        then: Then<Result<Authcid, TokenError>>,
    },
    /// Who the identity of the channel is.
    External {
        /// What the channel has proven.
        identity: Authcid,
        /// Whom to act as.
        authzid: Option<Authzid>,
        /// Gets the account.
        then: Then<Authcid>,
    },
    /// Whether a stranger may come in.
    Anonymous {
        /// What the stranger says of itself; empty when nothing.
        trace: Box<str>,
        /// Gets the account that it may come in as.
        then: Then<Authcid>,
    },
    /// A question that only this mechanism has.
    Other {
        /// The question, of a type of the mechanism's own.
        question: Box<dyn Any + Send + Sync>,
        /// Gets the answer, of a type of the mechanism's own.
        then: Then<Box<dyn Any + Send + Sync>>,
    },
}

/// What a lookup brought.
#[derive(Debug)]
#[non_exhaustive]
pub struct Supplied {
    /// The name that was asked for.
    pub authcid: Authcid,
    /// The account; `None` is a stranger, who gets the same messages and the same work until the proof fails.
    pub identity: Option<Identity>,
}

/// Why a token was not taken (RFC 6750 §3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenError {
    /// It is malformed, expired, revoked or somebody else's.
    InvalidToken,
    /// It is good, but not for this.
    InsufficientScope,
}

/// The questions that most mechanisms put, as steps.
impl Step {
    /// To ask whether this is the user's password.
    pub fn password(
        authcid: Authcid,
        password: Presented,
        then: impl FnOnce(Authcid) -> Result<Step, Failure> + Send + Sync + 'static,
    ) -> Self {
        Self::Ask(Ask::Password {
            authcid,
            password,
            then: Box::new(then),
        })
    }

    /// To ask what the store has about a name.
    pub fn lookup(
        authcid: Authcid,
        wants: &'static [Want],
        then: impl FnOnce(Supplied) -> Result<Step, Failure> + Send + Sync + 'static,
    ) -> Self {
        Self::Ask(Ask::Lookup {
            authcid,
            wants,
            then: Box::new(then),
        })
    }

    /// To ask a question of the mechanism's own. An answer of another type than `A` ends the exchange with
    /// [`Unusable::Answer`].
    pub fn other<A: Any + Send + Sync>(
        question: impl Any + Send + Sync,
        then: impl FnOnce(A) -> Result<Step, Failure> + Send + Sync + 'static,
    ) -> Self {
        Self::Ask(Ask::Other {
            question: Box::new(question),
            then: Box::new(|answer: Box<dyn Any + Send + Sync>| {
                then(*answer.downcast::<A>().map_err(|_| Unusable::Answer)?)
            }),
        })
    }

    /// To ask who the identity of the channel is.
    pub fn external(
        identity: Authcid,
        authzid: Option<Authzid>,
        then: impl FnOnce(Authcid) -> Result<Step, Failure> + Send + Sync + 'static,
    ) -> Self {
        Self::Ask(Ask::External {
            identity,
            authzid,
            then: Box::new(then),
        })
    }

    /// To ask whether a stranger may come in, and as which account.
    pub fn anonymous(
        trace: impl Into<Box<str>>,
        then: impl FnOnce(Authcid) -> Result<Step, Failure> + Send + Sync + 'static,
    ) -> Self {
        Self::Ask(Ask::Anonymous {
            trace: trace.into(),
            then: Box::new(then),
        })
    }
}

impl fmt::Debug for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ask(..)")
    }
}
