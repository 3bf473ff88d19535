//! The server's first message (RFC 5802 §7).

use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

use sasl_core::{Error, Malformed, limits};

use super::attribute::{Attributes, is_nonce, text};
use super::base64::{decode, encode, encoded_len};
use crate::nonce::Nonce;

/// The server's first message.
///
/// ```abnf
/// server-first-message = [reserved-mext ","] nonce "," salt "," iteration-count ["," extensions]
/// salt                 = "s=" base64
/// iteration-count      = "i=" posit-number
/// posit-number         = %x31-39 *DIGIT
/// ```
#[derive(Clone)]
pub struct ServerFirst<'a> {
    /// The client's nonce with the server's part after it: 1 to 1024 printable characters.
    pub nonce: &'a str,
    /// The salt, 1 to 1024 octets.
    pub salt: Vec<u8>,
    /// The iterations of the derivation. Whether a client does as many is its policy's matter.
    pub iterations: u32,
    /// `h=`: what the server has advertised, hashed (XEP-0474), in base64.
    pub advertised_hash: Option<&'a str>,
}

impl<'a> ServerFirst<'a> {
    /// The most octets the message has here.
    pub const MAX: usize = 4 * 1024;

    /// Reads the message.
    ///
    /// # Errors
    /// [`Malformed`] for what does not follow the grammar or is above [`MAX`](Self::MAX), `Violation::Extension` for a mandatory extension.
    pub fn parse(octets: &'a [u8]) -> Result<Self, Error> {
        let text = text(octets, Self::MAX)?;
        let mut attributes = Attributes::of(text);
        let nonce = attributes.expect('r')?;
        if !is_nonce(nonce, 2) {
            return Err(Malformed::Nonce.into());
        }
        let salt = attributes.expect('s')?;
        // Measured as text, before anything is allocated.
        if salt.is_empty() || salt.len() > limits::SALT.div_ceil(3).saturating_mul(4) {
            return Err(Malformed::Salt.into());
        }
        let salt = decode(salt)
            .filter(|salt| salt.len() <= limits::SALT)
            .ok_or(Malformed::Salt)?;
        let iterations = posit_number(attributes.expect('i')?).ok_or(Malformed::Iterations)?;
        let extensions = attributes.rest().unwrap_or_default();
        attributes.only_extensions()?;
        let advertised_hash = Attributes::of(extensions).extension('h');
        Ok(Self {
            nonce,
            salt,
            iterations,
            advertised_hash,
        })
    }
}

/// `%x31-39 *DIGIT` that fits 32 bits.
fn posit_number(text: &str) -> Option<u32> {
    let sound = text.starts_with(|c: char| matches!(c, '1'..='9'))
        && text.bytes().all(|c| c.is_ascii_digit());
    if sound { text.parse().ok() } else { None }
}

impl fmt::Debug for ServerFirst<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerFirst")
            .field("iterations", &self.iterations)
            .finish_non_exhaustive()
    }
}

/// What the message is written of.
pub(crate) struct Written<'a> {
    pub(crate) client_nonce: &'a [u8],
    pub(crate) nonce: &'a Nonce,
    pub(crate) salt: &'a [u8],
    pub(crate) iterations: u32,
    /// `h=` (XEP-0474).
    pub(crate) offer_hash: Option<&'a [u8]>,
}

impl Written<'_> {
    /// Writes the message; returns with it where the nonce stands.
    pub(crate) fn write(&self) -> (Vec<u8>, Range<usize>) {
        let offer_hash = self.offer_hash.unwrap_or_default();
        // All the names, a nonce of our own and ten digits come to less than 64.
        let room = [
            self.client_nonce.len(),
            encoded_len(self.salt),
            offer_hash.len(),
            64,
        ];
        let mut message = Vec::with_capacity(room.into_iter().fold(0, usize::saturating_add));
        message.extend_from_slice(b"r=");
        let start = message.len();
        message.extend_from_slice(self.client_nonce);
        self.nonce.write(&mut message);
        let nonce = start..message.len();
        message.extend_from_slice(b",s=");
        encode(self.salt, &mut message);
        message.extend_from_slice(b",i=");
        write_number(self.iterations, &mut message);
        if !offer_hash.is_empty() {
            message.extend_from_slice(b",h=");
            message.extend_from_slice(offer_hash);
        }
        (message, nonce)
    }
}

/// Writes the digits of a number, which are ten at most.
fn write_number(number: u32, message: &mut Vec<u8>) {
    let mut digits = [0; 10];
    let mut rest = number;
    let mut count: usize = 0;
    for place in digits.iter_mut().rev() {
        *place = b'0'.saturating_add(u8::try_from(rest % 10).unwrap_or_default());
        rest /= 10;
        count = count.saturating_add(1);
        if rest == 0 {
            break;
        }
    }
    let start = digits.len().saturating_sub(count);
    message.extend_from_slice(digits.get(start..).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn numbers_are_written_as_they_are() {
        for number in [0, 1, 9, 10, 4096, 99_999, 100_000, u32::MAX - 1, u32::MAX] {
            let mut message = Vec::new();
            write_number(number, &mut message);
            assert_eq!(message, number.to_string().as_bytes());
        }
    }
}
