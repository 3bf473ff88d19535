//! How an exchange begins.

use alloc::sync::Arc;
use core::fmt;

use super::exchange::Exchange;
use super::failure::Failure;
use super::mechanism::{Mechanism, Start};
use super::turn::Turn;
use crate::channel::Channel;
use crate::credentials::Credentials;
use crate::error::Unusable;
use crate::offer::Offer;
use crate::properties::Side;
use crate::random::{Random, WithoutRandom};

/// What all exchanges of a client have in common.
#[derive(Clone)]
#[must_use]
pub struct Setup {
    random: Arc<dyn Random>,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            random: Arc::new(WithoutRandom),
        }
    }
}

impl Setup {
    /// Sets where nonces come from. There is none by default.
    pub fn with_random(mut self, random: impl Random + 'static) -> Self {
        self.random = Arc::new(random);
        self
    }

    /// Where nonces come from.
    #[must_use]
    pub fn random(&self) -> &dyn Random {
        &*self.random
    }
}

impl fmt::Debug for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Setup(..)")
    }
}

/// Begins an exchange with one mechanism. Registries do this for the mechanism they chose.
///
/// # Errors
/// [`Unusable::ClearText`] when the secret would pass in clear text over an unprotected channel, [`Unusable::Binding`]
/// without a value to bind to, [`Unusable::Authzid`] when one is asked for and cannot be carried, [`Unusable::Credentials`] when there are none of a kind that the mechanism needs, and what the mechanism cannot
/// carry. Nothing has been sent then.
pub fn start(
    mechanism: &dyn Mechanism,
    setup: &Setup,
    credentials: Credentials,
    channel: &Channel,
    offer: &Offer,
) -> Result<Turn, Failure> {
    let properties = mechanism.properties();
    if let Some(obstacle) = properties.obstacle(channel, Side::Client) {
        return Err(obstacle.into());
    }
    if credentials.authzid().is_some() && !properties.carries_authzid() {
        return Err(Unusable::Authzid.into());
    }
    if !mechanism.needs().iter().any(|kind| credentials.has(*kind)) {
        return Err(Unusable::Credentials.into());
    }
    let authzid = credentials.authzid().cloned();
    let step = mechanism.start(Start {
        credentials,
        channel,
        offer,
        random: &*setup.random,
    })?;
    Exchange::new(mechanism.name(), properties, authzid).advance(Ok(step))
}
