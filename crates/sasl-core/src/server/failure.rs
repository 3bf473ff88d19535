//! How an exchange ends without success, on the server.

use alloc::borrow::Cow;
use core::fmt;

use crate::error::{Error, Outcome};

/// The end of an exchange without success: why, and the mechanism's last word.
#[derive(Clone, PartialEq, Eq)]
#[must_use = "the peer waits to hear of it"]
pub struct Failure {
    error: Error,
    parting: Option<Cow<'static, [u8]>>,
}

impl Failure {
    /// A failure with a last word for the client.
    ///
    /// RFC 4422 §3.6 forbids data with a failure, so that it can only go out as one more challenge whose answer is
    /// discarded.
    pub fn with_parting(error: impl Into<Error>, parting: impl Into<Cow<'static, [u8]>>) -> Self {
        Self {
            error: error.into(),
            parting: Some(parting.into()),
        }
    }

    /// A failure with the last word that the mechanism left, if it left one.
    pub(super) fn leaving(error: impl Into<Error>, parting: Option<Cow<'static, [u8]>>) -> Self {
        Self {
            error: error.into(),
            parting,
        }
    }

    /// The same to the peer, for another reason.
    pub(super) fn because(self, error: impl Into<Error>) -> Self {
        Self {
            error: error.into(),
            parting: self.parting,
        }
    }

    /// Why. It is meant for this side's log.
    #[must_use]
    pub fn error(&self) -> Error {
        self.error
    }

    /// What the peer may hear.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.error.outcome()
    }

    /// The mechanism's last word (SCRAM's `e=`): one more challenge whose answer is discarded, or dropped. Before the proof
    /// it is one and the same for unknown users and wrong passwords; after it, it may tell more.
    #[must_use]
    pub fn parting(&self) -> Option<&[u8]> {
        self.parting.as_deref()
    }
}

impl<E: Into<Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self {
            error: error.into(),
            parting: None,
        }
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Failure({:?})", self.error)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl core::error::Error for Failure {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        Some(&self.error)
    }
}

/// As its error.
#[cfg(feature = "std")]
impl From<Failure> for std::io::Error {
    fn from(failure: Failure) -> Self {
        failure.error.into()
    }
}
