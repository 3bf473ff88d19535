//! SHA-256-crypt and SHA-512-crypt: `$5$` and `$6$`, `rounds=` where they are not 5000, a salt as it is, the digest.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use sasl_core::Secret;
use zeroize::Zeroizing;

use super::{Family, Parsed};
use crate::description::{Algorithm, Cost};
use crate::error::HashError;
use crate::text::{Coding, decimal, fields, is_crypt_text};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ShaCrypt {
    pub(crate) function: Function,
    /// `None`: 5000, and the text does not say so.
    pub(crate) rounds: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Function {
    Sha256,
    Sha512,
}

impl Function {
    pub(crate) fn digest_len(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha512 => 64,
        }
    }
}

impl ShaCrypt {
    const DEFAULT_ROUNDS: u32 = 5000;

    /// Reads what stands behind `$6$`.
    pub(crate) fn parse(function: Function, text: &str) -> Result<Parsed<Self>, HashError> {
        let (rounds, text) = match text.strip_prefix("rounds=") {
            None => (None, text),
            Some(text) => {
                let (rounds, text) = text.split_once('$').ok_or(HashError::Syntax)?;
                (Some(decimal(rounds)?), text)
            }
        };
        let family = Self::new(function, rounds)?;
        let [salt, digest] = fields(text)?;
        if !(1..=16).contains(&salt.len()) || !is_crypt_text(salt) {
            return Err(HashError::Salt);
        }
        let digest = Coding::Crypt.decode_digest(digest, function.digest_len())?;
        Ok(Parsed::new(family, salt.as_bytes(), &digest))
    }

    /// Implementations bring other rounds into this range, and write what they took.
    pub(crate) fn new(function: Function, rounds: Option<u32>) -> Result<Self, HashError> {
        rounds
            .is_none_or(|rounds| (1000..=999_999_999).contains(&rounds))
            .then_some(Self { function, rounds })
            .ok_or(HashError::Cost)
    }

    fn rounds(&self) -> u32 {
        self.rounds.unwrap_or(Self::DEFAULT_ROUNDS)
    }
}

impl Family for ShaCrypt {
    fn algorithm(&self) -> Algorithm {
        match self.function {
            Function::Sha256 => Algorithm::Sha256Crypt,
            Function::Sha512 => Algorithm::Sha512Crypt,
        }
    }

    fn cost(&self) -> Cost {
        Cost::Iterations(self.rounds())
    }

    fn write(&self, salt: &[u8], digest: &[u8]) -> Zeroizing<String> {
        let id = match self.function {
            Function::Sha256 => '5',
            Function::Sha512 => '6',
        };
        let rounds = self
            .rounds
            .map(|rounds| format!("rounds={rounds}$"))
            .unwrap_or_default();
        Zeroizing::new(format!(
            "${id}${rounds}{}${}",
            String::from_utf8_lossy(salt),
            *Coding::Crypt.encode(digest)
        ))
    }

    /// 16 characters out of 12 octets.
    fn salt(&self, random: &[u8]) -> Vec<u8> {
        let octets = random.get(..12).unwrap_or(random);
        Coding::Crypt.encode(octets).as_bytes().to_vec()
    }

    #[cfg(feature = "sha-crypt")]
    fn derive(&self, password: &[u8], salt: &[u8], _: usize) -> Result<Secret, HashError> {
        super::crypt_password(password)?;
        let rounds = sha_crypt::Params::new(self.rounds()).map_err(|_| HashError::Cost)?;
        Ok(match self.function {
            Function::Sha256 => {
                let digest = Zeroizing::new(sha_crypt::sha256_crypt(password, salt, rounds));
                in_written_order(&*digest, &ORDER_256)
            }
            Function::Sha512 => {
                let digest = Zeroizing::new(sha_crypt::sha512_crypt(password, salt, rounds));
                in_written_order(&*digest, &ORDER_512)
            }
        })
    }

    #[cfg(not(feature = "sha-crypt"))]
    fn derive(&self, _: &[u8], _: &[u8], _: usize) -> Result<Secret, HashError> {
        Err(HashError::NotCompiledIn)
    }
}

/// The order in which the octets of a digest are written.
#[cfg(feature = "sha-crypt")]
const ORDER_256: [usize; 32] = [
    20, 10, 0, 11, 1, 21, 2, 22, 12, 23, 13, 3, 14, 4, 24, 5, 25, 15, 26, 16, 6, 17, 7, 27, 8, 28,
    18, 29, 19, 9, 30, 31,
];
#[cfg(feature = "sha-crypt")]
const ORDER_512: [usize; 64] = [
    42, 21, 0, 1, 43, 22, 23, 2, 44, 45, 24, 3, 4, 46, 25, 26, 5, 47, 48, 27, 6, 7, 49, 28, 29, 8,
    50, 51, 30, 9, 10, 52, 31, 32, 11, 53, 54, 33, 12, 13, 55, 34, 35, 14, 56, 57, 36, 15, 16, 58,
    37, 38, 17, 59, 60, 39, 18, 19, 61, 40, 41, 20, 62, 63,
];

#[cfg(feature = "sha-crypt")]
fn in_written_order(digest: &[u8], order: &[usize]) -> Secret {
    // `filter_map` gives no exact size: a growing buffer would leave copies behind.
    let mut written = Vec::with_capacity(order.len());
    written.extend(order.iter().filter_map(|&place| digest.get(place)));
    Secret::new(written)
}
