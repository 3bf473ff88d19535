//! What a client hears: responses, read.

use alloc::string::String;
use core::str;

use sasl_core::{Malformed, Offer, Secret};

use crate::mail::{BASE64, split};
use crate::names;

/// Octets of the longest response line, without its end: a challenge.
pub(super) const LINE: usize = "+ ".len() + BASE64;

/// A response.
///
/// ```abnf
/// response-tagged = tag SP ( "OK" / "NO" / "BAD" ) SP resp-text CRLF
/// response-data   = "*" SP ( resp-cond-state / resp-cond-bye / capability-data / … ) CRLF
/// continue-req    = "+" SP ( resp-text / base64 ) CRLF
/// ```
/// (RFC 3501 §9, RFC 9051 §9.)
#[derive(Debug)]
pub enum Said {
    /// What stands behind the `+`. Servers are known to leave the space out when that is nothing.
    Continue(Secret),
    /// Of the connection, and not of a command; in the greeting too.
    State(Condition, Text),
    Capabilities(Capabilities),
    /// Whatever else a server may say at any time (RFC 3501 §7).
    Data,
    /// The end of a command; whether of the one that was sent last is known by its tag.
    End {
        ours: bool,
        condition: Condition,
        text: Text,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    Ok,
    No,
    Bad,
    PreAuth,
    Bye,
}

/// ```abnf
/// resp-text = ["[" resp-text-code "]" SP] text
/// ```
/// (RFC 3501 §9.) The server's own words, unproven, and not always the ASCII that the grammar asks for.
#[derive(Debug)]
pub struct Text(Secret);

/// ```abnf
/// capability-data = "CAPABILITY" *(SP capability) SP "IMAP4rev1" *(SP capability)
/// capability      = ("AUTH=" auth-type) / atom
/// ```
/// (RFC 3501 §9.)
#[derive(Debug, Default)]
pub struct Capabilities(Secret);

/// How much was said since the last command or response.
#[derive(Debug, Default)]
pub(super) struct Heard {
    responses: usize,
    octets: usize,
}

impl Heard {
    /// The most responses before the one that is waited for; real servers have one or two.
    const RESPONSES: usize = 256;
    /// The most octets of them.
    const OCTETS: usize = 64 * 1024;

    /// Takes one response. `tag` is that of the command that was sent last.
    pub(super) fn line(&mut self, line: &[u8], tag: &str) -> Result<Said, Malformed> {
        let said = Said::parse(line, tag).ok_or(Malformed::Line)?;
        match said {
            Said::Continue(_) | Said::End { .. } => *self = Self::default(),
            Said::State(..) | Said::Capabilities(_) | Said::Data => {
                self.responses = self.responses.saturating_add(1);
                self.octets = self.octets.saturating_add(line.len());
            }
        }
        if self.responses > Self::RESPONSES || self.octets > Self::OCTETS {
            return Err(Malformed::TooLong);
        }
        Ok(said)
    }
}

impl Said {
    fn parse(line: &[u8], tag: &str) -> Option<Self> {
        match line {
            b"+" => Some(Self::Continue(Secret::default())),
            [b'+', b' ', text @ ..] => Some(Self::Continue(Secret::from(text))),
            [b'*', b' ', text @ ..] => Self::untagged(text),
            _ => {
                let (theirs, rest) = split(line);
                let (word, text) = split(rest);
                let condition = Condition::parse(word).filter(|condition| condition.ends())?;
                Some(Self::End {
                    ours: theirs == tag.as_bytes(),
                    condition,
                    text: Text(Secret::from(text)),
                })
            }
        }
    }

    fn untagged(text: &[u8]) -> Option<Self> {
        let (word, rest) = split(text);
        if word.is_empty() {
            return None;
        }
        if let Some(condition) = Condition::parse(word) {
            return Some(Self::State(condition, Text(Secret::from(rest))));
        }
        Some(Capabilities::parse(text).map_or(Self::Data, Self::Capabilities))
    }
}

impl Condition {
    fn parse(word: &[u8]) -> Option<Self> {
        let is = |name: &str| word.eq_ignore_ascii_case(name.as_bytes());
        match () {
            () if is("OK") => Some(Self::Ok),
            () if is("NO") => Some(Self::No),
            () if is("BAD") => Some(Self::Bad),
            () if is("PREAUTH") => Some(Self::PreAuth),
            () if is("BYE") => Some(Self::Bye),
            () => None,
        }
    }

    /// Whether it can be the end of a command.
    fn ends(self) -> bool {
        matches!(self, Self::Ok | Self::No | Self::Bad)
    }
}

impl Text {
    /// The response code, without its brackets.
    fn code(&self) -> Option<&[u8]> {
        let rest = self.0.expose().strip_prefix(b"[")?;
        let end = rest.iter().position(|octet| *octet == b']')?;
        rest.get(..end)
    }

    /// Whether the response code is this one.
    pub(super) fn has_code(&self, name: &str) -> bool {
        self.code()
            .is_some_and(|code| split(code).0.eq_ignore_ascii_case(name.as_bytes()))
    }

    /// The capabilities in the response code.
    pub(super) fn capabilities(&self) -> Option<Capabilities> {
        Capabilities::parse(self.code()?)
    }

    /// All of it, to be shown with care; a failure keeps the beginning of it.
    pub(super) fn said(&self) -> String {
        String::from_utf8_lossy(self.0.expose()).into_owned()
    }
}

impl Capabilities {
    fn parse(text: &[u8]) -> Option<Self> {
        let (word, list) = split(text);
        word.eq_ignore_ascii_case(b"CAPABILITY")
            .then(|| Self(Secret::from(list)))
    }

