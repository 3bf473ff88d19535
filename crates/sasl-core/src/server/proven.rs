//! What a mechanism ends in.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::fmt;

use super::authorize::Denial;
use crate::channel::BindingName;
use crate::principal::{Authcid, Authzid};
use crate::secret::Key;

/// What a mechanism ends in: plain data. Success is made of it by the core alone.
#[must_use]
pub struct Proven {
    pub(super) authcid: Authcid,
    pub(super) presented: Option<Authcid>,
    pub(super) authzid: Option<Authzid>,
    pub(super) additional_data: Option<Vec<u8>>,
    pub(super) parting: Option<Cow<'static, [u8]>>,
    pub(super) denial: Option<Denial>,
    pub(super) binding: Option<BindingName>,
    pub(super) client_key: Option<Key>,
}

impl Proven {
    /// The client has proved to be this one, by the name as prepared: the one that was asked about, or that the
    /// application answered with. Another one ends the exchange with [`Unusable::Confused`](crate::Unusable::Confused).
    #[inline]
    pub fn new(authcid: Authcid) -> Self {
        Self {
            authcid,
            presented: None,
            authzid: None,
            additional_data: None,
            parting: None,
            denial: None,
            binding: None,
            client_key: None,
        }
    }

    /// The name as the client wrote it, where preparation changed it.
    #[inline]
    pub fn presented(mut self, name: impl Into<Option<Authcid>>) -> Self {
        self.presented = name.into();
        self
    }

    /// Whom the client asked to act as, prepared like the authcid.
    #[inline]
    pub fn acting_as(mut self, authzid: Option<Authzid>) -> Self {
        self.authzid = authzid;
        self
    }

    /// What to send with the success: the server's own proof. It leaves the core only after the authorization.
    #[inline]
    pub fn additional_data(mut self, data: Vec<u8>) -> Self {
        self.additional_data = Some(data);
        self
    }

    /// What to send instead if the authorization is denied.
    #[inline]
    pub fn parting(mut self, data: impl Into<Cow<'static, [u8]>>) -> Self {
        self.parting = Some(data.into());
        self
    }

    /// A reason that the mechanism knows not to let this client in, in spite of its proof.
    #[inline]
    pub fn denied(mut self, denial: Option<Denial>) -> Self {
        self.denial = denial;
        self
    }

    /// The channel binding that the proof covers.
    #[inline]
    pub fn bound_to(mut self, binding: BindingName) -> Self {
        self.binding = Some(binding);
        self
    }

    /// The SCRAM client key, where the application asked for it.
    #[inline]
    pub fn client_key(mut self, key: Key) -> Self {
        self.client_key = Some(key);
        self
    }
}

impl fmt::Debug for Proven {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proven")
            .field("authcid", &self.authcid)
            .field("authzid", &self.authzid)
            .finish_non_exhaustive()
    }
}
