//! What a server says: every reply in one place.
//!
//! ```abnf
//! Reply-line = *( Reply-code "-" [ textstring ] CRLF ) Reply-code [ SP textstring ] CRLF
//! ```
//! (RFC 5321 §4.2). The text begins with an enhanced status code (RFC 3463), but for the greeting, the answers to EHLO
//! and HELO (RFC 2034) and challenges. Nothing that a client sent is in any of them.

use sasl_core::{Error, MechanismName, Outcome, Violation};

use crate::base64;
use crate::wire::Wire;

/// RFC 4954 §4: authentication succeeded.
pub(super) const SUCCEEDED: &str = "235 2.7.0 Authentication succeeded";
/// RFC 5321 §4.1.1.9.
pub(super) const OK: &str = "250 2.0.0 OK";
/// RFC 5321 §4.1.1.8.
pub(super) const HELP: &str = "214 2.0.0 This service logs you in: EHLO, AUTH, NOOP, RSET, QUIT";
/// RFC 5321 §3.5.3: a server that does not tell.
pub(super) const NOT_VERIFIED: &str = "252 2.5.0 Addresses are not verified";
/// RFC 5321 §4.1.1.10.
pub(super) const BYE: &str = "221 2.0.0 Bye";
/// RFC 5321 §3.8: the one reply before a server closes of its own accord.
pub(super) const TOO_MANY_ATTEMPTS: &str = "421 4.7.0 Too many failed attempts";
/// RFC 5321 §3.8.
pub(super) const TOO_MANY_COMMANDS: &str = "421 4.7.0 Too many commands";
/// RFC 5321 §3.8. The application answered what was not asked.
pub(super) const CONFUSED: &str = "421 4.3.0 Internal error";
/// RFC 5321 §4.2.4.
pub(super) const UNKNOWN: &str = "500 5.5.2 Command not recognized";
/// RFC 4954 §4: of a line that is gone nothing is known but that only AUTH lines may be as long.
pub(super) const TOO_LONG: &str = "500 5.5.6 Line too long";
/// RFC 5321 §2.3.8. The connection closes for it (§7.8: resistance to attacks).
pub(super) const BAD_END: &str = "500 5.5.2 Lines end with CR LF";
/// RFC 5321 §4.1.1.1. Without a status code (RFC 2034).
pub(super) const NAMELESS: &str = "501 Syntax: EHLO or HELO with a host name";
/// RFC 5321 §4.2.4.
pub(super) const UNIMPLEMENTED: &str = "502 5.5.1 Command not implemented";
/// RFC 4954 §3: AUTH is a matter of EHLO.
pub(super) const EHLO_FIRST: &str = "503 5.5.1 Send EHLO first";
/// RFC 2033 §4.1: LMTP says it with another word.
pub(super) const LHLO_FIRST: &str = "503 5.5.1 Send LHLO first";
/// RFC 4954 §4: no AUTH after a successful one.
pub(super) const ALREADY: &str = "503 5.5.1 Already authenticated";
/// RFC 3207 §4.
pub(super) const START_TLS: &str = "220 2.0.0 Ready to start TLS";
/// RFC 3207 §4.
pub(super) const NO_PARAMETERS: &str = "501 5.5.4 STARTTLS takes no parameters";
/// RFC 3207 §4.2: a client must not ask for it again.
pub(super) const TLS_IS_ACTIVE: &str = "503 5.5.1 TLS is already active";
/// RFC 2920 §3.1, RFC 3207 §4: STARTTLS ends a group. The connection closes for it.
pub(super) const PREMATURE: &str = "503 5.5.1 Nothing may be sent behind STARTTLS";
/// RFC 4954 §6.
pub(super) const LOGIN_FIRST: &str = "530 5.7.0 Authentication required";

/// What a client hears about a failed attempt.
pub(super) fn refusal(error: Error) -> &'static str {
    // RFC 4954 §4: an initial response where the server speaks first.
    if error == Violation::InitialResponse.into() {
        return "501 5.7.0 The mechanism takes no initial response";
    }
    match error.outcome() {
        // RFC 4954 §4 gives 5.5.2 to base64; RFC 3463 §3.6, to whatever could not be interpreted.
        Outcome::IncorrectEncoding => "501 5.5.2 That is not base64",
        Outcome::Malformed => "501 5.5.2 That is not understood",
        // RFC 4954 §4.
        Outcome::TooLong => "500 5.5.6 Line too long",
        Outcome::InvalidMechanism => "504 5.5.4 Mechanism not offered",
        // RFC 4954 §4 has 501 and no status code; 5.7.0 is what Postfix says.
        Outcome::Aborted => "501 5.7.0 Authentication cancelled",
        // RFC 4954 §6.
        Outcome::EncryptionRequired => "538 5.7.11 Encryption required for this mechanism",
        Outcome::TemporaryFailure => "454 4.7.0 Temporary authentication failure",
        // A disabled or expired account is refused like a wrong password. RFC 5248 has 525 5.7.13 for it, which
        // would tell who tries passwords that this is the right one; 432 4.7.12 (RFC 4954 §6) would have the client
        // send it once more, as PLAIN.
        Outcome::NotAuthorized | Outcome::AccountDisabled | Outcome::CredentialsExpired => {
            WRONG_CREDENTIALS
        }
        _ => WRONG_CREDENTIALS,
    }
}

