//! Exchanges that are written out between two messages and taken up again elsewhere.
//!
//! A protocol that keeps no state between messages (HTTP, a pool of workers) cannot hold a [`Turn`](crate::server::Turn). It
//! keeps a [`Transcript`] instead: the random octets that the exchange drew and the messages so far. To go on, the exchange
//! is played again from its beginning, with the same octets and messages, up to where it stopped. No mechanism has to know.
//!
//! # What a transcript contains
//!
//! On a **server** what the client sent so far, as it came. That can be a token, or a password where the protocol ends with one more
//! empty message; it is always enough to finish the login of whoever's exchange it is. On a **client** the server's challenges and the client's nonce, and
//! no secret: the credentials are given again.
//!
//! # What has to be done with it
//!
//! - **Keep it at the server**, under its [`id`](Transcript::id), or give it to the client sealed (encrypted *and* authenticated). Whoever
//!   can write a transcript chooses the server's nonce.
//! - **Use it once.** Take it out of the store, atomically, when the message for it comes. A transcript that is resumed twice
//!   has the same nonce twice, and the message that logged in the first time logs in again:
//!   nothing else stops the replay of what was read on the wire.
//! - It **expires**: [`claim`](Transcript::claim) compares the id and the time, and nothing can be resumed without it.
//!
//! Playing an exchange again asks its questions again and does its computations again: a server that derives SCRAM keys from
//! clear text derives them once a message, and a question that has an effect (HT's, about a token that was used) has it each
//! time. An exchange that draws more than 64 random octets cannot be recorded; none here draws half of it. If the account has changed in between, so that the exchange would take another course, it ends with
//! [`Unusable::Transcript`]. What is derived from a server's own secret has to be the same
//! everywhere: give all processes one `DecoyKey`.
//!
//! ```
//! # #[cfg(all(feature = "plain", feature = "os-rng"))] {
//! use sasl::server::{Begin, Failure, Turn};
//! use sasl::transcript::{Claimed, Transcript};
//! use sasl::{Authcid, Channel, Identity, OsRandom, Password, Plain, Protection, Server, Verifier};
//!
//! /// The answer to one request: the challenge and what to keep, or the name of who is in.
//! enum Answer {
//!     Challenge(Vec<u8>, Transcript),
//!     In(String),
//! }
//!
//! fn request(server: &Server, kept: Option<Claimed>, message: Option<&[u8]>, now: u64) -> Result<Answer, Failure> {
//!     let channel = Channel::new(Protection::Tls);
//!     let begin = Begin::new("PLAIN", &channel);
//!     let (mut recorder, mut turn) = match kept {
//!         None => server.record(begin, now + 60)?,
//!         Some(kept) => server.resume(kept, begin)?,
//!     };
//!     let mut message = message;
//!     loop {
//!         turn = match recorder.follow(turn)? {
//!             Turn::Challenge(challenge) => match message.take() {
//!                 Some(message) => recorder.respond(challenge, message)?,
//!                 None => return Ok(Answer::Challenge(challenge.data().to_vec(), recorder.suspend(challenge)?)),
//!             },
//!             Turn::Compute(job) => job.run()?,
//!             Turn::Ask(question) => {
//!                 let stored = Verifier::ClearText(Password::new("pencil"));
//!                 let found = question.about().map(|name| Identity::new(name.clone()).with_verifier(stored));
//!                 question.found(found)?
//!             }
//!             Turn::Done(login) => return Ok(Answer::In(login.acts_as().to_owned())),
//!         };
//!     }
//! }
//!
//! let server = Server::builder(OsRandom).mechanism(Plain::server()).build();
//! let mut store = std::collections::HashMap::new();
//! let Answer::Challenge(challenge, transcript) = request(&server, None, None, 1000)? else { panic!() };
//! assert!(challenge.is_empty());
//! // The client gets the challenge and the id, and brings the id back with its response.
//! let from_the_client = transcript.id();
//! store.insert(transcript.id(), transcript);
//!
//! // ... later, in another process: out of the store, so that nobody resumes it again.
//! let transcript = store.remove(&from_the_client).expect("no such exchange");
//! let claimed = transcript.claim(&from_the_client, 1030)?;
//! let Answer::In(name) = request(&server, Some(claimed), Some(b"\0user\0pencil"), 1030)? else { panic!() };
//! assert_eq!(name, "user");
//! # }
//! # Ok::<(), sasl::server::Failure>(())
//! ```

mod client;
mod drawn;
#[cfg(feature = "serde")]
mod form;
mod server;

use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use sasl_core::{
    Malformed, MechanismName, NoRandomness, Random, Secret, Side, Unusable, constant_time_eq,
    limits,
};

pub use client::ClientRecorder;
pub use server::ServerRecorder;

/// An exchange that was written out. It is as good as a login: see the [module's page](self).
///
/// With the feature `serde` it is `Serialize` and `Deserialize`, its octets as base64.
#[derive(Clone)]
#[must_use = "an exchange that is not kept cannot go on"]
pub struct Transcript {
    side: Side,
    mechanism: MechanismName,
    id: TranscriptId,
    expires: u64,
    drawn: Secret,
    initial_response: Option<Secret>,
    challenges: Vec<Secret>,
    responses: Vec<Secret>,
}

