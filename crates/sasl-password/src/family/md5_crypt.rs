//! MD5-crypt, FreeBSD's `$1$`, and Apache's `$apr1$`, which differs in that prefix only. No kept crate offers them.

use alloc::format;
use alloc::string::String;

use sasl_core::Secret;
use zeroize::Zeroizing;

use super::{Family, Parsed};
use crate::description::{Algorithm, Cost};
use crate::error::HashError;
use crate::text::{Coding, fields, is_crypt_text};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Md5Crypt {
    FreeBsd,
    Apache,
}

impl Md5Crypt {
    const DIGEST_LEN: usize = 16;

    /// Reads what stands behind `$1$` or `$apr1$`.
    pub(crate) fn parse(self, text: &str) -> Result<Parsed<Self>, HashError> {
        let [salt, digest] = fields(text)?;
        if !(1..=8).contains(&salt.len()) || !is_crypt_text(salt) {
            return Err(HashError::Salt);
        }
        let digest = Coding::Crypt.decode_digest(digest, Self::DIGEST_LEN)?;
        Ok(Parsed::new(self, salt.as_bytes(), &digest))
    }

    fn prefix(self) -> &'static str {
        match self {
            Self::FreeBsd => "$1$",
            Self::Apache => "$apr1$",
        }
    }
}

impl Family for Md5Crypt {
    fn algorithm(&self) -> Algorithm {
        match self {
            Self::FreeBsd => Algorithm::Md5Crypt,
            Self::Apache => Algorithm::Apr1,
        }
    }

    fn cost(&self) -> Cost {
        Cost::Fixed
    }

    fn write(&self, salt: &[u8], digest: &[u8]) -> Zeroizing<String> {
        Zeroizing::new(format!(
            "{}{}${}",
            self.prefix(),
            String::from_utf8_lossy(salt),
            *Coding::Crypt.encode(digest)
        ))
    }

    #[cfg(feature = "legacy")]
    fn derive(&self, password: &[u8], salt: &[u8], _: usize) -> Result<Secret, HashError> {
        super::crypt_password(password)?;
        Ok(md5_crypt(self.prefix(), password, salt))
    }

    #[cfg(not(feature = "legacy"))]
    fn derive(&self, _: &[u8], _: &[u8], _: usize) -> Result<Secret, HashError> {
        Err(HashError::NotCompiledIn)
    }
}

/// As crypt-md5.c of FreeBSD does it: each of 1000 rounds hashes the last digest with password and salt in an order
/// that depends on its number.
#[cfg(feature = "legacy")]
fn md5_crypt(prefix: &str, password: &[u8], salt: &[u8]) -> Secret {
    use md5::{Digest, Md5};

    let md5 = |parts: &[&[u8]]| {
        let hash = parts.iter().fold(Md5::new(), Digest::chain_update);
        Zeroizing::new(<[u8; Md5Crypt::DIGEST_LEN]>::from(hash.finalize()))
    };

    let inner = md5(&[password, salt, password]);
    let mut first = Md5::new()
        .chain_update(password)
        .chain_update(prefix)
        .chain_update(salt);
    for chunk in password.chunks(Md5Crypt::DIGEST_LEN) {
        first.update(inner.get(..chunk.len()).unwrap_or_default());
    }
    // For each bit of the length, the lowest first: a NUL for a one, the first octet for a zero.
    let mut length = password.len();
    while length > 0 {
        let octet = password.get(..1).unwrap_or_default();
        first.update(if length & 1 == 1 { &[0] } else { octet });
        length >>= 1;
    }
    let mut digest = Zeroizing::new(<[u8; Md5Crypt::DIGEST_LEN]>::from(first.finalize()));

    for round in 0..1000_u32 {
        let last = digest.as_slice();
        let (front, back) = if round % 2 == 1 {
            (password, last)
        } else {
            (last, password)
        };
        let salt = if round % 3 == 0 { &[] } else { salt };
        let middle = if round % 7 == 0 { &[] } else { password };
        digest = md5(&[front, salt, middle, back]);
    }

    // The order in which the octets are written.
    const ORDER: [usize; Md5Crypt::DIGEST_LEN] =
        [12, 6, 0, 13, 7, 1, 14, 8, 2, 15, 9, 3, 5, 10, 4, 11];
    let mut written = alloc::vec::Vec::with_capacity(ORDER.len());
    written.extend(ORDER.iter().filter_map(|&place| digest.get(place)));
    Secret::new(written)
}
