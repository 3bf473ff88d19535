//! `--verbose`: what passes, on standard error, the secrets left out.

use anstream::eprintln;
use sasl::MechanismName;

use super::framed::Passed;
use super::record::{Record, Sender};
use super::words::Hidden;
use crate::redact;

/// The lines of a conversation as they pass, if anybody wants to see them.
pub(crate) struct Dialogue {
    shown: bool,
    record: Record,
    mechanism: Option<MechanismName>,
    /// Messages of the record that were shown.
    seen: usize,
    /// The client has sent a message.
    spoke: bool,
    /// The beginning of a line of the server's: half a secret would not be found in it.
    half: Vec<u8>,
}

/// Octets of a line that are kept at most; of a longer one the rest is not shown.
const LINE: usize = 16 * 1024;

impl Dialogue {
    pub(crate) fn new(shown: bool, record: Record) -> Self {
        Self {
            shown,
            record,
            mechanism: None,
            seen: 0,
            spoke: false,
            half: Vec::new(),
        }
    }

    pub(crate) fn note(&self, text: &str) {
        if self.shown {
            eprintln!("-- {text}");
        }
    }

    /// From here on lines of the client have messages in them.
    pub(crate) fn begin(&mut self, mechanism: Option<MechanismName>) {
        self.mechanism = mechanism;
        if let Some(mechanism) = mechanism {
            self.note(&format!("by {mechanism}"));
        }
    }

    /// What the client sends.
    pub(crate) fn client(&mut self, octets: &[u8], hidden: &Hidden) {
        if !self.shown {
            return;
        }
        let text = String::from_utf8_lossy(octets);
        for line in text.lines() {
            match self.mechanism {
                None => eprintln!("C: {}", line.escape_debug()),
                Some(mechanism) => eprintln!("C: {}", command(line, mechanism)),
            }
        }
        self.messages(&[Sender::Server, Sender::Client], hidden);
    }

    /// What the server sends.
    pub(crate) fn server(&mut self, octets: &[u8], hidden: &Hidden) {
        if !self.shown {
            return;
        }
        for part in octets.split_inclusive(|octet| *octet == b'\n') {
            let room = LINE.saturating_sub(self.half.len());
            self.half.extend(part.iter().take(room));
            if part.ends_with(b"\n") {
                self.end_line(hidden);
            }
        }
        // No octets at all are the end of the connection.
        if octets.is_empty() {
            self.end_line(hidden);
        }
    }

    fn end_line(&mut self, hidden: &Hidden) {
        let line = hidden.clean(&self.half);
        if !line.is_empty() {
            eprintln!("S: {line}");
        }
        self.half.clear();
    }

    /// What passed in a protocol that is none of lines.
    pub(crate) fn passed(&mut self, passed: &[Passed], hidden: &Hidden) {
        for Passed { sender, text } in passed {
            let text = hidden.clean(text.as_bytes());
            match sender {
                _ if !self.shown => {}
                Sender::Client => {
                    eprintln!("C: {text}");
                    self.messages(&[Sender::Server, Sender::Client], hidden);
                }
                Sender::Server => {
                    eprintln!("S: {text}");
                    self.messages(&[Sender::Server], hidden);
                }
            }
        }
    }

    /// The challenges that were found in what the server sent.
    pub(crate) fn challenges(&mut self, hidden: &Hidden) {
        self.messages(&[Sender::Server], hidden);
    }

    /// The messages that have passed since, taken apart, as long as they are one of these's.
    fn messages(&mut self, whose: &[Sender], hidden: &Hidden) {
        let (true, Some(mechanism)) = (self.shown, self.mechanism) else {
            return;
        };
        let messages = self.record.messages();
        let new = messages.iter().skip(self.seen);
        for message in new.take_while(|message| whose.contains(&message.sender)) {
            self.seen = self.seen.saturating_add(1);
            let octets = message.octets.expose();
            match message.sender {
                Sender::Client => {
                    let said = redact::message(mechanism.as_str(), !self.spoke, octets);
                    self.spoke = true;
                    eprintln!("   client: {said}");
                }
                Sender::Server => {
                    eprintln!("   server: {}", redact::challenge(&hidden.strip(octets)));
                }
            }
        }
    }
}

/// A line of the client with what is known to be no message; all else is only counted.
fn command(line: &str, mechanism: MechanismName) -> String {
    let mut behind_command = false;
    let words = line.split(' ').enumerate().map(|(at, word)| {
        let name = word.trim_matches('"');
        let is_command =
            name.eq_ignore_ascii_case("AUTH") || name.eq_ignore_ascii_case("AUTHENTICATE");
        // A tag of IMAP's stands before its command.
        let is_tag = at == 0 && line.to_ascii_uppercase().contains(" AUTHENTICATE ");
        let is_name = behind_command && mechanism == *name;
        behind_command |= is_command;
        match word {
            "" | "=" | "*" | "+" => word.to_owned(),
            _ if is_command || is_tag || is_name => word.to_owned(),
            _ => format!("<{} characters>", word.len()),
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_counted_and_not_shown() {
        let plain = MechanismName::parse("PLAIN").unwrap();
        for (line, shown) in [
            ("AUTH PLAIN AHVzZXIAYzRuNHJ5", "AUTH PLAIN <16 characters>"),
            ("AUTH PLAIN =", "AUTH PLAIN ="),
            (
                "a1 AUTHENTICATE PLAIN YzRu",
                "a1 AUTHENTICATE PLAIN <4 characters>",
            ),
            (
                "AUTHENTICATE \"PLAIN\" \"YzRu\"",
                "AUTHENTICATE \"PLAIN\" <6 characters>",
            ),
            ("YzRuNHJ5", "<8 characters>"),
            ("PLAIN", "<5 characters>"),
            ("*", "*"),
            ("", ""),
        ] {
            assert_eq!(command(line, plain), shown);
        }
    }
}
