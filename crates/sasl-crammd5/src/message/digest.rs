//! What the client proves itself with.

use core::fmt;

use sasl_core::{Malformed, constant_time_eq};
use zeroize::Zeroizing;

/// The digest as it is sent: HMAC-MD5 in hex.
///
/// ```abnf
/// digest = 32( DIGIT / %x61-66 ) ; lower case (RFC 2195 §2)
/// ```
#[derive(Clone)]
pub struct Digest(Zeroizing<[u8; Self::LEN]>);

impl Digest {
    /// The octets it has.
    pub const LEN: usize = 32;

    /// Reads a digest. In upper case it is none: RFC 2195 §2 has lower case, and there is one way to write a proof.
    ///
    /// # Errors
    /// [`Malformed::Proof`].
    pub fn parse(octets: &[u8]) -> Result<Self, Malformed> {
        let digits: &[u8; Self::LEN] = octets.try_into().map_err(|_| Malformed::Proof)?;
        if digits
            .iter()
            .all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'))
        {
            Ok(Self(Zeroizing::new(*digits)))
        } else {
            Err(Malformed::Proof)
        }
    }

    /// Writes what HMAC-MD5 gave.
    pub(crate) fn encode(hmac: &[u8]) -> Self {
        let mut digits = Zeroizing::new([b'0'; Self::LEN]);
        for (pair, octet) in digits.chunks_mut(2).zip(hmac) {
            if let [high, low] = pair {
                (*high, *low) = (digit(octet >> 4), digit(octet & 0xf));
            }
        }
        Self(digits)
    }

    /// The digits.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// Whether the two are the same, in constant time.
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        constant_time_eq(self.expose(), other.expose())
    }
}

/// The digit of a number below 16, without a table that a cache could tell something about.
fn digit(number: u8) -> u8 {
    match number {
        0..=9 => b'0'.wrapping_add(number),
        _ => b'a'.wrapping_sub(10).wrapping_add(number),
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Digest(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_digests_are_refused() {
        for octets in [
            &b""[..],
            b"b913a602c7eda7a495b4e6e7334d389",
            b"b913a602c7eda7a495b4e6e7334d38900",
            b"B913A602C7EDA7A495B4E6E7334D3890",
            b"b913a602c7eda7a495b4e6e7334d389g",
            b"b913a602c7eda7a495b4e6e7334d389\0",
            b"0x13a602c7eda7a495b4e6e7334d3890",
            b"b913a602c7eda7a4 5b4e6e7334d3890",
        ] {
            assert_eq!(Digest::parse(octets).err(), Some(Malformed::Proof));
        }
    }

    #[test]
    fn digests_are_read_as_they_were_written() {
        let octets = [
            0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54,
            0x32, 0x10,
        ];
        let written = Digest::encode(&octets);
        assert_eq!(written.expose(), b"0123456789abcdeffedcba9876543210");
        assert!(Digest::parse(written.expose()).is_ok_and(|read| read.matches(&written)));
        assert!(!written.matches(&Digest::encode(&[0; 16])));
    }
}
