//! The one message of ANONYMOUS (RFC 4505 §2).

use core::str;

use sasl_core::{Malformed, Unusable};
use sasl_prep::trace;

/// What the client sends: the trace information.
///
/// ```abnf
/// message = [ email / token ]
/// email   = addr-spec ; RFC 2822 §3.4.1
/// token   = 1*255TCHAR
/// TCHAR   = UTF1 / UTF2 / UTF3 / UTF4 ; any UTF-8 encoded Unicode character except "@"
/// ```
///
/// Whatever form it has, it follows the "trace" profile (RFC 4505 §3). The grammar would take NUL; the profile does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Message<'a> {
    // Exhaustive on purpose: RFC 4505 §2 has these three.
    /// Nothing.
    Empty,
    /// A mail address, within the bounds of the [page](crate) of this crate.
    Email(&'a str),
    /// A word without `@`, of 1 to 255 characters.
    Token(&'a str),
}

impl<'a> Message<'a> {
    /// The most octets a message has: a token of 255 characters of four octets each (RFC 4505 §2).
    pub const MAX: usize = 4 * Self::CHARACTERS;

    /// The most characters a token has.
    const CHARACTERS: usize = 255;

    /// Reads a message.
    ///
    /// # Errors
    /// [`Malformed::TooLong`] above [`MAX`](Self::MAX) octets or 255 characters of a token, [`Malformed::Utf8`],
    /// [`Malformed::Message`] for what has an `@` and is no mail address, and for what the "trace" profile prohibits.
    pub fn parse(octets: &'a [u8]) -> Result<Self, Malformed> {
        if octets.len() > Self::MAX {
            return Err(Malformed::TooLong);
        }
        let text = str::from_utf8(octets).map_err(|_| Malformed::Utf8)?;
        Self::of(text).map_err(|fault| match fault {
            Unusable::TooLong => Malformed::TooLong,
            _ => Malformed::Message,
        })
    }

    /// Takes trace information that is to be sent.
    ///
    /// # Errors
    /// [`Unusable::TooLong`] above [`MAX`](Self::MAX) octets or 255 characters of a token, [`Unusable::Characters`] for
    /// what has an `@` and is no mail address, [`Unusable::Preparation`] for what the "trace" profile prohibits.
    pub fn of(text: &'a str) -> Result<Self, Unusable> {
        if text.len() > Self::MAX {
            return Err(Unusable::TooLong);
        }
        trace(text).map_err(|_| Unusable::Preparation)?;
        match text.rsplit_once('@') {
            None if text.is_empty() => Ok(Self::Empty),
            None if text.chars().count() > Self::CHARACTERS => Err(Unusable::TooLong),
            None => Ok(Self::Token(text)),
            Some((local, domain)) if is_local_part(local) && is_domain(domain) => {
                Ok(Self::Email(text))
            }
            Some(_) => Err(Unusable::Characters),
        }
    }

    /// The text as it is sent; empty when there is nothing.
    #[must_use]
    pub fn as_str(&self) -> &'a str {
        match self {
            Self::Empty => "",
            Self::Email(text) | Self::Token(text) => text,
        }
    }
}

/// Octets of a local part (RFC 5321 §4.5.3.1.1).
const LOCAL_PART: usize = 64;

/// Octets of a domain (RFC 5321 §4.5.3.1.2).
const DOMAIN: usize = 255;

/// `dot-atom / quoted-string`, without comments and folded lines.
fn is_local_part(text: &str) -> bool {
    let quoted = text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    text.len() <= LOCAL_PART && quoted.map_or_else(|| is_dot_atom(text), is_quotable)
}

/// `dot-atom / domain-literal`, without comments and folded lines.
fn is_domain(text: &str) -> bool {
    let literal = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    let is_dtext = |c: char| !matches!(c, '[' | ']' | '\\') && !c.is_whitespace();
    text.len() <= DOMAIN
        && literal.map_or_else(
            || is_dot_atom(text),
            |text| !text.is_empty() && text.chars().all(is_dtext),
        )
}