/// RFC 4954 §6.
const WRONG_CREDENTIALS: &str = "535 5.7.8 Authentication credentials invalid";

/// A reply of one line.
pub(super) fn line(text: &str) -> Wire {
    Wire::from(text).end_line()
}

/// `334` with a challenge. The space stands there too when it is empty (RFC 4954 §4).
pub(super) fn challenge(data: &[u8]) -> Wire {
    let mut wire = Wire::from("334 ");
    base64::encode(data, &mut wire);
    wire.end_line()
}

/// The greeting (RFC 5321 §4.3.1).
pub(super) fn greeting(host: &str, lmtp: bool) -> Wire {
    // RFC 2033 §4.1: an LMTP server does not say that it speaks SMTP.
    joined(&["220 ", host, if lmtp { " LMTP" } else { " ESMTP" }])
}

/// The answer to HELO (RFC 5321 §4.1.1.1).
pub(super) fn hello(host: &str) -> Wire {
    joined(&["250 ", host])
}

/// The answer to EHLO (RFC 5321 §4.1.1.1), with STARTTLS (RFC 3207 §4) if it can be had, and AUTH if there is anything to
/// offer (RFC 4954 §3).
pub(super) fn capabilities(host: &str, starttls: bool, mechanisms: &[MechanismName]) -> Wire {
    let mut wire = joined(&["250-", host]);
    if starttls {
        wire.push(b"250-STARTTLS\r\n");
    }
    if !mechanisms.is_empty() {
        wire.push(b"250-AUTH");
        for name in mechanisms {
            wire.push(b" ");
            wire.push(name.as_str().as_bytes());
        }
        wire.push(b"\r\n");
    }
    wire.push(b"250 ENHANCEDSTATUSCODES\r\n");
    wire
}

fn joined(parts: &[&str]) -> Wire {
    let mut wire = Wire::default();
    for part in parts {
        wire.push(part.as_bytes());
    }
    wire.end_line()
}

#[cfg(test)]
mod tests {
    use super::*;
    use sasl_core::{Malformed, Refused, Unavailable, Unusable};

    #[test]
    fn status_codes_agree_with_reply_codes() {
        let fixed = [
            SUCCEEDED,
            OK,
            HELP,
            NOT_VERIFIED,
            BYE,
            TOO_MANY_ATTEMPTS,
            TOO_MANY_COMMANDS,
            CONFUSED,
            UNKNOWN,
            TOO_LONG,
            BAD_END,
            UNIMPLEMENTED,
            EHLO_FIRST,
            LHLO_FIRST,
            ALREADY,
            START_TLS,
            NO_PARAMETERS,
            TLS_IS_ACTIVE,
            PREMATURE,
            LOGIN_FIRST,
        ];
        let errors: [Error; 7] = [
            Violation::InitialResponse.into(),
            Malformed::Message.into(),
            Malformed::Base64.into(),
            Malformed::TooLong.into(),
            Unusable::Mechanism.into(),
            Unavailable::Store.into(),
            Error::Cancelled,
        ];
        for reply in fixed.into_iter().chain(errors.map(refusal)) {
            let mut words = reply.split(' ');
            let (code, status) = (words.next().unwrap(), words.next().unwrap());
            assert!(code.len() == 3 && code.parse::<u16>().is_ok(), "{reply}");
            assert_eq!(status.split('.').count(), 3, "{reply}");
            assert_eq!(code.bytes().next(), status.bytes().next(), "{reply}");
            assert!(reply.is_ascii() && reply.len() <= 510);
        }
    }

    #[test]
    fn errors_have_the_codes_of_rfc_4954() {
        for (error, code) in [
            (Refused::Credentials.into(), "535 5.7.8 "),
            (Refused::NotPermitted.into(), "535 5.7.8 "),
            (Refused::Disabled.into(), "535 5.7.8 "),
            (Refused::Expired.into(), "535 5.7.8 "),
            (Unusable::Binding.into(), "535 5.7.8 "),
            (Unusable::Mechanism.into(), "504 5.5.4 "),
            (Unusable::ClearText.into(), "538 5.7.11 "),
            (Unavailable::Store.into(), "454 4.7.0 "),
            (Unavailable::Randomness.into(), "454 4.7.0 "),
            (Violation::InitialResponse.into(), "501 5.7.0 "),
            (Violation::Nonce.into(), "501 5.5.2 "),
            (Malformed::Base64.into(), "501 5.5.2 "),
            (Malformed::Message.into(), "501 5.5.2 "),
            (Malformed::TooLong.into(), "500 5.5.6 "),
            (Error::Cancelled, "501 5.7.0 "),
        ] {
            assert!(refusal(error).starts_with(code), "{error:?}");
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
