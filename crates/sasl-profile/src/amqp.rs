//! AMQP 1.0 (OASIS Standard, part 5.3): the frames of its SASL layer, and the sessions of both sides.
//!
//! | | frame |
//! |---|---|
//! | before it | both sides send the header `AMQP` 3 1 0 0 |
//! | offer | `sasl-mechanisms` |
//! | initial response | `initial-response` of `sasl-init`: null if there is none, of no length if it is empty |
//! | challenge | `sasl-challenge` |
//! | response | `sasl-response` |
//! | success data | `additional-data` of `sasl-outcome` with [`Code::Ok`] |
//! | cancellation | there is none: who gives up closes the connection |
//! | failure | `sasl-outcome` with another [`Code`], and the end of the connection |
//!
//! A frame of this layer has at most [`MAX_FRAME`] octets (part 5.3.1), which tokens may exceed: both sessions can be told of a
//! peer that takes more.
//!
//! The half dozen of AMQP's types that these frames need are read and written here: `serde_amqp`, which has all of them,
//! brings a dozen crates, needs std and leaves copies of passwords behind. The tests have it for an oracle.
//!
//! ```
//! use sasl_core::{Authcid, Channel, Credentials, Password, Protection, client};
//! use sasl_plain::Plain;
//! use sasl_profile::amqp::{self, client::Event};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // The header, an offer of PLAIN, and a success.
//! let received = b"AMQP\x03\x01\0\0\
//!     \0\0\0\x15\x02\x01\0\0\0\x53\x40\xc0\x08\x01\xa3\x05PLAIN\
//!     \0\0\0\x10\x02\x01\0\0\0\x53\x44\xc0\x03\x01\x50\0";
//! let mut unread = received.as_slice();
//!
//! let channel = Channel::new(Protection::Tls);
//! let mut session = amqp::Client::new().with_hostname("amqp.example.org");
//! let login = loop {
//!     match session.poll() {
//!         Event::Send(octets) => assert!(*octets == *amqp::HEADER || octets.ends_with(b"\xa1\x10amqp.example.org")),
//!         Event::Receive => {
//!             // On a real connection: read more while it is `None`.
//!             let len = amqp::message_len(unread)?.ok_or("more is needed")?;
//!             let (message, rest) = unread.split_at(len);
//!             session.receive(message);
//!             unread = rest;
//!         }
//!         Event::Offer(offer) => {
//!             let credentials = Credentials::password(Authcid::parse("user")?, Password::new("pencil"));
//!             session.turn(client::start(&Plain::client(), &client::Setup::default(), credentials, &channel, &offer));
//!         }
//!         Event::Compute(job) => session.turn(job.run()),
//!         Event::Done(login) => break login,
//!         Event::Failed(failure) => return Err(failure.into()),
//!     }
//! };
//! assert_eq!(login.mechanism(), Plain::NAME);
//! # Ok(()) }
//! ```

pub use crate::framed::{client, server};

mod code;
mod frame;
mod from_client;
mod from_server;
mod session;

pub use code::Code;
pub use from_client::FromClient;
pub use from_server::FromServer;
pub use session::{Client, Server};

use sasl_core::{Malformed, limits};

/// The header of the SASL layer (part 5.3): protocol 3, version 1.0.0.
pub const HEADER: &[u8; 8] = b"AMQP\x03\x01\0\0";

/// Octets of the longest frame of the SASL layer: `MIN-MAX-FRAME-SIZE` (part 5.3.1).
pub const MAX_FRAME: usize = 512;

/// Octets of the longest frame that can be read at all.
pub const MAX: usize = limits::MESSAGE.saturating_add(1024);

/// How long the header or the first frame in `octets` is; `None` if not all of it is there.
///
/// # Errors
/// [`Malformed::Message`] for a length that cannot be, [`Malformed::TooLong`] above [`MAX`].
pub fn message_len(octets: &[u8]) -> Result<Option<usize>, Malformed> {
    let Some((size, _)) = octets.split_first_chunk::<4>() else {
        return Ok(None);
    };
    let len = match size {
        b"AMQP" => HEADER.len(),
        size => usize::try_from(u32::from_be_bytes(*size)).map_err(|_| Malformed::TooLong)?,
    };
    if len < 8 {
        return Err(Malformed::Message);
    }
    if len > MAX {
        return Err(Malformed::TooLong);
    }
    Ok((len <= octets.len()).then_some(len))
}

/// Which protocol a header is for; `None` for what is no header. Other versions are none that is known.
fn header(octets: &[u8]) -> Option<u8> {
    match octets {
        [b'A', b'M', b'Q', b'P', protocol, 1, 0, 0] => Some(*protocol),
        _ => None,
    }
}

/// The protocol of the SASL layer.
const SASL: u8 = 3;
