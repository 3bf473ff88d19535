//! What X-TOY computes, and what an account holds for it.

use alloc::vec::Vec;
use core::fmt;
use core::num::NonZeroU16;

use hmac::{Hmac, KeyInit, Mac};
use sasl_core::{Identity, Key, OtherVerifier, Password, Side, Verifier, Want};
use sha2::{Digest, Sha256};

use crate::message::{Challenge, Nonce, Proof};

/// The scheme of this mechanism's verifiers, in [`OtherVerifier::scheme`].
pub const SCHEME: &str = "x-toy";

/// What the server wants of an account.
pub const WANTS: &[Want] = &[Want::Other(SCHEME)];

/// A key with what it was derived by: what both sides prove that they know.
#[derive(Clone)]
pub struct Keys {
    /// What the client is told, so that it can derive the key.
    pub challenge: Challenge,
    key: Key,
}

impl Keys {
    /// A key that is at hand.
    #[must_use]
    pub fn new(challenge: Challenge, key: Key) -> Self {
        Self { challenge, key }
    }

    /// Derives the key of a password. It takes a while: that is what computations are for.
    #[must_use]
    pub fn derive(password: &Password, challenge: Challenge) -> Self {
        let key = iterated_hmac(password.expose(), &challenge.salt, challenge.rounds);
        Self::new(challenge, Key::new(&key))
    }

    /// The first keys of this scheme that an account has. Those that cannot be read are none.
    #[must_use]
    pub fn of(identity: &Identity) -> Option<Self> {
        identity
            .verifiers()
            .iter()
            .find_map(|verifier| match verifier {
                Verifier::Other(other) if &*other.scheme == SCHEME => {
                    Self::parse(other.data.expose())
                }
                _ => None,
            })
    }

    /// As an account keeps them: salt, rounds, key.
    #[must_use]
    pub fn to_verifier(&self) -> Verifier {
        let mut data = self.challenge.encode();
        data.extend_from_slice(self.key.expose());
        Verifier::Other(OtherVerifier {
            scheme: SCHEME.into(),
            data: Key::new(data),
        })
    }

    fn parse(data: &[u8]) -> Option<Self> {
        let (challenge, key) = data.split_first_chunk::<{ Challenge::LEN }>()?;
        let key: [u8; 32] = key.try_into().ok()?;
        Some(Self {
            challenge: Challenge::parse(challenge).ok()?,
            key: Key::new(&key),
        })
    }

    /// The proof that one side knows the key, over everything that was said before. It takes a while, too.
    #[must_use]
    pub fn prove(&self, side: Side, said: &Said) -> Proof {
        let role = match side {
            Side::Client => "client",
            Side::Server => "server",
        };
        let said = [role.as_bytes(), &said.0].concat();
        Proof(iterated_hmac(
            self.key.expose(),
            &said,
            self.challenge.rounds,
        ))
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(..)")
    }
}

/// All that was said before the proofs: they cover it as it passed, not as it was understood.
#[derive(Debug, Clone)]
pub struct Said(Vec<u8>);

impl Said {
    /// Puts the messages together. Only `hello` has no fixed length; it comes last, so that no two exchanges look alike.
    #[must_use]
    pub fn new(greeting: Nonce, challenge: Challenge, hello: &[u8]) -> Self {
        Self([&greeting.0, challenge.encode().as_slice(), hello].concat())
    }
}

/// `HMAC(key, … HMAC(key, HMAC(key, message)))`, with the SHA-256 of `secret` as the key.
#[must_use]
pub fn iterated_hmac(secret: &[u8], message: &[u8], rounds: NonZeroU16) -> [u8; 32] {
    // A key shorter than a block is filled up with zeros (RFC 2104 §2), and a whole block cannot have a wrong length.
    let mut block = [0; 64];
    for (place, octet) in block.iter_mut().zip(Sha256::digest(secret)) {
        *place = octet;
    }
    let keyed = Hmac::<Sha256>::new(&block.into());
    let hmac = |message: &[u8]| keyed.clone().chain_update(message).finalize().into_bytes();
    (1..rounds.get())
        .fold(hmac(message), |last, _| hmac(&last))
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn challenge() -> Challenge {
        Challenge {
            salt: *b"0123456789abcdef",
            rounds: NonZeroU16::new(3).unwrap(),
        }
    }

    #[test]
    fn hmac_is_hmac() {
        let mut hmac = Hmac::<Sha256>::new_from_slice(&Sha256::digest(b"secret")).unwrap();
        hmac.update(b"message");
        assert_eq!(
            iterated_hmac(b"secret", b"message", NonZeroU16::MIN)[..],
            hmac.finalize().into_bytes()[..]
        );
    }

    #[test]
    fn keys_are_read_as_they_were_written() {
        let keys = Keys::derive(&Password::new("pencil"), challenge());
        let user = sasl_core::Authcid::parse("user").unwrap();
        let read =
            Keys::of(&Identity::new(user.clone()).with_verifier(keys.to_verifier())).unwrap();
        assert_eq!(read.challenge, challenge());
        assert!(read.key.matches(keys.key.expose()));

        let Verifier::Other(whole) = keys.to_verifier() else {
            panic!()
        };
        for length in 0..whole.data.expose().len() {
            let data = Key::new(&whole.data.expose()[..length]);
            let cut = Verifier::Other(OtherVerifier {
                scheme: SCHEME.into(),
                data,
            });
            assert!(Keys::of(&Identity::new(user.clone()).with_verifier(cut)).is_none());
        }
    }

    #[test]
    fn the_sides_prove_different_things() {
        let keys = Keys::derive(&Password::new("pencil"), challenge());
        let said = Said::new(Nonce([1; 16]), challenge(), b"hello");
        let client = keys.prove(Side::Client, &said);
        assert!(client.matches(&keys.prove(Side::Client, &said)));
        assert!(!client.matches(&keys.prove(Side::Server, &said)));
    }
}
