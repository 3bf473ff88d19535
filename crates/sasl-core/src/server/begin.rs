//! How an exchange begins.

use alloc::sync::Arc;
use core::fmt;

use super::exchange::Exchange;
use super::failure::Failure;
use super::mechanism::{Mechanism, Start};
use super::password::PasswordVerifier;
use super::turn::Turn;
use super::upgrade::Upgrader;
use crate::channel::{BindingName, Channel};
use crate::error::{Malformed, Unusable};
use crate::limits;
use crate::name::MechanismName;
use crate::principal::Authcid;
use crate::properties::Side;
use crate::random::{Random, WithoutRandom};

/// What the protocol knows when a client asks to authenticate.
///
/// ```
/// use sasl_core::{Channel, Protection, server::Begin};
///
/// let channel = Channel::new(Protection::Tls);
/// let begin = Begin::new("PLAIN", &channel).with_initial_response(Some(b"\0user\0pencil"));
/// ```
#[derive(Clone, Copy)]
#[must_use]
pub struct Begin<'a> {
    mechanism: &'a str,
    initial_response: Option<&'a [u8]>,
    channel: &'a Channel,
    pub(super) known_user: Option<&'a Authcid>,
    advertised: Option<&'a [MechanismName]>,
    binding_types: &'a [BindingName],
    pub(super) success_data: SuccessData,
}

/// What the protocol does with the data that may come with a success (RFC 4422 §4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SuccessData {
    // Exhaustive on purpose: RFC 4422 §3 has these two.
    /// It has a field for it: [`Authenticated::additional_data`](super::Authenticated::additional_data) goes there.
    #[default]
    Attached,
    /// It has none: the data goes out as one more challenge, which the client answers with an empty response
    /// (RFC 4422 §3). The core does that, so that `Authenticated` comes without data.
    AsChallenge,
}

impl<'a> Begin<'a> {
    /// The client asked for this mechanism, without an initial response.
    ///
    /// The name is taken as it is. Protocols that fold case fold it before.
    pub fn new(mechanism: &'a str, channel: &'a Channel) -> Self {
        Self {
            mechanism,
            initial_response: None,
            channel,
            known_user: None,
            advertised: None,
            binding_types: &[],
            success_data: SuccessData::Attached,
        }
    }

    /// Sets the initial response; `None` is none, which is not an empty one (RFC 4422 §4).
    pub fn with_initial_response(mut self, response: Option<&'a [u8]>) -> Self {
        self.initial_response = response;
        self
    }

    /// Sets the user, where it is known from elsewhere (PostgreSQL): the name in the message is then ignored.
    pub fn with_known_user(mut self, user: &'a Authcid) -> Self {
        self.known_user = Some(user);
        self
    }

    /// Sets what was advertised to this client, where it is not all that fits the channel.
    pub fn with_advertised(mut self, mechanisms: &'a [MechanismName]) -> Self {
        self.advertised = Some(mechanisms);
        self
    }

    /// Sets the types of channel binding that this client was told of (XEP-0440), where the protocol lists them.
    pub fn with_binding_types(mut self, types: &'a [BindingName]) -> Self {
        self.binding_types = types;
        self
    }

    /// Says what the protocol does with success data.
    pub fn with_success_data(mut self, success_data: SuccessData) -> Self {
        self.success_data = success_data;
        self
    }

    /// The mechanism that the client asked for.
    #[must_use]
    pub fn mechanism(&self) -> &'a str {
        self.mechanism
    }

    /// The initial response, if there is one.
    #[must_use]
    pub fn initial_response(&self) -> Option<&'a [u8]> {
        self.initial_response
    }

    /// The connection.
    #[must_use]
    pub fn channel(&self) -> &'a Channel {
        self.channel
    }

    /// What was advertised to this client, if it was set.
    #[must_use]
    pub fn advertised(&self) -> Option<&'a [MechanismName]> {
        self.advertised
    }
}

impl fmt::Debug for Begin<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The name too is what a stranger sent, and the initial response may be a password.
        f.debug_struct("Begin")
            .field("initial_response", &self.initial_response.map(<[u8]>::len))
            .field("channel", &self.channel)
            .field("known_user", &self.known_user)
            .finish_non_exhaustive()
    }
}

/// What all exchanges of a server have in common.
#[derive(Clone)]
#[must_use]
pub struct Setup {
    pub(super) random: Arc<dyn Random>,
    pub(super) passwords: Option<Arc<dyn PasswordVerifier>>,
    pub(super) upgrader: Option<Arc<dyn Upgrader>>,
    pub(super) always_authorize: bool,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            random: Arc::new(WithoutRandom),
            passwords: None,
            upgrader: None,
            always_authorize: false,
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

    /// Sets what checks passwords against hashes, and what an unknown user's check costs. By default only clear-text
    /// passwords can be checked.
    pub fn with_passwords(mut self, passwords: impl PasswordVerifier + 'static) -> Self {
        self.passwords = Some(Arc::new(passwords));
        self
    }

    /// Sets what makes the verifiers that an account lacks after its password was found right in clear text:
    /// [`Authenticated::take_upgrade`](super::Authenticated::take_upgrade). Nothing does by default.
    pub fn with_upgrader(mut self, upgrader: impl Upgrader + 'static) -> Self {
        self.upgrader = Some(Arc::new(upgrader));
        self
    }

    /// Asks for an authorization in every exchange, not only where a client wants to act as somebody else.
    pub fn with_authorization_always(mut self) -> Self {
        self.always_authorize = true;
        self
    }
}

impl fmt::Debug for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Setup")
            .field("always_authorize", &self.always_authorize)
            .finish_non_exhaustive()
    }
}

/// Begins an exchange with one mechanism. Registries do this for the mechanism they found by its name.
///
/// # Errors
/// [`Unusable::Mechanism`] when the client asked for another mechanism, [`Unusable::ClearText`] when its secret would
/// pass in clear text over an unprotected channel (RFC 4616 §5), another [`Unusable`] when the channel lacks a binding or
/// an external identity, [`Malformed::TooLong`] when the initial response is
/// above [`limits::MESSAGE`](crate::limits::MESSAGE), and what the mechanism finds wrong with it.
pub fn start(mechanism: &dyn Mechanism, setup: &Setup, begin: Begin<'_>) -> Result<Turn, Failure> {
    let name = mechanism.name();
    if name != begin.mechanism {
        return Err(Unusable::Mechanism.into());
    }
    if let Some(obstacle) = mechanism.properties().obstacle(begin.channel, Side::Server) {
        return Err(obstacle.into());
    }
    if begin
        .initial_response
        .is_some_and(|response| response.len() > limits::MESSAGE)
    {
        return Err(Malformed::TooLong.into());
    }
    let step = mechanism.start(Start {
        initial_response: begin.initial_response,
        channel: begin.channel,
        known_user: begin.known_user,
        advertised: begin.advertised.unwrap_or(&[name]),
        binding_types: begin.binding_types,
        random: &*setup.random,
    })?;
    Exchange::new(name, setup, &begin).advance(Ok(step))
}
