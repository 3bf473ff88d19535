//! Questions about what the application's store has: a password to check, or keys to look up.

use alloc::boxed::Box;

use crate::error::Refused;
use crate::identity::{Found, Identity};
use crate::principal::Authcid;
use crate::secret::Password;
use crate::server::ask::Supplied;
use crate::server::exchange::Exchange;
use crate::server::failure::Failure;
use crate::server::mechanism::{Step, Then};
use crate::server::password::Presented;
use crate::server::turn::{Computation, Turn};
use crate::server::upgrade::Upgrade;
use crate::verifier::Want;

/// Is this the user's password?
#[must_use = "a question that is dropped is an exchange that never ends"]
pub struct PasswordCheck {
    pub(super) exchange: Box<Exchange>,
    pub(super) authcid: Authcid,
    pub(super) password: Presented,
    pub(super) then: Then<Authcid>,
}

impl PasswordCheck {
    /// Whose, as prepared: the name to look up.
    #[must_use]
    pub fn authcid(&self) -> &Authcid {
        &self.authcid
    }

    /// The password, for those who have it checked elsewhere (PAM, an LDAP bind). It is never empty.
    #[must_use]
    pub fn password(&self) -> &Password {
        self.password.octets()
    }

    /// Checks it against what the store has. The work comes back as a computation, for an unknown user too.
    ///
    /// # Errors
    /// [`Unavailable::Store`](crate::Unavailable::Store) when the store did not answer.
    pub fn against(mut self, found: impl Into<Found>) -> Result<Turn, Failure> {
        let identity = self.exchange.found(&self.authcid, found.into(), |_| true)?;
        let job = PasswordJob {
            authcid: self.authcid,
            password: self.password,
            identity,
            then: self.then,
        };
        Ok(Turn::Compute(Computation::password(self.exchange, job)))
    }

    /// Somebody else (PAM, an LDAP server) has found it right, and the account in good standing.
    ///
    /// # Errors
    /// A [`Failure`] is the end of the exchange.
    pub fn accepted_elsewhere(mut self) -> Result<Turn, Failure> {
        self.exchange.vouched(&self.authcid)?;
        self.exchange.advance((self.then)(self.authcid))
    }

    /// It is wrong, or the user may not use it.
    ///
    /// # Errors
    /// Always [`Refused::Credentials`]: the exchange is over.
    pub fn refuse(self) -> Result<Turn, Failure> {
        Err(Refused::Credentials.into())
    }
}

/// The check of a password, with all that it needs.
pub(in crate::server) struct PasswordJob {
    authcid: Authcid,
    password: Presented,
    identity: Option<Identity>,
    then: Then<Authcid>,
}

impl PasswordJob {
    pub(in crate::server) fn run(self, exchange: &mut Exchange) -> Result<Step, Failure> {
        let identity = self.identity.as_ref();
        if !self.password.check(exchange.passwords.as_deref(), identity) {
            return Err(Refused::Credentials.into());
        }
        if let (Some(upgrader), Some(identity)) = (&exchange.upgrader, identity) {
            exchange.upgrade =
                Upgrade::of(upgrader, identity, self.password.comparable()).map(Box::new);
        }
        (self.then)(self.authcid)
    }
}

/// What does the store have about this name?
#[must_use = "a question that is dropped is an exchange that never ends"]
pub struct Lookup {
    pub(super) exchange: Box<Exchange>,
    pub(super) authcid: Authcid,
    pub(super) wants: &'static [Want],
    pub(super) then: Then<Supplied>,
}

impl Lookup {
    /// Whose, as prepared: the name to look up.
    #[must_use]
    pub fn authcid(&self) -> &Authcid {
        &self.authcid
    }

    /// What the mechanism can use; the rest need not be fetched. An account that has none of it is treated as unknown, but for the
    /// reason in this side's log: [`Refused::NoVerifier`].
    #[must_use]
    pub fn wants(&self) -> &'static [Want] {
        self.wants
    }

    /// Gives what was found. With an unknown user the exchange goes on all the same, and fails at the proof.
    ///
    /// # Errors
    /// [`Unavailable::Store`](crate::Unavailable::Store) when the store did not answer, or what the mechanism finds wrong.
    pub fn supply(mut self, found: impl Into<Found>) -> Result<Turn, Failure> {
        let is_usable = |identity: &Identity| {
            let met = |verifier| self.wants.iter().any(|want| want.is_met_by(verifier));
            self.wants.is_empty() || identity.verifiers().iter().any(met)
        };
        let found = found.into();
        let identity = self.exchange.found(&self.authcid, found, is_usable)?;
        let supplied = Supplied {
            authcid: self.authcid,
            identity,
        };
        self.exchange.advance((self.then)(supplied))
    }

    /// The user may not come in: goes on as if it were unknown.
    ///
    /// # Errors
    /// As [`supply`](Self::supply).
    pub fn refuse(self) -> Result<Turn, Failure> {
        self.supply(Found::Unknown)
    }
}

common! {
    PasswordCheck: authcid;
    Lookup: authcid;
}
