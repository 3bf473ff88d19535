//! Keys made at a login.

use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use sasl_core::server::Upgrader;
use sasl_core::{
    Identity, Password, Preparation, Random, ScramHash, ScramKeys, Unusable, Verifier,
};

use crate::decoy::SALT_MAX;
use crate::hash::Hash;
use crate::keys::{derive_keys, is_sound};
use crate::server::ScramServer;

/// Makes SCRAM keys when a user logs in with PLAIN or LOGIN and the account has none of a hash, or none of as many iterations.
///
/// Give it the policy that [`ScramServer`] and [`ScramPasswords`](crate::ScramPasswords) have. Together with another one, such as
/// the one that makes password hashes, it is a pair: `(Rekey::new(..)?, Rehash::new(..))`.
///
/// ```
/// # #[cfg(feature = "sha-256")] {
/// use sasl_core::server::Setup;
/// use sasl_core::{OsRandom, ScramHash};
/// use sasl_scram::{Rekey, ScramPasswords};
///
/// let setup = Setup::default()
///     .with_passwords(ScramPasswords::new(ScramHash::Sha256)?.iterations(20_000))
///     .with_upgrader(Rekey::new(ScramHash::Sha256, OsRandom)?.iterations(20_000));
/// # }
/// # Ok::<(), sasl_core::Unusable>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct Rekey {
    hashes: Vec<ScramHash>,
    iterations: u32,
    salt_len: usize,
    preparation: Preparation,
    random: Arc<dyn Random>,
}

impl Rekey {
    /// Makes keys of this hash, with salts from `random`.
    ///
    /// # Errors
    /// [`Unusable::Mechanism`] when the hash is not compiled in.
    pub fn new(hash: ScramHash, random: impl Random + 'static) -> Result<Self, Unusable> {
        Hash::of(hash).ok_or(Unusable::Mechanism)?;
        Ok(Self {
            hashes: vec![hash],
            iterations: ScramServer::ITERATIONS,
            salt_len: ScramServer::SALT_LEN,
            preparation: Preparation::Saslprep,
            random: Arc::new(random),
        })
    }

    /// Makes keys of another hash, too: each with a salt of its own.
    ///
    /// # Errors
    /// [`Unusable::Mechanism`] when the hash is not compiled in.
    pub fn also(mut self, hash: ScramHash) -> Result<Self, Unusable> {
        Hash::of(hash).ok_or(Unusable::Mechanism)?;
        if !self.hashes.contains(&hash) {
            self.hashes.push(hash);
        }
        Ok(self)
    }

    /// Sets the iterations that accounts are made with, at least 1: [`ScramServer::ITERATIONS`] by default. Keys of fewer are
    /// made anew, keys of more are left as they are.
    pub fn iterations(mut self, iterations: u32) -> Self {
        self.iterations = iterations.max(1);
        self
    }

    /// Sets the octets of salt that accounts are made with, 1 to 64: [`ScramServer::SALT_LEN`] by default.
    pub fn salt_len(mut self, octets: usize) -> Self {
        self.salt_len = octets.clamp(1, SALT_MAX);
        self
    }

    /// Sets how the password is prepared: with SASLprep by default, as SCRAM's clients do (RFC 5802 §2.2).
    pub fn preparation(mut self, preparation: Preparation) -> Self {
        self.preparation = preparation;
        self
    }

    /// The hashes of which an account has no keys that are good enough.
    fn lacking<'a>(&'a self, identity: &'a Identity) -> impl Iterator<Item = ScramHash> {
        let is_enough = |keys: &ScramKeys| is_sound(keys) && keys.iterations >= self.iterations;
        self.hashes.iter().copied().filter(move |hash| {
            !identity.verifiers().iter().any(
                |verifier| matches!(verifier, Verifier::Scram(keys) if keys.hash == *hash && is_enough(keys)),
            )
        })
    }

    fn keys(&self, hash: ScramHash, password: &Password) -> Result<ScramKeys, Unusable> {
        let mut salt = [0; SALT_MAX];
        let salt = salt.get_mut(..self.salt_len).ok_or(Unusable::Salt)?;
        self.random.fill(salt).map_err(|_| Unusable::Computation)?;
        derive_keys(hash, password, salt, self.iterations, self.preparation)
    }
}

impl Upgrader for Rekey {
    fn lacks(&self, identity: &Identity) -> bool {
        self.lacking(identity).next().is_some()
    }

    fn make(&self, identity: &Identity, password: &Password) -> Result<Vec<Verifier>, Unusable> {
        self.lacking(identity)
            .map(|hash| self.keys(hash, password).map(Verifier::Scram))
            .collect()
    }
}

