//! What a server says: every response in one place.
//!
//! ```abnf
//! single-line = ("+OK" / "-ERR") [SP resp-code] [SP text] CRLF
//! ```
//! (RFC 2449 §3). Nothing that a client sent is in any of them.

use sasl_core::{Error, MechanismName, Outcome, Violation};

use crate::base64;
use crate::wire::Wire;

/// RFC 5034 §4.
pub(super) const SUCCEEDED: &str = "+OK Logged in";
/// RFC 1939 §5: before a login NOOP is no command.
pub(super) const OK: &str = "+OK";
/// RFC 1939 §4.
pub(super) const BYE: &str = "+OK Bye";
/// RFC 2595 §4.
pub(super) const START_TLS: &str = "+OK Begin TLS negotiation";
pub(super) const TOO_MANY_ATTEMPTS: &str = "-ERR Too many failed attempts";
pub(super) const TOO_MANY_COMMANDS: &str = "-ERR Too many commands";
/// RFC 3206 §4: it does not pass by itself. The application answered what was not asked.
pub(super) const CONFUSED: &str = "-ERR [SYS/PERM] Internal error";
pub(super) const UNKNOWN: &str = "-ERR Command not recognized";
pub(super) const TOO_LONG: &str = "-ERR Line too long";
/// RFC 1939 §3. The connection closes for it.
pub(super) const BAD_END: &str = "-ERR Lines end with CR LF";
pub(super) const UNIMPLEMENTED: &str = "-ERR Command not implemented";
pub(super) const USE_AUTH: &str = "-ERR Log in with AUTH";
/// RFC 5034 §4: AUTH is for the AUTHORIZATION state.
pub(super) const ALREADY: &str = "-ERR Already logged in";
/// RFC 1939 §5: mail is for the TRANSACTION state.
pub(super) const LOGIN_FIRST: &str = "-ERR Log in first";
/// RFC 2595 §4.
pub(super) const NO_PARAMETERS: &str = "-ERR STLS takes no parameters";
/// RFC 2595 §4.
pub(super) const TLS_IS_ACTIVE: &str = "-ERR TLS is already active";
/// RFC 2595 §4: nothing goes on in clear text behind STLS. The connection closes for it.
pub(super) const PREMATURE: &str = "-ERR Nothing may be sent behind STLS";

/// What a client hears about a failed attempt.
pub(super) fn refusal(error: Error) -> &'static str {
    // RFC 4422 §3.
    if error == Violation::InitialResponse.into() {
        return "-ERR The mechanism takes no initial response";
    }
    match error.outcome() {
        Outcome::IncorrectEncoding => "-ERR That is not base64",
        Outcome::Malformed => "-ERR That is not understood",
        Outcome::TooLong => TOO_LONG,
        Outcome::InvalidMechanism => "-ERR Mechanism not offered",
        // RFC 5034 §4.
        Outcome::Aborted => "-ERR Authentication cancelled",
        Outcome::EncryptionRequired => "-ERR Encryption required for this mechanism",
        // RFC 3206 §4: a client does not ask its user for another password.
        Outcome::TemporaryFailure => "-ERR [SYS/TEMP] Temporary authentication failure",
        // RFC 3206 §5 has one code for all of them. Nothing tells a wrong password from a disabled account.
        Outcome::NotAuthorized | Outcome::AccountDisabled | Outcome::CredentialsExpired => {
            WRONG_CREDENTIALS
        }
        _ => WRONG_CREDENTIALS,
    }
}

/// RFC 3206 §5.
const WRONG_CREDENTIALS: &str = "-ERR [AUTH] Authentication failed";

/// A response of one line.
pub(super) fn line(text: &str) -> Wire {
    Wire::from(text).end_line()
}

/// `+` with a challenge. The space stands there too when it is empty (RFC 5034 §5).
pub(super) fn challenge(data: &[u8]) -> Wire {
    let mut wire = Wire::from("+ ");
    base64::encode(data, &mut wire);
    wire.end_line()
}

/// The greeting (RFC 1939 §4), without the timestamp that would offer APOP.
pub(super) fn greeting(host: &str) -> Wire {
    let mut wire = Wire::from("+OK ");
    wire.push(host.as_bytes());
    wire.push(b" ready");
    wire.end_line()
}

