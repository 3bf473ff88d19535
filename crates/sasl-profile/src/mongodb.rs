//! MongoDB's commands `saslStart` and `saslContinue` (its specification of driver authentication): what stands in the
//! documents that carry an exchange, and the rules. The documents themselves, BSON, are the application's.
//!
//! | | |
//! |---|---|
//! | initial response | `payload` of `saslStart`: [`Start`] |
//! | challenge | `payload` of the reply, `done: false`: [`Reply`] |
//! | response | `payload` of `saslContinue`, with the reply's `conversationId` |
//! | success data | `payload` of a reply with `done: true`, if `saslStart` has `options: { skipEmptyExchange: true }`; else of one with `done: false`, which is answered with an empty `saslContinue` |
//! | cancellation | there is none: who gives up starts another conversation |
//! | failure | an error with the code 18 ([`AUTHENTICATION_FAILED`]) |
//!
//! The rules:
//! - SCRAM-SHA-1 has another password, `md5(user ":mongo:" password)` in lower-case hexadecimal: `mongodb_password` in
//!   `sasl-scram`, by its feature `mongodb`. It is not prepared.
//! - SCRAM-SHA-256 has the password itself, prepared by SASLprep.
//! - The name is never prepared. So with both mechanisms a client takes `Preparation::None`, and for SCRAM-SHA-256 prepares
//!   the password by itself (`saslprep_stored` in `sasl-prep`).
//! - A client refuses fewer than [`MIN_ITERATIONS`]; that is what `ScramClient` does by default.
//! - No mechanism binds the channel, and SCRAM's flag is always `n`: [`channel`] leaves the bindings out.
//!
//! ```
//! use sasl_core::{Authcid, Channel, Credentials, Offer, Password, Protection, client};
//! use sasl_plain::Plain;
//! use sasl_profile::mongodb::{self, Next, Reply, Start};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let channel = mongodb::channel(&Channel::new(Protection::Tls));
//! let credentials = Credentials::password(Authcid::parse("user")?, Password::new("pencil"));
//! let offer = Offer::parse("PLAIN");
//! let turn = client::start(&Plain::client(), &client::Setup::default(), credentials, &channel, &offer)?;
//! let client::Turn::Respond(response) = turn else { return Err("no computation in PLAIN".into()) };
//!
//! // { saslStart: 1, mechanism, payload, options: { skipEmptyExchange } }
//! let start = Start::of(&response);
//! assert!(start.payload.matches(b"\0user\0pencil") && start.skip_empty_exchange);
//! // { conversationId: 1, done: true, payload: "", ok: 1 }
//! match mongodb::received(response, &Reply::new(1, true, b""))? {
//!     Next::Continue(response) => panic!("{response:?}"),
//!     Next::Compute(job) => panic!("{job:?}"),
//!     Next::Done(login) => assert_eq!(login.mechanism(), Plain::NAME),
//! }
//! # Ok(()) }
//! ```

use sasl_core::client::{Authenticated, Computation, Failure, Response, Turn};
use sasl_core::server::{self, Begin, SuccessData};
use sasl_core::{Channel, Malformed, MechanismName, Secret, limits};

/// The iterations below which a client refuses.
pub const MIN_ITERATIONS: u32 = 4096;

/// The code of the error that says that an exchange has failed, `AuthenticationFailed`.
pub const AUTHENTICATION_FAILED: i32 = 18;

/// The same connection without channel bindings, which no mechanism of MongoDB knows.
#[must_use]
pub fn channel(channel: &Channel) -> Channel {
    channel.without_bindings()
}

/// `saslStart`.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Start {
    /// `mechanism`.
    pub mechanism: MechanismName,
    /// `payload`: the initial response, which is always there.
    pub payload: Secret,
    /// `options.skipEmptyExchange`: the data of a success may come with it.
    pub skip_empty_exchange: bool,
}

impl Start {
    /// What a client sends to begin with this response.
    #[must_use]
    pub fn of(response: &Response) -> Self {
        Self {
            mechanism: response.mechanism(),
            payload: Secret::from(response.data().unwrap_or_default()),
            skip_empty_exchange: true,
        }
    }

    /// What a server read, its payload within [`limits::MESSAGE`].
    ///
    /// # Errors
    /// [`Malformed::MechanismName`], [`Malformed::TooLong`].
    pub fn parse(
        mechanism: &str,
        payload: &[u8],
        skip_empty_exchange: bool,
    ) -> Result<Self, Malformed> {
        let mechanism = MechanismName::parse(mechanism)?;
        if payload.len() > limits::MESSAGE {
            return Err(Malformed::TooLong);
        }
        Ok(Self {
            mechanism,
            payload: Secret::from(payload),
            skip_empty_exchange,
        })
    }

    /// What a server starts an exchange with: the initial response, and where the data of a success goes.
    pub fn begin<'a>(&'a self, channel: &'a Channel) -> Begin<'a> {
        Begin::new(self.mechanism.as_str(), channel)
            .with_initial_response(Some(self.payload.expose()))
            .with_success_data(match self.skip_empty_exchange {
                true => SuccessData::Attached,
                false => SuccessData::AsChallenge,
            })
    }
}

/// What answers `saslStart` and `saslContinue`.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Reply {
    /// `conversationId`, the same in all of a conversation.
    pub conversation_id: i32,
    /// `done`.
    pub done: bool,
    /// `payload`.
    pub payload: Secret,
}

impl Reply {
    /// A reply with these fields.
    #[must_use]
    pub fn new(conversation_id: i32, done: bool, payload: &[u8]) -> Self {
        Self {
            conversation_id,
            done,
            payload: Secret::from(payload),
        }
    }

    /// A challenge.
    #[must_use]
    pub fn challenge(conversation_id: i32, challenge: &server::Challenge) -> Self {
        Self::new(conversation_id, false, challenge.data())
    }

    /// A success.
    #[must_use]
    pub fn success(conversation_id: i32, login: &server::Authenticated) -> Self {
        Self::new(
            conversation_id,
            true,
            login.additional_data().unwrap_or_default(),
        )
    }
}

/// What a client does next.
#[derive(Debug)]
#[must_use = "an exchange whose turn is dropped never ends"]
pub enum Next {
    // Exhaustive on purpose: an application has to treat every one.
    /// Send its data as `payload` of `saslContinue`, and bring the reply to [`received`].
    Continue(Response),
    /// Run this, and bring the turn to [`computed`].
    Compute(Computation),
    /// Logged in: the server says so, and the mechanism agrees.
    Done(Authenticated),
}

/// Takes a server's reply to a response. Of an error, [`Response::failure`] is what is left.
///
/// # Errors
/// A [`Failure`] is the end: the mechanism finds something wrong, such as `done` before the server has proved itself
/// ([`ServerNotAuthenticated`](sasl_core::Violation::ServerNotAuthenticated)).
pub fn received(response: Response, reply: &Reply) -> Result<Next, Failure> {
    let payload = reply.payload.expose();
    match (reply.done, payload) {
        // There is always a payload: an empty one is none.
        (true, []) => response.success(None).map(Next::Done),
        (true, payload) => response.success(Some(payload)).map(Next::Done),
        (false, payload) => computed(response.challenge(payload)),
    }
}

/// Takes the turn of a computation.
///
/// # Errors
/// As [`received`].
pub fn computed(turn: Result<Turn, Failure>) -> Result<Next, Failure> {
    turn.map(|turn| match turn {
        Turn::Respond(response) => Next::Continue(response),
        Turn::Compute(job) => Next::Compute(job),
    })
}
