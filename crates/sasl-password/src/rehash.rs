//! Hashes made anew at a login.

use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use sasl_core::server::Upgrader;
use sasl_core::{Identity, Password, PasswordHash, Random, Unusable, Verifier};

use crate::error::HashError;
use crate::hash::Hash;
use crate::scheme::Scheme;
use crate::tag::Dialect;

/// Makes a new hash when a user logs in with PLAIN or LOGIN and every hash of the account is
/// [weaker than the policy](crate::Description::is_weaker_than), or there is none.
///
/// ```
/// # #[cfg(feature = "argon2")] {
/// use sasl_core::OsRandom;
/// use sasl_core::server::Setup;
/// use sasl_password::{Passwords, Rehash, Scheme};
///
/// let policy = Scheme::argon2id();
/// let setup = Setup::default()
///     .with_passwords(Passwords::new(policy))
///     .with_upgrader(Rehash::new(policy, OsRandom));
/// # }
/// ```
#[derive(Clone)]
#[must_use]
pub struct Rehash {
    policy: Scheme,
    dialect: Dialect,
    random: Arc<dyn Random>,
}

impl Rehash {
    /// Makes hashes of this scheme, with salts from `random`.
    pub fn new(policy: Scheme, random: impl Random + 'static) -> Self {
        Self {
            policy,
            dialect: Dialect::default(),
            random: Arc::new(random),
        }
    }

    /// Says whose tags the store uses.
    pub fn dialect(mut self, dialect: Dialect) -> Self {
        self.dialect = dialect;
        self
    }

    /// Whether a hash is no weaker than the policy. What cannot be read is.
    fn is_enough(&self, hash: &PasswordHash) -> bool {
        Hash::parse(hash.as_str(), self.dialect)
            .is_ok_and(|hash| !hash.description().is_weaker_than(&self.policy))
    }
}

impl Upgrader for Rehash {
    fn lacks(&self, identity: &Identity) -> bool {
        !identity.verifiers().iter().any(
            |verifier| matches!(verifier, Verifier::PasswordHash(hash) if self.is_enough(hash)),
        )
    }

    fn make(&self, _identity: &Identity, password: &Password) -> Result<Vec<Verifier>, Unusable> {
        let hash = self
            .policy
            .hash(password, &*self.random)
            .map_err(|reason| match reason {
                HashError::PasswordEmpty => Unusable::EmptySecret,
                HashError::PasswordTooLong => Unusable::TooLong,
                HashError::PasswordNul => Unusable::Characters,
                _ => Unusable::Computation,
            })?;
        Ok(vec![Verifier::PasswordHash(hash)])
    }
}

impl fmt::Debug for Rehash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rehash")
            .field("policy", &self.policy)
            .field("dialect", &self.dialect)
            .finish_non_exhaustive()
    }
}
