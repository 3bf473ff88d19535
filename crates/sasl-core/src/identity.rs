//! Who can log in: a name, a standing, and what the name's secrets can be checked against.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use crate::principal::Authcid;
use crate::verifier::Verifier;

/// One account as its store has it. Cloning is cheap, so that a store in memory can hand out what it keeps.
///
/// ```
/// use sasl_core::{Authcid, Identity, Password, Standing, Verifier};
///
/// let identity = Identity::new(Authcid::parse("user")?)
///     .with_verifier(Verifier::ClearText(Password::new("pencil")));
/// assert_eq!(identity.standing(), Standing::Active);
/// # Ok::<(), sasl_core::Malformed>(())
/// ```
#[derive(Clone)]
pub struct Identity(Arc<Account>);

#[derive(Debug, Clone)]
struct Account {
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
        Self(Arc::new(Account {
            authcid,
            standing: Standing::Active,
            verifiers: Vec::new(),
        }))
    }

    /// Adds something to check a secret against. One user may have several, for several mechanisms.
    #[must_use]
    pub fn with_verifier(mut self, verifier: Verifier) -> Self {
        Arc::make_mut(&mut self.0).verifiers.push(verifier);
        self
    }

    /// Sets whether the account may be used.
    #[must_use]
    pub fn with_standing(mut self, standing: Standing) -> Self {
        Arc::make_mut(&mut self.0).standing = standing;
        self
    }

    /// The name as the store has it.
    #[must_use]
    pub fn authcid(&self) -> &Authcid {
        &self.0.authcid
    }

    /// Whether the account may be used.
    #[must_use]
    pub fn standing(&self) -> Standing {
        self.0.standing
    }

    /// What secrets can be checked against, in the order they were added.
    #[must_use]
    pub fn verifiers(&self) -> &[Verifier] {
        &self.0.verifiers
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Account {
            authcid,
            standing,
            verifiers,
        } = &*self.0;
        f.debug_struct("Identity")
            .field("authcid", authcid)
            .field("standing", standing)
            .field("verifiers", verifiers)
            .finish()
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
