//! Verifiers that an account lacks, made when its password is there.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use crate::error::Unusable;
use crate::identity::Identity;
use crate::secret::Password;
use crate::verifier::Verifier;

/// Makes what accounts lack under this server's policy, from a password that was found right.
///
/// That is the only way from one hash to another, and from hashes to SCRAM keys: when a user logs in with PLAIN or LOGIN.
pub trait Upgrader: Send + Sync {
    /// Whether an account lacks something, or has something weaker than the policy wants.
    fn lacks(&self, identity: &Identity) -> bool;

    /// Makes it. This is heavy. The password is as prepared, so that what is made of it fits whatever is prepared to the same.
    ///
    /// # Errors
    /// [`Unusable`] when it cannot be made of this password.
    fn make(&self, identity: &Identity, password: &Password) -> Result<Vec<Verifier>, Unusable>;
}

/// Heavy work that brings an account up to the policy, to be run wherever and whenever the application likes: the login does
/// not wait for it. It owns all it needs, the password among it.
#[must_use = "an account that is not upgraded is asked about again at the next login"]
pub struct Upgrade {
    upgrader: Arc<dyn Upgrader>,
    identity: Identity,
    password: Password,
}

impl Upgrade {
    /// The upgrade of an account that lacks something, after its password was found right.
    pub(super) fn of(
        upgrader: &Arc<dyn Upgrader>,
        identity: &Identity,
        password: &Password,
    ) -> Option<Self> {
        upgrader.lacks(identity).then(|| Self {
            upgrader: Arc::clone(upgrader),
            identity: identity.clone(),
            password: password.clone(),
        })
    }

    /// The account as the store had it.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Makes what the account lacks, to be stored with it; what it has of the same kind is then of no more use.
    ///
    /// # Errors
    /// [`Unusable`] when it cannot be made of this password, such as one that cannot be prepared.
    pub fn run(self) -> Result<Vec<Verifier>, Unusable> {
        self.upgrader.make(&self.identity, &self.password)
    }
}

impl fmt::Debug for Upgrade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upgrade")
            .field("authcid", self.identity.authcid())
            .finish_non_exhaustive()
    }
}
