//! PostgreSQL's protocol 3 (its documentation, "SASL Authentication" and "Message Formats"): the messages that carry an
//! exchange, and the sessions of both sides.
//!
//! | | message |
//! |---|---|
//! | offer | `AuthenticationSASL`: names, each with its NUL, and one more NUL |
//! | initial response | `SASLInitialResponse`: name, NUL, int32 length and octets; the length is -1 if there is none, 0 if it is empty |
//! | challenge | `AuthenticationSASLContinue` |
//! | response | `SASLResponse` |
//! | success data | `AuthenticationSASLFinal`, before `AuthenticationOk` |
//! | cancellation | there is none: who gives up closes the connection |
//! | failure | `ErrorResponse` with an [`SqlState`], and the end of the connection |
//!
//! The rules:
//! - The start-up message says who the user is. The name in SCRAM's first message is ignored, and libpq sends it empty: a client
//!   does so with [`Authcid::ignored`](sasl_core::Authcid::ignored), a server begins with
//!   [`Begin::with_known_user`](sasl_core::server::Begin::with_known_user).
//! - The only channel binding is `tls-server-end-point`: [`channel`] leaves out the others.
//! - A password that SASLprep refuses is used as it is (`SaslprepOrRaw` in `sasl-scram`'s preparation).
//! - A server that asks for the password itself (`AuthenticationCleartextPassword`, `AuthenticationMD5Password`) gets none: to a client
//!   here that is [`Unusable::Mechanism`](sasl_core::Unusable::Mechanism).
//!
//! ```
//! use sasl_core::{Authcid, Channel, Credentials, Password, Protection, Unusable, client};
//! use sasl_plain::Plain;
//! use sasl_profile::postgres::{self, client::Event};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // After the start-up message: a server that offers SCRAM-SHA-256 to a client that has no more than PLAIN.
//! let received = b"R\0\0\0\x17\0\0\0\x0aSCRAM-SHA-256\0\0";
//! let mut unread = received.as_slice();
//!
//! let channel = postgres::channel(&Channel::new(Protection::Tls));
//! let mut session = postgres::Client::new();
//! let failure = loop {
//!     match session.poll() {
//!         Event::Send(message) => panic!("{message:?}"),
//!         Event::Receive => {
//!             // On a real connection: read more while it is `None`.
//!             let len = postgres::message_len(unread)?.ok_or("more is needed")?;
//!             let (message, rest) = unread.split_at(len);
//!             session.receive(message);
//!             unread = rest;
//!         }
//!         Event::Offer(offer) => {
//!             assert_eq!(offer.mechanisms(), ["SCRAM-SHA-256"]);
//!             session.turn(Err(Unusable::Mechanism.into()));
//!         }
//!         Event::Compute(job) => session.turn(job.run()),
//!         Event::Done(login) => panic!("{login:?}"),
//!         Event::Failed(failure) => break failure,
//!     }
//! };
//! assert_eq!(failure.error(), Unusable::Mechanism.into());
//! # Ok(()) }
//! ```

pub use crate::framed::{client, server};

mod error_response;
mod from_client;
mod from_server;
mod session;

pub use error_response::{ErrorResponse, SqlState};
pub use from_client::{FromClient, InitialResponse};
pub use from_server::FromServer;
pub use session::{Client, Server};

use sasl_core::{BindingName, Channel, Malformed, limits};

use crate::octets::Octets;
use crate::wire::Wire;

/// Octets of the longest message that is read, with its type and length.
pub const MAX: usize = limits::MESSAGE.saturating_add(1024);

/// Octets of the type and the length.
const HEADER: usize = 5;

/// How long the first message in `octets` is, with its type and length; `None` if not all of it is there.
///
/// # Errors
/// [`Malformed::Message`] for a length that cannot be, [`Malformed::TooLong`] above [`MAX`].
pub fn message_len(octets: &[u8]) -> Result<Option<usize>, Malformed> {
    let Some((&[_, len @ ..], _)) = octets.split_first_chunk::<HEADER>() else {
        return Ok(None);
    };
    // The length counts itself.
    let len = usize::try_from(u32::from_be_bytes(len)).map_err(|_| Malformed::TooLong)?;
    if len < 4 {
        return Err(Malformed::Message);
    }
    let len = len.saturating_add(1);
    if len > MAX {
        return Err(Malformed::TooLong);
    }
    Ok((len <= octets.len()).then_some(len))
}

/// The same connection with no channel binding but the one that PostgreSQL knows, `tls-server-end-point`.
#[must_use]
pub fn channel(channel: &Channel) -> Channel {
    let end_point = channel.binding(BindingName::TLS_SERVER_END_POINT).cloned();
    channel.without_bindings().with_bindings(end_point)
}

/// The type and the body of a message that is whole.
fn split(message: &[u8]) -> Result<(u8, Octets<'_>), Malformed> {
    if message_len(message)? != Some(message.len()) {
        return Err(Malformed::Message);
    }
    let mut octets = Octets::new(message);
    let kind = octets.u8()?;
    octets.u32()?;
    Ok((kind, octets))
}

/// A message of this type, with these parts one after the other.
fn message(kind: u8, parts: &[&[u8]]) -> Wire {
    let mut len = 4_usize;
    for part in parts {
        len = len.saturating_add(part.len());
    }
    let mut wire = Wire::with_room_for(len.saturating_add(1));
    let len = u32::try_from(len).unwrap_or(u32::MAX);
    wire.push(&[kind]);
    wire.push(&len.to_be_bytes());
    for part in parts {
        wire.push(part);
    }
    wire
}
