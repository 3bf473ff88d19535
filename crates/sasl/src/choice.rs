//! Which offered mechanism a client takes, and why not the others.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::fmt;

use sasl_core::client::{self, Failure, Mechanism, Setup, Turn};
use sasl_core::{
    Channel, ChannelBinding, CredentialKind, Credentials, Error, MechanismName, Offer, Properties,
    Side, Unusable,
};

use crate::client_registry::Registry;
use crate::policy::{BindingPolicy, Means};

/// The mechanism that was chosen. The secret is needed only now: fetch it and [`start`](Self::start).
#[must_use = "nothing has been started yet"]
pub struct Chosen<'a> {
    mechanism: &'a dyn Mechanism,
    setup: &'a Setup,
    offer: &'a Offer,
    channel: Cow<'a, Channel>,
    passed_over: Vec<PassedOver>,
}

impl<'a> Chosen<'a> {
    pub(crate) fn new(
        registry: &'a Registry,
        offer: &'a Offer,
        channel: &'a Channel,
        means: &Means<'_>,
    ) -> Result<Self, NoneFits> {
        let question = Choice {
            registry,
            offer,
            channel,
            means,
        };
        let mechanisms = || registry.mechanisms.iter().map(|mechanism| &**mechanism);
        let chosen = mechanisms()
            .filter(|mechanism| offer.contains(mechanism.name()))
            .find(|mechanism| question.why_not(*mechanism).is_none());
        let passed_over = offer
            .mechanisms()
            .iter()
            .filter(|name| chosen.is_none_or(|chosen| chosen.name() != **name))
            .map(|&name| {
                let own = mechanisms().find(|own| own.name() == name);
                let why = own.map_or(WhyNot::Unknown, |own| {
                    question.why_not(own).unwrap_or(WhyNot::Weaker)
                });
                PassedOver { name, why }
            })
            .collect();
        let channel = match registry.policy.binding {
            BindingPolicy::Disable => Cow::Owned(channel.without_bindings()),
            BindingPolicy::Prefer | BindingPolicy::Require => Cow::Borrowed(channel),
        };
        match chosen {
            Some(mechanism) => Ok(Self {
                mechanism,
                setup: &registry.setup,
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
        self.start_with(self.setup, credentials)
    }

    pub(crate) fn start_with(
        &self,
        setup: &Setup,
        credentials: Credentials,
    ) -> Result<Turn, Failure> {
        client::start(
            self.mechanism,
            setup,
            credentials,
            &self.channel,
            self.offer,
        )
    }

    pub(crate) fn setup(&self) -> &'a Setup {
        self.setup
    }
}

/// What the choice depends on.
struct Choice<'a> {
    registry: &'a Registry,
    offer: &'a Offer,
    channel: &'a Channel,
    means: &'a Means<'a>,
}

impl Choice<'_> {
    /// Why an offered mechanism is not to be taken; `None` when it may be.
    fn why_not(&self, mechanism: &dyn Mechanism) -> Option<WhyNot> {
        if let Some(why) = self.why_not_but_for_types(mechanism) {
            return Some(why);
        }
        let properties = mechanism.properties();
        if !properties.binds_channel() {
            return self.talked_out_of_binding().then_some(WhyNot::BindingTypes);
        }
        // The server says which types it takes (XEP-0440), and this channel has none of them.
        (!self.shares_a_binding(&properties)).then_some(WhyNot::NoBinding)
    }

