//! The one place where what a peer sent becomes text that is shown.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::explanation::Attribute;

/// The most characters of one value that are shown.
const MAX: usize = 1024;

/// Text without control characters, and not too much of it. Nothing in it can move a cursor, end a line, or turn the direction
/// of what stands beside it.
pub(crate) fn text(text: &str) -> String {
    let mut shown = String::new();
    let mut characters = text.chars();
    for character in characters.by_ref().take(MAX) {
        match character {
            '"' | '\'' => shown.push(character),
            other => shown.extend(other.escape_debug()),
        }
    }
    match characters.count() {
        0 => shown,
        more => format!("{shown}… ({more} more)"),
    }
}

/// Octets as text where they are, and else in hex.
pub(crate) fn octets(octets: &[u8]) -> String {
    match str::from_utf8(octets) {
        Ok(utf8) => text(utf8),
        Err(_) => hex(octets),
    }
}

/// Octets in hex.
pub(crate) fn hex(octets: &[u8]) -> String {
    let mut shown: String = octets
        .iter()
        .take(MAX / 2)
        .map(|octet| format!("{octet:02x}"))
        .collect();
    if octets.len() > MAX / 2 {
        shown.push('…');
    }
    shown
}

pub(crate) fn count(octets: usize) -> String {
    match octets {
        1 => "1 octet".into(),
        more => format!("{more} octets"),
    }
}

/// A name that is one, for labels; anything else is described and not shown.
pub(crate) fn name(name: &str) -> Option<&str> {
    sasl_core::MechanismName::parse(name).ok().map(|_| name)
}

/// What may be shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Show {
    pub(crate) secrets: bool,
}

impl Show {
    /// A secret, or how long it is.
    pub(crate) fn secret(self, secret: &[u8]) -> String {
        if !self.secrets {
            return format!("redacted, {}", count(secret.len()));
        }
        match str::from_utf8(secret) {
            Ok(utf8) => text(utf8),
            Err(_) => STANDARD.encode(secret.get(..MAX).unwrap_or(secret)),
        }
    }

    /// A secret within a message that is shown whole.
    pub(crate) fn within(self, secret: &[u8]) -> String {
        if self.secrets {
            self.secret(secret)
        } else {
            format!("({})", self.secret(secret))
        }
    }

    pub(crate) fn hidden(self, name: &str, secret: &[u8], meaning: &str) -> Attribute {
        Attribute {
            name: name.into(),
            value: self.secret(secret),
            redacted: !self.secrets,
            meaning: meaning.into(),
        }
    }
}

/// A part that is no secret; its name and value are escaped here.
pub(crate) fn attribute(name: &str, value: &str, meaning: impl Into<String>) -> Attribute {
    Attribute {
        name: text(name),
        value: text(value),
        redacted: false,
        meaning: meaning.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_reaches_the_terminal_as_a_command() {
        for hostile in [
            "\x1b[2J",
            "a\rb",
            "a\nb",
            "\0",
            "\u{9b}31m",
            "\u{202e}abc",
            "\u{2066}x",
            "\u{7f}",
            "\u{2028}",
            "\u{feff}",
        ] {
            let shown = text(hostile);
            assert!(
                shown.chars().all(|c| c.is_ascii_graphic() || c == ' '),
                "{shown}"
            );
        }
        assert_eq!(text("{\"a\": 'ü'}"), "{\"a\": 'ü'}");
    }

    #[test]
    fn long_texts_are_cut() {
        let shown = text(&"x".repeat(100_000));
        assert!(shown.len() < MAX + 40 && shown.ends_with("(98976 more)"));
        assert!(hex(&[0; 100_000]).len() < MAX + 40);
    }

    #[test]
    fn a_secret_is_counted() {
        let show = Show { secrets: false };
        assert_eq!(show.secret(b"canary"), "redacted, 6 octets");
        assert_eq!(Show { secrets: true }.secret(b"canary"), "canary");
    }
}