impl fmt::Debug for Rekey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rekey")
            .field("hashes", &self.hashes)
            .field("iterations", &self.iterations)
            .field("salt_len", &self.salt_len)
            .field("preparation", &self.preparation)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[cfg(all(feature = "sha-1", feature = "sha-256"))]
mod tests {
    use super::*;
    use sasl_core::{Authcid, Key, NoRandomness, WithoutRandom};

    /// A salt that is not the last one.
    struct Counting(core::sync::atomic::AtomicU8);

    impl Random for Counting {
        fn fill(&self, destination: &mut [u8]) -> Result<(), NoRandomness> {
            let number = self.0.fetch_add(1, core::sync::atomic::Ordering::Relaxed);
            destination.fill(number);
            Ok(())
        }
    }

    fn rekey() -> Rekey {
        let random = Counting(core::sync::atomic::AtomicU8::new(1));
        Rekey::new(ScramHash::Sha256, random)
            .and_then(|rekey| rekey.also(ScramHash::Sha1))
            .and_then(|rekey| rekey.also(ScramHash::Sha256))
            .unwrap()
            .iterations(5)
            .salt_len(9)
    }

    fn keys(hash: ScramHash, iterations: u32) -> ScramKeys {
        let password = Password::new("pencil");
        derive_keys(hash, &password, b"salt", iterations, Preparation::Saslprep).unwrap()
    }

    fn account(keys: impl IntoIterator<Item = ScramKeys>) -> Identity {
        let user = Identity::new(Authcid::parse("user").unwrap());
        let verifiers = keys.into_iter().map(Verifier::Scram);
        verifiers.fold(user, Identity::with_verifier)
    }

    /// Hash, iterations and salt of what an account gets.
    fn made(identity: &Identity) -> Vec<(ScramHash, u32, Vec<u8>)> {
        let rekey = rekey();
        let made = rekey.make(identity, &Password::new("pencil")).unwrap();
        assert_eq!(rekey.lacks(identity), !made.is_empty());
        let facts = |made: Verifier| match made {
            Verifier::Scram(keys) => (keys.hash, keys.iterations, keys.salt.to_vec()),
            other => panic!("{other:?}"),
        };
        made.into_iter().map(facts).collect()
    }

    #[test]
    fn what_is_lacking_is_made_and_nothing_else() {
        let (sha1, sha256) = (ScramHash::Sha1, ScramHash::Sha256);
        let first = |hash| vec![(hash, 5, vec![1; 9])];
        assert_eq!(
            made(&account([])),
            [(sha256, 5, vec![1; 9]), (sha1, 5, vec![2; 9])]
        );
        assert_eq!(made(&account([keys(sha256, 5)])), first(sha1));
        assert_eq!(
            made(&account([keys(sha256, 4), keys(sha1, 6)])),
            first(sha256)
        );
        assert_eq!(made(&account([keys(sha256, 5), keys(sha1, 6)])), []);
        // Of several, one that is good enough is.
        assert_eq!(
            made(&account([keys(sha256, 1), keys(sha256, 5), keys(sha1, 5)])),
            []
        );
    }

    #[test]
    fn damaged_keys_are_none() {
        let (sha1, good) = (keys(ScramHash::Sha1, 5), keys(ScramHash::Sha256, 5));
        let mut damaged = [good.clone(), good.clone(), good];
        damaged[0].salt = [].into();
        damaged[1].stored_key = Key::new(b"short");
        damaged[2].hash = ScramHash::Sha512;
        for damaged in damaged {
            assert_eq!(made(&account([sha1.clone(), damaged])).len(), 1);
        }
    }

    #[test]
    fn what_no_keys_are_made_of() {
        let make = |password: &str| rekey().make(&account([]), &Password::new(password)).err();
        assert_eq!(make("pencil"), None);
        assert_eq!(make("\x07"), Some(Unusable::Preparation));
        assert_eq!(make("\u{ad}"), Some(Unusable::EmptySecret));
        let dry = Rekey::new(ScramHash::Sha1, WithoutRandom).unwrap();
        let made = dry.make(&account([]), &Password::new("pencil"));
        assert_eq!(made.err(), Some(Unusable::Computation));
        #[cfg(not(feature = "sha-512"))]
        assert_eq!(
            Rekey::new(ScramHash::Sha512, WithoutRandom).err(),
            Some(Unusable::Mechanism)
        );
    }

    #[test]
    fn out_of_range_is_brought_into_it() {
        let rekey = rekey().iterations(0).salt_len(0);
        assert_eq!((rekey.iterations, rekey.salt_len), (1, 1));
        assert_eq!(rekey.salt_len(usize::MAX).salt_len, SALT_MAX);
    }
}
