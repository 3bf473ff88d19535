//! Whose turn it is: a value that owns its only legal next moves.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use super::authorize::Authenticated;
use super::exchange::Exchange;
use super::failure::Failure;
use super::mechanism::{State, Step};
use super::question::PasswordJob;
use super::question::Question;
use crate::error::{Error, Malformed, Violation};
use crate::limits;

/// What the application has to do next.
#[derive(Debug)]
#[must_use = "an exchange whose turn is dropped never ends"]
pub enum Turn {
    // Exhaustive on purpose: an application has to treat every one.
    /// Send this and bring the response.
    Challenge(Challenge),
    /// Answer this.
    Ask(Question),
    /// Run this, off the runtime if there is one.
    Compute(Computation),
    /// The client is in. Only this means so: authenticated and authorized.
    Done(Authenticated),
}

/// A challenge to send, and the wait for its response.
#[must_use = "a challenge that is dropped is an exchange that never ends"]
pub struct Challenge {
    exchange: Box<Exchange>,
    data: Vec<u8>,
    awaits: Awaits,
}

enum Awaits {
    Response(Box<dyn State>),
    /// The empty answer to success data (RFC 4422 §3).
    Acknowledgement(Box<Authenticated>),
}

impl Challenge {
    pub(super) fn new(exchange: Box<Exchange>, data: Vec<u8>, state: Box<dyn State>) -> Self {
        Self {
            exchange,
            data,
            awaits: Awaits::Response(state),
        }
    }

    pub(super) fn last(
        exchange: Box<Exchange>,
        data: Vec<u8>,
        authenticated: Box<Authenticated>,
    ) -> Self {
        Self {
            exchange,
            data,
            awaits: Awaits::Acknowledgement(authenticated),
        }
    }

    /// What to send. It may be empty.
    #[must_use]
    pub fn data(&self) -> &[u8] {
        &self.data
    }

    /// Goes on with the client's response.
    ///
    /// # Errors
    /// A [`Failure`] is the end of the exchange: [`Malformed::TooLong`] above
    /// [`limits::MESSAGE`](crate::limits::MESSAGE), or what the mechanism finds wrong.
    pub fn respond(self, response: &[u8]) -> Result<Turn, Failure> {
        if response.len() > limits::MESSAGE {
            return Err(Malformed::TooLong.into());
        }
        match self.awaits {
            Awaits::Response(state) => self.exchange.advance(state.respond(response)),
            Awaits::Acknowledgement(authenticated) if response.is_empty() => {
                Ok(Turn::Done(*authenticated))
            }
            Awaits::Acknowledgement(_) => Err(Violation::Acknowledgement.into()),
        }
    }

    /// The client gave up, or went away.
    pub fn abort(self) -> Failure {
        Error::Cancelled.into()
    }
}

impl fmt::Debug for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Challenge({} octets)", self.data.len())
    }
}

/// Heavy work, to be run wherever the application likes: it owns all it needs.
#[must_use = "a computation that is dropped is an exchange that never ends"]
pub struct Computation {
    exchange: Box<Exchange>,
    work: Work,
}

enum Work {
    /// The mechanism's own.
    Mechanism(Box<dyn FnOnce() -> Result<Step, Failure> + Send + Sync>),
    /// The check of a password.
    Password(Box<PasswordJob>),
}

impl Computation {
    pub(super) fn new(
        exchange: Box<Exchange>,
        job: Box<dyn FnOnce() -> Result<Step, Failure> + Send + Sync>,
    ) -> Self {
        Self {
            exchange,
            work: Work::Mechanism(job),
        }
    }

    pub(super) fn password(exchange: Box<Exchange>, job: PasswordJob) -> Self {
        Self {
            exchange,
            work: Work::Password(Box::new(job)),
        }
    }

    /// Does the work on this thread.
    ///
    /// # Errors
    /// A [`Failure`] is the end of the exchange.
    pub fn run(mut self) -> Result<Turn, Failure> {
        let step = match self.work {
            Work::Mechanism(job) => job(),
            Work::Password(job) => job.run(&mut self.exchange),
        };
        self.exchange.advance(step)
    }
}

impl fmt::Debug for Computation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Computation(..)")
    }
}
