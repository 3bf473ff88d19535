//! Passwords that passed in clear text, checked against SCRAM keys.

use sasl_core::server::PasswordVerifier;
use sasl_core::{Password, Preparation, ScramHash, Unusable, Verifier};

use crate::hash::Hash;
use crate::keys::derive_keys;
use crate::server::ScramServer;

/// Checks the passwords of PLAIN and LOGIN against SCRAM keys, so that a store need keep nothing else.
///
/// Each check is a derivation, also for a user who does not exist: as many iterations as accounts are made with.
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
    iterations: u32,
    max: u32,
}

impl ScramPasswords {
    /// The most iterations that a check does by default: a second or so of one core.
    pub const MAX_ITERATIONS: u32 = 2_000_000;

    /// Checks against keys of any hash that is compiled in; accounts are made with this one.
    ///
    /// # Errors
    /// [`Unusable::Mechanism`] when the hash is not compiled in.
    pub fn new(hash: ScramHash) -> Result<Self, Unusable> {
        Hash::of(hash).ok_or(Unusable::Mechanism)?;
        Ok(Self {
            hash,
            iterations: ScramServer::ITERATIONS,
            max: Self::MAX_ITERATIONS,
        })
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
        Hash::of(keys.hash)?;
        if keys.iterations > self.max {
            return Some(false);
        }
        let password = Password::new(password);
        let made = derive_keys(
            keys.hash,
            &password,
            &keys.salt,
            keys.iterations,
            keys.preparation,
        );
        Some(made.is_ok_and(|made| made.stored_key.matches(keys.stored_key.expose())))
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