fn is_dot_atom(text: &str) -> bool {
    let is_atext = |c: char| {
        c.is_ascii_alphanumeric()
            || "!#$%&'*+-/=?^_`{|}~".contains(c)
            || (!c.is_ascii() && !c.is_whitespace())
    };
    text.split('.')
        .all(|atom| !atom.is_empty() && atom.chars().all(is_atext))
}

/// What stands between the quotes of a quoted string: a backslash and a quote only after a backslash.
fn is_quotable(text: &str) -> bool {
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        let whole = match c {
            '"' => false,
            '\\' => characters.next().is_some(),
            _ => true,
        };
        if !whole {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::vec;

    #[test]
    fn hostile_messages_are_refused() {
        for (octets, reason) in [
            (&b"\xff"[..], Malformed::Utf8),
            (b"a\xc3", Malformed::Utf8),
            (b"\xed\xa0\x80", Malformed::Utf8),
            (b"\xc0\x80", Malformed::Utf8),
            (b"\0", Malformed::Message),
            (b"a\r\n+OK injected", Malformed::Message),
            (b"a\x07", Malformed::Message),
            (b"a\x7f@example.org", Malformed::Message),
            ("a\u{85}".as_bytes(), Malformed::Message),
            ("a\u{2028}b".as_bytes(), Malformed::Message),
            ("a\u{202e}b".as_bytes(), Malformed::Message),
            ("\u{627}1".as_bytes(), Malformed::Message),
        ] {
            assert_eq!(Message::parse(octets), Err(reason), "{octets:?}");
        }
        for length in [Message::MAX + 1, 1 << 20] {
            assert_eq!(
                Message::parse(&vec![b'a'; length]),
                Err(Malformed::TooLong),
                "{length}"
            );
        }
    }

    #[test]
    fn a_token_is_measured_in_characters() {
        for c in ["a", "é", "€", "\u{1f600}"] {
            let longest = c.repeat(255);
            assert_eq!(Message::of(&longest), Ok(Message::Token(&longest)), "{c}");
            let longer = c.repeat(256);
            assert_eq!(Message::of(&longer), Err(Unusable::TooLong), "{c}");
        }
    }

    #[test]
    fn an_address_is_an_address_within_bounds() {
        let local = "l".repeat(LOCAL_PART);
        let domain = "d".repeat(DOMAIN);
        for text in [
            "sirhc@example.org",
            "a.b+c=d@[192.0.2.1]",
            "\"John Doe\"@example.org",
            "\"a@b\\\"\\\\\"@example.org",
            "\"\"@example.org",
            "jürgen@müller.example",
            &format!("{local}@{domain}"),
        ] {
            assert_eq!(Message::of(text), Ok(Message::Email(text)), "{text}");
        }
        for text in [
            "@",
            "@example.org",
            "anonymous@",
            "a@b@c",
            "a b@example.org",
            "a@exam ple.org",
            "a@.example",
            "a@example.",
            ".a@example",
            "a..b@example",
            "\"a@example",
            "\"@example",
            "\"a\"b\"@example",
            "\"a\\\"@example",
            "a@[]",
            "a@[x",
            "a@[a]b]",
            "a(comment)@example",
            "<a@example>",
            "a,b@example",
            &format!("{local}l@{domain}"),
            &format!("{local}@{domain}d"),
        ] {
            assert_eq!(Message::of(text), Err(Unusable::Characters), "{text}");
            assert_eq!(
                Message::parse(text.as_bytes()),
                Err(Malformed::Message),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_read_is_what_was_sent() {
        for text in ["", "sirhc", "sirhc@example.org", " a token\u{a0}"] {
            let message = Message::parse(text.as_bytes()).unwrap();
            assert_eq!(message.as_str(), text);
        }
        assert_eq!(Message::of(""), Ok(Message::Empty));
    }
}
