//! What unknown users are given (RFC 4422 §3.6: they must not be told apart).

use alloc::sync::Arc;

use sasl_core::{Authcid, DecoyKey, Key, Preparation, ScramKeys, Secret};

use crate::hash::{Digest, Hash, Mac};

/// What a server derives decoys with: the secret as the key of an HMAC that is prepared once.
#[derive(Clone)]
pub(crate) struct Decoys {
    hash: Hash,
    mac: Arc<dyn Mac>,
}

impl Decoys {
    pub(crate) fn new(hash: Hash, key: &DecoyKey) -> Self {
        Self {
            hash,
            mac: hash.keyed(key.expose()),
        }
    }

    /// What is derived for a name: per mechanism, and the same every time. One HMAC, unless the salt is longer than a
    /// digest.
    pub(crate) fn derive(&self, authcid: &Authcid, salt_len: usize) -> Decoy {
        let key = self.block(authcid, 0);
        let mut decoy = Decoy {
            key,
            salt: [0; SALT_MAX],
            len: salt_len.min(SALT_MAX),
        };
        let salt = decoy.salt.get_mut(..decoy.len).unwrap_or_default();
        for (number, place) in (0_u8..).zip(salt.chunks_mut(self.hash.id().digest_len())) {
            let more;
            let octets = if number == 0 {
                &decoy.key
            } else {
                more = self.block(authcid, number);
                &more
            };
            place
                .iter_mut()
                .zip(octets.as_slice())
                .for_each(|(place, octet)| *place = *octet);
        }
        decoy
    }

    /// A password for a name that has none, which nobody knows.
    pub(crate) fn password(&self, authcid: &Authcid) -> Secret {
        Secret::from(self.block(authcid, u8::MAX).as_slice())
    }

    fn block(&self, authcid: &Authcid, number: u8) -> Digest {
        let id = [
            u8::try_from(self.hash.id().digest_len()).unwrap_or_default(),
            family(self.hash),
            number,
        ];
        self.mac
            .mac(&[b"sasl-scram decoy\0", &id, authcid.as_str().as_bytes()])
    }
}

/// Tells hashes of the same length apart.
fn family(hash: Hash) -> u8 {
    match hash.id() {
        sasl_core::ScramHash::Sha3_512 => 3,
        _ => 2,
    }
}

/// Octets of a salt that a policy can ask for.
pub(crate) const SALT_MAX: usize = 64;

/// A name's decoy.
pub(crate) struct Decoy {
    key: Digest,
    salt: [u8; SALT_MAX],
    len: usize,
}

impl Decoy {
    pub(crate) fn salt(&self) -> &[u8] {
        self.salt.get(..self.len).unwrap_or_default()
    }

    /// Keys that no password belongs to, kept as a store keeps an account's, so that they cost the same. A part of them is
    /// known as the salt; what a client would need is the preimage.
    pub(crate) fn keys(&self, hash: Hash, iterations: u32) -> ScramKeys {
        ScramKeys {
            hash: hash.id(),
            iterations,
            salt: self.salt().into(),
            preparation: Preparation::None,
            stored_key: Key::new(self.key.as_slice()),
            server_key: Key::new(self.key.as_slice()),
        }
    }
}
