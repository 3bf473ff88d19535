//! What a server says: every response in one place.
//!
//! ```abnf
//! response-tagged = tag SP ( "OK" / "NO" / "BAD" ) SP resp-text CRLF
//! response-data   = "*" SP ( resp-cond-state / resp-cond-bye / capability-data / … ) CRLF
//! continue-req    = "+" SP ( resp-text / base64 ) CRLF
//! resp-text       = ["[" resp-text-code "]" SP] text
//! ```
//! (RFC 3501 §9.) Nothing that a client sent is in any of them but a tag.

use alloc::string::String;

use sasl_core::{Error, Outcome, Violation};

use crate::base64;
use crate::server::Scene;
use crate::wire::Wire;

/// RFC 3501 §6.2.2 wants the capabilities in or before it, if they changed.
pub(super) const LOGGED_IN: &str = "Logged in";
/// RFC 3501 §6.1.2.
pub(super) const NOTHING: &str = "OK NOOP completed";
/// RFC 3501 §6.1.1.
pub(super) const CAPABILITY: &str = "OK CAPABILITY completed";
/// RFC 2971 §3.1.
pub(super) const ID: &str = "OK ID completed";
/// RFC 3501 §6.1.3.
pub(super) const LOGOUT: &str = "OK LOGOUT completed";
/// RFC 3501 §7.1.5, before the end of the connection.
pub(super) const LOGGING_OUT: &str = "BYE Logging out";
pub(super) const TOO_MANY_ATTEMPTS: &str = "BYE Too many failed attempts";
pub(super) const TOO_MANY_COMMANDS: &str = "BYE Too many commands";
/// The application answered what was not asked.
pub(super) const CONFUSED: &str = "BYE [SERVERBUG] Internal error";
/// With literals nobody knows where a line ends that is too long.
pub(super) const TOO_LONG: &str = "BYE Line too long";
/// RFC 3501 §2.2.
pub(super) const BAD_END: &str = "BYE Lines end with CR LF";
/// RFC 3501 §6.2.1: a client must not go on before the end of the negotiation.
pub(super) const PREMATURE: &str = "BYE Nothing may be sent behind STARTTLS";
/// RFC 3501 §7.1.3: without a tag it is for whatever command the client thinks it sent.
pub(super) const NO_TAG: &str = "BAD A command begins with a tag";
pub(super) const UNKNOWN: &str = "BAD Command not recognized";
pub(super) const ARGUMENTS: &str = "BAD Wrong arguments";
/// RFC 3501 §7.5: the answer that is no command to go on.
pub(super) const LITERAL: &str = "BAD Literals are not accepted";
/// RFC 3501 §6.2.3, with the code of RFC 5530 §3 as long as TLS can be had.
pub(super) const LOGIN_WITHOUT_TLS: &str =
    "NO [PRIVACYREQUIRED] LOGIN is disabled: begin with STARTTLS";
/// RFC 3501 §6.2.3.
pub(super) const LOGIN: &str = "NO [CANNOT] LOGIN is disabled: use AUTHENTICATE";
/// RFC 3501 §3: these commands are for another state.
pub(super) const LOGIN_FIRST: &str = "BAD Log in first";
pub(super) const ALREADY: &str = "BAD Already logged in";
pub(super) const NO_MAIL: &str = "NO [CANNOT] There is no mail here";
/// RFC 3501 §6.2.1.
pub(super) const START_TLS: &str = "OK Begin TLS negotiation now";
pub(super) const NO_TLS: &str = "BAD STARTTLS is not available";
pub(super) const TLS_IS_ACTIVE: &str = "BAD TLS is already active";

