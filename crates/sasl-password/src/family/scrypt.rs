//! scrypt (RFC 7914), as the PHC string format and as crypt(3) write it.

use alloc::format;
use alloc::string::String;

use sasl_core::Secret;
use zeroize::Zeroizing;

use super::{Family, Parsed};
use crate::description::{Algorithm, Cost};
use crate::error::HashError;
use crate::text::{Coding, crypt_char, crypt_digit, fields, is_crypt_text, parameter};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Scrypt {
    pub(crate) log_n: u8,
    pub(crate) block: u32,
    pub(crate) lanes: u32,
    pub(crate) form: Form,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// `$scrypt$ln=17,r=8,p=1$<salt>$<digest>`
    Phc,
    /// `$7$` and 11 characters for N, r and p; then the salt as it is, `$` and the digest.
    Crypt,
}

impl Scrypt {
    /// Octets of a digest. The first octets of one are the digest of that length: a shorter one must not pass.
    pub(crate) const DIGEST_LEN: usize = 32;

    /// Characters for a number of 30 bits in `$7$`.
    const NUMBER_LEN: usize = 5;

    /// Reads what stands behind `$scrypt$`.
    pub(crate) fn parse_phc(text: &str) -> Result<Parsed<Self>, HashError> {
        let [costs, salt, digest] = fields(text)?;
        let mut costs = costs.split(',');
        let log_n = parameter(&mut costs, "ln")?;
        let block = parameter(&mut costs, "r")?;
        let lanes = parameter(&mut costs, "p")?;
        if costs.next().is_some() {
            return Err(HashError::Syntax);
        }
        let log_n = u8::try_from(log_n).map_err(|_| HashError::Cost)?;
        let family = Self::new(log_n, block, lanes, Form::Phc)?;
        let salt = Coding::Unpadded.decode(salt)?;
        if salt.is_empty() {
            return Err(HashError::Salt);
        }
        let digest = Coding::Unpadded.decode_digest(digest, Self::DIGEST_LEN)?;
        Ok(Parsed::new(family, &salt, &digest))
    }

    /// Reads what stands behind `$7$`.
    pub(crate) fn parse_crypt(text: &str) -> Result<Parsed<Self>, HashError> {
        let [setting, digest] = fields(text)?;
        let (log_n, setting) = setting.split_at_checked(1).ok_or(HashError::Syntax)?;
        let [block, setting] = split_number(setting)?;
        let [lanes, salt] = split_number(setting)?;
        let log_n = u8::try_from(number(log_n)?).map_err(|_| HashError::Cost)?;
        let family = Self::new(log_n, number(block)?, number(lanes)?, Form::Crypt)?;
        if salt.is_empty() || !is_crypt_text(salt) {
            return Err(HashError::Salt);
        }
        let digest = Coding::Crypt.decode_digest(digest, Self::DIGEST_LEN)?;
        Ok(Parsed::new(family, salt.as_bytes(), &digest))
    }

    /// Checks the ranges of RFC 7914 §2, but for the limit of N, which its erratum 5971 doubts.
    pub(crate) fn new(log_n: u8, block: u32, lanes: u32, form: Form) -> Result<Self, HashError> {
        let product = u64::from(block).saturating_mul(lanes.into());
        let in_range = (1..=63).contains(&log_n) && (1..1 << 30).contains(&product);
        let family = Self {
            log_n,
            block,
            lanes,
            form,
        };
        in_range.then_some(family).ok_or(HashError::Cost)
    }
}

fn split_number(text: &str) -> Result<[&str; 2], HashError> {
    let (number, rest) = text
        .split_at_checked(Scrypt::NUMBER_LEN)
        .ok_or(HashError::Syntax)?;
    Ok([number, rest])
}

/// A number in crypt(3)'s alphabet, low digits first.
fn number(text: &str) -> Result<u32, HashError> {
    text.bytes().rev().try_fold(0_u32, |number, octet| {
        let digit = crypt_digit(octet).ok_or(HashError::Encoding)?;
        Ok(number << 6 | u32::from(digit))
    })
}

fn write_number(number: u32) -> String {
    (0..Scrypt::NUMBER_LEN)
        .scan(number, |rest, _| {
            let char = crypt_char(*rest & 0x3f);
            *rest >>= 6;
            char
        })
        .collect()
}

impl Family for Scrypt {
    fn algorithm(&self) -> Algorithm {
        Algorithm::Scrypt
    }

    fn cost(&self) -> Cost {
        Cost::Scrypt {
            log_n: self.log_n,
            block: self.block,
            lanes: self.lanes,
        }
    }

    fn write(&self, salt: &[u8], digest: &[u8]) -> Zeroizing<String> {
        Zeroizing::new(match self.form {
            Form::Phc => format!(
                "$scrypt$ln={},r={},p={}${}${}",
                self.log_n,
                self.block,
                self.lanes,
                *Coding::Unpadded.encode(salt),
                *Coding::Unpadded.encode(digest)
            ),
            Form::Crypt => format!(
                "$7${}{}{}{}${}",
                crypt_char(self.log_n.into()).unwrap_or_default(),
                write_number(self.block),
                write_number(self.lanes),
                String::from_utf8_lossy(salt),
                *Coding::Crypt.encode(digest)
            ),
        })
    }

    #[cfg(feature = "scrypt")]
    fn derive(&self, password: &[u8], salt: &[u8], digest_len: usize) -> Result<Secret, HashError> {
        if self.form == Form::Crypt {
            super::crypt_password(password)?;
        }
        let cost =
            scrypt::Params::new(self.log_n, self.block, self.lanes).map_err(|_| HashError::Cost)?;
        let mut digest = Zeroizing::new(alloc::vec![0; digest_len]);
        scrypt::scrypt(password, salt, &cost, &mut digest).map_err(|_| HashError::Digest)?;
        Ok(Secret::new(core::mem::take(&mut *digest)))
    }

    #[cfg(not(feature = "scrypt"))]
    fn derive(&self, _: &[u8], _: &[u8], _: usize) -> Result<Secret, HashError> {
        Err(HashError::NotCompiledIn)
    }
}