    fn names(&self) -> impl Iterator<Item = &[u8]> {
        self.0.expose().split(|octet| *octet == b' ')
    }

    fn has(&self, other: &str) -> bool {
        self.names()
            .any(|name| name.eq_ignore_ascii_case(other.as_bytes()))
    }

    pub(super) fn offers_starttls(&self) -> bool {
        self.has("STARTTLS")
    }

    /// Whether AUTHENTICATE takes an initial response: an extension (RFC 4959 §3) that later became a part of IMAP
    /// (RFC 9051 appendix E).
    pub(super) fn takes_initial_response(&self) -> bool {
        self.has("SASL-IR") || self.has("IMAP4rev2")
    }

    /// The mechanisms, in the server's order.
    pub(super) fn offer(&self) -> Offer {
        names::offer(self.names().filter_map(|name| {
            let (prefix, mechanism) = name.split_at_checked("AUTH=".len())?;
            prefix.eq_ignore_ascii_case(b"AUTH=").then_some(mechanism)
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::vec::Vec;
    use sasl_core::MechanismName;

    fn hear(line: &str) -> Result<Said, Malformed> {
        Heard::default().line(line.as_bytes(), "A1")
    }

    #[test]
    fn what_is_no_response_is_refused() {
        for line in [
            "",
            " ",
            "*",
            "* ",
            "*  OK",
            "*OK hi",
            "+OK",
            "+AAAA",
            "A1",
            "A1 ",
            "A1OK",
            "A1  OK",
            "A1 OKAY",
            "A1 PREAUTH in",
            "A1 BYE out",
            "A1 CAPABILITY IMAP4rev1",
            "OK",
            "220 mail ESMTP",
            "HTTP/1.1 400 Bad Request",
        ] {
            assert!(matches!(hear(line), Err(Malformed::Line)), "{line:?}");
        }
    }

    #[test]
    fn a_tag_is_compared_to_the_octet() {
        let ours = |line: &str| match hear(line).unwrap() {
            Said::End { ours, .. } => ours,
            other => panic!("{other:?}"),
        };
        assert!(ours("A1 OK"));
        assert!(ours("A1 ok [X] done"));
        for other in ["a1", "A01", "A11", "A", "B1", "A2", "A1\t", "", "A1*"] {
            assert!(!ours(&format!("{other} OK done")), "{other:?}");
        }
    }

    #[test]
    fn what_is_not_waited_for_has_its_limits() {
        let mut heard = Heard::default();
        for _ in 0..256 {
            assert!(heard.line(b"* OK still here", "A1").is_ok());
        }
        let last = heard.line(b"* OK still here", "A1");
        assert!(matches!(last, Err(Malformed::TooLong)));

        let long = format!("* LIST {}", "x".repeat(12_000));
        let mut heard = Heard::default();
        for _ in 0..5 {
            assert!(heard.line(long.as_bytes(), "A1").is_ok());
        }
        assert!(heard.line(b"A1 OK done", "A1").is_ok());
        for _ in 0..5 {
            assert!(heard.line(long.as_bytes(), "A2").is_ok());
        }
        let last = heard.line(long.as_bytes(), "A2");
        assert!(matches!(last, Err(Malformed::TooLong)));
    }

    fn capabilities(line: &str) -> Capabilities {
        match hear(line).unwrap() {
            Said::Capabilities(capabilities) => capabilities,
            Said::State(_, text) | Said::End { text, .. } => text.capabilities().unwrap(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn capabilities_are_read_in_every_place() {
        for line in [
            "* CAPABILITY IMAP4rev1 auth=plain SASL-IR AUTH=Scram-Sha-1 AUTH=PLAIN Auth=",
            "* capability AUTH=PLAIN sasl-ir  AUTH=SCRAM-SHA-1 AUTH=n\u{e4}me AUTH",
            "* OK [CAPABILITY AUTH=PLAIN SASL-IR AUTH=SCRAM-SHA-1] AUTH=X-TEXT",
            "A1 OK [Capability AUTH=PLAIN IMAP4rev2 AUTH=SCRAM-SHA-1] done",
        ] {
            let read = capabilities(line);
            let offer = read.offer();
            let names: Vec<_> = offer
                .mechanisms()
                .iter()
                .map(MechanismName::as_str)
                .collect();
            assert_eq!(names, ["PLAIN", "SCRAM-SHA-1"], "{line}");
            assert!(read.takes_initial_response() && !read.offers_starttls());
        }
        assert!(capabilities("* CAPABILITY starttls").offers_starttls());
        let none = capabilities("* CAPABILITY STARTTLSX XSTARTTLS SASL-IRX AUTHPLAIN AUTH=");
        assert!(!none.offers_starttls() && !none.takes_initial_response());
        assert!(none.offer().mechanisms().is_empty());
        for line in ["* OK [CAPABILITYX A] b", "* OK [CAPABILITY A", "* OK hi"] {
            match hear(line).unwrap() {
                Said::State(_, text) => assert!(text.capabilities().is_none(), "{line}"),
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn codes_are_words() {
        let text = |text: &str| Text(Secret::from(text));
        assert!(text("[UNAVAILABLE] later").has_code("UNAVAILABLE"));
        assert!(text("[unavailable now]").has_code("UNAVAILABLE"));
        for other in [
            "UNAVAILABLE",
            "[UNAVAILABLE",
            "[UNAVAILABLEX] a",
            " [UNAVAILABLE]",
            "",
        ] {
            assert!(!text(other).has_code("UNAVAILABLE"), "{other}");
        }
    }
}
