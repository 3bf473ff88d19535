//! bcrypt: `$2b$05$`, 22 characters of salt, 31 of digest.

use alloc::format;
use alloc::string::String;

use sasl_core::Secret;
use zeroize::Zeroizing;

use super::{Family, Parsed};
use crate::description::{Algorithm, Cost};
use crate::error::HashError;
use crate::text::{Coding, fields};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bcrypt {
    pub(crate) version: Version,
    pub(crate) cost: u8,
}

/// Three names for one function, once long passwords are refused. (For some passwords with octets of 0xff, the `$2a$`
/// of Openwall's `crypt_blowfish` differs on purpose: those do not verify.)
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    A,
    B,
    Y,
}

impl Bcrypt {
    const SALT_CHARS: usize = 22;
    /// The last of the function's 24 octets was never written.
    pub(crate) const DIGEST_LEN: usize = 23;

    /// Reads what stands behind `$2b$`.
    pub(crate) fn parse(version: Version, text: &str) -> Result<Parsed<Self>, HashError> {
        let [cost, rest] = fields(text)?;
        let [tens, ones] = cost.as_bytes() else {
            return Err(HashError::Syntax);
        };
        if !tens.is_ascii_digit() || !ones.is_ascii_digit() {
            return Err(HashError::Syntax);
        }
        let cost = cost.parse().map_err(|_| HashError::Syntax)?;
        let family = Self::new(version, cost)?;
        let (salt, digest) = rest
            .split_at_checked(Self::SALT_CHARS)
            .ok_or(HashError::Digest)?;
        let salt = Coding::Bcrypt.decode(salt)?;
        let digest = Coding::Bcrypt.decode_digest(digest, Self::DIGEST_LEN)?;
        Ok(Parsed::new(family, &salt, &digest))
    }

    pub(crate) fn new(version: Version, cost: u8) -> Result<Self, HashError> {
        (4..=31)
            .contains(&cost)
            .then_some(Self { version, cost })
            .ok_or(HashError::Cost)
    }
}

impl Family for Bcrypt {
    fn algorithm(&self) -> Algorithm {
        Algorithm::Bcrypt
    }

    fn cost(&self) -> Cost {
        Cost::Exponent(self.cost)
    }

    fn write(&self, salt: &[u8], digest: &[u8]) -> Zeroizing<String> {
        let version = match self.version {
            Version::A => 'a',
            Version::B => 'b',
            Version::Y => 'y',
        };
        Zeroizing::new(format!(
            "$2{version}${:02}${}{}",
            self.cost,
            *Coding::Bcrypt.encode(salt),
            *Coding::Bcrypt.encode(digest)
        ))
    }

    #[cfg(feature = "bcrypt")]
    fn derive(&self, password: &[u8], salt: &[u8], digest_len: usize) -> Result<Secret, HashError> {
        use crate::limits::BCRYPT_PASSWORD;

        if password.len() > BCRYPT_PASSWORD {
            return Err(HashError::PasswordTooLong);
        }
        let salt: [u8; 16] = salt.try_into().map_err(|_| HashError::Salt)?;
        // It takes the NUL that ends the string, where there is room for it.
        let mut key = Zeroizing::new([0; BCRYPT_PASSWORD]);
        let key_len = password.len().saturating_add(1).min(BCRYPT_PASSWORD);
        for (place, octet) in key.iter_mut().zip(password) {
            *place = *octet;
        }
        let key = key.get(..key_len).unwrap_or_default();
        let digest = Zeroizing::new(bcrypt::bcrypt(self.cost.into(), salt, key));
        digest
            .get(..digest_len)
            .map(Secret::from)
            .ok_or(HashError::Digest)
    }

    #[cfg(not(feature = "bcrypt"))]
    fn derive(&self, _: &[u8], _: &[u8], _: usize) -> Result<Secret, HashError> {
        Err(HashError::NotCompiledIn)
    }
}
