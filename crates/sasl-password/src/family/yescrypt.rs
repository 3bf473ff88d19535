//! yescrypt: `$y$j9T$<salt>$<digest>`, in the one flavour that crypt(3) writes.

use alloc::format;
use alloc::string::String;

use sasl_core::Secret;
use zeroize::Zeroizing;

use super::{Family, Parsed};
use crate::description::{Algorithm, Cost};
use crate::error::HashError;
use crate::text::{Coding, crypt_char, crypt_digit, fields};

/// N and r. Everything else is as libxcrypt's `crypt_gensalt` has it: read-write mode, one lane, no extra time, no ROM.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Yescrypt {
    log_n: u8,
    block: u32,
}

impl Yescrypt {
    const DIGEST_LEN: usize = 32;

    /// Octets of a salt, as libxcrypt limits them.
    const MAX_SALT: usize = 64;

    /// Reads what stands behind `$y$`.
    pub(crate) fn parse(text: &str) -> Result<Parsed<Self>, HashError> {
        let [setting, salt, digest] = fields(text)?;
        let &[b'j', log_n, block] = setting.as_bytes() else {
            return Err(HashError::Syntax);
        };
        // N=2^63 takes no second character, neither does an r of 48 or less.
        let log_n = short_number(log_n)?;
        let family = Self {
            log_n,
            block: short_number(block)?.into(),
        };
        let salt = Coding::Crypt.decode(salt)?;
        if !(1..=Self::MAX_SALT).contains(&salt.len()) {
            return Err(HashError::Salt);
        }
        let digest = Coding::Crypt.decode_digest(digest, Self::DIGEST_LEN)?;
        // The yescrypt of read-write mode needs an r of 8 or more.
        if log_n < 2 || family.block < 8 {
            return Err(HashError::Cost);
        }
        Ok(Parsed::new(family, &salt, &digest))
    }
}

/// yescrypt's numbers of one character: 1 to 48. Longer ones have a larger first character.
fn short_number(octet: u8) -> Result<u8, HashError> {
    match crypt_digit(octet) {
        None => Err(HashError::Encoding),
        Some(digit @ 0..=47) => digit.checked_add(1).ok_or(HashError::Cost),
        Some(_) => Err(HashError::Cost),
    }
}

fn write_short(number: u32) -> char {
    number
        .checked_sub(1)
        .and_then(crypt_char)
        .unwrap_or_default()
}

impl Family for Yescrypt {
    fn algorithm(&self) -> Algorithm {
        Algorithm::Yescrypt
    }

    fn cost(&self) -> Cost {
        Cost::Scrypt {
            log_n: self.log_n,
            block: self.block,
            lanes: 1,
        }
    }

    fn write(&self, salt: &[u8], digest: &[u8]) -> Zeroizing<String> {
        Zeroizing::new(format!(
            "$y$j{}{}${}${}",
            write_short(self.log_n.into()),
            write_short(self.block),
            *Coding::Crypt.encode(salt),
            *Coding::Crypt.encode(digest)
        ))
    }

    #[cfg(feature = "yescrypt")]
    fn derive(&self, password: &[u8], salt: &[u8], digest_len: usize) -> Result<Secret, HashError> {
        super::crypt_password(password)?;
        let n = 1_u64
            .checked_shl(self.log_n.into())
            .ok_or(HashError::Cost)?;
        let cost = yescrypt::Params::new(yescrypt::Mode::Rw, n, self.block, 1)
            .map_err(|_| HashError::Cost)?;
        let mut digest = Zeroizing::new(alloc::vec![0; digest_len]);
        yescrypt::yescrypt(password, salt, &cost, &mut digest).map_err(|_| HashError::Cost)?;
        Ok(Secret::new(core::mem::take(&mut *digest)))
    }

    #[cfg(not(feature = "yescrypt"))]
    fn derive(&self, _: &[u8], _: &[u8], _: usize) -> Result<Secret, HashError> {
        Err(HashError::NotCompiledIn)
    }
}
