//! Which offered mechanism a client takes, and why not the others.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use sasl_core::client::{self, Failure, Mechanism, Setup, Turn};
use sasl_core::{
    Channel, ChannelBinding, CredentialKind, Credentials, Error, MechanismName, Offer, Side,
    Unusable,
};

/// Whether a client binds the channel (RFC 5056, RFC 5802 §6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BindingPolicy {
    // Exhaustive on purpose: less than never, or more than always, there is not.
    /// Never: the channel's values are not used, and the server is told `n`.
    Disable,
    /// Where both sides can. If the offer has no mechanism that does, the server is told `y`, and finds out when that is
    /// not what it offered.
    #[default]
    Prefer,
    /// Always: nothing is sent where it cannot be.
    Require,
}

/// The mechanism that was chosen. The secret is needed only now: fetch it and [`start`](Self::start).
#[must_use = "nothing has been started yet"]
pub struct Chosen<'a> {
    mechanism: &'a dyn Mechanism,
    setup: &'a Setup,
    offer: &'a Offer,
    channel: Cow<'a, Channel>,
    passed_over: Vec<PassedOver>,
}

/// What of a client the choice depends on.
#[derive(Clone, Copy)]
pub(crate) struct Policy<'a> {
    pub(crate) setup: &'a Setup,
    pub(crate) binding: BindingPolicy,
}

impl<'a> Chosen<'a> {
    pub(crate) fn new(
        mechanisms: &'a [Box<dyn Mechanism>],
        policy: Policy<'a>,
        offer: &'a Offer,
        channel: &'a Channel,
        kinds: &[CredentialKind],
    ) -> Result<Self, NoneFits> {
        let Policy { setup, binding } = policy;
        let taken =
            |binding: &ChannelBinding| offer.binding_types().contains(binding.binding_name());
        let shared = offer.binding_types().is_empty() || channel.bindings().iter().any(taken);
        let why_not = |mechanism: &dyn Mechanism| {
            let properties = mechanism.properties();
            if !offer.contains(mechanism.name()) {
                return Some(WhyNot::NotOffered);
            }
            match (binding, properties.binds_channel()) {
                (BindingPolicy::Disable, true) => return Some(WhyNot::BindingDisabled),
                (BindingPolicy::Require, false) => return Some(WhyNot::BindingRequired),
                _ => {}
            }
            match properties.obstacle(channel, Side::Client) {
                Some(Unusable::ClearText) => Some(WhyNot::ClearText),
                Some(_) => Some(WhyNot::NoBinding),
                // The server says which types it takes (XEP-0440), and this channel has none of them.
                None if properties.binds_channel() && !shared => Some(WhyNot::NoBinding),
                None if mechanism.needs().iter().any(|kind| kinds.contains(kind)) => None,
                None => Some(WhyNot::Credentials),
            }
        };
        let chosen = mechanisms
            .iter()
            .map(|mechanism| &**mechanism)
            .find(|mechanism| why_not(*mechanism).is_none());
        let own = |name| {
            mechanisms
                .iter()
                .map(|mechanism| &**mechanism)
                .find(|own| own.name() == name)
        };
        let passed_over = offer
            .mechanisms()
            .iter()
            .filter(|name| chosen.is_none_or(|chosen| chosen.name() != **name))
            .map(|&name| {
                let why = own(name).map_or(WhyNot::Unknown, |own| {
                    why_not(own).unwrap_or(WhyNot::Weaker)
                });
                PassedOver { name, why }
            })
            .collect();
        let channel = match binding {
            BindingPolicy::Disable => Cow::Owned(channel.without_bindings()),
            BindingPolicy::Prefer | BindingPolicy::Require => Cow::Borrowed(channel),
        };
        match chosen {
            Some(mechanism) => Ok(Self {
                mechanism,
                setup,
                offer,
                channel,
                passed_over,
            }),
            None => Err(NoneFits { passed_over }),
        }
    }

    /// The name of the mechanism.
    #[must_use]
    pub fn name(&self) -> MechanismName {
        self.mechanism.name()
    }

    /// The kinds of credentials it can work with; one of them suffices.
    #[must_use]
    pub fn needs(&self) -> &'static [CredentialKind] {
        self.mechanism.needs()
    }

    /// What else was offered, and why it was not taken.
    #[must_use]
    pub fn passed_over(&self) -> &[PassedOver] {
        &self.passed_over
    }

    /// Begins the exchange.
    ///
    /// # Errors
    /// When the credentials are not of a kind that is needed, or hold what the mechanism cannot carry. Nothing has been
    /// sent then.
    pub fn start(self, credentials: Credentials) -> Result<Turn, Failure> {
        client::start(
            self.mechanism,
            self.setup,
            credentials,
            &self.channel,
            self.offer,
        )
    }
}

impl fmt::Debug for Chosen<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Chosen")
            .field("name", &self.name())
            .field("passed_over", &self.passed_over)
            .finish_non_exhaustive()
    }
}

/// An offered mechanism that was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct PassedOver {
    /// Its name.
    pub name: MechanismName,
    /// Why it was not taken.
    pub why: WhyNot,
}

/// Why a mechanism was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum WhyNot {
    /// The server does not offer it.
    NotOffered,
    /// This client does not have it.
    Unknown,
    /// It would send the secret in clear text over an unprotected channel.
    ClearText,
    /// It binds the channel, and there is no value to bind to.
    NoBinding,
    /// It binds the channel, which the policy disables.
    BindingDisabled,
    /// It does not bind the channel, which the policy requires.
    BindingRequired,
    /// It needs credentials of another kind.
    Credentials,
    /// A stronger one was taken.
    Weaker,
}

impl fmt::Display for WhyNot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotOffered => "the server does not offer it",
            Self::Unknown => "this client does not have it",
            Self::ClearText => {
                "it sends the secret in clear text, and the channel is not protected"
            }
            Self::NoBinding => "it binds the channel, and there is no value to bind to",
            Self::BindingDisabled => "it binds the channel, which the policy disables",
            Self::BindingRequired => "it does not bind the channel, which the policy requires",
            Self::Credentials => "it needs credentials of another kind",
            Self::Weaker => "a stronger one was taken",
        })
    }
}

/// None of the offered mechanisms can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoneFits {
    passed_over: Vec<PassedOver>,
}

impl NoneFits {
    /// What was offered, and why it was not taken.
    #[must_use]
    pub fn passed_over(&self) -> &[PassedOver] {
        &self.passed_over
    }
}

impl fmt::Display for NoneFits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("none of the offered mechanisms can be used")?;
        self.passed_over
            .iter()
            .enumerate()
            .try_for_each(|(at, PassedOver { name, why })| {
                write!(f, "{}{name}: {why}", if at == 0 { " (" } else { "; " })
            })?;
        f.write_str(if self.passed_over.is_empty() { "" } else { ")" })
    }
}

impl core::error::Error for NoneFits {}

impl From<NoneFits> for Error {
    fn from(none: NoneFits) -> Self {
        let any = |reason| none.passed_over.iter().any(|other| other.why == reason);
        if any(WhyNot::BindingRequired) {
            Unusable::Binding.into()
        } else if any(WhyNot::ClearText) {
            Unusable::ClearText.into()
        } else if any(WhyNot::NoBinding) {
            Unusable::Binding.into()
        } else {
            Unusable::Mechanism.into()
        }
    }
}

/// As its [`Error`].
#[cfg(feature = "std")]
impl From<NoneFits> for std::io::Error {
    fn from(none: NoneFits) -> Self {
        let kind = std::io::Error::from(Error::from(none.clone())).kind();
        Self::new(kind, none)
    }
}