    /// The same, as if the server had not said which types of binding it takes.
    fn why_not_but_for_types(&self, mechanism: &dyn Mechanism) -> Option<WhyNot> {
        let properties = mechanism.properties();
        let policy = self.registry.policy;
        match (policy.binding, properties.binds_channel()) {
            (BindingPolicy::Disable, true) => return Some(WhyNot::BindingDisabled),
            (BindingPolicy::Require, false) => return Some(WhyNot::BindingRequired),
            _ => {}
        }
        if policy.no_clear_text && properties.sends_clear_text() {
            return Some(WhyNot::ClearTextDisabled);
        }
        if policy.server_proof && !properties.proves_server() {
            return Some(WhyNot::ServerProofRequired);
        }
        match properties.obstacle(self.channel, Side::Client) {
            Some(Unusable::ClearText) => return Some(WhyNot::ClearText),
            Some(_) => return Some(WhyNot::NoBinding),
            None => {}
        }
        let kinds = &self.means.kinds;
        if !mechanism.needs().iter().any(|kind| kinds.contains(kind)) {
            Some(WhyNot::Credentials)
        } else if self.means.authzid && !properties.carries_authzid() {
            Some(WhyNot::Authzid)
        } else {
            None
        }
    }

    /// Whether this client could bind, and only the server's list of types keeps it from that. Nothing protects the list:
    /// whoever changed it on the way would otherwise get a login that is not bound, and the server would be told that the
    /// client cannot.
    fn talked_out_of_binding(&self) -> bool {
        let mut could_bind = self
            .registry
            .mechanisms
            .iter()
            .filter(|own| self.offer.contains(own.name()))
            .filter(|own| self.why_not_but_for_types(&***own).is_none())
            .map(Mechanism::properties)
            .filter(Properties::binds_channel)
            .peekable();
        could_bind.peek().is_some() && !could_bind.any(|own| self.shares_a_binding(&own))
    }

    fn shares_a_binding(&self, properties: &Properties) -> bool {
        let types = self.offer.binding_types();
        let taken = |binding: &ChannelBinding| {
            properties.can_bind(binding)
                && (types.is_empty() || types.contains(binding.binding_name()))
        };
        self.channel.bindings().iter().any(taken)
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
    /// This client does not have it.
    Unknown,
    /// It would send the secret in clear text over an unprotected channel.
    ClearText,
    /// It binds the channel, and there is no value to bind to.
    NoBinding,
    /// It does not bind the channel, one that does is offered, and of the types that the server says it takes (XEP-0440) this
    /// channel has none: it may be that somebody on the way has changed them.
    BindingTypes,
    /// It binds the channel, which the policy disables.
    BindingDisabled,
    /// It does not bind the channel, which the policy requires.
    BindingRequired,
    /// It shows the secret to the server, which the policy rules out.
    ClearTextDisabled,
    /// Its server proves nothing, and the policy wants it to.
    ServerProofRequired,
    /// It needs credentials of another kind.
    Credentials,
    /// It cannot say that the client wants to act as somebody else.
    Authzid,
    /// It could have been: a stronger one was taken, or one before it where the order is the given one.
    Weaker,
}

impl fmt::Display for WhyNot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unknown => "this client does not have it",
            Self::ClearText => {
                "it sends the secret in clear text, and the channel is not protected"
            }
            Self::NoBinding => "it binds the channel, and there is no value to bind to",
            Self::BindingTypes => {
                "it does not bind the channel, which could be bound but for the server's list of types"
            }
            Self::BindingDisabled => "it binds the channel, which the policy disables",
            Self::BindingRequired => "it does not bind the channel, which the policy requires",
            Self::ClearTextDisabled => {
                "it shows the secret to the server, which the policy rules out"
            }
            Self::ServerProofRequired => "its server proves nothing, and the policy wants it to",
            Self::Credentials => "it needs credentials of another kind",
            Self::Authzid => "it cannot say that the client wants to act as somebody else",
            Self::Weaker => "a better one was taken",
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
        if any(WhyNot::BindingRequired) || any(WhyNot::BindingTypes) {
            Unusable::Binding.into()
        } else if any(WhyNot::ClearText) {
            Unusable::ClearText.into()
        } else if any(WhyNot::NoBinding) {
            Unusable::Binding.into()
        } else if any(WhyNot::Authzid) {
            Unusable::Authzid.into()
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
