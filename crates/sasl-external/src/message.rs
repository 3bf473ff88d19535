//! The one message of EXTERNAL (RFC 4422 §A.1).

use core::str;

use sasl_core::{Authzid, Malformed, Secret};

/// What the client sends, as it stands there: nothing is prepared.
///
/// ```abnf
/// external-initial-resp = *( UTF8-char-no-nul )
/// UTF8-char-no-nul = UTF8-1-no-nul / UTF8-2 / UTF8-3 / UTF8-4
/// UTF8-1-no-nul = %x01-7F
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Whom to act as; `None`, an empty message, is whoever the channel has proven.
    pub authzid: Option<Authzid>,
}

impl Message {
    /// The most octets a message has here: those of a name.
    pub const MAX: usize = sasl_core::limits::NAME;

    /// Reads a message.
    ///
    /// # Errors
    /// [`Malformed::TooLong`] above [`MAX`](Self::MAX), [`Malformed::Utf8`], [`Malformed::Nul`].
    pub fn parse(octets: &[u8]) -> Result<Self, Malformed> {
        if octets.len() > Self::MAX {
            return Err(Malformed::TooLong);
        }
        let text = str::from_utf8(octets).map_err(|_| Malformed::Utf8)?;
        let authzid = Authzid::optional(text)?;
        Ok(Self { authzid })
    }

    /// Writes the message. An [`Authzid`] holds nothing that it could not carry.
    #[must_use]
    pub fn encode(&self) -> Secret {
        Secret::from(self.authzid.as_ref().map_or("", Authzid::as_str))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    #[test]
    fn hostile_messages_are_refused() {
        for (octets, reason) in [
            (&b"\0"[..], Malformed::Nul),
            (b"fred\0x", Malformed::Nul),
            (b"fred\0", Malformed::Nul),
            (b"\0fred", Malformed::Nul),
            (b"\xff", Malformed::Utf8),
            (b"fr\xc3", Malformed::Utf8),
            // A CESU-8 surrogate and an overlong NUL are not UTF-8 either.
            (b"\xed\xa0\x80", Malformed::Utf8),
            (b"\xc0\x80", Malformed::Utf8),
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
    fn what_is_read_is_written_again() {
        for text in ["", "fred@example.com", "dn:uid=fred,o=Example", "\u{ad}é "] {
            let message = Message::parse(text.as_bytes()).unwrap();
            assert_eq!(message.authzid.is_none(), text.is_empty());
            assert!(message.encode().matches(text.as_bytes()), "{text}");
        }
        assert!(Message::parse(&[b'a'; Message::MAX]).is_ok());
    }
}
