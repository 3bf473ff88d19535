//! Why it failed.

use alloc::string::String;
use core::{fmt, str};

use sasl_core::{Error, Malformed, Outcome, Unavailable};

use super::message;
use crate::octets::Octets;
use crate::wire::Wire;

/// A code of five characters (PostgreSQL's documentation, appendix A).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SqlState([u8; 5]);

impl SqlState {
    /// `28P01`, `invalid_password`.
    pub const INVALID_PASSWORD: Self = Self(*b"28P01");
    /// `28000`, `invalid_authorization_specification`.
    pub const INVALID_AUTHORIZATION: Self = Self(*b"28000");
    /// `08P01`, `protocol_violation`.
    pub const PROTOCOL_VIOLATION: Self = Self(*b"08P01");
    /// `57P03`, `cannot_connect_now`.
    pub const CANNOT_CONNECT_NOW: Self = Self(*b"57P03");

    /// Reads a code.
    ///
    /// # Errors
    /// [`Malformed::Message`] unless it is five digits and capital letters.
    pub fn parse(code: &[u8]) -> Result<Self, Malformed> {
        let code: [u8; 5] = code.try_into().map_err(|_| Malformed::Message)?;
        let valid = |c: &u8| c.is_ascii_digit() || c.is_ascii_uppercase();
        if code.iter().all(valid) {
            Ok(Self(code))
        } else {
            Err(Malformed::Message)
        }
    }

    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }

    /// What a client may hear about an error.
    #[must_use]
    pub fn of(error: Error) -> Self {
        if error == Malformed::MechanismName.into() {
            return Self::PROTOCOL_VIOLATION;
        }
        match error.outcome() {
            Outcome::Malformed
            | Outcome::IncorrectEncoding
            | Outcome::TooLong
            | Outcome::InvalidMechanism
            | Outcome::Aborted => Self::PROTOCOL_VIOLATION,
            Outcome::EncryptionRequired => Self::INVALID_AUTHORIZATION,
            Outcome::TemporaryFailure => Self::CANNOT_CONNECT_NOW,
            // A disabled account is refused like a wrong password.
            _ => Self::INVALID_PASSWORD,
        }
    }

    /// What it means to a client; `None` where all it says is that the server refused, and the mechanism may know more.
    #[must_use]
    pub fn error(self) -> Option<Error> {
        match &self.0 {
            // Insufficient resources, operator intervention, a system error.
            [b'5', b'3' | b'7' | b'8', ..] => Some(Unavailable::Server.into()),
            _ => None,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::INVALID_PASSWORD => "password authentication failed",
            Self::INVALID_AUTHORIZATION => "authentication needs an encrypted connection",
            Self::CANNOT_CONNECT_NOW => "authentication is not possible at the moment",
            _ => "the authentication exchange is malformed",
        }
    }
}

impl fmt::Display for SqlState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for SqlState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// `ErrorResponse`, as far as an exchange goes.
///
/// ```text
/// 'E' int32-length *( field-type string NUL ) NUL
/// ```
/// The fields `C` (code) and `M` (message) are read, and `S` and `V` (severity, always `FATAL`) written besides.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ErrorResponse {
    /// The code.
    pub code: SqlState,
    /// The server's words, unproven and for people.
    pub message: String,
}

impl ErrorResponse {
    /// An error with words of one's own.
    #[must_use]
    pub fn new(code: SqlState, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }

    /// What a client may hear about an error. Nothing that it sent is in there.
    #[must_use]
    pub fn of(error: Error) -> Self {
        let code = SqlState::of(error);
        Self {
            code,
            message: code.words().into(),
        }
    }

    /// Reads the body.
    pub(super) fn read(mut body: Octets<'_>) -> Result<Self, Malformed> {
        let (mut code, mut message) = (None, String::new());
        loop {
            match body.u8()? {
                0 => break,
                b'C' => code = Some(SqlState::parse(body.until_nul()?)?),
                b'M' => message = String::from_utf8_lossy(body.until_nul()?).into_owned(),
                _ => {
                    body.until_nul()?;
                }
            }
        }
        body.end()?;
        Ok(Self {
            code: code.ok_or(Malformed::Message)?,
            message,
        })
    }

    /// The message on the wire.
    pub fn encode(&self) -> Wire {
        let words = self.message.replace('\0', "");
        message(
            b'E',
            &[
                b"SFATAL\0VFATAL\0C",
                &self.code.0,
                b"\0M",
                words.as_bytes(),
                b"\0\0",
            ],
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sasl_core::{Refused, Unusable, Violation};

    #[test]
    fn errors_have_the_codes_of_postgresql() {
        for (error, code) in [
            (Refused::Credentials.into(), "28P01"),
            (Refused::NotPermitted.into(), "28P01"),
            (Refused::Disabled.into(), "28P01"),
            (Refused::Expired.into(), "28P01"),
            (Unusable::Binding.into(), "28P01"),
            (Unusable::ClearText.into(), "28000"),
            (Unusable::Mechanism.into(), "08P01"),
            (Malformed::MechanismName.into(), "08P01"),
            (Malformed::Message.into(), "08P01"),
            (Malformed::TooLong.into(), "08P01"),
            (Violation::Nonce.into(), "08P01"),
            (Error::Cancelled, "08P01"),
            (Unavailable::Store.into(), "57P03"),
        ] {
            let response = ErrorResponse::of(error);
            assert_eq!(response.code.as_str(), code, "{error:?}");
            assert!(SqlState::parse(code.as_bytes()).is_ok());
        }
        for code in ["", "28P0", "28P011", "28p01", "28P0\0"] {
            assert!(SqlState::parse(code.as_bytes()).is_err(), "{code:?}");
        }
    }
}
