//! What the author of a mechanism implements for the server's side.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use super::ask::Ask;
use super::failure::Failure;
use super::proven::Proven;
use crate::channel::{BindingName, Channel};
use crate::error::Violation;
use crate::name::MechanismName;
use crate::principal::Authcid;
use crate::properties::Properties;
use crate::random::Random;

/// The server's side of a mechanism. Options live on the value that implements it.
pub trait Mechanism: Send + Sync {
    /// Its registered name.
    fn name(&self) -> MechanismName;

    /// What it does and promises.
    fn properties(&self) -> Properties;

    /// Begins an exchange; [`client_first`] and [`server_first`] are the two ways to do it.
    ///
    /// # Errors
    /// A [`Failure`] ends the exchange before it began.
    fn start(&self, start: Start<'_>) -> Result<Step, Failure>;
}

/// What a mechanism does with the one message that it waits for: a struct per awaited message.
pub trait State: Send + Sync + 'static {
    /// Takes the client's response, which the core has found to be within
    /// [`limits::MESSAGE`](crate::limits::MESSAGE).
    ///
    /// # Errors
    /// A [`Failure`] ends the exchange.
    fn respond(self: Box<Self>, response: &[u8]) -> Result<Step, Failure>;

    /// The same for a state that does not wait, since the response is there with the request. A state that needs no box of
    /// its own to go on can save it here.
    ///
    /// # Errors
    /// As [`respond`](Self::respond).
    fn respond_at_once(self, response: &[u8]) -> Result<Step, Failure>
    where
        Self: Sized,
    {
        Box::new(self).respond(response)
    }
}

/// What a mechanism does with the answer to a question.
pub type Then<A> = Box<dyn FnOnce(A) -> Result<Step, Failure> + Send + Sync>;

/// What a mechanism wants next.
#[must_use]
pub enum Step {
    // Exhaustive on purpose: the core has to know every one.
    /// To send a challenge and wait for the response.
    Challenge(Vec<u8>, Box<dyn State>),
    /// To ask the application.
    Ask(Ask),
    /// To compute something heavy, wherever the application runs it.
    Compute(Box<dyn FnOnce() -> Result<Step, Failure> + Send + Sync>),
    /// Nothing more: the client has proved itself. Whether it is let in, the core decides.
    Proven(Proven),
}

impl Step {
    /// To send a challenge and wait for the response.
    pub fn challenge(data: impl Into<Vec<u8>>, state: impl State) -> Self {
        Self::Challenge(data.into(), Box::new(state))
    }

    /// To compute something heavy.
    pub fn compute(job: impl FnOnce() -> Result<Step, Failure> + Send + Sync + 'static) -> Self {
        Self::Compute(Box::new(job))
    }
}

/// What an exchange begins with. Nothing of it is there later: a state keeps what it needs, a nonce that is to be drawn
/// among it.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Start<'a> {
    /// The initial response; `None` is none, which is not an empty one.
    pub initial_response: Option<&'a [u8]>,
    /// The connection.
    pub channel: &'a Channel,
    /// The user, where it is known from elsewhere: then the name in the message is ignored and may be empty.
    pub known_user: Option<&'a Authcid>,
    /// All that this server advertises on this channel.
    pub advertised: &'a [MechanismName],
    /// The types of channel binding that the client was told of (XEP-0440); empty where the protocol lists none.
    pub binding_types: &'a [BindingName],
    /// Where nonces come from.
    pub random: &'a dyn Random,
}

impl fmt::Debug for Start<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Start")
            .field("channel", &self.channel)
            .finish_non_exhaustive()
    }
}

/// Opens a mechanism whose client speaks first: without an initial response there is an empty challenge first
/// (RFC 4422 §5, 2a).
///
/// # Errors
/// Whatever `state` finds wrong with the initial response.
pub fn client_first(initial_response: Option<&[u8]>, state: impl State) -> Result<Step, Failure> {
    match initial_response {
        Some(response) => state.respond_at_once(response),
        None => Ok(Step::challenge(Vec::new(), state)),
    }
}

/// Opens a mechanism whose server speaks first: an initial response, even an empty one, is refused (RFC 4422 §3).
///
/// # Errors
/// [`Violation::InitialResponse`].
pub fn server_first(
    initial_response: Option<&[u8]>,
    challenge: Vec<u8>,
    state: impl State,
) -> Result<Step, Failure> {
    match initial_response {
        Some(_) => Err(Violation::InitialResponse.into()),
        None => Ok(Step::challenge(challenge, state)),
    }
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Challenge(..) => "Step::Challenge(..)",
            Self::Ask(_) => "Step::Ask(..)",
            Self::Compute(_) => "Step::Compute(..)",
            Self::Proven(_) => "Step::Proven(..)",
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

            fn start(&self, start: Start<'_>) -> Result<Step, Failure> {
                (**self).start(start)
            }
        }
    };
}

behind!(Box);
behind!(alloc::sync::Arc);
