//! How an exchange ends without success, on the client.

use alloc::boxed::Box;
use core::fmt;

use crate::error::Error;
use crate::limits;

/// The end of an exchange without success: why, and what the server said.
#[derive(Clone, PartialEq, Eq)]
#[must_use = "this is why the login failed"]
pub struct Failure {
    error: Error,
    said: Option<Box<str>>,
}

impl Failure {
    /// A failure with what the server said about it, cut to
    /// [`limits::SERVER_TEXT`](crate::limits::SERVER_TEXT) octets.
    pub fn with_said(error: impl Into<Error>, said: &str) -> Self {
        let mut end = said.len().min(limits::SERVER_TEXT);
        while !said.is_char_boundary(end) {
            end = end.saturating_sub(1);
        }
        Self {
            error: error.into(),
            said: said.get(..end).map(Box::from),
        }
    }

    /// Why.
    #[must_use]
    pub fn error(&self) -> Error {
        self.error
    }

    /// What the server said: its own words, unproven, possibly with control characters.
    #[must_use]
    pub fn said(&self) -> Option<&str> {
        self.said.as_deref()
    }
}

impl<E: Into<Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self {
            error: error.into(),
            said: None,
        }
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Failure({:?})", self.error)
    }
}

/// Without what the server said, which is not to be trusted.
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