/// What a client hears about a failed attempt, behind the tag.
///
/// "NO" is for what the mechanism refuses, "BAD" for what cannot be understood or was given up (RFC 3501 §6.2.2).
pub(super) fn refusal(error: Error) -> &'static str {
    // RFC 4959 §3: an initial response where the server speaks first.
    if error == Violation::InitialResponse.into() {
        return "BAD The mechanism takes no initial response";
    }
    match error.outcome() {
        Outcome::IncorrectEncoding => "BAD That is not base64",
        Outcome::Malformed => "BAD That is not understood",
        Outcome::TooLong => "BAD Line too long",
        Outcome::Aborted => "BAD Authentication cancelled",
        Outcome::InvalidMechanism => "NO [CANNOT] Mechanism not offered",
        // RFC 5530 §3.
        Outcome::EncryptionRequired => {
            "NO [PRIVACYREQUIRED] Encryption required for this mechanism"
        }
        Outcome::TemporaryFailure => "NO [UNAVAILABLE] Temporary authentication failure",
        // A disabled or expired account is refused like a wrong password. RFC 5530 §3 has EXPIRED and CONTACTADMIN for it,
        // which would tell who tries passwords that this is the right one.
        Outcome::NotAuthorized | Outcome::AccountDisabled | Outcome::CredentialsExpired => {
            WRONG_CREDENTIALS
        }
        _ => WRONG_CREDENTIALS,
    }
}

/// RFC 5530 §3.
const WRONG_CREDENTIALS: &str = "NO [AUTHENTICATIONFAILED] Authentication credentials invalid";

/// A response with a tag. `*` is none (RFC 3501 §2.2.2).
pub(super) fn tagged(tag: &str, text: &str) -> Wire {
    joined(&[tag, " ", text])
}

/// A response without a tag, and one with it.
pub(super) fn with_data(data: &[&str], tag: &str, text: &str) -> Wire {
    let mut wire = Wire::from("* ");
    for part in data {
        wire.push(part.as_bytes());
    }
    wire.push(b"\r\n");
    wire.push(&tagged(tag, text));
    wire
}

/// `+` with a challenge. The space stands there too when it is empty (RFC 3501 §9).
pub(super) fn challenge(data: &[u8]) -> Wire {
    let mut wire = Wire::from("+ ");
    base64::encode(data, &mut wire);
    wire.end_line()
}

/// The greeting (RFC 3501 §7.1.1), with the capabilities in it: who reads them need not ask.
pub(super) fn greeting(name: &str, capabilities: &str) -> Wire {
    joined(&["* OK [", capabilities, "] ", name, " ready"])
}

/// The client is in, and what it could do before it can no more (RFC 3501 §6.2.2).
pub(super) fn success(tag: &str, capabilities: &str) -> Wire {
    joined(&[tag, " OK [", capabilities, "] ", LOGGED_IN])
}

/// The capabilities before a login (RFC 3501 §7.2.1).
pub(super) fn capabilities(scene: &Scene) -> String {
    let mut list = String::from("CAPABILITY IMAP4rev1 ID SASL-IR");
    if scene.offers_starttls() {
        list.push_str(" STARTTLS");
    }
    // RFC 3501 §6.2.3.
    list.push_str(" LOGINDISABLED");
    for name in scene.offer() {
        list.push_str(" AUTH=");
        list.push_str(name.as_str());
    }
    list
}

/// The capabilities after a login: `more` has each behind a space.
pub(super) fn capabilities_after(more: &str) -> String {
    let mut list = String::from("CAPABILITY IMAP4rev1 ID");
    list.push_str(more);
    list
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
    fn errors_have_the_codes_of_rfc_5530() {
        for (error, begin) in [
            (Refused::Credentials.into(), "NO [AUTHENTICATIONFAILED] "),
            (Unusable::Binding.into(), "NO [AUTHENTICATIONFAILED] "),
            (Unusable::Mechanism.into(), "NO [CANNOT] "),
            (Unusable::ClearText.into(), "NO [PRIVACYREQUIRED] "),
            (Unavailable::Store.into(), "NO [UNAVAILABLE] "),
            (Unavailable::Randomness.into(), "NO [UNAVAILABLE] "),
            (Violation::InitialResponse.into(), "BAD The mechanism "),
            (Violation::Nonce.into(), "BAD That is not understood"),
            (Malformed::Base64.into(), "BAD That is not base64"),
            (Malformed::Message.into(), "BAD That is not understood"),
            (Malformed::TooLong.into(), "BAD Line too long"),
            (Error::Cancelled, "BAD Authentication cancelled"),
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
}
