//! The keys of SCRAM (RFC 5802 §3) and what is proved with them.

use alloc::boxed::Box;

use sasl_core::{Key, Password, Preparation, ScramHash, ScramKeys, Secret, Unusable, limits};
use sasl_prep::stored;

use crate::hash::{Digest, Hash};

/// Derives the two keys that a server keeps of a password.
///
/// This is the heavy part of SCRAM: `iterations` times two rounds of the hash function, on this thread.
///
/// ```
/// # #[cfg(feature = "sha-256")] {
/// use sasl_core::{Password, Preparation, ScramHash};
///
/// let password = Password::new("pencil");
/// let keys = sasl_scram::derive_keys(ScramHash::Sha256, &password, b"salt", 4096, Preparation::Saslprep).unwrap();
/// assert_eq!(keys.stored_key.expose().len(), 32);
/// # }
/// ```
///
/// # Errors
/// [`Unusable::Mechanism`] when the hash is not compiled in, [`Unusable::Preparation`] when the password cannot be
/// prepared, [`Unusable::EmptySecret`] when nothing is left of it, [`Unusable::Iterations`] for 0, and
/// [`Unusable::Salt`] when the salt is empty or above [`limits::SALT`](sasl_core::limits::SALT) octets.
pub fn derive_keys(
    hash: ScramHash,
    password: &Password,
    salt: &[u8],
    iterations: u32,
    preparation: Preparation,
) -> Result<ScramKeys, Unusable> {
    let function = Hash::of(hash).ok_or(Unusable::Mechanism)?;
    if iterations == 0 {
        return Err(Unusable::Iterations);
    }
    if salt.is_empty() || salt.len() > limits::SALT {
        return Err(Unusable::Salt);
    }
    let prepared = prepare(preparation, password)?;
    let pair = KeyPair::derive(function, prepared.expose(), salt, iterations);
    Ok(ScramKeys {
        hash,
        iterations,
        salt: Box::from(salt),
        preparation,
        stored_key: key(&function.digest(pair.client.as_slice())),
        server_key: key(&pair.server),
    })
}

/// Whether the parts can be those of keys: what is damaged is of no use to any login.
pub(crate) fn is_sound(keys: &ScramKeys) -> bool {
    let len = keys.hash.digest_len();
    keys.iterations > 0
        && (1..=limits::SALT).contains(&keys.salt.len())
        && keys.stored_key.expose().len() == len
        && keys.server_key.expose().len() == len
}

/// A password as SCRAM wants it: the stored form (RFC 5802 §2.2), and not empty.
pub(crate) fn prepare(preparation: Preparation, password: &Password) -> Result<Secret, Unusable> {
    let prepared = stored(preparation, password.expose()).map_err(|_| Unusable::Preparation)?;
    if prepared.is_empty() {
        Err(Unusable::EmptySecret)
    } else {
        Ok(prepared)
    }
}

/// `ClientKey` and `ServerKey`.
#[derive(Clone)]
pub(crate) struct KeyPair {
    pub(crate) client: Digest,
    pub(crate) server: Digest,
}

impl KeyPair {
    /// ```text
    /// SaltedPassword := Hi(Normalize(password), salt, i)
    /// ClientKey      := HMAC(SaltedPassword, "Client Key")
    /// ServerKey      := HMAC(SaltedPassword, "Server Key")
    /// ```
    pub(crate) fn derive(hash: Hash, prepared: &[u8], salt: &[u8], iterations: u32) -> Self {
        Self::of_salted(hash, hash.hi(prepared, salt, iterations).as_slice())
    }

    /// From `SaltedPassword`.
    pub(crate) fn of_salted(hash: Hash, salted: &[u8]) -> Self {
        Self {
            client: hash.hmac(salted, &[b"Client Key"]),
            server: hash.hmac(salted, &[b"Server Key"]),
        }
    }

    /// `ClientProof := ClientKey XOR HMAC(H(ClientKey), AuthMessage)`.
    pub(crate) fn client_proof(&self, hash: Hash, auth_message: &[u8]) -> Digest {
        let stored = hash.digest(self.client.as_slice());
        hash.hmac(stored.as_slice(), &[auth_message])
            .xor(self.client.as_slice())
    }

    /// `ServerSignature := HMAC(ServerKey, AuthMessage)`.
    pub(crate) fn server_signature(&self, hash: Hash, auth_message: &[u8]) -> Digest {
        Self::signed_with(hash, self.server.as_slice(), auth_message)
    }

    /// The same, of a `ServerKey` that was kept.
    pub(crate) fn signed_with(hash: Hash, server_key: &[u8], auth_message: &[u8]) -> Digest {
        hash.hmac(server_key, &[auth_message])
    }
}

/// The client key out of a proof, if `stored` is its hash: `H(ClientProof XOR HMAC(StoredKey, AuthMessage))`.
pub(crate) fn proven_client_key(
    hash: Hash,
    stored: &[u8],
    auth_message: &[u8],
    proof: &[u8],
) -> Option<Digest> {
    let client = hash.hmac(stored, &[auth_message]).xor(proof);
    hash.digest(client.as_slice())
        .matches(stored)
        .then_some(client)
}

pub(crate) fn key(digest: &Digest) -> Key {
    Key::new(digest.as_slice())
}

#[cfg(all(test, feature = "sha-256"))]
mod tests {
    use super::*;

    #[test]
    fn what_no_keys_are_derived_of() {
        let derive = |password: &str, salt: &[u8], iterations| {
            let (hash, prep) = (ScramHash::Sha256, Preparation::Saslprep);
            derive_keys(hash, &Password::new(password), salt, iterations, prep).err()
        };
        let longest = [b's'; limits::SALT];
        assert_eq!(derive("pencil", &longest, 1), None);
        assert_eq!(derive("pencil", b"s", 1), None);
        assert_eq!(derive("pencil", b"s", 0), Some(Unusable::Iterations));
        for salt in [&b""[..], &[b's'; limits::SALT + 1]] {
            assert_eq!(derive("pencil", salt, 1), Some(Unusable::Salt));
        }
        assert_eq!(derive("", b"s", 1), Some(Unusable::EmptySecret));
        assert_eq!(derive("\x07", b"s", 1), Some(Unusable::Preparation));
    }
}
