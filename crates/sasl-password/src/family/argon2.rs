//! Argon2 (RFC 9106) in the PHC string format.

use alloc::format;
use alloc::string::String;

use sasl_core::Secret;
use zeroize::Zeroizing;

use super::{Family, Parsed};
use crate::description::{Algorithm, Cost};
use crate::error::HashError;
#[cfg(feature = "argon2")]
use crate::scratch::Scratch;
use crate::text::{Coding, fields, parameter};

/// `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<digest>`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Argon2 {
    pub(crate) variant: Variant,
    pub(crate) version: Version,
    pub(crate) memory_kib: u32,
    pub(crate) passes: u32,
    pub(crate) lanes: u32,
}

/// The types of RFC 9106 §3.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Variant {
    D,
    I,
    Id,
}

/// What stands for the version, which changed in 2016.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    /// No `v=`: as hashes were written before there was one, and so 0x10.
    Unsaid,
    /// `v=16`
    V16,
    /// `v=19`: RFC 9106.
    V19,
}

impl Argon2 {
    /// Octets of a digest in the PHC string format.
    const DIGEST: core::ops::RangeInclusive<usize> = 12..=64;

    /// Octets of a salt: RFC 9106 §3.1 has no less than 8, the PHC string format no more than 64.
    const SALT: core::ops::RangeInclusive<usize> = 8..=64;

    /// Reads what stands behind `$argon2id$`.
    pub(crate) fn parse(variant: Variant, text: &str) -> Result<Parsed<Self>, HashError> {
        let (version, text) = match text.strip_prefix("v=") {
            None => (Version::Unsaid, text),
            Some(text) => {
                let (version, text) = text.split_once('$').ok_or(HashError::Syntax)?;
                match version {
                    "16" => (Version::V16, text),
                    "19" => (Version::V19, text),
                    _ => return Err(HashError::Syntax),
                }
            }
        };
        let [costs, salt, digest] = fields(text)?;
        // `keyid` and `data` need what does not stand here, and are refused with whatever else follows.
        let mut costs = costs.split(',');
        let memory_kib = parameter(&mut costs, "m")?;
        let passes = parameter(&mut costs, "t")?;
        let lanes = parameter(&mut costs, "p")?;
        if costs.next().is_some() {
            return Err(HashError::Syntax);
        }
        let family = Self::new(variant, version, memory_kib, passes, lanes)?;
        let salt = Coding::Unpadded.decode(salt)?;
        let digest = Coding::Unpadded.decode(digest)?;
        if !Self::SALT.contains(&salt.len()) {
            return Err(HashError::Salt);
        }
        if !Self::DIGEST.contains(&digest.len()) {
            return Err(HashError::Digest);
        }
        Ok(Parsed::new(family, &salt, &digest))
    }

    /// Checks the ranges of RFC 9106 §3.1.
    pub(crate) fn new(
        variant: Variant,
        version: Version,
        memory_kib: u32,
        passes: u32,
        lanes: u32,
    ) -> Result<Self, HashError> {
        let least_memory = u64::from(lanes).saturating_mul(8);
        let in_range = (1..=0xff_ffff).contains(&lanes)
            && passes >= 1
            && u64::from(memory_kib) >= least_memory;
        let family = Self {
            variant,
            version,
            memory_kib,
            passes,
            lanes,
        };
        in_range.then_some(family).ok_or(HashError::Cost)
    }
}

impl Family for Argon2 {
    fn algorithm(&self) -> Algorithm {
        match self.variant {
            Variant::D => Algorithm::Argon2d,
            Variant::I => Algorithm::Argon2i,
            Variant::Id => Algorithm::Argon2id,
        }
    }

    fn cost(&self) -> Cost {
        Cost::Argon2 {
            memory_kib: self.memory_kib,
            passes: self.passes,
            lanes: self.lanes,
        }
    }

    fn write(&self, salt: &[u8], digest: &[u8]) -> Zeroizing<String> {
        let version = match self.version {
            Version::Unsaid => "",
            Version::V16 => "v=16$",
            Version::V19 => "v=19$",
        };
        Zeroizing::new(format!(
            "${}${version}m={},t={},p={}${}${}",
            self.algorithm(),
            self.memory_kib,
            self.passes,
            self.lanes,
            *Coding::Unpadded.encode(salt),
            *Coding::Unpadded.encode(digest),
        ))
    }

    #[cfg(feature = "argon2")]
    fn derive(&self, password: &[u8], salt: &[u8], digest_len: usize) -> Result<Secret, HashError> {
        let mut digest = Zeroizing::new(alloc::vec![0; digest_len]);
        self.function(digest_len)?
            .hash_password_into(password, salt, &mut digest)
            .map_err(reason)?;
        Ok(Secret::new(core::mem::take(&mut *digest)))
    }

    #[cfg(feature = "argon2")]
    fn derive_in(
        &self,
        scratch: &mut Scratch,
        password: &[u8],
        salt: &[u8],
        digest_len: usize,
    ) -> Result<Secret, HashError> {
        let function = self.function(digest_len)?;
        let count = function.params().block_count();
        let blocks = scratch.blocks(count).ok_or(HashError::Memory)?;
        let mut digest = Zeroizing::new(alloc::vec![0; digest_len]);
        function
            .hash_password_into_with_memory(password, salt, &mut digest, blocks)
            .map_err(reason)?;
        Ok(Secret::new(core::mem::take(&mut *digest)))
    }

    #[cfg(not(feature = "argon2"))]
    fn derive(&self, _: &[u8], _: &[u8], _: usize) -> Result<Secret, HashError> {
        Err(HashError::NotCompiledIn)
    }
}

#[cfg(feature = "argon2")]
impl Argon2 {
    fn function(&self, digest_len: usize) -> Result<argon2::Argon2<'static>, HashError> {
        let variant = match self.variant {
            Variant::D => argon2::Algorithm::Argon2d,
            Variant::I => argon2::Algorithm::Argon2i,
            Variant::Id => argon2::Algorithm::Argon2id,
        };
        let version = match self.version {
            Version::Unsaid | Version::V16 => argon2::Version::V0x10,
            Version::V19 => argon2::Version::V0x13,
        };
        let cost = argon2::Params::new(self.memory_kib, self.passes, self.lanes, Some(digest_len))
            .map_err(|_| HashError::Cost)?;
        Ok(argon2::Argon2::new(variant, version, cost))
    }
}

#[cfg(feature = "argon2")]
fn reason(error: argon2::Error) -> HashError {
    match error {
        argon2::Error::OutOfMemory => HashError::Memory,
        _ => HashError::Cost,
    }
}
