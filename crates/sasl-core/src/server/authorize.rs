//! The last step, which belongs to the core and not to the mechanism: may the client act as whom it asked for?

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use super::exchange::Exchange;
use super::failure::Failure;
use super::proven::Proven;
use super::turn::Turn;
use super::upgrade::Upgrade;
use crate::channel::BindingName;
use crate::error::{Error, Refused, Unavailable};
use crate::name::MechanismName;
use crate::principal::{Authcid, Authzid};
use crate::secret::Key;

/// Authenticated and authorized: the only success there is.
///
/// It has one constructor, private to this crate, and is made after the proof, the account's standing and the
/// authorization were all found good.
#[must_use = "this is who has logged in"]
pub struct Authenticated {
    mechanism: MechanismName,
    authcid: Authcid,
    /// `None` where it is the authcid.
    presented: Option<Authcid>,
    authzid: Option<Authzid>,
    /// Whether the authzid is somebody else than the authcid.
    as_other: bool,
    additional_data: Option<Vec<u8>>,
    binding: Option<BindingName>,
    client_key: Option<Key>,
    upgrade: Option<Box<Upgrade>>,
}

impl Authenticated {
    /// `stored` is the name that the store has, where it is another one.
    pub(super) fn new(
        mechanism: MechanismName,
        stored: Option<Authcid>,
        as_other: bool,
        proven: Proven,
        upgrade: Option<Box<Upgrade>>,
    ) -> Self {
        let (authcid, presented) = match stored {
            Some(stored) => (stored, proven.presented.or(Some(proven.authcid))),
            None => (proven.authcid, proven.presented),
        };
        Self {
            mechanism,
            authcid,
            presented,
            authzid: proven.authzid,
            as_other,
            additional_data: proven.additional_data,
            binding: proven.binding,
            client_key: proven.client_key,
            upgrade,
        }
    }

    pub(super) fn take_additional_data(&mut self) -> Option<Vec<u8>> {
        self.additional_data.take()
    }

    /// The mechanism that was used.
    #[must_use]
    pub fn mechanism(&self) -> MechanismName {
        self.mechanism
    }

    /// Who authenticated, by the name that the store has.
    #[must_use]
    pub fn authcid(&self) -> &Authcid {
        &self.authcid
    }

    /// Who authenticated, by the name that the client wrote.
    #[must_use]
    pub fn presented(&self) -> &Authcid {
        self.presented.as_ref().unwrap_or(&self.authcid)
    }

    /// Whom the client asked to act as, in its own words; it has been authorized. For whom that is, see
    /// [`acts_as`](Self::acts_as).
    #[must_use]
    pub fn authzid(&self) -> Option<&Authzid> {
        self.authzid.as_ref()
    }

    /// As whom the client acts: the authzid if it was authorized to be somebody else, else the authcid as the store has it,
    /// whatever the client calls itself.
    #[must_use]
    pub fn acts_as(&self) -> &str {
        let other = self.authzid.as_ref().filter(|_| self.as_other);
        other.map_or(self.authcid.as_str(), Authzid::as_str)
    }

    /// What to send with the success; `None` is none, which is not an empty one (RFC 4422 §4).
    #[must_use]
    pub fn additional_data(&self) -> Option<&[u8]> {
        self.additional_data.as_deref()
    }

    /// The channel binding that the client's proof covers.
    #[must_use]
    pub fn channel_binding(&self) -> Option<&BindingName> {
        self.binding.as_ref()
    }

    /// The SCRAM client key, if the mechanism was told to hand it out.
    #[must_use]
    pub fn client_key(&self) -> Option<&Key> {
        self.client_key.as_ref()
    }

    /// Takes out the work that brings the account up to the policy, if there is any: the password passed in clear text, and the
    /// server was told [what accounts should have](super::Upgrader).
    pub fn take_upgrade(&mut self) -> Option<Upgrade> {
        self.upgrade.take().map(|upgrade| *upgrade)
    }
}

impl fmt::Debug for Authenticated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authenticated")
            .field("mechanism", &self.mechanism)
            .field("authcid", &self.authcid)
            .field("authzid", &self.authzid)
            .field("channel_binding", &self.binding)
            .finish_non_exhaustive()
    }
}

/// Why a client that has proved itself is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Denial {
    /// It may not act as whom it asked for, or not come in at all.
    NotPermitted,
    /// Its account is disabled.
    Disabled,
    /// Its credentials have expired.
    Expired,
    /// It cannot be told at the moment.
    Unavailable,
}

impl From<Denial> for Error {
    fn from(denial: Denial) -> Self {
        match denial {
            Denial::NotPermitted => Refused::NotPermitted.into(),
            Denial::Disabled => Refused::Disabled.into(),
            Denial::Expired => Refused::Expired.into(),
            Denial::Unavailable => Unavailable::Store.into(),
        }
    }
}

/// May this client act as whom it asked for? It has proved who it is.
///
/// Asked when the authzid is not the authcid after the same preparation, always where the server says so, and where a
/// mechanism asked nothing else. Until [`allow`](Self::allow) nothing of the server's own proof leaves the core.
#[must_use = "a question that is dropped is an exchange that never ends"]
pub struct Authorize {
    exchange: Box<Exchange>,
    authenticated: Box<Authenticated>,
    parting: Option<Cow<'static, [u8]>>,
}

impl Authorize {
    pub(super) fn new(
        exchange: Box<Exchange>,
        authenticated: Box<Authenticated>,
        parting: Option<Cow<'static, [u8]>>,
    ) -> Self {
        Self {
            exchange,
            authenticated,
            parting,
        }
    }

    /// Who has authenticated, by the name that the store has.
    #[must_use]
    pub fn authcid(&self) -> &Authcid {
        &self.authenticated.authcid
    }

    /// Whom the client asks to act as; `None` is itself.
    #[must_use]
    pub fn authzid(&self) -> Option<&Authzid> {
        self.authenticated.authzid.as_ref()
    }

    /// The mechanism that was used.
    #[must_use]
    pub fn mechanism(&self) -> MechanismName {
        self.exchange.mechanism()
    }

    /// Yes.
    ///
    /// # Errors
    /// None today; the answer to a question always has this form.
    pub fn allow(self) -> Result<Turn, Failure> {
        Ok(self.exchange.finish(*self.authenticated))
    }

    /// No.
    ///
    /// # Errors
    /// Always: the exchange is over.
    pub fn deny(self, denial: Denial) -> Result<Turn, Failure> {
        Err(Failure::leaving(denial, self.parting))
    }

    /// No: not permitted.
    ///
    /// # Errors
    /// Always: the exchange is over.
    pub fn refuse(self) -> Result<Turn, Failure> {
        self.deny(Denial::NotPermitted)
    }

    /// It cannot be told at the moment.
    ///
    /// # Errors
    /// Always: the exchange is over.
    pub fn unavailable(self) -> Result<Turn, Failure> {
        self.deny(Denial::Unavailable)
    }
}

impl fmt::Debug for Authorize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authorize")
            .field("authcid", self.authcid())
            .field("authzid", &self.authzid())
            .finish()
    }
}
