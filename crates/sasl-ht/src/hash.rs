//! HMAC over the hash functions of the family.

use alloc::boxed::Box;

use hmac::{Hmac, KeyInit, Mac};
use sasl_core::Secret;
use sha2::{Sha256, Sha512};
use zeroize::Zeroize;

use crate::message::Pairs;

/// The hash function of a mechanism.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HashAlgorithm {
    /// SHA-256, 32 octets.
    Sha256,
    /// SHA-512, 64 octets.
    Sha512,
}

impl HashAlgorithm {
    /// Octets of one digest.
    #[must_use]
    pub fn digest_len(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha512 => 64,
        }
    }
}

/// Who proves that it has the token.
#[derive(Clone, Copy)]
pub(crate) enum Role {
    Initiator,
    Responder,
}

/// What of an exchange both proofs cover, besides who proves it and what is said along with it.
#[derive(Clone)]
pub(crate) struct Scope {
    pub(crate) hash: HashAlgorithm,
    /// The value of the channel binding; empty where there is none.
    pub(crate) cb_data: Box<[u8]>,
}

impl Scope {
    /// ```text
    /// HMAC(token, "Initiator" || cb-data || extra-initiator-values)
    /// HMAC(token, "Responder" || cb-data || extra-responder-values)
    /// ```
    pub(crate) fn hashed_token(&self, role: Role, token: &[u8], pairs: &Pairs) -> Secret {
        let role: &[u8] = match role {
            Role::Initiator => b"Initiator",
            Role::Responder => b"Responder",
        };
        let parts = [role, &*self.cb_data, pairs.as_str().as_bytes()];
        match self.hash {
            HashAlgorithm::Sha256 => mac::<Hmac<Sha256>>(token, parts),
            HashAlgorithm::Sha512 => mac::<Hmac<Sha512>>(token, parts),
        }
    }
}

fn mac<M: Mac + KeyInit>(key: &[u8], parts: [&[u8]; 3]) -> Secret {
    // HMAC takes keys of every length. An empty digest, if it did not, would equal no proof.
    let Ok(mut mac) = <M as KeyInit>::new_from_slice(key) else {
        return Secret::default();
    };
    parts.iter().for_each(|part| mac.update(part));
    let mut octets = mac.finalize().into_bytes();
    let secret = Secret::from(octets.as_slice());
    octets.as_mut_slice().zeroize();
    secret
}
