//! What a client hears: lines that matter, and the many that do not.

use alloc::string::String;

use sasl_core::{Malformed, MechanismName, Offer, Secret, mechanism_name};

use super::authenticate::Pieces;
use super::message::Message;
use crate::names;

/// Octets of the longest line, without its end: tags and the rest (message-tags).
pub(super) const LINE: usize = 8191 + 510;

/// What a server says.
#[derive(Debug)]
pub enum Said {
    /// With what wants to come back.
    Ping(Secret),
    /// A list of capabilities, whole or with more to come.
    Listed {
        list: Secret,
        more: bool,
    },
    /// More capabilities than were listed.
    New(Secret),
    /// Capabilities that are gone.
    Gone(Secret),
    /// Capabilities that were requested and can be used.
    Acknowledged(Secret),
    /// Capabilities that were requested and cannot be used.
    Denied,
    Challenge(Result<Secret, Malformed>),
    /// A numeric that matters here, with its text.
    Numeric(u16, String),
    /// The end of the connection, with the server's words.
    Error(String),
}

/// What was heard of a session.
#[derive(Debug, Default)]
pub(super) struct Heard {
    lines: u32,
    pieces: Pieces,
}

impl Heard {
    /// The most lines, whatever they say. Real servers have a dozen notices.
    const LINES: u32 = 1000;

    /// Takes one more line, and says what it means if it means anything.
    pub(super) fn line(&mut self, line: &Secret) -> Result<Option<Said>, Malformed> {
        self.lines = self.lines.saturating_add(1);
        if self.lines > Self::LINES {
            return Err(Malformed::TooLong);
        }
        // RFC 2812 §2.3.1: "empty messages are silently ignored".
        if line.is_empty() {
            return Ok(None);
        }
        let message = Message::parse(line.expose()).ok_or(Malformed::Line)?;
        let last = || Secret::from(message.last());
        Ok(if message.is("AUTHENTICATE") {
            let piece = message.params().first().copied();
            let whole = self.pieces.push(piece.unwrap_or_default());
            whole.map(Said::Challenge)
        } else if message.is("PING") {
            Some(Said::Ping(last()))
        } else if message.is("CAP") {
            capabilities(&message)
        } else if message.is("ERROR") {
            Some(Said::Error(text(&message)))
        } else {
            let numeric = message.numeric().filter(|code| matters(*code, &message));
            numeric.map(|code| Said::Numeric(code, text(&message)))
        })
    }
}

/// Whether a line, by itself, is an answer to something that a client said.
pub(super) fn is_answer(line: &[u8]) -> bool {
    Message::parse(line).is_some_and(|message| {
        let is_cap = || match capabilities(&message) {
            None | Some(Said::New(_) | Said::Gone(_)) => false,
            Some(_) => true,
        };
        message.is("AUTHENTICATE")
            || message.is("CAP") && is_cap()
            || message
                .numeric()
                .is_some_and(|code| matters(code, &message))
    })
}

/// ```abnf
/// cap = "CAP" SP nick SP subcommand [SP "*"] SP ":" [ capability *( SP capability ) ] CRLF
/// ```
/// (capability-negotiation.)
fn capabilities(message: &Message<'_>) -> Option<Said> {
    let (_, rest) = message.params().split_first()?;
    let (subcommand, rest) = rest.split_first()?;
    let is = |name: &str| subcommand.eq_ignore_ascii_case(name.as_bytes());
    let list = Secret::from(rest.last().copied().unwrap_or_default());
    match () {
        () if is("LS") => Some(Said::Listed {
            list,
            more: matches!(rest, [b"*", _, ..]),
        }),
        () if is("NEW") => Some(Said::New(list)),
        () if is("DEL") => Some(Said::Gone(list)),
        () if is("ACK") => Some(Said::Acknowledged(list)),
        () if is("NAK") => Some(Said::Denied),
        () => None,
    }
}

/// Whether a numeric says something about a login.
fn matters(code: u16, message: &Message<'_>) -> bool {
    match code {
        // The client is registered, and was not logged in.
        1 => true,
        // No such command: one of ours.
        421 => message.params().iter().any(|param| {
            [&b"CAP"[..], b"AUTHENTICATE", b"STARTTLS"]
                .iter()
                .any(|command| param.eq_ignore_ascii_case(command))
        }),
        // RFC 2812 §5.2: not registered; no such subcommand of CAP.
        410 | 451 => true,
        // The tls extension.
        670 | 691 => true,
        // sasl-3.1. 900 and 901 tell of the account, and are not the outcome.
        902..=908 => true,
        _ => false,
    }
}

