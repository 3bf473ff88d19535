//! What became of a request.

use core::fmt;

use sasl_core::{Error, Outcome, Unusable, Violation};

/// A code of Kafka's list of errors.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ErrorCode(i16);

impl ErrorCode {
    /// 0.
    pub const NONE: Self = Self(0);
    /// 33: the mechanism is not offered.
    pub const UNSUPPORTED_SASL_MECHANISM: Self = Self(33);
    /// 34: the request came in the wrong place.
    pub const ILLEGAL_SASL_STATE: Self = Self(34);
    /// 58: the exchange has failed.
    pub const SASL_AUTHENTICATION_FAILED: Self = Self(58);

    /// A code by its number.
    #[must_use]
    pub const fn new(code: i16) -> Self {
        Self(code)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> i16 {
        self.0
    }

    /// What a client may hear about an error. Kafka has one code for what is wrong with the credentials and for what is
    /// wrong with the server.
    #[must_use]
    pub fn of(error: Error) -> Self {
        if error == Violation::Order.into() {
            return Self::ILLEGAL_SASL_STATE;
        }
        match error.outcome() {
            Outcome::InvalidMechanism => Self::UNSUPPORTED_SASL_MECHANISM,
            _ => Self::SASL_AUTHENTICATION_FAILED,
        }
    }

    /// What it means to a client; `None` where all it says is that the server refused, and the mechanism may know more.
    #[must_use]
    pub fn error(self) -> Option<Error> {
        match self {
            Self::UNSUPPORTED_SASL_MECHANISM => Some(Unusable::Mechanism.into()),
            _ => None,
        }
    }
}

impl fmt::Debug for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
