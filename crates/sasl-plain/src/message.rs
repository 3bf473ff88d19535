//! The one message of PLAIN (RFC 4616 §2).

use alloc::vec::Vec;
use core::fmt;
use core::str;

use sasl_core::{Malformed, Secret, Unusable};

/// What the client sends, as it stands there: nothing is prepared yet.
///
/// ```abnf
/// message   = [authzid] UTF8NUL authcid UTF8NUL passwd
/// authcid   = 1*SAFE ; MUST accept up to 255 octets
/// authzid   = 1*SAFE ; MUST accept up to 255 octets
/// passwd    = 1*SAFE ; MUST accept up to 255 octets
/// UTF8NUL   = %x00 ; UTF-8 encoded NUL character
/// SAFE      = UTF1 / UTF2 / UTF3 / UTF4 ; any UTF-8 encoded Unicode character except NUL
/// ```
///
/// Whether an empty authcid is taken is the caller's matter: a server that knows its user ignores the name.
#[derive(Clone, Copy)]
pub struct Message<'a> {
    /// Whom to act as; empty when the client asks for nobody else.
    pub authzid: &'a str,
    /// Who authenticates.
    pub authcid: &'a str,
    /// The password. Never empty.
    pub passwd: &'a str,
}

impl<'a> Message<'a> {
    /// The most octets a message has here: three fields of 1024 and the two NULs between them.
    pub const MAX: usize = 3 * 1024 + 2;

    /// Reads a message.
    ///
    /// # Errors
    /// [`Malformed::TooLong`] above [`MAX`](Self::MAX), [`Malformed::Utf8`], [`Malformed::Nul`] unless there are
    /// exactly two NULs, [`Malformed::EmptyPassword`].
    pub fn parse(octets: &'a [u8]) -> Result<Self, Malformed> {
        if octets.len() > Self::MAX {
            return Err(Malformed::TooLong);
        }
        let text = str::from_utf8(octets).map_err(|_| Malformed::Utf8)?;
        let mut fields = text.split('\0');
        match (fields.next(), fields.next(), fields.next(), fields.next()) {
            (Some(_), Some(_), Some(""), None) => Err(Malformed::EmptyPassword),
            (Some(authzid), Some(authcid), Some(passwd), None) => Ok(Self {
                authzid,
                authcid,
                passwd,
            }),
            _ => Err(Malformed::Nul),
        }
    }

    /// Writes the message, in a buffer that is wiped.
    ///
    /// # Errors
    /// [`Unusable::Characters`] when a field contains NUL, [`Unusable::EmptyName`], [`Unusable::EmptySecret`],
    /// [`Unusable::TooLong`] above [`MAX`](Self::MAX).
    pub fn encode(&self) -> Result<Secret, Unusable> {
        let fields = [self.authzid, self.authcid, self.passwd];
        if fields.iter().any(|field| field.contains('\0')) {
            return Err(Unusable::Characters);
        }
        if self.authcid.is_empty() {
            return Err(Unusable::EmptyName);
        }
        if self.passwd.is_empty() {
            return Err(Unusable::EmptySecret);
        }
        // Of the right size at once: a buffer that grew would leave a copy of the password behind.
        let length = fields
            .iter()
            .fold(2_usize, |sum, field| sum.saturating_add(field.len()));
        if length > Self::MAX {
            return Err(Unusable::TooLong);
        }
        let mut octets = Vec::with_capacity(length);
        octets.extend_from_slice(self.authzid.as_bytes());
        octets.push(0);
        octets.extend_from_slice(self.authcid.as_bytes());
        octets.push(0);
        octets.extend_from_slice(self.passwd.as_bytes());
        Ok(Secret::new(octets))
    }
}

impl fmt::Debug for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Message(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    fn parse(octets: &[u8]) -> Result<(&str, &str, &str), Malformed> {
        Message::parse(octets).map(|message| (message.authzid, message.authcid, message.passwd))
    }

    #[test]
    fn hostile_messages_are_refused() {
        for octets in [
            &b""[..],
            b"user",
            b"user\0pw",
            b"\0user\0pen\0cil",
            b"\0user\0\0x",
            b"\0\0\0",
            b"\0\0\0\0",
        ] {
            assert_eq!(parse(octets), Err(Malformed::Nul), "{octets:?}");
        }
        assert_eq!(parse(b"\0user\0"), Err(Malformed::EmptyPassword));
        assert_eq!(parse(b"\0\0"), Err(Malformed::EmptyPassword));
        assert_eq!(parse(b"\0us\xffer\0pass"), Err(Malformed::Utf8));
        // CESU-8 surrogates, an overlong NUL and a cut sequence are not UTF-8 either.
        assert_eq!(parse(b"\0u\xed\xa0\x80\0p"), Err(Malformed::Utf8));
        assert_eq!(parse(b"\0u\xc0\x80\0p"), Err(Malformed::Utf8));
        assert_eq!(parse(b"\0u\0p\xc3"), Err(Malformed::Utf8));
        assert_eq!(
            parse(&vec![b'a'; Message::MAX + 1]),
            Err(Malformed::TooLong)
        );
    }

    #[test]
    fn messages_are_read_as_they_stand() {
        assert_eq!(
            parse(b"\0tim\0tanstaaftanstaaf"),
            Ok(("", "tim", "tanstaaftanstaaf"))
        );
        assert_eq!(
            parse(b"Ursel\0Kurt\0xipj3plmq"),
            Ok(("Ursel", "Kurt", "xipj3plmq"))
        );
        assert_eq!(parse(b"\0\0pencil"), Ok(("", "", "pencil")));
        assert_eq!(parse(b"\0AHVzZXIAeA==\0x"), Ok(("", "AHVzZXIAeA==", "x")));
    }

    #[test]
    fn what_cannot_be_carried_is_not_sent() {
        let encode = |authzid, authcid, passwd| {
            Message {
                authzid,
                authcid,
                passwd,
            }
            .encode()
            .map(|_| ())
        };
        for fields in [("a\0b", "u", "p"), ("", "a\0b", "p"), ("", "a", "p\0q")] {
            assert_eq!(
                encode(fields.0, fields.1, fields.2),
                Err(Unusable::Characters),
                "{fields:?}"
            );
        }
        assert_eq!(encode("", "", "p"), Err(Unusable::EmptyName));
        assert_eq!(encode("", "u", ""), Err(Unusable::EmptySecret));
        assert_eq!(
            encode("", "u", &"p".repeat(Message::MAX)),
            Err(Unusable::TooLong)
        );
    }

    #[test]
    fn fields_of_255_octets_are_taken() {
        let long = "x".repeat(255);
        let octets = Message {
            authzid: &long,
            authcid: &long,
            passwd: &long,
        }
        .encode()
        .unwrap();
        assert_eq!(parse(octets.expose()), Ok((&*long, &*long, &*long)));
    }
}
