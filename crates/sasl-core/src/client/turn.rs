//! Whose turn it is: a value that owns its only legal next moves.

use alloc::boxed::Box;
use core::fmt;

use super::exchange::Exchange;
use super::failure::Failure;
use super::mechanism::{Proven, State, Step};
use crate::channel::BindingName;
use crate::credentials::DerivedKeys;
use crate::error::{Malformed, Refused, Unusable, Violation};
use crate::limits;
use crate::name::MechanismName;
use crate::principal::{Authcid, Authzid};
use crate::secret::Secret;

/// What the application has to do next.
#[derive(Debug)]
#[must_use = "an exchange whose turn is dropped never ends"]
pub enum Turn {
    // Exhaustive on purpose: an application has to treat every one.
    /// Send this and bring what the server says.
    Respond(Response),
    /// Run this, off the runtime if there is one.
    Compute(Computation),
}

/// A response to send, and the wait for what the server says to it.
#[must_use = "a response that is dropped is an exchange that never ends"]
pub struct Response {
    exchange: Exchange,
    data: Option<Secret>,
    awaits: Awaits,
}

pub(super) enum Awaits {
    Challenge(Box<dyn State>),
    /// Nothing of the mechanism's any more, only the protocol's word.
    Outcome(Proven),
}

impl Response {
    pub(super) fn new(exchange: Exchange, data: Option<Secret>, awaits: Awaits) -> Self {
        Self {
            exchange,
            data,
            awaits,
        }
    }

    /// What to send; it may be empty. `None`, at the start only, is no initial response, which is not an empty one.
    #[must_use]
    pub fn data(&self) -> Option<&[u8]> {
        self.data.as_ref().map(Secret::expose)
    }

    /// The mechanism of this exchange.
    #[must_use]
    pub fn mechanism(&self) -> MechanismName {
        self.exchange.mechanism()
    }

    /// The server sent a challenge.
    ///
    /// # Errors
    /// A [`Failure`] is the end of the exchange, to be told to the server as a cancellation: [`Malformed::TooLong`]
    /// above [`limits::MESSAGE`](crate::limits::MESSAGE), or what the mechanism finds wrong.
    pub fn challenge(self, challenge: &[u8]) -> Result<Turn, Failure> {
        if challenge.len() > limits::MESSAGE {
            return Err(Malformed::TooLong.into());
        }
        let Awaits::Challenge(state) = self.awaits else {
            return Err(Violation::UnexpectedMessage.into());
        };
        let step = state.challenge(challenge)?;
        // Only a start can have no response at all.
        let step = match step {
            Step::Respond(None, state) => Step::Respond(Some(Secret::default()), state),
            step => step,
        };
        self.exchange.advance(Ok(step))
    }

    /// The server said success, with the data that came with it; `None` is none, which is not an empty one.
    ///
    /// Data that comes with the success and data that comes as a last challenge are alike (RFC 4422 §3): it is taken as
    /// a challenge, whose answer must be empty.
    ///
    /// # Errors
    /// [`Violation::ServerNotAuthenticated`] when the server has not proved itself, or what else the mechanism finds
    /// wrong. The server then believes in a login that this side must not use.
    pub fn success(self, additional_data: Option<&[u8]>) -> Result<Authenticated, Failure> {
        let Some(data) = additional_data else {
            return match self.awaits {
                Awaits::Challenge(state) => self.exchange.conclude(state.success()?),
                Awaits::Outcome(proven) => self.exchange.conclude(proven),
            };
        };
        match self.challenge(data)? {
            Turn::Respond(last) if last.data.as_ref().is_none_or(Secret::is_empty) => {
                last.success(None)
            }
            Turn::Respond(_) => Err(Violation::UnexpectedMessage.into()),
            Turn::Compute(_) => Err(Unusable::Computation.into()),
        }
    }

    /// The server said failure.
    pub fn failure(self) -> Failure {
        match self.awaits {
            Awaits::Challenge(state) => state.failure(),
            Awaits::Outcome(_) => Refused::ByServer.into(),
        }
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.data {
            Some(data) => write!(f, "Response({} octets)", data.len()),
            None => f.write_str("Response(none)"),
        }
    }
}

/// Heavy work, to be run wherever the application likes: it owns all it needs.
#[must_use = "a computation that is dropped is an exchange that never ends"]
pub struct Computation {
    exchange: Exchange,
    job: Box<dyn FnOnce() -> Result<Step, Failure> + Send + Sync>,
}

impl Computation {
    pub(super) fn new(
        exchange: Exchange,
        job: Box<dyn FnOnce() -> Result<Step, Failure> + Send + Sync>,
    ) -> Self {
        Self { exchange, job }
    }

    /// Does the work on this thread.
    ///
    /// # Errors
    /// A [`Failure`] is the end of the exchange.
    pub fn run(self) -> Result<Turn, Failure> {
        self.exchange.advance((self.job)())
    }
}

impl fmt::Debug for Computation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Computation(..)")
    }
}

/// The protocol and the mechanism agree that this is a success: the only one there is.
#[derive(Debug)]
#[must_use = "this is as whom this side has logged in"]
pub struct Authenticated {
    mechanism: MechanismName,
    proven: Proven,
}

impl Authenticated {
    pub(super) fn new(mechanism: MechanismName, proven: Proven) -> Self {
        Self { mechanism, proven }
    }

    /// The mechanism that was used.
    #[must_use]
    pub fn mechanism(&self) -> MechanismName {
        self.mechanism
    }

    /// The name that was sent, where the mechanism has one.
    #[must_use]
    pub fn authcid(&self) -> Option<&Authcid> {
        self.proven.authcid.as_ref()
    }

    /// Whom this side asked to act as.
    #[must_use]
    pub fn authzid(&self) -> Option<&Authzid> {
        self.proven.authzid.as_ref()
    }

    /// Whether the server has proved that it knows the secret.
    #[must_use]
    pub fn server_proved(&self) -> bool {
        self.proven.by_server
    }

    /// The channel binding that both proofs cover.
    #[must_use]
    pub fn channel_binding(&self) -> Option<&BindingName> {
        self.proven.binding.as_ref()
    }

    /// Takes the derived keys out, to be given back with the next exchange's credentials.
    #[must_use]
    pub fn into_keys(self) -> Option<DerivedKeys> {
        self.proven.keys
    }

    /// The derived keys, as [`into_keys`](Self::into_keys).
    #[must_use]
    pub fn keys(&self) -> Option<&DerivedKeys> {
        self.proven.keys.as_ref()
    }
}
