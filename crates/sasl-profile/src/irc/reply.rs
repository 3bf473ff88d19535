//! What a server says: every numeric in one place.
//!
//! ```abnf
//! numeric = ":" server SP 3DIGIT SP ( nick / "*" ) *( SP middle ) SP ":" text CRLF
//! ```
//! (RFC 2812 §2.4.) Of what a client sent only a nickname, the token of a PING and the names of capabilities come back, as the
//! protocol wants it.

use alloc::string::String;

use sasl_core::{Error, MechanismName, Outcome};

use crate::wire::Wire;

/// Octets of a list in a line, beside the longest names of a server and a client.
pub(super) const LIST: usize = 360;

/// How a server and its client are called in replies.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names<'a> {
    pub(super) server: &'a str,
    /// `*` before NICK.
    pub(super) nick: &'a str,
}

impl Names<'_> {
    /// A numeric with its text, and with what stands between if anything.
    pub(super) fn numeric(self, code: &str, middle: &str, text: &str) -> Wire {
        let space = if middle.is_empty() { "" } else { " " };
        joined(&[
            ":",
            self.server,
            " ",
            code,
            " ",
            self.nick,
            space,
            middle,
            " :",
            text,
        ])
    }

    /// An answer to CAP.
    pub(super) fn cap(self, subcommand: &str, list: &str) -> Wire {
        joined(&[
            ":",
            self.server,
            " CAP ",
            self.nick,
            " ",
            subcommand,
            " :",
            list,
        ])
    }

    /// RFC 2812 §3.7.3.
    pub(super) fn pong(self, token: &str) -> Wire {
        joined(&[":", self.server, " PONG ", self.server, " :", token])
    }

    /// The client is in: sasl-3.1 has 900 tell of the account, and 903 of the success. The account is a parameter, and what
    /// cannot stand in one is a question mark.
    pub(super) fn success(self, account: &str) -> Wire {
        let account = parameter(account);
        let mask = [self.nick, "!*@*"].concat();
        let text = ["You are now logged in as ", &account].concat();
        let mut wire = self.numeric("900", &[&mask, " ", &*account].concat(), &text);
        wire.push(&self.numeric("903", "", "SASL authentication successful"));
        wire
    }

    /// What a client hears about a failed attempt. 902 would tell who tries passwords that this is the right one, of an
    /// account that is locked: it is not sent.
    pub(super) fn refusal(self, error: Error, mechanisms: &[MechanismName]) -> Wire {
        let failed = |text: &str| self.numeric("904", "", text);
        match error.outcome() {
            Outcome::TooLong => self.numeric("905", "", "SASL message too long"),
            Outcome::Aborted => self.numeric("906", "", ABORTED),
            Outcome::InvalidMechanism => {
                let mut wire = Wire::default();
                let names = list(mechanisms.iter().map(MechanismName::as_str), ",", LIST);
                if !names.is_empty() {
                    wire = self.numeric("908", &names, "are available SASL mechanisms");
                }
                wire.push(&failed("SASL mechanism not available"));
                wire
            }
            Outcome::EncryptionRequired => failed("SASL mechanism requires encryption"),
            Outcome::TemporaryFailure => failed("SASL authentication temporarily unavailable"),
            Outcome::IncorrectEncoding | Outcome::Malformed => {
                failed("SASL message not understood")
            }
            Outcome::NotAuthorized | Outcome::AccountDisabled | Outcome::CredentialsExpired => {
                failed(FAILED)
            }
            _ => failed(FAILED),
        }
    }
}

/// The text of 904.
const FAILED: &str = "SASL authentication failed";
/// The text of 906.
pub(super) const ABORTED: &str = "SASL authentication aborted";

/// The last words of a server (RFC 2812 §3.7.4).
pub(super) fn error(text: &str) -> Wire {
    joined(&["ERROR :", text])
}

/// Words with something between them, as many as fit.
pub(super) fn list<'a>(
    words: impl IntoIterator<Item = &'a str>,
    between: &str,
    limit: usize,
) -> String {
    let mut list = String::new();
    for word in words {
        let space = if list.is_empty() { "" } else { between };
        let len = list.len().saturating_add(space.len());
        if len.saturating_add(word.len()) > limit {
            break;
        }
        list.push_str(space);
        list.push_str(word);
    }
    list
}

/// A parameter that ends neither itself nor its line.
fn parameter(text: &str) -> String {
    let mut parameter = String::new();
    for c in text.chars() {
        let ends = c.is_control() || c.is_whitespace() || c == ':' && parameter.is_empty();
        let c = if ends { '?' } else { c };
        if parameter.len().saturating_add(c.len_utf8()) > 64 {
            break;
        }
        parameter.push(c);
    }
    if parameter.is_empty() {
        parameter.push('?');
    }
    parameter
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
    use sasl_core::{Malformed, Refused, Unavailable, Unusable, Violation, mechanism_name};

    const NAMES: Names<'_> = Names {
        server: "a",
        nick: "*",
    };

    fn refusal(error: impl Into<Error>) -> String {
        let names = [mechanism_name!("X-A"), mechanism_name!("X-B")];
        String::from_utf8(NAMES.refusal(error.into(), &names).to_vec()).unwrap()
    }

    #[test]
    fn errors_have_the_numerics_of_sasl_3_1() {
        for (error, numeric) in [
            (Refused::Credentials.into(), "904"),
            (Refused::NotPermitted.into(), "904"),
            (Unusable::Binding.into(), "904"),
            (Unusable::ClearText.into(), "904"),
            (Unavailable::Store.into(), "904"),
            (Violation::Nonce.into(), "904"),
            (Malformed::Base64.into(), "904"),
            (Malformed::TooLong.into(), "905"),
            (Error::Cancelled, "906"),
        ] {
            let said = refusal(error);
            assert!(
                said.starts_with(&[":a ", numeric, " * :"].concat()),
                "{said}"
            );
        }
        assert_eq!(
            refusal(Unusable::Mechanism),
            ":a 908 * X-A,X-B :are available SASL mechanisms\r\n:a 904 * :SASL mechanism not available\r\n"
        );
    }

    #[test]
    fn disabled_and_wrong_are_the_same_octets() {
        let wrong = refusal(Refused::Credentials);
        for other in [Refused::Disabled, Refused::Expired, Refused::NotPermitted] {
            assert_eq!(refusal(other), wrong);
        }
    }

    #[test]
    fn an_account_is_one_parameter() {
        for (account, clean) in [
            ("a\r\nQUIT", "a??QUIT"),
            ("a b\0c", "a?b?c"),
            (":x:", "?x:"),
            ("", "?"),
            ("j\u{fc}rgen", "j\u{fc}rgen"),
        ] {
            assert_eq!(parameter(account), clean, "{account:?}");
        }
        assert_eq!(parameter(&"\u{fc}".repeat(40)).len(), 64);
    }

    #[test]
    fn every_line_fits() {
        let names = Names {
            server: &"s".repeat(63),
            nick: &"n".repeat(30),
        };
        let many = [mechanism_name!("ABCDEFGHIJKLMNOPQRST"); 128];
        for wire in [
            names.success(&"a".repeat(1000)),
            names.refusal(Unusable::Mechanism.into(), &many),
            names.cap("LS", &"x".repeat(LIST)),
            names.pong(&"x".repeat(LIST)),
        ] {
            let text = core::str::from_utf8(&wire).unwrap();
            assert!(text.split_inclusive("\r\n").all(|line| line.len() <= 512));
        }
    }
}
