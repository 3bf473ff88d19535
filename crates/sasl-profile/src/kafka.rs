//! Kafka's protocol (its guide, "Authentication" and "Messages"): the bodies of the requests that carry an exchange, and its rules. Headers, and when a connection
//! authenticates anew, are the application's.
//!
//! | | |
//! |---|---|
//! | mechanism | `SaslHandshake`, key 17: [`HandshakeRequest`], [`HandshakeResponse`] |
//! | initial response, response | `SaslAuthenticate`, key 36, after a handshake of version 1: [`AuthenticateRequest`]. There is always one: none is an empty one |
//! | challenge, success data | `auth_bytes` of the answer: [`AuthenticateResponse`] |
//! | the same after a handshake of version 0 | octets behind their length, without a request around them: [`raw`] |
//! | cancellation | there is none: who gives up closes the connection |
//! | failure | an [`ErrorCode`]; after a handshake of version 0, the end of the connection |
//!
//! No message says that the exchange is over: both sides know it from the mechanism. On a client that is what [`received`]
//! is for.
//!
//! The rules:
//! - SCRAM has between 4096 and 16384 iterations ([`ITERATIONS`]); a client and a server take that for their range.
//! - No mechanism binds the channel, and SCRAM's flag is always `n`: [`channel`] leaves the bindings out.
//! - Who authenticates with a delegation token says so by an extension of SCRAM's first message, `tokenauth=true`
//!   (`ScramClient::extension` in `sasl-scram`).
//! - After `session_lifetime_ms` a client authenticates anew on the same connection, with another exchange, as the same user.
//!
//! ```
//! use sasl_core::{Authcid, Channel, Credentials, Offer, Password, Protection, client};
//! use sasl_plain::Plain;
//! use sasl_profile::kafka::{self, AuthenticateRequest, AuthenticateResponse, Next};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let handshake = kafka::HandshakeRequest::new(Plain::NAME).encode();
//! assert_eq!(&*handshake, b"\0\x05PLAIN");
//! let answer = kafka::HandshakeResponse::parse(b"\0\0\0\0\0\x01\0\x05PLAIN")?;
//! let offer = answer.offer()?;
//!
//! let channel = kafka::channel(&Channel::new(Protection::Tls));
//! let credentials = Credentials::password(Authcid::parse("user")?, Password::new("pencil"));
//! let turn = client::start(&Plain::client(), &client::Setup::default(), credentials, &channel, &offer)?;
//! let client::Turn::Respond(response) = turn else { return Err("no computation in PLAIN".into()) };
//!
//! let request = AuthenticateRequest::of(&response).encode();
//! assert_eq!(&*request, b"\0\0\0\x0c\0user\0pencil");
//! let answer = AuthenticateResponse::parse(b"\0\0\xff\xff\0\0\0\0\0\0\0\0\0\x36\xee\x80", 1)?;
//! match kafka::received(response, &answer)? {
//!     Next::Send(response) => panic!("{response:?}"),
//!     Next::Compute(job) => panic!("{job:?}"),
//!     Next::Done(login) => assert_eq!(login.mechanism(), Plain::NAME),
//! }
//! assert_eq!(answer.session_lifetime_ms, Some(3_600_000));
//! # Ok(()) }
//! ```

mod authenticate;
mod error_code;
mod handshake;
pub mod raw;

pub use authenticate::{AuthenticateRequest, AuthenticateResponse, Next, computed, received};
pub use error_code::ErrorCode;
pub use handshake::{HandshakeRequest, HandshakeResponse};

use core::ops::RangeInclusive;

use sasl_core::{Channel, Malformed, limits};

use crate::octets::Octets;
use crate::wire::Wire;

/// The key of `SaslHandshake`.
pub const HANDSHAKE: i16 = 17;
/// The key of `SaslAuthenticate`.
pub const AUTHENTICATE: i16 = 36;

/// The iterations that Kafka's SCRAM has.
pub const ITERATIONS: RangeInclusive<u32> = 4096..=16_384;

/// Octets of the longest body that is read.
pub const MAX: usize = limits::MESSAGE.saturating_add(4096);

/// The same connection without channel bindings, which no mechanism of Kafka knows.
#[must_use]
pub fn channel(channel: &Channel) -> Channel {
    channel.without_bindings()
}

/// A body within its limit.
fn body(octets: &[u8]) -> Result<Octets<'_>, Malformed> {
    if octets.len() > MAX {
        return Err(Malformed::TooLong);
    }
    Ok(Octets::new(octets))
}

/// `STRING` or `NULLABLE_STRING`: int16 length, -1 for null.
fn string<'a>(body: &mut Octets<'a>) -> Result<Option<&'a [u8]>, Malformed> {
    let len = i16::from_be_bytes(body.array()?);
    match usize::try_from(len) {
        Ok(len) => body.take(len).map(Some),
        Err(_) if len == -1 => Ok(None),
        Err(_) => Err(Malformed::Message),
    }
}

/// `BYTES`: int32 length.
fn bytes<'a>(body: &mut Octets<'a>) -> Result<&'a [u8], Malformed> {
    let len = usize::try_from(body.i32()?).map_err(|_| Malformed::Message)?;
    body.take(len)
}

fn push_string(text: &str, wire: &mut Wire) {
    let len = i16::try_from(text.len()).unwrap_or(i16::MAX);
    wire.push(&len.to_be_bytes());
    let len = usize::try_from(len).unwrap_or_default();
    wire.push(text.as_bytes().get(..len).unwrap_or_default());
}

fn push_bytes(octets: &[u8], wire: &mut Wire) {
    let len = i32::try_from(octets.len()).unwrap_or(i32::MAX);
    wire.push(&len.to_be_bytes());
    wire.push(octets);
}
