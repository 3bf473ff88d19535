//! The hash functions of SCRAM (RFC 5802 §2.2), chosen when the mechanism is made.

use hmac::{KeyInit, Mac};
use sasl_core::{ScramHash, constant_time_eq};
use zeroize::{Zeroize, Zeroizing};

/// A hash function that is compiled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hash {
    #[cfg(feature = "sha-1")]
    Sha1,
    #[cfg(feature = "sha-224")]
    Sha224,
    #[cfg(feature = "sha-256")]
    Sha256,
    #[cfg(feature = "sha-384")]
    Sha384,
    #[cfg(feature = "sha-512")]
    Sha512,
    #[cfg(feature = "sha3-512")]
    Sha3_512,
}

/// The HMAC that goes with a hash function.
trait HasMac {
    type Mac;
}

macro_rules! has_mac {
    ($($feature:literal $function:ty => $mac:ty;)+) => {$(
        #[cfg(feature = $feature)]
        impl HasMac for $function {
            type Mac = $mac;
        }
    )+};
}

has_mac! {
    "sha-1" sha1::Sha1 => hmac::Hmac<Self>;
    "sha-224" sha2::Sha224 => hmac::Hmac<Self>;
    "sha-256" sha2::Sha256 => hmac::Hmac<Self>;
    "sha-384" sha2::Sha384 => hmac::Hmac<Self>;
    "sha-512" sha2::Sha512 => hmac::Hmac<Self>;
    // A sponge has no block that could be prepared once, which `Hmac` wants.
    "sha3-512" sha3::Sha3_512 => hmac::SimpleHmac<Self>;
}

/// Runs the body with `$H` as the type of the hash function.
macro_rules! with_hash {
    ($hash:expr, $H:ident => $body:expr) => {
        with_hash!(@arms $hash, $H => $body,
            "sha-1" Sha1 sha1::Sha1;
            "sha-224" Sha224 sha2::Sha224;
            "sha-256" Sha256 sha2::Sha256;
            "sha-384" Sha384 sha2::Sha384;
            "sha-512" Sha512 sha2::Sha512;
            "sha3-512" Sha3_512 sha3::Sha3_512;
        )
    };
    (@arms $hash:expr, $H:ident => $body:expr, $($feature:literal $variant:ident $function:ty;)+) => {
        match $hash {
            $(
                #[cfg(feature = $feature)]
                Hash::$variant => {
                    type $H = $function;
                    $body
                }
            )+
        }
    };
}

impl Hash {
    /// The hash function, if it is compiled in.
    pub(crate) fn of(hash: ScramHash) -> Option<Self> {
        match hash {
            #[cfg(feature = "sha-1")]
            ScramHash::Sha1 => Some(Self::Sha1),
            #[cfg(feature = "sha-224")]
            ScramHash::Sha224 => Some(Self::Sha224),
            #[cfg(feature = "sha-256")]
            ScramHash::Sha256 => Some(Self::Sha256),
            #[cfg(feature = "sha-384")]
            ScramHash::Sha384 => Some(Self::Sha384),
            #[cfg(feature = "sha-512")]
            ScramHash::Sha512 => Some(Self::Sha512),
            #[cfg(feature = "sha3-512")]
            ScramHash::Sha3_512 => Some(Self::Sha3_512),
            _ => None,
        }
    }

    pub(crate) fn id(self) -> ScramHash {
        match self {
            #[cfg(feature = "sha-1")]
            Self::Sha1 => ScramHash::Sha1,
            #[cfg(feature = "sha-224")]
            Self::Sha224 => ScramHash::Sha224,
            #[cfg(feature = "sha-256")]
            Self::Sha256 => ScramHash::Sha256,
            #[cfg(feature = "sha-384")]
            Self::Sha384 => ScramHash::Sha384,
            #[cfg(feature = "sha-512")]
            Self::Sha512 => ScramHash::Sha512,
            #[cfg(feature = "sha3-512")]
            Self::Sha3_512 => ScramHash::Sha3_512,
        }
    }

    /// `H(octets)`.
    pub(crate) fn digest(self, octets: &[u8]) -> Digest {
        with_hash!(self, H => Digest::taking(&mut <H as hmac::digest::Digest>::digest(octets)))
    }

    /// `HMAC(key, parts)`, the parts being one string.
    pub(crate) fn hmac(self, key: &[u8], parts: &[&[u8]]) -> Digest {
        with_hash!(self, H => {
            // HMAC takes keys of every length. An empty digest, if it did not, would equal no proof.
            let Ok(mut mac) = <H as HasMac>::Mac::new_from_slice(key) else { return Digest::new(&[]) };
            parts.iter().for_each(|part| mac.update(part));
            Digest::taking(&mut mac.finalize().into_bytes())
        })
    }

    /// `Hi(password, salt, iterations)`: PBKDF2 with one block of output (RFC 5802 §2.2). `None` only if HMAC did not take
    /// keys of every length.
    pub(crate) fn hi(self, password: &[u8], salt: &[u8], iterations: u32) -> Option<Digest> {
        let mut digest = Digest::zero(self.id());
        with_hash!(self, H => {
            pbkdf2::pbkdf2::<<H as HasMac>::Mac>(password, salt, iterations, digest.as_mut()).ok()?;
        });
        Some(digest)
    }
}

/// A digest of any of the hash functions, wiped when dropped.
#[derive(Clone)]
pub(crate) struct Digest {
    octets: Zeroizing<[u8; Self::MAX]>,
    len: usize,
}

impl Digest {
    /// Octets of the longest digest.
    pub(crate) const MAX: usize = 64;

    fn zero(hash: ScramHash) -> Self {
        Self {
            octets: Zeroizing::new([0; Self::MAX]),
            len: hash.digest_len(),
        }
    }

    /// Keeps the octets; beyond the longest digest there are none.
    pub(crate) fn new(octets: &[u8]) -> Self {
        let mut digest = Self {
            octets: Zeroizing::new([0; Self::MAX]),
            len: octets.len().min(Self::MAX),
        };
        digest
            .as_mut()
            .iter_mut()
            .zip(octets)
            .for_each(|(place, octet)| *place = *octet);
        digest
    }

    /// Keeps the octets and wipes where they were.
    fn taking(octets: &mut [u8]) -> Self {
        let digest = Self::new(octets);
        octets.zeroize();
        digest
    }

    pub(crate) fn as_slice(&self) -> &[u8] {
        self.octets.get(..self.len).unwrap_or_default()
    }

    fn as_mut(&mut self) -> &mut [u8] {
        self.octets.get_mut(..self.len).unwrap_or_default()
    }

    /// The exclusive or with octets of the same length.
    pub(crate) fn xor(mut self, other: &[u8]) -> Self {
        self.as_mut()
            .iter_mut()
            .zip(other)
            .for_each(|(octet, other)| *octet ^= other);
        self
    }

    pub(crate) fn matches(&self, octets: &[u8]) -> bool {
        constant_time_eq(self.as_slice(), octets)
    }
}
