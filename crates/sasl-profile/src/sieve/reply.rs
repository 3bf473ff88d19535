//! What a server says: every response in one place.
//!
//! ```abnf
//! response-ok    = "OK" [SP "(" resp-code ")"] [SP string] CRLF
//! response-nobye = ("NO" / "BYE") [SP "(" resp-code ")"] [SP string] CRLF
//! ```
//! (RFC 5804 §4.) Nothing that a client sent is in any of them, but for the tag of a NOOP and the name that it is logged in
//! by.

use alloc::boxed::Box;
use alloc::string::String;

use sasl_core::server::Authenticated;
use sasl_core::{Error, Outcome, Violation};

use super::string;
use crate::line::Literals;
use crate::server::Scene;
use crate::wire::Wire;

pub(super) const OK: &str = "OK";
/// RFC 5804 §2.3.
pub(super) const LOGGED_OUT: &str = r#"OK "Bye""#;
/// RFC 5804 §2.2.
pub(super) const START_TLS: &str = r#"OK "Begin TLS negotiation now""#;
/// RFC 5804 §1.2: after BYE the connection is closed.
pub(super) const TOO_MANY_ATTEMPTS: &str = r#"BYE "Too many failed attempts""#;
pub(super) const TOO_MANY_COMMANDS: &str = r#"BYE "Too many commands""#;
/// The application answered what was not asked.
pub(super) const CONFUSED: &str = r#"BYE (TRYLATER) "Internal error""#;
/// Behind it, what is a literal and what a command cannot be told any more.
pub(super) const LINE_TOO_LONG: &str = r#"BYE "Line too long""#;
pub(super) const BAD_END: &str = r#"BYE "Lines end with CR LF""#;
/// RFC 5804 §2: STARTTLS ends a group. The connection closes for it.
pub(super) const PREMATURE: &str = r#"BYE "Nothing may be sent behind STARTTLS""#;
pub(super) const UNKNOWN: &str = r#"NO "Command not recognized""#;
pub(super) const UNIMPLEMENTED: &str = r#"NO "Command not implemented""#;
pub(super) const BAD_ARGUMENTS: &str = r#"NO "The command does not take these arguments""#;
/// RFC 5804 §2: all else is rejected with NO.
pub(super) const LOGIN_FIRST: &str = r#"NO "Authentication required""#;
/// RFC 5804 §2.1: no AUTHENTICATE after a successful one.
pub(super) const ALREADY: &str = r#"NO "Already authenticated""#;
pub(super) const TLS_IS_ACTIVE: &str = r#"NO "TLS is already active""#;
/// Deviates from RFC 5804 §2.13, which has every tag sent back.
pub(super) const BAD_TAG: &str = r#"NO "A tag is printable ASCII""#;

/// What a client hears about a failed attempt.
///
/// AUTH-TOO-WEAK and TRANSITION-NEEDED (RFC 5804 §1.3) are never said: they tell about one user's account, before there is a
/// login (§5).
pub(super) fn refusal(error: Error) -> &'static str {
    // RFC 5804 §2.1: an initial response where the server speaks first.
    if error == Violation::InitialResponse.into() {
        return r#"NO "The mechanism takes no initial response""#;
    }
    match error.outcome() {
        Outcome::IncorrectEncoding => r#"NO "That is not base64""#,
        Outcome::Malformed => r#"NO "That is not understood""#,
        Outcome::TooLong => r#"NO "String too long""#,
        // RFC 5804 §2.1.
        Outcome::InvalidMechanism => r#"NO "Mechanism not offered""#,
        Outcome::Aborted => r#"NO "Authentication cancelled""#,
        // RFC 5804 §1.3. It depends on the mechanism and the channel, and on no user (§5).
        Outcome::EncryptionRequired => {
            r#"NO (ENCRYPT-NEEDED) "Encryption required for this mechanism""#
        }
        Outcome::TemporaryFailure => r#"NO (TRYLATER) "Temporary authentication failure""#,
        // A disabled or expired account is refused like a wrong password.
        Outcome::NotAuthorized | Outcome::AccountDisabled | Outcome::CredentialsExpired => {
            WRONG_CREDENTIALS
        }
        _ => WRONG_CREDENTIALS,
    }
}

const WRONG_CREDENTIALS: &str = r#"NO "Authentication failed""#;

/// A response without a variable part.
pub(super) fn line(text: &str) -> Wire {
    Wire::from(text).end_line()
}

/// A challenge: a string.
pub(super) fn challenge(data: &[u8]) -> Wire {
    let mut wire = Wire::default();
    string::encode(data, Literals::FromServer, &mut wire);
    wire.end_line()
}

