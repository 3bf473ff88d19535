//! The password verifier of servers that keep hashes.

use sasl_core::server::PasswordVerifier;
use sasl_core::{PasswordHash, Verifier};

use crate::error::HashError;
use crate::hash::Hash;
use crate::limits::Limits;
use crate::scheme::Scheme;
use crate::tag::Dialect;

/// Checks the passwords of PLAIN and LOGIN against `Verifier::PasswordHash` of every scheme that is compiled in.
///
/// The scheme is the policy: what accounts are made with. The check of an unknown user is one against a hash of that
/// scheme that no password fits, on the same path. Where an account has a hash of another scheme or cost, the time tells
/// it from an unknown one until it has been made anew. A hash that is damaged or too costly takes the time of an unknown
/// user, and fits no password.
///
/// Stored clear text is compared by the core, which does the same work in vain. To check against SCRAM keys too, put two
/// verifiers together: a pair of them is one, whose first has the policy.
///
/// ```
/// # #[cfg(feature = "argon2")] {
/// use sasl_core::server::Setup;
/// use sasl_password::Passwords;
///
/// let setup = Setup::default().with_passwords(Passwords::default());
/// # }
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct Passwords {
    policy: Scheme,
    decoy: PasswordHash,
    limits: Limits,
    dialect: Dialect,
}

impl Passwords {
    /// Checks hashes of any scheme that is compiled in; accounts are made with this one.
    pub fn new(policy: Scheme) -> Self {
        Self {
            decoy: policy.decoy().encode(),
            policy,
            limits: Limits::default(),
            dialect: Dialect::default(),
        }
    }

    /// Sets what one check may cost. What the policy itself costs is always allowed to its own decoy: a stranger's check is never
    /// for nothing.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Says whose tags the store uses.
    pub fn dialect(mut self, dialect: Dialect) -> Self {
        self.dialect = dialect;
        self
    }

    fn fits(&self, hash: &PasswordHash, password: &[u8]) -> Result<bool, HashError> {
        Hash::parse(hash.as_str(), self.dialect)?.verify_octets(password, &self.limits)
    }
}

#[cfg(feature = "argon2")]
impl Default for Passwords {
    /// Accounts are made with [`Scheme::argon2id`].
    fn default() -> Self {
        Self::new(Scheme::default())
    }
}

impl PasswordVerifier for Passwords {
    fn check(&self, verifier: &Verifier, password: &[u8]) -> Option<bool> {
        let Verifier::PasswordHash(hash) = verifier else {
            return None;
        };
        match self.fits(hash, password) {
            Ok(fits) => Some(fits),
            // Somebody else may know the scheme; if nobody does, the core does the work of a decoy.
            Err(reason) if !reason.is_of_known_scheme() => None,
            Err(_) => {
                self.decoy(password);
                Some(false)
            }
        }
    }

    fn decoy(&self, password: &[u8]) {
        let limits = self.limits.covering(&self.policy);
        let fits = Hash::parse(self.decoy.as_str(), self.dialect)
            .and_then(|decoy| decoy.verify_octets(password, &limits));
        _ = core::hint::black_box(fits);
    }
}
