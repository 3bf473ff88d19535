//! The hash functions of SCRAM (RFC 5802 §2.2), chosen when the mechanism is made.

use alloc::sync::Arc;

use sasl_core::{MechanismName, ScramHash, Want, mechanism_name};

mod digest;
mod function;
mod hmac;

pub(crate) use self::digest::{Digest, Octets};
use self::function::Function;
pub(crate) use self::hmac::Mac;
use self::hmac::{Keyed, digest, hi};

/// The one list of the hash functions, handed to the macro that is named: feature, hash function, what its mechanisms come
/// from, their names, and where they are specified.
macro_rules! hashes {
    ($take:ident) => {
        $take! {
            "sha-1", Sha1, ScramSha1, "SCRAM-SHA-1", "SCRAM-SHA-1-PLUS", "RFC 5802";
            "sha-224", Sha224, ScramSha224, "SCRAM-SHA-224", "SCRAM-SHA-224-PLUS", "RFC 5802 with SHA-224";
            "sha-256", Sha256, ScramSha256, "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", "RFC 7677";
            "sha-384", Sha384, ScramSha384, "SCRAM-SHA-384", "SCRAM-SHA-384-PLUS", "RFC 5802 with SHA-384";
            "sha-512", Sha512, ScramSha512, "SCRAM-SHA-512", "SCRAM-SHA-512-PLUS", "draft-melnikov-scram-sha-512";
            "sha3-512", Sha3_512, ScramSha3512, "SCRAM-SHA3-512", "SCRAM-SHA3-512-PLUS", "draft-melnikov-scram-sha3-512";
        }
    };
}
pub(crate) use hashes;

macro_rules! table {
    ($($feature:literal, $hash:ident, $mechanism:ident, $name:literal, $plus:literal, $rfc:literal;)+) => {
        /// A hash function that is compiled in.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Hash {
            $(
                #[cfg(feature = $feature)]
                $hash,
            )+
        }

        impl Hash {
            /// The hash function, if it is compiled in.
            pub(crate) fn of(hash: ScramHash) -> Option<Self> {
                match hash {
                    $(
                        #[cfg(feature = $feature)]
                        ScramHash::$hash => Some(Self::$hash),
                    )+
                    _ => None,
                }
            }

            fn row(self) -> &'static Row {
                match self {
                    $(
                        #[cfg(feature = $feature)]
                        Self::$hash => const {
                            &Row::of::<function::$hash>(
                                ScramHash::$hash,
                                [mechanism_name!($name), mechanism_name!($plus)],
                                &[Want::Scram(ScramHash::$hash), Want::ClearText],
                            )
                        },
                    )+
                }
            }
        }
    };
}
hashes!(table);

/// What there is to know and to do of a hash function.
struct Row {
    id: ScramHash,
    names: [MechanismName; 2],
    wants: &'static [Want],
    digest: fn(&[u8]) -> Digest,
    hmac: fn(&[u8], &[&[u8]]) -> Digest,
    keyed: fn(&[u8]) -> Arc<dyn Mac>,
    hi: fn(&[u8], &[u8], u32) -> Digest,
}

impl Row {
    const fn of<F: Function>(
        id: ScramHash,
        names: [MechanismName; 2],
        wants: &'static [Want],
    ) -> Self {
        Self {
            id,
            names,
            wants,
            digest: digest::<F>,
            hmac: |key, parts| Keyed::<F>::new(key).mac(parts),
            keyed: |key| Arc::new(Keyed::<F>::new(key)),
            hi: hi::<F>,
        }
    }
}

impl Hash {
    pub(crate) fn id(self) -> ScramHash {
        self.row().id
    }

    /// The names of its mechanisms, without channel binding and with.
    pub(crate) fn names(self) -> [MechanismName; 2] {
        self.row().names
    }

    /// What its mechanisms can use of an account.
    pub(crate) fn wants(self) -> &'static [Want] {
        self.row().wants
    }

    /// `H(octets)`.
    pub(crate) fn digest(self, octets: &[u8]) -> Digest {
        (self.row().digest)(octets)
    }

    /// `HMAC(key, parts)`, the parts being one string.
    pub(crate) fn hmac(self, key: &[u8], parts: &[&[u8]]) -> Digest {
        (self.row().hmac)(key, parts)
    }

    /// HMAC with a key that is used often.
    pub(crate) fn keyed(self, key: &[u8]) -> Arc<dyn Mac> {
        (self.row().keyed)(key)
    }

    /// `Hi(password, salt, iterations)`: PBKDF2 with one block of output (RFC 5802 §2.2).
    pub(crate) fn hi(self, password: &[u8], salt: &[u8], iterations: u32) -> Digest {
        (self.row().hi)(password, salt, iterations)
    }
}

#[cfg(test)]
mod tests;