/// The client is in.
///
/// ```abnf
/// resp-code-sasl = "SASL" SP string
/// ```
pub(super) fn success(login: &Authenticated) -> Wire {
    let mut wire = Wire::from(OK);
    if let Some(data) = login.additional_data() {
        wire.push(b" (SASL ");
        string::encode(data, Literals::FromServer, &mut wire);
        wire.push(b")");
    }
    wire.push(br#" "Logged in""#);
    wire.end_line()
}

/// The answer to NOOP, with its tag (RFC 5804 §2.13).
///
/// It comes back if it is printable ASCII in quotes: so a client can tell its answer from all others, and nothing else
/// can be made of the line.
pub(super) fn noop(tag: &[u8]) -> Wire {
    if !tag.iter().all(|octet| matches!(octet, b' '..=b'~')) {
        return line(BAD_TAG);
    }
    let mut wire = Wire::from(r"OK (TAG ");
    string::write(tag, Literals::FromServer, &mut wire);
    wire.push(br#") "Done""#);
    wire.end_line()
}

/// The capabilities and their OK (RFC 5804 §1.7): the greeting, and the answer to CAPABILITY.
pub(super) fn capabilities(implementation: &str, owner: Option<&str>, scene: &Scene) -> Wire {
    let mut wire = Wire::default();
    let mut capability = |name: &str, value: Option<&str>| {
        string::write(name.as_bytes(), Literals::FromServer, &mut wire);
        if let Some(value) = value {
            wire.push(b" ");
            string::write(value.as_bytes(), Literals::FromServer, &mut wire);
        }
        wire.push(b"\r\n");
    };
    let mut mechanisms = String::new();
    for name in scene.mechanisms.iter() {
        if !mechanisms.is_empty() {
            mechanisms.push(' ');
        }
        mechanisms.push_str(name.as_str());
    }
    capability("IMPLEMENTATION", Some(implementation));
    capability("SASL", Some(&mechanisms));
    // Scripts are the application's.
    capability("SIEVE", Some(""));
    if scene.offers_starttls() {
        capability("STARTTLS", None);
    }
    if let Some(owner) = owner {
        capability("OWNER", Some(owner));
    }
    capability("VERSION", Some("1.0"));
    wire.push(b"OK\r\n");
    wire
}

/// A name for IMPLEMENTATION, without what cannot stand there.
pub(super) fn implementation(name: &str) -> Box<str> {
    let printable = |c: &char| matches!(c, ' '..='~') && !matches!(c, '"' | '\\');
    let name: String = name.chars().filter(printable).take(128).collect();
    name.into_boxed_str()
}

#[cfg(test)]
mod tests {
    use super::*;
    use sasl_core::{Malformed, Refused, Unavailable, Unusable};

    #[test]
    fn responses_have_the_form_of_rfc_5804() {
        let fixed = [
            LOGGED_OUT,
            START_TLS,
            TOO_MANY_ATTEMPTS,
            TOO_MANY_COMMANDS,
            CONFUSED,
            LINE_TOO_LONG,
            BAD_END,
            PREMATURE,
            UNKNOWN,
            UNIMPLEMENTED,
            BAD_ARGUMENTS,
            LOGIN_FIRST,
            ALREADY,
            TLS_IS_ACTIVE,
            BAD_TAG,
        ];
        let errors: [Error; 8] = [
            Violation::InitialResponse.into(),
            Malformed::Message.into(),
            Malformed::Base64.into(),
            Malformed::TooLong.into(),
            Unusable::Mechanism.into(),
            Unusable::ClearText.into(),
            Unavailable::Store.into(),
            Error::Cancelled,
        ];
        for reply in fixed.into_iter().chain(errors.map(refusal)) {
            let (kind, text) = reply.split_once(' ').unwrap();
            assert!(matches!(kind, "OK" | "NO" | "BYE"), "{reply}");
            let (before, after) = text.split_once('"').unwrap();
            let code = before.trim_end();
            assert!(code.is_empty() || code.starts_with('(') && code.ends_with(')'));
            assert!(
                after.ends_with('"') && after.matches('"').count() == 1,
                "{reply}"
            );
            assert!(reply.is_ascii() && reply.len() <= 100);
        }
    }

    #[test]
    fn errors_have_the_codes_of_rfc_5804() {
        for (error, begin) in [
            (Error::from(Refused::Credentials), "NO \"Auth"),
            (Unusable::Binding.into(), "NO \"Auth"),
            (Unusable::Mechanism.into(), "NO \"Mech"),
            (Unusable::ClearText.into(), "NO (ENCRYPT-NEEDED) \""),
            (Unavailable::Store.into(), "NO (TRYLATER) \""),
            (Unavailable::Randomness.into(), "NO (TRYLATER) \""),
            (Violation::Nonce.into(), "NO \"That is not under"),
            (Malformed::Base64.into(), "NO \"That is not base64"),
        ] {
            assert!(refusal(error).starts_with(begin), "{error:?}");
        }
    }

    #[test]
    fn disabled_and_wrong_are_the_same_octets() {
        let wrong = refusal(Refused::Credentials.into());
        for other in [Refused::Disabled, Refused::Expired, Refused::NotPermitted] {
            assert_eq!(refusal(other.into()), wrong);
        }
    }

    #[test]
    fn a_tag_comes_back_only_if_it_is_harmless() {
        assert_eq!(&*noop(b""), b"OK (TAG \"\") \"Done\"\r\n");
        assert_eq!(&*noop(b"a\"\\"), b"OK (TAG \"a\\\"\\\\\") \"Done\"\r\n");
        for tag in [
            &b"a\r\nOK"[..],
            b"\0",
            b"\x1b[2J",
            b"\x7f",
            b"\xc3\xa4",
            b"\xff",
        ] {
            assert!(noop(tag).starts_with(b"NO "), "{tag:?}");
        }
    }

    #[test]
    fn an_implementation_cannot_end_its_string() {
        assert_eq!(&*implementation("a\"b\\ c\r\n\u{fc}1.0"), "ab c1.0");
    }
}
