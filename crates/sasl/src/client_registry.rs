//! The mechanisms that a client has.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::cmp::Reverse;
use core::fmt;

use sasl_core::client::{Mechanism, Setup};
use sasl_core::{Channel, CredentialKind, Offer, Random};

use crate::choice::{BindingPolicy, Chosen, NoneFits, Policy};

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

struct Registry {
    mechanisms: Vec<Box<dyn Mechanism>>,
    setup: Setup,
    binding: BindingPolicy,
}

impl Client {
    /// A client without mechanisms, to be given some. `random` is where nonces come from: `OsRandom` (feature `os-rng`), or
    /// [`WithoutRandom`](sasl_core::WithoutRandom) for mechanisms that need none, such as PLAIN.
    pub fn builder(random: impl Random + 'static) -> ClientBuilder {
        ClientBuilder {
            mechanisms: Vec::new(),
            setup: Setup::default().with_random(random),
            binding: BindingPolicy::default(),
        }
    }

    /// Chooses the strongest offered mechanism ([`Properties::strength`](sasl_core::Properties::strength)) that this
    /// channel and credentials of these kinds allow; among equals the one given first. The server's order does not count.
    ///
    /// # Errors
    /// [`NoneFits`], with the reason for each that is offered.
    pub fn choose<'a>(
        &'a self,
        offer: &'a Offer,
        channel: &'a Channel,
        kinds: &[CredentialKind],
    ) -> Result<Chosen<'a>, NoneFits> {
        let policy = Policy {
            setup: &self.0.setup,
            binding: self.0.binding,
        };
        Chosen::new(&self.0.mechanisms, policy, offer, channel, kinds)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.mechanisms.iter().map(Mechanism::name))
            .finish()
    }
}

/// Makes a [`Client`].
#[must_use]
pub struct ClientBuilder {
    mechanisms: Vec<Box<dyn Mechanism>>,
    setup: Setup,
    binding: BindingPolicy,
}

impl ClientBuilder {
    /// Adds a mechanism. One of the same name takes the place of the earlier one.
    pub fn mechanism(mut self, mechanism: impl Mechanism + 'static) -> Self {
        self.mechanisms
            .retain(|earlier| earlier.name() != mechanism.name());
        self.mechanisms.push(Box::new(mechanism));
        self
    }

    /// Sets whether the channel is bound. It is where both sides can, by default.
    pub fn binding(mut self, policy: BindingPolicy) -> Self {
        self.binding = policy;
        self
    }

    /// The client.
    #[must_use]
    pub fn build(mut self) -> Client {
        // Stable: among equals the order they were given in stays.
        self.mechanisms
            .sort_by_key(|mechanism| Reverse(mechanism.properties().strength()));
        Client(Arc::new(Registry {
            mechanisms: self.mechanisms,
            setup: self.setup,
            binding: self.binding,
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
