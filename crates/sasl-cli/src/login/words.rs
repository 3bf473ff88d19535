//! A server's own words, made fit to be shown: they are a stranger's.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sasl::Secret;

/// Characters that are shown at most.
const MOST: usize = 240;

/// What must not be shown, even when a server says it back.
#[derive(Debug, Default)]
pub(crate) struct Hidden(Vec<Secret>);

impl Hidden {
    /// A shorter needle would be found everywhere, and what is missing would tell what it is.
    const SHORTEST: usize = 4;

    /// Hides these octets, as they are and in base64.
    pub(crate) fn hide(&mut self, secret: &[u8]) {
        if secret.len() >= Self::SHORTEST {
            self.0.push(Secret::from(secret));
            self.0.push(Secret::from(STANDARD.encode(secret)));
        }
    }

    /// Hides a client's message, and of it what is worth a guess at the secret: digests and proofs, which stand in fields of their own.
    pub(crate) fn hide_message(&mut self, message: &[u8]) {
        self.hide(message);
        for field in message.split(|octet| matches!(octet, b',' | b' ' | 0 | 1)) {
            let public = [&b"r="[..], b"c=", b"n=", b"a="];
            if field.len() >= 16 && !public.iter().any(|name| field.starts_with(name)) {
                self.hide(field.strip_prefix(b"p=").unwrap_or(field));
            }
        }
    }

    /// The octets without them, and without the beginning of one at their end: more may have been cut off.
    pub(crate) fn strip(&self, octets: &[u8]) -> Vec<u8> {
        let mut shown = Vec::with_capacity(octets.len());
        let mut rest = octets;
        while let [first, others @ ..] = rest {
            let found = self
                .0
                .iter()
                .map(Secret::expose)
                .filter(|secret| rest.starts_with(secret) || is_cut(rest, secret))
                .map(|secret| secret.len().min(rest.len()))
                .max();
            match found {
                Some(len) => {
                    shown.extend_from_slice(b"(not shown)");
                    rest = rest.get(len..).unwrap_or_default();
                }
                None => {
                    shown.push(*first);
                    rest = others;
                }
            }
        }
        shown
    }

    /// One line of bounded length: secrets, control characters and what turns text around are left out.
    pub(crate) fn clean(&self, octets: &[u8]) -> String {
        let octets = self.strip(octets);
        let text = String::from_utf8_lossy(&octets);
        let mut shown = String::new();
        let words = text.split(|character: char| is_unfit(character) || character.is_whitespace());
        for word in words.filter(|word| !word.is_empty()) {
            if !shown.is_empty() {
                shown.push(' ');
            }
            match is_encoded(word) {
                true => shown.push_str(&format!("<{} characters>", word.len())),
                false => shown.push_str(word),
            }
        }
        if shown.chars().count() > MOST {
            shown = shown.chars().take(MOST).chain(['…']).collect();
        }
        shown
    }
}

/// Whether the text ends in the middle of a secret.
fn is_cut(rest: &[u8], secret: &[u8]) -> bool {
    rest.len() >= Hidden::SHORTEST && secret.starts_with(rest)
}

/// Whether it may be a message: a server's proof is worth a guess at the password for each try on one's own machine.
fn is_encoded(word: &str) -> bool {
    let word = word.trim_matches('"');
    word.len() >= 24
        && word
            .bytes()
            .all(|octet| octet.is_ascii_alphanumeric() || matches!(octet, b'+' | b'/' | b'='))
}

/// Controls, and the characters of Unicode's bidirectional algorithm and others that are not seen.
fn is_unfit(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_says_cannot_dress_the_line_up() {
        let hidden = Hidden::default();
        assert_eq!(
            hidden.clean(b"535 no\x1b[31m\r\n\x07 way\tout\0"),
            "535 no [31m way out"
        );
        assert_eq!(
            hidden.clean("a\u{202e}b\u{2066}\u{feff}c".as_bytes()),
            "a b c"
        );
        assert_eq!(hidden.clean(b"\xff ok"), "\u{fffd} ok");
        assert_eq!(hidden.clean(b""), "");
        assert_eq!(
            hidden.clean(b"334 dj1ybUY5cHFWOFM3c3VBb1pXamE0ZEpSa0ZzS1E9"),
            "334 <40 characters>"
        );
        assert_eq!(hidden.clean(&[b'.'; 100_000]).chars().count(), MOST + 1);
    }

    #[test]
    fn what_a_server_says_back_is_not_shown() {
        let mut hidden = Hidden::default();
        hidden.hide(b"c4n4ry");
        hidden.hide(b"\0user\0c4n4ry");
        hidden.hide(b"me");
        for echoed in [
            "no c4n4ry here",
            "c4n4ryc4n4ry",
            "YzRuNHJ5",
            "AHVzZXIAYzRuNHJ5",
            "\0user\0c4n4ry",
        ] {
            let shown = hidden.clean(echoed.as_bytes());
            assert!(shown.contains("(not shown)"), "{shown}");
            assert!(
                !shown.contains("c4n4ry") && !shown.contains("YzRuNHJ5"),
                "{shown}"
            );
        }
        assert_eq!(hidden.clean(b"some name"), "some name");
        assert_eq!(hidden.clean(b"no c4n4"), "no (not shown)");
        assert_eq!(hidden.clean(b"no c4n"), "no c4n");

        let mut hidden = Hidden::default();
        hidden.hide_message(b"c=biws,r=abcdefghijklmnop,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=");
        hidden.hide_message(b"user 21fed3dc2a4c9a0b5d2c7a7b2d1e0f33");
        let echoed =
            b"r=abcdefghijklmnop,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts= 21fed3dc2a4c9a0b5d2c7a7b2d1e0f33";
        assert_eq!(
            hidden.clean(echoed),
            "r=abcdefghijklmnop,p=(not shown) (not shown)"
        );
    }
}
