//! Who can log in: a name, a standing, and what the name's secrets can be checked against.

use alloc::vec::Vec;

use crate::principal::Authcid;
use crate::verifier::Verifier;

/// One account as its store has it.
///
/// ```
/// use sasl_core::{Authcid, Identity, Password, Standing, Verifier};
///
/// let identity = Identity::new(Authcid::parse("user")?)
///     .with_verifier(Verifier::ClearText(Password::new("pencil")));
/// assert_eq!(identity.standing(), Standing::Active);
/// # Ok::<(), sasl_core::Malformed>(())
/// ```
#[derive(Debug, Clone)]
pub struct Identity {
    authcid: Authcid,
    standing: Standing,
    verifiers: Vec<Verifier>,
}

/// Whether an account may be used. It is told only to who has proved to own the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Standing {
    /// It may.
    #[default]
    Active,
    /// It is disabled.
    Disabled,
    /// Its credentials have expired.
    Expired,
}

impl Identity {
    /// An active account under the name that its store has for it, with nothing to check a secret against yet.
    #[must_use]
    pub fn new(authcid: Authcid) -> Self {
        Self {
            authcid,
            standing: Standing::Active,
            verifiers: Vec::new(),
        }
    }

    /// Adds something to check a secret against. One user may have several, for several mechanisms.
    #[must_use]
    pub fn with_verifier(mut self, verifier: Verifier) -> Self {
        self.verifiers.push(verifier);
        self
    }

    /// Sets whether the account may be used.
    #[must_use]
    pub fn with_standing(mut self, standing: Standing) -> Self {
        self.standing = standing;
        self
    }

    /// The name as the store has it.
    #[must_use]
    pub fn authcid(&self) -> &Authcid {
        &self.authcid
    }

    /// Whether the account may be used.
    #[must_use]
    pub fn standing(&self) -> Standing {
        self.standing
    }

    /// What secrets can be checked against, in the order they were added.
    #[must_use]
    pub fn verifiers(&self) -> &[Verifier] {
        &self.verifiers
    }
}

/// What a store answered about a name.
#[derive(Debug, Clone)]
#[must_use = "a question whose answer is dropped is an exchange that never ends"]
pub enum Found {
    // Exhaustive on purpose: a fourth answer would be one that every mechanism has to treat.
    /// There is such an account.
    Known(Identity),
    /// There is none. The exchange goes on as if there were one, and fails as a wrong password does.
    Unknown,
    /// The store did not answer. This is "temporarily unavailable", never "unknown".
    Unavailable,
}

impl From<Option<Identity>> for Found {
    fn from(found: Option<Identity>) -> Self {
        found.map_or(Self::Unknown, Self::Known)
    }
}

impl<E> From<Result<Option<Identity>, E>> for Found {
    fn from(found: Result<Option<Identity>, E>) -> Self {
        found.map_or(Self::Unavailable, Self::from)
    }
}
