//! A whole login over a protocol that says how its messages travel.
//!
//! A protocol implements three coroutines, [`Interface`], and checks no order in them: [`authenticate`] calls them only as
//! RFC 4422 allows. Who wants to hold the loop in its own hands uses the [turns](crate::client::Turn) instead; this is the
//! same loop, written once.
//!
//! There is no runtime in here: the futures are the interface's own, and `Send` when those are.
//!
//! ```
//! # #[cfg(all(feature = "plain", feature = "os-rng"))] {
//! use sasl::driver::{Advice, Error, Interface, Reply, authenticate};
//! use sasl::{Authcid, Channel, Client, Credentials, MechanismName, Offer, OsRandom, Outcome, Password, Plain, Protection};
//!
//! /// A protocol whose server takes one password.
//! struct Wire;
//!
//! impl Interface for Wire {
//!     type Error = std::io::Error;
//!
//!     async fn initiate(&mut self, mechanism: MechanismName, initial: Option<&[u8]>) -> Result<Reply, Self::Error> {
//!         assert_eq!(mechanism, "PLAIN");
//!         Ok(match initial {
//!             Some(b"\0user\0pencil") => Reply::Success(None),
//!             _ => Reply::Failure(Outcome::NotAuthorized),
//!         })
//!     }
//!
//!     async fn respond(&mut self, _response: &[u8]) -> Result<Reply, Self::Error> {
//!         Ok(Reply::Failure(Outcome::Malformed))
//!     }
//!
//!     async fn abort(&mut self) -> Result<(), Self::Error> {
//!         Ok(())
//!     }
//! }
//!
//! # async fn run() -> Result<(), Box<dyn core::error::Error>> {
//! let client = Client::builder(OsRandom).mechanism(Plain::client()).build();
//! let (offer, channel) = (Offer::parse("PLAIN"), Channel::new(Protection::Tls));
//! let credentials = Credentials::password(Authcid::parse("user")?, Password::new("eraser"));
//! let chosen = client.choose(&offer, &channel, &credentials)?;
//! match authenticate(&mut Wire, chosen, credentials).await {
//!     Ok(login) => println!("logged in by {}", login.mechanism()),
//!     Err(error) if error.advice() == Advice::AnotherMechanism => println!("client.except(…), and choose again"),
//!     Err(error) => println!("stop: {error}"),
//! }
//! # Ok(())
//! # }
//! # fn ready(future: impl Future<Output = Result<(), Box<dyn core::error::Error>>>) {
//! #     let mut context = std::task::Context::from_waker(std::task::Waker::noop());
//! #     let mut future = std::pin::pin!(future);
//! #     assert!(matches!(future.as_mut().poll(&mut context), std::task::Poll::Ready(Ok(()))));
//! # }
//! # ready(run());
//! # }
//! ```

use alloc::vec::Vec;
use core::fmt;

use sasl_core::client::{Authenticated, Computation, Failure, Response, Turn};
use sasl_core::{Credentials, Error as Fault, MechanismName, Outcome};

use crate::choice::Chosen;

/// How a protocol carries one exchange. An error of its own ends the exchange at once.
#[expect(
    async_fn_in_trait,
    reason = "the futures are to be Send when those of the implementation are, and only then"
)]
pub trait Interface {
    /// What can go wrong with the connection.
    type Error;

    /// Begins an exchange. `None` is no initial response, which is not an empty one. A protocol that cannot carry one at all
    /// waits for the empty challenge and sends it then.
    ///
    /// # Errors
    /// The connection's own.
    async fn initiate(
        &mut self,
        mechanism: MechanismName,
        initial_response: Option<&[u8]>,
    ) -> Result<Reply, Self::Error>;

    /// Sends a response, which may be empty.
    ///
    /// # Errors
    /// The connection's own.
    async fn respond(&mut self, response: &[u8]) -> Result<Reply, Self::Error>;

    /// Gives the exchange up, and hears that it has been. The connection goes on.
    ///
    /// # Errors
    /// The connection's own.
    async fn abort(&mut self) -> Result<(), Self::Error>;

    /// Runs a key derivation: here on this thread. A runtime's way to do it elsewhere goes here.
    ///
    /// # Errors
    /// The computation's own.
    async fn compute(&mut self, job: Computation) -> Result<Turn, Failure> {
        job.run()
    }
}

/// What the server says to a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    // Exhaustive on purpose: RFC 4422 §3 has these three.
    /// A challenge; it may be empty.
    Challenge(Vec<u8>),
    /// Success, with the data that came with it. `None` is none, which is not an empty one.
    Success(Option<Vec<u8>>),
    /// Failure, for the reason that the protocol gives; [`Outcome::NotAuthorized`] if it gives none.
    Failure(Outcome),
}

