//! What became of a request.

use alloc::string::String;
use core::fmt;

use sasl_core::{Error, Malformed, Outcome, Refused, Unavailable, Unusable};

use super::ber;
use crate::octets::Octets;

/// A result code (RFC 4511 §4.1.9, appendix A).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ResultCode(u32);

impl ResultCode {
    /// 0.
    pub const SUCCESS: Self = Self(0);
    /// 2: the request is malformed.
    pub const PROTOCOL_ERROR: Self = Self(2);
    /// 7: the mechanism is not offered, or was none.
    pub const AUTH_METHOD_NOT_SUPPORTED: Self = Self(7);
    /// 8: something stronger is asked for.
    pub const STRONGER_AUTH_REQUIRED: Self = Self(8);
    /// 12: a control that must be understood is not.
    pub const UNAVAILABLE_CRITICAL_EXTENSION: Self = Self(12);
    /// 13: the mechanism needs a protected connection.
    pub const CONFIDENTIALITY_REQUIRED: Self = Self(13);
    /// 14: here is a challenge.
    pub const SASL_BIND_IN_PROGRESS: Self = Self(14);
    /// 48: not with these credentials.
    pub const INAPPROPRIATE_AUTHENTICATION: Self = Self(48);
    /// 49: the credentials are wrong.
    pub const INVALID_CREDENTIALS: Self = Self(49);
    /// 50: acting as the requested identity is not permitted.
    pub const INSUFFICIENT_ACCESS_RIGHTS: Self = Self(50);
    /// 51: try again later.
    pub const BUSY: Self = Self(51);
    /// 52: the server shuts down.
    pub const UNAVAILABLE: Self = Self(52);

    /// A code by its number.
    #[must_use]
    pub const fn new(code: u32) -> Self {
        Self(code)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }

    /// What a client may hear about an error.
    #[must_use]
    pub fn of(error: Error) -> Self {
        if error == Malformed::MechanismName.into() {
            return Self::AUTH_METHOD_NOT_SUPPORTED;
        }
        match error.outcome() {
            Outcome::Malformed | Outcome::IncorrectEncoding | Outcome::TooLong => {
                Self::PROTOCOL_ERROR
            }
            // RFC 4513 §5.2.1.2: that is how a client learns that it gave up.
            Outcome::InvalidMechanism | Outcome::Aborted => Self::AUTH_METHOD_NOT_SUPPORTED,
            Outcome::EncryptionRequired => Self::CONFIDENTIALITY_REQUIRED,
            Outcome::TemporaryFailure => Self::BUSY,
            // A disabled account is refused like a wrong password.
            _ => Self::INVALID_CREDENTIALS,
        }
    }

    /// What it means to a client; `None` where all it says is that the server refused, and the mechanism may know more.
    #[must_use]
    pub fn error(self) -> Option<Error> {
        match self {
            Self::AUTH_METHOD_NOT_SUPPORTED => Some(Unusable::Mechanism.into()),
            Self::STRONGER_AUTH_REQUIRED | Self::CONFIDENTIALITY_REQUIRED => {
                Some(Unusable::ClearText.into())
            }
            Self::INAPPROPRIATE_AUTHENTICATION => Some(Unusable::Credentials.into()),
            Self::INSUFFICIENT_ACCESS_RIGHTS => Some(Refused::NotPermitted.into()),
            Self::BUSY | Self::UNAVAILABLE => Some(Unavailable::Server.into()),
            _ => None,
        }
    }
}

/// The parts that all results begin with: the code, and the server's words.
///
/// ```text
/// LDAPResult ::= SEQUENCE {
///      resultCode         ENUMERATED { … },
///      matchedDN          LDAPDN,
///      diagnosticMessage  LDAPString,
///      referral           [3] Referral OPTIONAL }
/// ```
/// (RFC 4511 §4.1.9.)
pub(super) fn read(content: &mut Octets<'_>) -> Result<(ResultCode, String), Malformed> {
    let code = ber::number(ber::expect(content, ber::ENUMERATED)?)?;
    ber::expect(content, ber::OCTET_STRING)?;
    let diagnostic = ber::expect(content, ber::OCTET_STRING)?.rest();
    ber::optional(content, 0xa3)?;
    let diagnostic = String::from_utf8_lossy(diagnostic).into_owned();
    Ok((ResultCode::new(code), diagnostic))
}

impl fmt::Debug for ResultCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for ResultCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sasl_core::Violation;

    #[test]
    fn errors_have_the_codes_of_rfc_4511() {
        for (error, code) in [
            (Refused::Credentials.into(), 49),
            (Refused::NotPermitted.into(), 49),
            (Refused::Disabled.into(), 49),
            (Refused::Expired.into(), 49),
            (Unusable::Binding.into(), 49),
            (Unusable::Mechanism.into(), 7),
            (Malformed::MechanismName.into(), 7),
            (Error::Cancelled, 7),
            (Unusable::ClearText.into(), 13),
            (Unavailable::Store.into(), 51),
            (Malformed::Message.into(), 2),
            (Malformed::TooLong.into(), 2),
            (Violation::InitialResponse.into(), 2),
        ] {
            assert_eq!(ResultCode::of(error).get(), code, "{error:?}");
        }
    }

    #[test]
    fn codes_mean_what_rfc_4511_says() {
        for (code, error) in [
            (7, Some(Unusable::Mechanism.into())),
            (8, Some(Unusable::ClearText.into())),
            (13, Some(Unusable::ClearText.into())),
            (48, Some(Unusable::Credentials.into())),
            (50, Some(Refused::NotPermitted.into())),
            (51, Some(Unavailable::Server.into())),
            (2, None),
            (49, None),
            (80, None),
            (u32::MAX, None),
        ] {
            assert_eq!(ResultCode::new(code).error(), error, "{code}");
        }
    }
}
