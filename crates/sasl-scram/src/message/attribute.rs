//! Attributes and their values (RFC 5802 §5.1, §7).

use core::str;

use sasl_core::{Error, Malformed, Violation, limits};

/// A message as text, measured before anything else is done with it.
pub(super) fn text(octets: &[u8], max: usize) -> Result<&str, Malformed> {
    if octets.len() > max {
        return Err(Malformed::TooLong);
    }
    str::from_utf8(octets).map_err(|_| Malformed::Utf8)
}

/// The text before the first comma, and what is behind it. Attributes are short: looking at each octet is quicker than
/// what is good for long texts.
pub(super) fn cut(text: &str) -> (&str, Option<&str>) {
    let comma = text.bytes().position(|octet| octet == b',');
    match comma.and_then(|comma| text.split_at_checked(comma)) {
        Some((before, behind)) => (before, behind.get(1..)),
        None => (text, None),
    }
}

/// The attributes between commas, in order.
///
/// ```abnf
/// attr-val   = ALPHA "=" value
/// value      = 1*value-char
/// value-char = value-safe-char / "="
/// ```
pub(super) struct Attributes<'a> {
    rest: Option<&'a str>,
}

impl<'a> Attributes<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        Self { rest: Some(text) }
    }

    /// The value of the next attribute, which must have this name. Where the first one may be, a mandatory extension
    /// is told apart (RFC 5802 §5.1, `m=`).
    pub(super) fn expect(&mut self, name: char) -> Result<&'a str, Error> {
        let (found, value) = self.next()?.ok_or(Malformed::Message)?;
        match found {
            found if found == name => Ok(value),
            'm' => Err(Violation::Extension.into()),
            _ => Err(Malformed::Message.into()),
        }
    }

    /// All that is left must be optional extensions, which are ignored (RFC 5802 §5.1). A name that RFC 5802 gives a
    /// meaning is none: it would be there twice, or out of order.
    pub(super) fn only_extensions(mut self) -> Result<(), Error> {
        while let Some((name, value)) = self.next()? {
            match name {
                'm' => return Err(Violation::Extension.into()),
                'a' | 'c' | 'e' | 'i' | 'n' | 'p' | 'r' | 's' | 'v' => {
                    return Err(Malformed::Message.into());
                }
                _ if is_value(value) => {}
                _ => return Err(Malformed::Message.into()),
            }
        }
        Ok(())
    }

    /// The value of an extension of this name among all that are left.
    pub(super) fn extension(mut self, name: char) -> Option<&'a str> {
        while let Ok(Some((found, value))) = self.next() {
            if found == name {
                return Some(value);
            }
        }
        None
    }

    fn next(&mut self) -> Result<Option<(char, &'a str)>, Malformed> {
        let Some(text) = self.rest else {
            return Ok(None);
        };
        let (attribute, rest) = cut(text);
        self.rest = rest;
        match (attribute.as_bytes(), attribute.get(2..)) {
            ([name, b'=', ..], Some(value)) if name.is_ascii_alphabetic() => {
                Ok(Some((char::from(*name), value)))
            }
            _ => Err(Malformed::Message),
        }
    }

    /// The text that is left, without the comma before it.
    pub(super) fn rest(&self) -> Option<&'a str> {
        self.rest
    }
}

/// `1*value-char`: neither NUL nor a comma (RFC 5802 §7).
pub(crate) fn is_value(value: &str) -> bool {
    !value.is_empty() && !value.contains(['\0', ','])
}

/// `printable` of RFC 5802 §7, `1*(%x21-2B / %x2D-7E)`: a nonce of one side, within [`limits::NONCE`], or of both.
pub(crate) fn is_nonce(nonce: &str, sides: usize) -> bool {
    (1..=limits::NONCE.saturating_mul(sides)).contains(&nonce.len())
        // All octets are looked at, several at once, which is quicker than to stop at the first.
        && nonce
            .bytes()
            .fold(true, |sound, c| sound & matches!(c, 0x21..=0x2b | 0x2d..=0x7e))
}
