//! The mechanisms that a server has, and which of them it shows on a channel.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use sasl_core::server::{self, Begin, Failure, Mechanism, PasswordVerifier, Setup, Turn, Upgrader};
use sasl_core::{Channel, DecoyKey, MechanismName, Random, Side, Unusable};

use crate::builtin::{NamedError, named};

/// A server: the mechanisms it was given, and what all its exchanges have in common. Cloning is cheap.
///
/// ```
/// use sasl::{Channel, OsRandom, Plain, Protection, Server};
///
/// let server = Server::builder(OsRandom).mechanism(Plain::server()).build();
/// assert_eq!(server.advertise(&Channel::new(Protection::Tls))[0], "PLAIN");
/// assert!(server.advertise(&Channel::new(Protection::None)).is_empty());
/// ```
#[derive(Clone)]
pub struct Server(Arc<Registry>);

struct Registry {
    mechanisms: Vec<Box<dyn Mechanism>>,
    setup: Setup,
}

impl Server {
    /// A server without mechanisms, to be given some. `random` is where nonces come from: `OsRandom` (feature `os-rng`), or
    /// [`WithoutRandom`](sasl_core::WithoutRandom) for mechanisms that need none, such as PLAIN.
    pub fn builder(random: impl Random + 'static) -> ServerBuilder {
        ServerBuilder {
            mechanisms: Vec::new(),
            setup: Setup::default().with_random(random),
            decoy_key: None,
        }
    }

    /// The mechanisms that this channel allows, in the order they were given: no secret in clear text over an
    /// unprotected channel, no binding without a value to bind to, no external identity where none is proven.
    #[must_use]
    pub fn advertise(&self, channel: &Channel) -> Vec<MechanismName> {
        self.fitting(channel).map(Mechanism::name).collect()
    }

    /// Begins an exchange.
    ///
    /// # Errors
    /// [`Unusable::Mechanism`] when there is no such mechanism, another [`Unusable`] when this channel does not allow it,
    /// and what the mechanism finds wrong with the initial response.
    pub fn start(&self, begin: Begin<'_>) -> Result<Turn, Failure> {
        self.start_with(&self.0.setup, begin)
    }

    pub(crate) fn start_with(&self, setup: &Setup, begin: Begin<'_>) -> Result<Turn, Failure> {
        let mechanism = self
            .mechanism(begin.mechanism())
            .ok_or(Unusable::Mechanism)?;
        match begin.advertised() {
            Some(_) => server::start(mechanism, setup, begin),
            // It advertises this one, or nothing: that is seen to where an exchange begins.
            None if self.0.mechanisms.len() == 1 => server::start(mechanism, setup, begin),
            None => {
                let advertised = self.advertise(begin.channel());
                server::start(mechanism, setup, begin.with_advertised(&advertised))
            }
        }
    }

    pub(crate) fn setup(&self) -> &Setup {
        &self.0.setup
    }

    /// Looks a mechanism up by its exact name.
    #[must_use]
    pub fn mechanism(&self, name: &str) -> Option<&dyn Mechanism> {
        self.mechanisms()
            .find(|mechanism| mechanism.name() == *name)
    }

    /// All its mechanisms, whatever a channel allows, in the order they were given.
    pub fn mechanisms(&self) -> impl Iterator<Item = &dyn Mechanism> {
        self.0.mechanisms.iter().map(|mechanism| &**mechanism)
    }

    fn fitting(&self, channel: &Channel) -> impl Iterator<Item = &dyn Mechanism> {
        self.mechanisms().filter(|mechanism| {
            mechanism
                .properties()
                .obstacle(channel, Side::Server)
                .is_none()
        })
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.mechanisms().map(Mechanism::name))
            .finish()
    }
}

/// Makes a [`Server`].
#[must_use]
pub struct ServerBuilder {
    mechanisms: Vec<Box<dyn Mechanism>>,
    setup: Setup,
    decoy_key: Option<DecoyKey>,
}

impl ServerBuilder {
    /// Sets the secret that what unknown users get is derived from, for mechanisms that are added by [name](Self::named)
    /// afterwards.
    pub fn decoy_key(mut self, key: DecoyKey) -> Self {
        self.decoy_key = Some(key);
        self
    }

    /// Adds mechanisms by their exact names, as they come: what a [preset](crate::preset) lists, or an administrator.
    ///
    /// # Errors
    /// [`NamedError`] when one of them is not in this build, or needs a [decoy key](Self::decoy_key).
    pub fn named(mut self, names: &[&str]) -> Result<Self, NamedError> {
        for name in names {
            let builtin = named(name)?;
            let mechanism = builtin.server(self.decoy_key.as_ref());
            self = self.mechanism(mechanism.ok_or(NamedError::NoDecoyKey(builtin.name()))?);
        }
        Ok(self)
    }

    /// Adds a mechanism. One of the same name takes the place of the earlier one.
    pub fn mechanism(mut self, mechanism: impl Mechanism + 'static) -> Self {
        self.mechanisms
            .retain(|earlier| earlier.name() != mechanism.name());
        self.mechanisms.push(Box::new(mechanism));
        self
    }

    /// Sets what checks passwords against hashes, and what the check of an unknown user costs. By default only
    /// clear-text passwords can be checked.
    pub fn passwords(mut self, passwords: impl PasswordVerifier + 'static) -> Self {
        self.setup = self.setup.with_passwords(passwords);
        self
    }

    /// Sets what makes the verifiers that an account lacks, once its password was found right in clear text. Nothing does by
    /// default.
    pub fn upgrader(mut self, upgrader: impl Upgrader + 'static) -> Self {
        self.setup = self.setup.with_upgrader(upgrader);
        self
    }

    /// Asks for an authorization in every exchange, not only where a client wants to act as somebody else.
    pub fn authorize_always(mut self) -> Self {
        self.setup = self.setup.with_authorization_always();
        self
    }

    /// The server.
    #[must_use]
    pub fn build(self) -> Server {
        Server(Arc::new(Registry {
            mechanisms: self.mechanisms,
            setup: self.setup,
        }))
    }
}

impl fmt::Debug for ServerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.mechanisms.iter().map(Mechanism::name))
            .finish()
    }
}