/// Logs in.
///
/// Success with data and success after an empty response to that data are one and the same here. When this side finds
/// something wrong it gives the exchange up before it returns. There is one attempt: what to do after a failure,
/// [`Error::advice`] says and the caller decides.
///
/// # Errors
/// [`Error`].
pub async fn authenticate<I: Interface>(
    io: &mut I,
    chosen: Chosen<'_>,
    credentials: Credentials,
) -> Result<Authenticated, Error<I::Error>> {
    let mechanism = chosen.name();
    let turn = chosen.start(credentials);
    let mut response = computed(io, turn).await.map_err(Error::NotStarted)?;
    let mut reply = io.initiate(mechanism, response.data()).await;
    loop {
        match reply.map_err(Error::Interface)? {
            // From here on the server has ended the exchange: there is nothing to give up.
            Reply::Success(data) => {
                return response.success(data.as_deref()).map_err(Error::Client);
            }
            Reply::Failure(outcome) => {
                return Err(Error::Server(response.failure(), outcome));
            }
            Reply::Challenge(challenge) => {
                let turn = response.challenge(&challenge);
                response = match computed(io, turn).await {
                    Ok(response) => response,
                    Err(failure) => {
                        // What was found weighs more than whether the server can still be told.
                        let _ = io.abort().await;
                        return Err(Error::Client(failure));
                    }
                };
                reply = io.respond(response.data().unwrap_or_default()).await;
            }
        }
    }
}

/// Runs computations until there is something to send.
async fn computed<I: Interface>(
    io: &mut I,
    turn: Result<Turn, Failure>,
) -> Result<Response, Failure> {
    let mut turn = turn?;
    loop {
        turn = match turn {
            Turn::Respond(response) => return Ok(response),
            Turn::Compute(job) => io.compute(job).await?,
        };
    }
}

/// Why there is no login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error<E> {
    // Exhaustive on purpose: a caller decides what to do about each.
    /// The connection.
    Interface(E),
    /// Nothing was sent: the mechanism cannot do it with these credentials.
    NotStarted(Failure),
    /// This side ended the exchange: the server broke the rules, could not prove itself, or asked for what the policy forbids.
    Client(Failure),
    /// The server ended it, with what it says about it.
    Server(Failure, Outcome),
}

/// What can be done after a login has failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Advice {
    // Exhaustive on purpose: a caller decides what to do about each.
    /// The server cannot do with this mechanism: [`Client::except`](crate::Client::except) can be asked for another. Nothing says
    /// that it is really the server who speaks: a caller that goes on with something weaker decides so.
    AnotherMechanism,
    /// The credentials are wrong, or no longer good: do not try again, with no mechanism.
    WrongCredentials,
    /// The server cannot at the moment, or the connection broke.
    Later,
    /// The server is not what it should be, or the policy forbids it: do not go on with it.
    Stop,
}

impl<E> Error<E> {
    /// What to do now.
    pub fn advice(&self) -> Advice {
        match self {
            Self::Interface(_) => Advice::Later,
            Self::NotStarted(_) => Advice::AnotherMechanism,
            Self::Client(failure) => match failure.error() {
                // The mechanism's own message says so (SCRAM's `e=`, OAuth's JSON).
                Fault::Refused(_) => Advice::WrongCredentials,
                Fault::Unavailable(_) => Advice::Later,
                _ => Advice::Stop,
            },
            Self::Server(failure, outcome) => match (failure.error(), outcome) {
                (Fault::Violation(_) | Fault::Malformed(_), _) => Advice::Stop,
                (
                    _,
                    Outcome::InvalidMechanism
                    | Outcome::EncryptionRequired
                    | Outcome::Malformed
                    | Outcome::IncorrectEncoding
                    | Outcome::TooLong
                    | Outcome::Aborted,
                ) => Advice::AnotherMechanism,
                (_, Outcome::TemporaryFailure) => Advice::Later,
                _ => Advice::WrongCredentials,
            },
        }
    }

    /// Why the exchange ended, and what the server said; `None` when it was the connection.
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Interface(_) => None,
            Self::NotStarted(failure) | Self::Client(failure) | Self::Server(failure, _) => {
                Some(failure)
            }
        }
    }
}

impl<E: fmt::Display> fmt::Display for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Interface(error) => error.fmt(f),
            Self::NotStarted(failure) | Self::Client(failure) | Self::Server(failure, _) => {
                failure.fmt(f)
            }
        }
    }
}

impl<E: core::error::Error + 'static> core::error::Error for Error<E> {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        Some(match self {
            Self::Interface(error) => error,
            Self::NotStarted(failure) | Self::Client(failure) | Self::Server(failure, _) => failure,
        })
    }
}