impl Transcript {
    /// The most messages of each side that one holds. No mechanism here needs more than two.
    pub const MESSAGES: usize = 16;

    /// What it is kept under: 16 random octets, drawn when the exchange began.
    #[must_use]
    pub fn id(&self) -> TranscriptId {
        self.id
    }

    /// The mechanism of the exchange.
    #[must_use]
    pub fn mechanism(&self) -> MechanismName {
        self.mechanism
    }

    /// Which end of the exchange it is.
    #[must_use]
    pub fn side(&self) -> Side {
        self.side
    }

    /// When it expires, in seconds since 1970.
    #[must_use]
    pub fn expires(&self) -> u64 {
        self.expires
    }

    /// Whether it can be resumed: it is the one that is meant, and it has not expired at `now` (seconds since 1970).
    ///
    /// # Errors
    /// [`Unusable::Transcript`].
    pub fn claim(self, id: &TranscriptId, now: u64) -> Result<Claimed, Unusable> {
        if constant_time_eq(&self.id.0, &id.0) && now < self.expires {
            Ok(Claimed(self))
        } else {
            Err(Unusable::Transcript)
        }
    }

    fn new(
        side: Side,
        mechanism: MechanismName,
        expires: u64,
        random: &dyn Random,
    ) -> Result<(Self, drawn::Drawn), NoRandomness> {
        let mut id = [0; TranscriptId::LEN];
        random.fill(&mut id)?;
        let drawn = drawn::Drawn::from(random)?;
        let transcript = Self {
            side,
            mechanism,
            id: TranscriptId(id),
            expires,
            drawn: drawn.octets(),
            initial_response: None,
            challenges: Vec::new(),
            responses: Vec::new(),
        };
        Ok((transcript, drawn))
    }

    /// Whether an exchange can have left this behind.
    #[cfg(feature = "serde")]
    fn is_sound(&self) -> bool {
        let messages = |messages: &[Secret]| {
            messages.len() <= Self::MESSAGES
                && messages
                    .iter()
                    .all(|message| message.len() <= limits::MESSAGE)
        };
        let turns = match self.side {
            // The last challenge waits for its response.
            Side::Server => self.challenges.len() == self.responses.len().saturating_add(1),
            Side::Client => self.responses.is_empty() && self.initial_response.is_none(),
        };
        turns
            && messages(&self.challenges)
            && messages(&self.responses)
            && messages(self.initial_response.as_slice())
            && self.drawn.len() == drawn::Drawn::LEN
    }
}

/// Keeps a message, if there is room for it.
fn keep(messages: &mut Vec<Secret>, message: &[u8]) -> Result<(), Unusable> {
    if messages.len() >= Transcript::MESSAGES || message.len() > limits::MESSAGE {
        return Err(Unusable::Transcript);
    }
    messages.push(Secret::from(message));
    Ok(())
}

impl fmt::Debug for Transcript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transcript")
            .field("side", &self.side)
            .field("mechanism", &self.mechanism)
            .field("id", &self.id)
            .field("expires", &self.expires)
            .finish_non_exhaustive()
    }
}

/// A transcript whose id and expiry were checked: [`Transcript::claim`].
#[derive(Debug)]
#[must_use = "a transcript is resumed once"]
pub struct Claimed(Transcript);

impl Claimed {
    /// The mechanism of the exchange.
    #[must_use]
    pub fn mechanism(&self) -> MechanismName {
        self.0.mechanism
    }

    /// Hands the transcript on if it belongs to this end of this mechanism.
    fn of(self, side: Side, mechanism: &str) -> Result<Transcript, Unusable> {
        if self.0.side == side && self.0.mechanism == *mechanism {
            Ok(self.0)
        } else {
            Err(Unusable::Transcript)
        }
    }
}

/// What a transcript is kept under: 16 octets, as 32 hexadecimal digits in text.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TranscriptId([u8; Self::LEN]);

impl TranscriptId {
    const LEN: usize = 16;

    /// The octets.
    #[must_use]
    pub fn octets(&self) -> [u8; 16] {
        self.0
    }
}

impl From<[u8; 16]> for TranscriptId {
    fn from(octets: [u8; 16]) -> Self {
        Self(octets)
    }
}

/// 32 lower-case hexadecimal digits.
impl FromStr for TranscriptId {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digit = |octet: u8| match octet {
            b'0'..=b'9' => Ok(octet.wrapping_sub(b'0')),
            b'a'..=b'f' => Ok(octet.wrapping_sub(b'a').wrapping_add(10)),
            _ => Err(Malformed::Message),
        };
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        if pairs.len() != Self::LEN || !rest.is_empty() {
            return Err(Malformed::Message);
        }
        let mut octets = [0; Self::LEN];
        for (place, [high, low]) in octets.iter_mut().zip(pairs) {
            *place = digit(*high)?.wrapping_shl(4) | digit(*low)?;
        }
        Ok(Self(octets))
    }
}

impl fmt::Display for TranscriptId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}

impl fmt::Debug for TranscriptId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TranscriptId({self})")
    }
}
