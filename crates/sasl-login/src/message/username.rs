//! The client's first response.

use alloc::vec::Vec;
use core::fmt;
use core::str;

use sasl_core::{Malformed, Unusable, limits};

use super::forbidden;

/// The user name, as it stands there: nothing is prepared yet.
///
/// ```abnf
/// username = *SAFE ; any UTF-8 encoded Unicode character except NUL, CR and LF
/// ```
///
/// The draft has fewer than 64 characters. Addresses are longer (RFC 5321 §4.5.3.1: 64 octets before the `@`, 255 after it),
/// so that [`MAX`](Self::MAX) is what names have everywhere here. Whether an empty name is taken is the caller's matter:
/// a server that knows its user ignores it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Username<'a>(&'a str);

impl<'a> Username<'a> {
    /// The most octets a name has here.
    pub const MAX: usize = limits::NAME;

    /// Reads a response.
    ///
    /// # Errors
    /// [`Malformed::TooLong`] above [`MAX`](Self::MAX), [`Malformed::Utf8`], [`Malformed::Nul`], and
    /// [`Malformed::Message`] for the end of a line.
    pub fn parse(octets: &'a [u8]) -> Result<Self, Malformed> {
        if octets.len() > Self::MAX {
            return Err(Malformed::TooLong);
        }
        match forbidden(octets) {
            Some(reason) => Err(reason),
            None => Ok(Self(str::from_utf8(octets).map_err(|_| Malformed::Utf8)?)),
        }
    }

    /// Checks a name that is to be sent.
    ///
    /// # Errors
    /// [`Unusable::EmptyName`], [`Unusable::TooLong`] above [`MAX`](Self::MAX), and [`Unusable::Characters`] for NUL, CR
    /// and LF.
    pub fn new(name: &'a str) -> Result<Self, Unusable> {
        if name.is_empty() {
            Err(Unusable::EmptyName)
        } else if name.len() > Self::MAX {
            Err(Unusable::TooLong)
        } else if forbidden(name.as_bytes()).is_some() {
            Err(Unusable::Characters)
        } else {
            Ok(Self(name))
        }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &'a str {
        self.0
    }

    /// Writes the response.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        self.0.into()
    }
}

impl fmt::Debug for Username<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Username(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_are_refused() {
        for (octets, reason) in [
            (&b"us\0er"[..], Malformed::Nul),
            (b"user\0", Malformed::Nul),
            (b"user\r\n", Malformed::Message),
            (b"\nuser", Malformed::Message),
            (b"us\xffer", Malformed::Utf8),
            (b"u\xed\xa0\x80", Malformed::Utf8),
            (b"u\xc3", Malformed::Utf8),
            (&[b'a'; Username::MAX + 1], Malformed::TooLong),
        ] {
            assert_eq!(Username::parse(octets), Err(reason), "{octets:?}");
        }
        for (name, reason) in [
            ("", Unusable::EmptyName),
            ("us\0er", Unusable::Characters),
            ("user\r", Unusable::Characters),
            ("us\ner", Unusable::Characters),
        ] {
            assert_eq!(Username::new(name), Err(reason), "{name:?}");
        }
        let long = "a".repeat(Username::MAX + 1);
        assert_eq!(Username::new(&long), Err(Unusable::TooLong));
    }

    #[test]
    fn names_are_read_as_they_were_written() {
        let long = "a".repeat(Username::MAX);
        for name in ["user", "user@example.org", "two words", "r\u{e9}my", &long] {
            let encoded = Username::new(name).map(|name| name.encode());
            let octets = encoded.unwrap_or_default();
            assert_eq!(Username::parse(&octets).map(|name| name.as_str()), Ok(name));
        }
        assert_eq!(Username::parse(b"").map(|name| name.as_str()), Ok(""));
    }
}
