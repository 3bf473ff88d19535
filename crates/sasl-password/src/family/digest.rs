//! One digest of the password, or of password and salt, as LDAP's `userPassword` and Dovecot have it.

use alloc::string::String;

use sasl_core::Secret;
use zeroize::Zeroizing;

use super::{Family, Parsed};
use crate::description::{Algorithm, Cost};
use crate::error::HashError;
use crate::text::Coding;

/// What follows `{SSHA}` and its kin: the digest and then the salt, in one base64 or hexadecimal number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Digest {
    pub(crate) function: Function,
    pub(crate) salted: bool,
    pub(crate) coding: Coding,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Function {
    Md5,
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Function {
    fn digest_len(self) -> usize {
        match self {
            Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
}

impl Digest {
    /// Reads what stands behind the tag.
    pub(crate) fn parse(self, text: &str) -> Result<Parsed<Self>, HashError> {
        let octets = self.coding.decode(text)?;
        let (digest, salt) = octets
            .split_at_checked(self.function.digest_len())
            .ok_or(HashError::Digest)?;
        match (self.salted, salt.is_empty()) {
            // A salt that is lost would let the digest of the bare password in.
            (true, true) => Err(HashError::Salt),
            (false, false) => Err(HashError::Digest),
            _ => Ok(Parsed::new(self, salt, digest)),
        }
    }
}

impl Family for Digest {
    fn algorithm(&self) -> Algorithm {
        match self.function {
            Function::Md5 => Algorithm::Md5,
            Function::Sha1 => Algorithm::Sha1,
            Function::Sha256 => Algorithm::Sha256,
            Function::Sha384 => Algorithm::Sha384,
            Function::Sha512 => Algorithm::Sha512,
        }
    }

    fn cost(&self) -> Cost {
        Cost::Fixed
    }

    fn write(&self, salt: &[u8], digest: &[u8]) -> Zeroizing<String> {
        let octets = Zeroizing::new([digest, salt].concat());
        self.coding.encode(&octets)
    }

    #[cfg(feature = "legacy")]
    fn derive(&self, password: &[u8], salt: &[u8], _: usize) -> Result<Secret, HashError> {
        fn hash<D: md5::Digest>(password: &[u8], salt: &[u8]) -> Secret {
            let hash = D::new().chain_update(password).chain_update(salt);
            Secret::from(hash.finalize().as_slice())
        }
        Ok(match self.function {
            Function::Md5 => hash::<md5::Md5>(password, salt),
            Function::Sha1 => hash::<sha1::Sha1>(password, salt),
            Function::Sha256 => hash::<sha2::Sha256>(password, salt),
            Function::Sha384 => hash::<sha2::Sha384>(password, salt),
            Function::Sha512 => hash::<sha2::Sha512>(password, salt),
        })
    }

    #[cfg(not(feature = "legacy"))]
    fn derive(&self, _: &[u8], _: &[u8], _: usize) -> Result<Secret, HashError> {
        Err(HashError::NotCompiledIn)
    }
}
