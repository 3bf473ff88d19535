//! The server's first message (RFC 5802 §7).

use alloc::string::ToString;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

use sasl_core::{Error, Malformed, limits};

use super::attribute::{Attributes, is_nonce, text};
use super::base64::{decode, encode};

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

/// Writes the message: the nonce of the client and the server's part, the salt, the iterations, and `h=` (XEP-0474);
/// returns where the nonce stands.
pub(crate) fn write(
    nonces: [&str; 2],
    salt: &[u8],
    iterations: u32,
    offer_hash: Option<&str>,
    message: &mut Vec<u8>,
) -> Range<usize> {
    message.extend_from_slice(b"r=");
    let start = message.len();
    nonces
        .iter()
        .for_each(|nonce| message.extend_from_slice(nonce.as_bytes()));
    let nonce = start..message.len();
    message.extend_from_slice(b",s=");
    encode(salt, message);
    message.extend_from_slice(b",i=");
    message.extend_from_slice(iterations.to_string().as_bytes());
    if let Some(hash) = offer_hash {
        message.extend_from_slice(b",h=");
        message.extend_from_slice(hash.as_bytes());
    }
    nonce
}
