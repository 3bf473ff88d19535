//! The client's message.

use alloc::vec::Vec;
use core::fmt;
use core::str;

use sasl_core::{Malformed, Unusable, limits};

use super::Digest;

/// The response: who it is, and the proof.
///
/// ```abnf
/// response = username SP digest
/// username = *SAFE ; any UTF-8 encoded Unicode character except NUL
/// ```
///
/// (RFC 2195 §2.) A name may contain spaces, a digest does not: the last space is the one between them. Whether an empty
/// name is taken is the caller's matter: a server that knows its user ignores it.
#[derive(Clone)]
pub struct Response<'a> {
    /// Who authenticates, as it stands there: nothing is prepared yet.
    pub username: &'a str,
    /// The proof.
    pub digest: Digest,
}

impl<'a> Response<'a> {
    /// The most octets a response has here: the longest name, a space and the digest.
    pub const MAX: usize = limits::NAME + 1 + Digest::LEN;

    /// Reads a response.
    ///
    /// # Errors
    /// [`Malformed::TooLong`] above [`MAX`](Self::MAX), [`Malformed::Message`] without a space, [`Malformed::Proof`],
    /// [`Malformed::Utf8`] and [`Malformed::Nul`].
    pub fn parse(octets: &'a [u8]) -> Result<Self, Malformed> {
        if octets.len() > Self::MAX {
            return Err(Malformed::TooLong);
        }
        let mut fields = octets.rsplitn(2, |octet| *octet == b' ');
        let (Some(digest), Some(username)) = (fields.next(), fields.next()) else {
            return Err(Malformed::Message);
        };
        let digest = Digest::parse(digest)?;
        let username = str::from_utf8(username).map_err(|_| Malformed::Utf8)?;
        if username.contains('\0') {
            return Err(Malformed::Nul);
        }
        Ok(Self { username, digest })
    }

    /// Writes the response.
    ///
    /// # Errors
    /// [`Unusable::EmptyName`], [`Unusable::Characters`] when the name contains NUL, and [`Unusable::TooLong`] above
    /// [`MAX`](Self::MAX).
    pub fn encode(&self) -> Result<Vec<u8>, Unusable> {
        if self.username.is_empty() {
            return Err(Unusable::EmptyName);
        }
        if self.username.contains('\0') {
            return Err(Unusable::Characters);
        }
        if self.username.len() > limits::NAME {
            return Err(Unusable::TooLong);
        }
        let fields = [self.username.as_bytes(), b" ", self.digest.expose()];
        Ok(fields.concat())
    }
}

impl fmt::Debug for Response<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Response(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    const DIGEST: &str = "b913a602c7eda7a495b4e6e7334d3890";

    #[test]
    fn hostile_responses_are_refused() {
        let digest = DIGEST.as_bytes();
        let long = "a".repeat(limits::NAME + 1);
        for (octets, reason) in [
            (b"".to_vec(), Malformed::Message),
            (b"tim".to_vec(), Malformed::Message),
            (digest.to_vec(), Malformed::Message),
            ([b"tim", digest].concat(), Malformed::Message),
            ([b"tim\0", digest].concat(), Malformed::Message),
            (b" ".to_vec(), Malformed::Proof),
            (b"tim ".to_vec(), Malformed::Proof),
            ([b"tim ", digest, b" "].concat(), Malformed::Proof),
            ([b"tim ", digest, b"\r\n"].concat(), Malformed::Proof),
            ([b"tim ", digest, b"0"].concat(), Malformed::Proof),
            (
                format!("tim {}", DIGEST.to_uppercase()).into(),
                Malformed::Proof,
            ),
            ([b"t\xffim ", digest].concat(), Malformed::Utf8),
            ([b"t\0im ", digest].concat(), Malformed::Nul),
            ([b"tim\0 ", digest].concat(), Malformed::Nul),
            (format!("{long} {DIGEST}").into(), Malformed::TooLong),
        ] {
            assert_eq!(Response::parse(&octets).err(), Some(reason), "{octets:?}");
        }
        for (username, reason) in [
            ("", Unusable::EmptyName),
            ("t\0im", Unusable::Characters),
            (&*long, Unusable::TooLong),
        ] {
            let digest = Digest::encode(&[0; 16]);
            let encoded = Response { username, digest }.encode();
            assert_eq!(encoded.err(), Some(reason));
        }
    }

    #[test]
    fn names_may_contain_spaces() {
        let long = "a".repeat(limits::NAME);
        for name in ["tim", "two words", " tim ", "r\u{e9}my", DIGEST, &long] {
            let octets = format!("{name} {DIGEST}");
            let read = Response::parse(octets.as_bytes()).unwrap();
            assert_eq!(read.username, name);
            assert_eq!(read.encode().unwrap(), octets.as_bytes());
        }
        let nameless = format!(" {DIGEST}");
        assert_eq!(Response::parse(nameless.as_bytes()).unwrap().username, "");
    }
}
