//! Passwords that passed in clear text, checked against SCRAM keys.

use alloc::vec::Vec;

use sasl_core::server::PasswordVerifier;
use sasl_core::{Password, Preparation, ScramHash, Unusable, Verifier};

use crate::hash::Hash;
use crate::keys::derive_keys;
use crate::server::ScramServer;

/// Checks the passwords of PLAIN and LOGIN against SCRAM keys, so that a store need keep nothing else.
///
/// Each check is a derivation, also for a user who does not exist: as many iterations as accounts are made with. Keys of other
/// hashes are none of its business, so that an account that has them beside costs no more than a stranger.
///
/// ```
/// # #[cfg(feature = "sha-256")] {
/// use sasl_core::ScramHash;
/// use sasl_core::server::Setup;
/// use sasl_scram::ScramPasswords;
///
/// let setup = Setup::default().with_passwords(ScramPasswords::new(ScramHash::Sha256).unwrap());
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct ScramPasswords {
    hash: ScramHash,
    also: Vec<ScramHash>,
    iterations: u32,
    max: u32,
}

impl ScramPasswords {
    /// The most iterations that a check does by default: a second or so of one core.
    pub const MAX_ITERATIONS: u32 = 2_000_000;

    /// Checks against keys of this hash, which accounts are made with.
    ///
    /// # Errors
    /// [`Unusable::Mechanism`] when the hash is not compiled in.
    pub fn new(hash: ScramHash) -> Result<Self, Unusable> {
        Hash::of(hash).ok_or(Unusable::Mechanism)?;
        Ok(Self {
            hash,
            also: Vec::new(),
            iterations: ScramServer::ITERATIONS,
            max: Self::MAX_ITERATIONS,
        })
    }

    /// Checks against keys of another hash, too, for accounts that have none of the first one yet.
    ///
    /// Time tells such accounts: one with keys of that hash only costs what these cost, one with keys of both costs both
    /// derivations, and a stranger costs one of the first hash. Drop the keys of the old hash when an account gets new ones.
    ///
    /// # Errors
    /// [`Unusable::Mechanism`] when the hash is not compiled in.
    pub fn also(mut self, hash: ScramHash) -> Result<Self, Unusable> {
        Hash::of(hash).ok_or(Unusable::Mechanism)?;
        self.also.push(hash);
        Ok(self)
    }

    /// Sets the iterations that accounts are made with, at least 1: [`ScramServer::ITERATIONS`] by default.
    pub fn iterations(mut self, iterations: u32) -> Self {
        self.iterations = iterations.max(1);
        self
    }

    /// Sets the most iterations that a check does, [`MAX_ITERATIONS`](Self::MAX_ITERATIONS) by default. Keys of more are of no
    /// use here: whoever writes them to a store could keep this machine busy.
    pub fn max_iterations(mut self, max: u32) -> Self {
        self.max = max;
        self
    }
}

impl PasswordVerifier for ScramPasswords {
    fn check(&self, verifier: &Verifier, password: &[u8]) -> Option<bool> {
        let Verifier::Scram(keys) = verifier else {
            return None;
        };
        if keys.hash != self.hash && !self.also.contains(&keys.hash) {
            return None;
        }
        let made = (keys.iterations <= self.max).then(|| {
            let password = Password::new(password);
            derive_keys(
                keys.hash,
                &password,
                &keys.salt,
                keys.iterations,
                keys.preparation,
            )
        });
        let Some(Ok(made)) = made else {
            // Such as a password that cannot be prepared: no faster than for a stranger.
            self.decoy(password);
            return Some(false);
        };
        Some(made.stored_key.matches(keys.stored_key.expose()))
    }

    fn decoy(&self, password: &[u8]) {
        let salt = [0; ScramServer::SALT_LEN];
        let made = derive_keys(
            self.hash,
            &Password::new(password),
            &salt,
            self.iterations,
            Preparation::SaslprepOrRaw,
        );
        let _ = core::hint::black_box(made);
    }
}