/// The server's words, unproven. Of a list of mechanisms that is the list.
fn text(message: &Message<'_>) -> String {
    let words = match (message.numeric(), message.params()) {
        (Some(908), [_, list, ..]) => list,
        _ => message.last(),
    };
    String::from_utf8_lossy(words).into_owned()
}

/// The capabilities of a server, as far as they matter here.
#[derive(Debug, Default)]
pub(super) struct Capabilities {
    sasl: Option<Offer>,
    tls: bool,
}

impl Capabilities {
    /// What may be tried where `sasl` has no value, as with all servers before sasl-3.2: the two that networks have.
    const UNLISTED: [MechanismName; 2] = [mechanism_name!("EXTERNAL"), mechanism_name!("PLAIN")];

    /// Takes what is listed, or new. What comes last counts.
    pub(super) fn add(&mut self, list: &Secret) {
        for capability in words(list) {
            match capability {
                b"tls" => self.tls = true,
                b"sasl" => self.sasl = Some(Self::UNLISTED.into_iter().collect()),
                _ => {
                    if let Some(value) = capability.strip_prefix(b"sasl=") {
                        // sasl-3.2: "a comma-separated list".
                        let offer = names::offer(value.split(|octet| *octet == b','));
                        self.sasl = Some(offer);
                    }
                }
            }
        }
    }

    /// Takes back what is gone.
    pub(super) fn remove(&mut self, list: &Secret) {
        if has_sasl(list) {
            self.sasl = None;
        }
    }

    pub(super) fn offers_starttls(&self) -> bool {
        self.tls
    }

    /// The mechanisms, if there is any logging in.
    pub(super) fn offer(&self) -> Option<&Offer> {
        self.sasl.as_ref()
    }
}

/// Whether `sasl` is in a list. Names are case-sensitive.
pub(super) fn has_sasl(list: &Secret) -> bool {
    words(list).any(|word| word == b"sasl")
}

fn words(list: &Secret) -> impl Iterator<Item = &[u8]> {
    list.expose().split(|octet| *octet == b' ')
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::vec::Vec;

    fn offer(lists: &[&str]) -> Option<String> {
        let mut capabilities = Capabilities::default();
        for list in lists {
            capabilities.add(&Secret::from(*list));
        }
        let names = capabilities.offer()?.mechanisms().iter();
        let names: Vec<_> = names.map(|name| format!("{name}")).collect();
        Some(names.join(" "))
    }

    #[test]
    fn offers_are_read_from_values() {
        assert_eq!(
            offer(&["a=b sasl=plain,X-A,,n\u{e4}me,PLAIN "]).as_deref(),
            Some("PLAIN X-A")
        );
        assert_eq!(
            offer(&["sasl=X-A", "b", "sasl=X-B"]).as_deref(),
            Some("X-B")
        );
        assert_eq!(offer(&["sasl"]).as_deref(), Some("EXTERNAL PLAIN"));
        assert_eq!(offer(&["sasl="]).as_deref(), Some(""));
        for none in [
            "",
            "SASL=PLAIN",
            "saslx=PLAIN",
            "draft/sasl=PLAIN",
            "-sasl",
            "tls",
        ] {
            assert_eq!(offer(&[none]), None, "{none}");
        }
    }

    #[test]
    fn lines_that_do_not_matter_have_a_limit() {
        let mut heard = Heard::default();
        let notice = Secret::from(":a NOTICE * :*** Looking up your hostname");
        for _ in 0..1000 {
            assert!(matches!(heard.line(&notice), Ok(None)));
        }
        assert!(matches!(heard.line(&notice), Err(Malformed::TooLong)));
    }

    #[test]
    fn what_does_not_matter_is_nothing() {
        let mut heard = Heard::default();
        for line in [
            "",
            ":a 020 * :Please wait",
            ":a 433 * user :Nickname is already in use",
            ":a 421 * NONSENSE :Unknown command",
            ":a 900 u u!u@h u :You are now logged in as u",
            ":a CAP * LIST :sasl",
            "CAP *",
            "CAP",
            "PONG a",
            "SUCCESS 903",
        ] {
            let said = heard.line(&Secret::from(line));
            assert!(matches!(said, Ok(None)), "{line}: {said:?}");
        }
    }
}