/// The answer to CAPA (RFC 2449 §5), with STLS (RFC 2595 §4) if it can be had, and SASL (RFC 5034 §3) if there is
/// anything to offer.
pub(super) fn capabilities(stls: bool, mechanisms: &[MechanismName]) -> Wire {
    let mut wire = Wire::from("+OK Capabilities follow\r\n");
    if stls {
        wire.push(b"STLS\r\n");
    }
    if !mechanisms.is_empty() {
        wire.push(b"SASL");
        for name in mechanisms {
            wire.push(b" ");
            wire.push(name.as_str().as_bytes());
        }
        wire.push(b"\r\n");
    }
    // RFC 3206 §6: the second says that there is an [AUTH] wherever one belongs.
    wire.push(b"RESP-CODES\r\nAUTH-RESP-CODE\r\n.\r\n");
    wire
}

/// The answer to AUTH without a mechanism. No RFC has it; clients that know no CAPA ask so, and most servers answer.
pub(super) fn mechanisms(mechanisms: &[MechanismName]) -> Wire {
    let mut wire = Wire::from("+OK Mechanisms follow\r\n");
    for name in mechanisms {
        wire.push(name.as_str().as_bytes());
        wire.push(b"\r\n");
    }
    wire.push(b".\r\n");
    wire
}

#[cfg(test)]
mod tests {
    use super::*;
    use sasl_core::{Malformed, Refused, Unavailable, Unusable};

    #[test]
    fn every_response_has_its_status_and_fits() {
        let errors: [Error; 7] = [
            Violation::InitialResponse.into(),
            Malformed::Message.into(),
            Malformed::Base64.into(),
            Malformed::TooLong.into(),
            Unusable::Mechanism.into(),
            Unavailable::Store.into(),
            Error::Cancelled,
        ];
        let failures = [
            TOO_MANY_ATTEMPTS,
            TOO_MANY_COMMANDS,
            CONFUSED,
            UNKNOWN,
            TOO_LONG,
            BAD_END,
            UNIMPLEMENTED,
            USE_AUTH,
            ALREADY,
            LOGIN_FIRST,
            NO_PARAMETERS,
            TLS_IS_ACTIVE,
            PREMATURE,
        ];
        for text in failures.into_iter().chain(errors.map(refusal)) {
            assert!(text.starts_with("-ERR "), "{text}");
            // RFC 2449 §4.
            assert!(text.is_ascii() && text.len() <= 510);
        }
        for text in [SUCCEEDED, OK, BYE, START_TLS] {
            assert!(text.starts_with("+OK"), "{text}");
        }
    }

    #[test]
    fn errors_have_the_codes_of_rfc_3206() {
        for (error, beginning) in [
            (Refused::Credentials.into(), "-ERR [AUTH] "),
            (Refused::NotPermitted.into(), "-ERR [AUTH] "),
            (Refused::Disabled.into(), "-ERR [AUTH] "),
            (Refused::Expired.into(), "-ERR [AUTH] "),
            (Unusable::Binding.into(), "-ERR [AUTH] "),
            (Unavailable::Store.into(), "-ERR [SYS/TEMP] "),
            (Unavailable::Randomness.into(), "-ERR [SYS/TEMP] "),
            (Unusable::Mechanism.into(), "-ERR Mechanism"),
            (Unusable::ClearText.into(), "-ERR Encryption"),
            (Violation::InitialResponse.into(), "-ERR The mechanism"),
            (Violation::Nonce.into(), "-ERR That"),
            (Malformed::Base64.into(), "-ERR That"),
            (Malformed::TooLong.into(), "-ERR Line"),
            (Error::Cancelled, "-ERR Auth"),
        ] {
            assert!(refusal(error).starts_with(beginning), "{error:?}");
        }
    }

    #[test]
    fn disabled_and_wrong_are_the_same_octets() {
        let wrong = refusal(Refused::Credentials.into());
        for other in [Refused::Disabled, Refused::Expired, Refused::NotPermitted] {
            assert_eq!(refusal(other.into()), wrong);
        }
    }
}
