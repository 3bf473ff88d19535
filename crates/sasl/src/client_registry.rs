//! The mechanisms that a client has.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::cmp::Reverse;
use core::fmt;

use sasl_core::client::{Mechanism, Setup};
use sasl_core::{Channel, MechanismName, Offer, Random};

use crate::builtin::{NamedError, named};
use crate::choice::{Chosen, NoneFits};
use crate::policy::{BindingPolicy, Means, Order, Policy};

/// A client: the mechanisms it was given, strongest first. Cloning is cheap.
///
/// ```
/// use sasl::{Authcid, Channel, Client, CredentialKind, Credentials, Offer, OsRandom, Password, Plain, Protection};
///
/// let client = Client::builder(OsRandom).mechanism(Plain::client()).build();
/// let (offer, channel) = (Offer::parse("GSSAPI PLAIN"), Channel::new(Protection::Tls));
/// let chosen = client.choose(&offer, &channel, &[CredentialKind::Password])?;
/// assert_eq!(chosen.name(), "PLAIN");
/// // Only now is the password needed.
/// let turn = chosen.start(Credentials::password(Authcid::parse("user")?, Password::new("pencil")))?;
/// # Ok::<(), sasl::client::Failure>(())
/// ```
#[derive(Clone)]
pub struct Client(Arc<Registry>);

#[derive(Clone)]
pub(crate) struct Registry {
    pub(crate) mechanisms: Vec<Arc<dyn Mechanism>>,
    pub(crate) setup: Setup,
    pub(crate) policy: Policy,
}

impl Client {
    /// A client without mechanisms, to be given some. `random` is where nonces come from: `OsRandom` (feature `os-rng`), or
    /// [`WithoutRandom`](sasl_core::WithoutRandom) for mechanisms that need none, such as PLAIN.
    pub fn builder(random: impl Random + 'static) -> ClientBuilder {
        ClientBuilder {
            mechanisms: Vec::new(),
            setup: Setup::default().with_random(random),
            policy: Policy::new(),
        }
    }

    /// Chooses the strongest offered mechanism ([`Properties::strength`](sasl_core::Properties::strength)) that the
    /// policy, this channel and these means allow; among equals the one given first. The server's order does not count.
    ///
    /// `means` is a list of kinds of credentials, where the secrets are fetched afterwards, or the credentials.
    ///
    /// # Errors
    /// [`NoneFits`], with the reason for each that is offered.
    pub fn choose<'a, 'm>(
        &'a self,
        offer: &'a Offer,
        channel: &'a Channel,
        means: impl Into<Means<'m>>,
    ) -> Result<Chosen<'a>, NoneFits> {
        Chosen::new(&self.0, offer, channel, &means.into())
    }

    /// The mechanisms it has, in the order in which it tries them.
    pub fn mechanisms(&self) -> impl Iterator<Item = MechanismName> + use<'_> {
        self.0.mechanisms.iter().map(Mechanism::name)
    }

    /// Looks a mechanism up by its exact name.
    #[must_use]
    pub fn mechanism(&self, name: &str) -> Option<&dyn Mechanism> {
        let named = |mechanism: &&Arc<dyn Mechanism>| mechanism.name() == *name;
        self.0.mechanisms.iter().find(named).map(|found| &**found)
    }

    /// This client with this mechanism only: how one is forced. The offer stays whole, since a shortened one looks like an
    /// attack to the server (RFC 5802 §6).
    #[must_use]
    pub fn only(&self, name: MechanismName) -> Self {
        self.keeping(|own| own == name)
    }

    /// This client without that mechanism: for another attempt after the server could not do with it. That is the caller's
    /// decision; nothing here ever goes on with something weaker by itself.
    #[must_use]
    pub fn except(&self, name: MechanismName) -> Self {
        self.keeping(|own| own != name)
    }

    fn keeping(&self, keep: impl Fn(MechanismName) -> bool) -> Self {
        let mut registry = Registry::clone(&self.0);
        registry
            .mechanisms
            .retain(|mechanism| keep(mechanism.name()));
        Self(Arc::new(registry))
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.mechanisms()).finish()
    }
}

/// Makes a [`Client`].
#[must_use]
pub struct ClientBuilder {
    mechanisms: Vec<Arc<dyn Mechanism>>,
    setup: Setup,
    policy: Policy,
}

impl ClientBuilder {
    /// Adds mechanisms by their exact names, as they come: what a [preset](crate::preset) lists, or an administrator.
    ///
    /// # Errors
    /// [`NamedError`] when one of them is not in this build.
    pub fn named(mut self, names: &[&str]) -> Result<Self, NamedError> {
        for name in names {
            self = self.mechanism(named(name)?.client());
        }
        Ok(self)
    }

    /// Adds a mechanism. One of the same name takes the place of the earlier one.
    pub fn mechanism(mut self, mechanism: impl Mechanism + 'static) -> Self {
        self.mechanisms
            .retain(|earlier| earlier.name() != mechanism.name());
        self.mechanisms.push(Arc::new(mechanism));
        self
    }

    /// Sets what this client insists on.
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// Sets whether the channel is bound: of the [`policy`](Self::policy), only that.
    pub fn binding(mut self, binding: BindingPolicy) -> Self {
        self.policy = self.policy.binding(binding);
        self
    }

    /// The client.
    #[must_use]
    pub fn build(mut self) -> Client {
        match self.policy.order {
            // Stable: among equals the order they were given in stays.
            Order::Strongest => self
                .mechanisms
                .sort_by_key(|mechanism| Reverse(mechanism.properties().strength())),
            Order::Given => {}
        }
        Client(Arc::new(Registry {
            mechanisms: self.mechanisms,
            setup: self.setup,
            policy: self.policy,
        }))
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.mechanisms.iter().map(Mechanism::name))
            .finish()
    }
}
