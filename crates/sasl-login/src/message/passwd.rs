//! The client's second response.

use core::fmt;

use sasl_core::{Malformed, Secret, Unusable};

use super::forbidden;

/// The password, as it stands there: nothing is prepared yet.
///
/// ```abnf
/// passwd = 1*( %x01-09 / %x0B-0C / %x0E-FF ) ; binary but for NUL, CR and LF
/// ```
///
/// An empty one is none: a directory may take it for the wish to be nobody and say yes (RFC 4513 §5.1.2).
#[derive(Clone, Copy)]
pub struct Passwd<'a>(&'a [u8]);

impl<'a> Passwd<'a> {
    /// The most octets a password has here: as many as PLAIN has room for. Some are tokens.
    pub const MAX: usize = 3 * 1024;

    /// Reads a response.
    ///
    /// # Errors
    /// [`Malformed::EmptyPassword`], [`Malformed::TooLong`] above [`MAX`](Self::MAX), [`Malformed::Nul`], and
    /// [`Malformed::Message`] for the end of a line.
    pub fn parse(octets: &'a [u8]) -> Result<Self, Malformed> {
        if octets.is_empty() {
            return Err(Malformed::EmptyPassword);
        }
        if octets.len() > Self::MAX {
            return Err(Malformed::TooLong);
        }
        match forbidden(octets) {
            Some(reason) => Err(reason),
            None => Ok(Self(octets)),
        }
    }

    /// Checks a password that is to be sent.
    ///
    /// # Errors
    /// [`Unusable::EmptySecret`], [`Unusable::TooLong`] above [`MAX`](Self::MAX), and [`Unusable::Characters`] for NUL,
    /// CR and LF.
    pub fn new(octets: &'a [u8]) -> Result<Self, Unusable> {
        Self::parse(octets).map_err(|reason| match reason {
            Malformed::EmptyPassword => Unusable::EmptySecret,
            Malformed::TooLong => Unusable::TooLong,
            _ => Unusable::Characters,
        })
    }

    /// The octets themselves. What the caller copies from here is no longer wiped.
    #[must_use]
    pub fn expose(&self) -> &'a [u8] {
        self.0
    }

    /// Writes the response, in a buffer that is wiped.
    #[must_use]
    pub fn encode(&self) -> Secret {
        Secret::from(self.0)
    }
}

impl fmt::Debug for Passwd<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passwd(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_passwords_are_refused() {
        for (octets, read, sent) in [
            (&b""[..], Malformed::EmptyPassword, Unusable::EmptySecret),
            (b"\0", Malformed::Nul, Unusable::Characters),
            (b"pen\0cil", Malformed::Nul, Unusable::Characters),
            (b"pencil\r\n", Malformed::Message, Unusable::Characters),
            (b"pencil\n", Malformed::Message, Unusable::Characters),
            (
                &[b'p'; Passwd::MAX + 1],
                Malformed::TooLong,
                Unusable::TooLong,
            ),
        ] {
            assert_eq!(Passwd::parse(octets).err(), Some(read));
            assert_eq!(Passwd::new(octets).err(), Some(sent));
        }
    }

    #[test]
    fn passwords_are_binary() {
        for octets in [&b"pencil"[..], b"\xff\x01\x7f", &[b'p'; Passwd::MAX]] {
            let encoded = Passwd::new(octets).map(|passwd| passwd.encode());
            assert!(encoded.is_ok_and(|encoded| encoded.matches(octets)));
            assert!(Passwd::parse(octets).is_ok_and(|passwd| passwd.expose() == octets));
        }
    }
}
