//! What the author of a mechanism implements for the client's side.

use alloc::boxed::Box;
use core::fmt;

use super::failure::Failure;
use crate::channel::{BindingName, Channel};
use crate::credentials::{CredentialKind, Credentials, DerivedKeys};
use crate::error::{Refused, Violation};
use crate::name::MechanismName;
use crate::offer::Offer;
use crate::principal::{Authcid, Authzid};
use crate::properties::Properties;
use crate::random::Random;
use crate::secret::Secret;

/// The client's side of a mechanism. Options live on the value that implements it.
pub trait Mechanism: Send + Sync {
    /// Its registered name.
    fn name(&self) -> MechanismName;

    /// What it does and promises.
    fn properties(&self) -> Properties;

    /// The kinds of credentials it can work with; one of them suffices.
    fn needs(&self) -> &'static [CredentialKind];

    /// Begins an exchange. The core has found credentials of a kind that is needed.
    ///
    /// # Errors
    /// A [`Failure`] ends the exchange before a byte was sent.
    fn start(&self, start: Start<'_>) -> Result<Step, Failure>;
}

/// What a mechanism does with the one message that it waits for: a struct per awaited message.
pub trait State: Send + Sync + 'static {
    /// Takes the server's challenge, which the core has found to be within
    /// [`limits::MESSAGE`](crate::limits::MESSAGE). Success data comes this way too, and must be answered empty and
    /// without a computation.
    ///
    /// # Errors
    /// A [`Failure`] ends the exchange.
    fn challenge(self: Box<Self>, challenge: &[u8]) -> Result<Step, Failure>;

    /// The protocol says success. Only a state in which a challenge may follow as well as a success takes it; after the
    /// last message there is [`Step::last`], and all other states leave this as it is.
    ///
    /// # Errors
    /// [`Violation::ServerNotAuthenticated`] when it is too early: the server has not proved itself, or the mechanism is
    /// not at its end.
    fn success(self: Box<Self>) -> Result<Proven, Failure> {
        Err(Violation::ServerNotAuthenticated.into())
    }

    /// The protocol says failure.
    fn failure(self: Box<Self>) -> Failure {
        Refused::ByServer.into()
    }
}

/// What a mechanism wants next.
#[must_use]
pub enum Step {
    // Exhaustive on purpose: the core has to know every one.
    /// To send a response. `None` is no initial response, at the start; after a challenge it is an empty one.
    Respond(Option<Secret>, Box<dyn State>),
    /// To send the last response: all that is left is the protocol's word, and what a success proves is known. Another
    /// challenge is then an error.
    Last(Secret, Proven),
    /// To compute something heavy, wherever the application runs it.
    Compute(Box<dyn FnOnce() -> Result<Step, Failure> + Send + Sync>),
}

impl Step {
    /// To send a response and wait for what comes.
    pub fn respond(data: impl Into<Secret>, state: impl State) -> Self {
        Self::Respond(Some(data.into()), Box::new(state))
    }

    /// To send the last response. It proves this, if the protocol then says success.
    pub fn last(data: impl Into<Secret>, proven: Proven) -> Self {
        Self::Last(data.into(), proven)
    }

    /// To let the server speak first: there is no initial response.
    pub fn wait(state: impl State) -> Self {
        Self::Respond(None, Box::new(state))
    }

    /// To compute something heavy.
    pub fn compute(job: impl FnOnce() -> Result<Step, Failure> + Send + Sync + 'static) -> Self {
        Self::Compute(Box::new(job))
    }
}

/// What an exchange begins with.
#[non_exhaustive]
pub struct Start<'a> {
    /// What to prove oneself with.
    pub credentials: Credentials,
    /// The connection.
    pub channel: &'a Channel,
    /// All that the server offers.
    pub offer: &'a Offer,
    /// Where nonces come from.
    pub random: &'a dyn Random,
}

/// What a mechanism ends in: plain data. Success is made of it by the core alone.
#[derive(Debug, Default)]
#[must_use]
pub struct Proven {
    pub(super) authcid: Option<Authcid>,
    pub(super) authzid: Option<Authzid>,
    pub(super) by_server: bool,
    pub(super) binding: Option<BindingName>,
    pub(super) keys: Option<DerivedKeys>,
}

impl Proven {
    /// The exchange is at its end, for this name if there is one.
    pub fn new(authcid: Option<Authcid>) -> Self {
        Self {
            authcid,
            ..Self::default()
        }
    }

    /// Whom the server was asked to act as. A mechanism that leaves out what the credentials say ends with
    /// [`Unusable::Confused`](crate::Unusable::Confused).
    pub fn acting_as(mut self, authzid: Option<Authzid>) -> Self {
        self.authzid = authzid;
        self
    }

    /// The server has proved that it knows the secret. Mechanisms that promise this are held to it.
    pub fn by_server(mut self) -> Self {
        self.by_server = true;
        self
    }

    /// The channel binding that both proofs cover.
    pub fn bound_to(mut self, binding: BindingName) -> Self {
        self.binding = Some(binding);
        self
    }

    /// Keys to spare the next exchange its derivation.
    pub fn with_keys(mut self, keys: DerivedKeys) -> Self {
        self.keys = Some(keys);
        self
    }
}

impl fmt::Debug for Start<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Start")
            .field("credentials", &self.credentials)
            .field("channel", &self.channel)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Respond(..) => "Step::Respond(..)",
            Self::Last(..) => "Step::Last(..)",
            Self::Compute(_) => "Step::Compute(..)",
        })
    }
}

/// A mechanism behind a pointer is one too, so that a registry takes what was found by name.
macro_rules! behind {
    ($($pointer:ident)::+) => {
        impl<M: Mechanism + ?Sized> Mechanism for $($pointer)::+<M> {
            fn name(&self) -> MechanismName {
                (**self).name()
            }

            fn properties(&self) -> Properties {
                (**self).properties()
            }

            fn needs(&self) -> &'static [CredentialKind] {
                (**self).needs()
            }

            fn start(&self, start: Start<'_>) -> Result<Step, Failure> {
                (**self).start(start)
            }
        }
    };
}

behind!(Box);
behind!(alloc::sync::Arc);
