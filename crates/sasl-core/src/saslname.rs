//! Names inside messages (RFC 5801 §4, RFC 5802 §5.1, §7).

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::error::Malformed;

/// A name as it stands in a message of SCRAM, or in a gs2-header.
///
/// ```abnf
/// saslname = 1*(value-safe-char / "=2C" / "=3D")
/// ```
///
/// The escapes are upper case; whatever else follows a `=` is an error.
#[derive(Clone, Copy)]
pub struct SaslName<'a>(&'a str);

impl<'a> SaslName<'a> {
    /// Reads a name. It may be empty, which a caller has to allow for (PostgreSQL's clients send that).
    ///
    /// # Errors
    /// [`Malformed::NameEncoding`] for a wrong escape, [`Malformed::Nul`] for a NUL, [`Malformed::Message`] for a comma.
    pub fn parse(text: &'a str) -> Result<Self, Malformed> {
        let plain = |sound, octet| sound & !matches!(octet, b'\0' | b',' | b'=');
        if text.bytes().fold(true, plain) {
            return Ok(Self(text));
        }
        if text.contains('\0') {
            return Err(Malformed::Nul);
        }
        if text.contains(',') {
            return Err(Malformed::Message);
        }
        let escapes = text.split('=').skip(1);
        let sound = |after: &str| after.starts_with("2C") || after.starts_with("3D");
        if escapes.into_iter().all(sound) {
            Ok(Self(text))
        } else {
            Err(Malformed::NameEncoding)
        }
    }

    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The name with its escapes taken off, in one pass: `=3D2C` is `=2C`.
    #[must_use]
    pub fn unescaped(&self) -> Cow<'a, str> {
        if !self.0.contains('=') {
            return Cow::Borrowed(self.0);
        }
        let mut parts = self.0.split('=');
        let mut name = String::with_capacity(self.0.len());
        name.push_str(parts.next().unwrap_or_default());
        for part in parts {
            // Only these two can have been parsed.
            name.push(if part.starts_with("2C") { ',' } else { '=' });
            name.push_str(part.get(2..).unwrap_or_default());
        }
        Cow::Owned(name)
    }

    /// Appends a name with `,` and `=` as escapes: at most three octets for each of the name.
    pub fn escape(name: &str, message: &mut Vec<u8>) {
        for octet in name.bytes() {
            match octet {
                b',' => message.extend_from_slice(b"=2C"),
                b'=' => message.extend_from_slice(b"=3D"),
                other => message.push(other),
            }
        }
    }
}

impl fmt::Debug for SaslName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SaslName(\"{}\")", self.0.escape_debug())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_escapes_are_refused() {
        for name in [
            "=", "a=2", "a=2c", "a=3d", "a=41b", "a==2C", "user=", "=2", "=2=C",
        ] {
            assert_eq!(
                SaslName::parse(name).map(|_| ()),
                Err(Malformed::NameEncoding),
                "{name}"
            );
        }
        assert_eq!(SaslName::parse("a,b").map(|_| ()), Err(Malformed::Message));
        assert_eq!(SaslName::parse("a\0b").map(|_| ()), Err(Malformed::Nul));
    }

    #[test]
    fn escapes_are_taken_off_once() {
        for (text, name) in [
            ("user", "user"),
            ("us=2Cer=3D", "us,er="),
            ("=3D2C", "=2C"),
            ("=2C=2C", ",,"),
            ("", ""),
        ] {
            let parsed = SaslName::parse(text).unwrap();
            assert_eq!(parsed.unescaped(), name);
            let mut written = Vec::new();
            SaslName::escape(name, &mut written);
            assert_eq!(written, text.as_bytes());
        }
    }
}
