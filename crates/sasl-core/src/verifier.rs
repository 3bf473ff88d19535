//! What a secret can be checked against, as data. Nothing here computes.

use alloc::boxed::Box;
use alloc::string::String;
use core::fmt;

use zeroize::Zeroizing;

use crate::mechanism_name;
use crate::name::MechanismName;
use crate::preparation::Preparation;
use crate::secret::{Key, Password};

/// One thing that a secret of an account can be checked against.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Verifier {
    /// The password itself.
    ClearText(Password),
    /// A password hash in its usual text form, such as `$argon2id$…`.
    PasswordHash(PasswordHash),
    /// The keys of one SCRAM hash (RFC 5802 §3).
    Scram(ScramKeys),
    /// The inner states of HMAC-MD5 (RFC 2195): worth as much as the password.
    CramMd5(CramMd5Context),
    /// What somebody else's mechanism needs.
    Other(OtherVerifier),
}

/// A password hash as text. Which schemes are understood is the matter of the server's password verifier.
#[derive(Clone)]
pub struct PasswordHash(Zeroizing<String>);

impl PasswordHash {
    /// Keeps the text as it is; it is parsed when a password is checked.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(..)")
    }
}

/// The hash function of a SCRAM mechanism.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ScramHash {
    /// SCRAM-SHA-1 (RFC 5802), 20 octets.
    Sha1,
    /// SCRAM-SHA-224, 28 octets.
    Sha224,
    /// SCRAM-SHA-256 (RFC 7677), 32 octets.
    Sha256,
    /// SCRAM-SHA-384, 48 octets.
    Sha384,
    /// SCRAM-SHA-512, 64 octets.
    Sha512,
    /// SCRAM-SHA3-512, 64 octets.
    Sha3_512,
}

impl ScramHash {
    /// Octets of one digest.
    #[must_use]
    pub fn digest_len(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha224 => 28,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 | Self::Sha3_512 => 64,
        }
    }

    /// The mechanism that takes keys of this hash, without channel binding.
    #[must_use]
    pub fn mechanism(self) -> MechanismName {
        match self {
            Self::Sha1 => mechanism_name!("SCRAM-SHA-1"),
            Self::Sha224 => mechanism_name!("SCRAM-SHA-224"),
            Self::Sha256 => mechanism_name!("SCRAM-SHA-256"),
            Self::Sha384 => mechanism_name!("SCRAM-SHA-384"),
            Self::Sha512 => mechanism_name!("SCRAM-SHA-512"),
            Self::Sha3_512 => mechanism_name!("SCRAM-SHA3-512"),
        }
    }

    /// The hash of a mechanism, with channel binding (`-PLUS`) or without; `None` when it is not SCRAM with one of these.
    #[must_use]
    pub fn of_mechanism(name: MechanismName) -> Option<Self> {
        let name = name.as_str();
        let name = name.strip_suffix("-PLUS").unwrap_or(name);
        Self::ALL.into_iter().find(|hash| hash.mechanism() == *name)
    }

    const ALL: [Self; 6] = [
        Self::Sha1,
        Self::Sha224,
        Self::Sha256,
        Self::Sha384,
        Self::Sha512,
        Self::Sha3_512,
    ];
}

/// The two keys a SCRAM server needs, with what they were derived from (RFC 5802 §3).
#[derive(Debug, Clone)]
pub struct ScramKeys {
    /// The hash they were made with; they are never accepted for another.
    pub hash: ScramHash,
    /// The iterations of PBKDF2, at least 1.
    pub iterations: u32,
    /// The salt, 1 to [`limits::SALT`](crate::limits::SALT) octets.
    pub salt: Box<[u8]>,
    /// How the password was prepared before.
    pub preparation: Preparation,
    /// `StoredKey`: the hash of the client key, as many octets as the hash has.
    pub stored_key: Key,
    /// `ServerKey`: what the server proves itself with, as many octets as the hash has.
    pub server_key: Key,
}

/// HMAC-MD5 with the key already in: the two MD5 states after the first block (RFC 2195).
#[derive(Debug, Clone)]
pub struct CramMd5Context {
    /// The state after the key XOR `ipad`, 16 octets.
    pub inner: Key,
    /// The state after the key XOR `opad`, 16 octets.
    pub outer: Key,
}

/// A verifier that only somebody else's mechanism or password verifier understands.
#[derive(Debug, Clone)]
pub struct OtherVerifier {
    /// Names the scheme.
    pub scheme: Box<str>,
    /// The verifier itself.
    pub data: Key,
}

/// What a mechanism can use of an account, so that a store need not fetch the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Want {
    /// The password itself.
    ClearText,
    /// SCRAM keys of this hash.
    Scram(ScramHash),
    /// An HMAC-MD5 context.
    CramMd5,
    /// A verifier of somebody else's scheme.
    Other(&'static str),
}

impl Want {
    /// Whether this verifier is what is wanted, for stores that fetch no more.
    #[must_use]
    pub fn is_met_by(self, verifier: &Verifier) -> bool {
        match (self, verifier) {
            (Self::ClearText, Verifier::ClearText(_)) | (Self::CramMd5, Verifier::CramMd5(_)) => {
                true
            }
            (Self::Scram(hash), Verifier::Scram(keys)) => keys.hash == hash,
            (Self::Other(scheme), Verifier::Other(other)) => *other.scheme == *scheme,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    #[test]
    fn a_hash_is_found_by_both_of_its_mechanisms() {
        for hash in ScramHash::ALL {
            let name = hash.mechanism();
            assert_eq!(ScramHash::of_mechanism(name), Some(hash));
            let plus = MechanismName::parse(&format!("{name}-PLUS")).unwrap();
            assert_eq!(ScramHash::of_mechanism(plus), Some(hash));
        }
        for other in [
            "PLAIN",
            "SCRAM-SHA-2",
            "SCRAM-SHA-1-PLUS-",
            "SHA-1",
            "-PLUS",
            "HT-SHA-256-NONE",
        ] {
            let name = MechanismName::parse(other).unwrap();
            assert_eq!(ScramHash::of_mechanism(name), None, "{other}");
        }
    }
}
