//! IRC as far as logging in goes: capability negotiation (`CAP LS 302`), AUTHENTICATE (sasl-3.1, sasl-3.2)
//! and STARTTLS (tls), as the extensions of the IRCv3 working group are called, on a server and on a client.
//!
//! | | on the wire |
//! |---|---|
//! | initial response | none: `AUTHENTICATE NAME`, and the answer to the empty challenge |
//! | challenge, response | `AUTHENTICATE base64` in pieces of 400 octets, `AUTHENTICATE +` if it is empty |
//! | cancellation | `AUTHENTICATE *`, answered with 906 |
//! | success | 900 and 903, without a field for data: that goes out as one more challenge (RFC 4422 §3) |
//! | failure | 904, 905 if something was too long, 908 before it if there is no such mechanism |
//!
//! A server may speak at any time, and so a client takes notices for what they are: nothing. What comes before a TLS
//! handshake is none of these, and ends the session as in every protocol.
//!
//! Both sessions end within registration. After `Event::Done` a client says `CAP END`, and whatever a server has to say
//! about its nickname it hears then, if it sends NICK once more.
//!
//! ```
//! use sasl_plain::Plain;
//! use sasl_profile::{irc, server::Event};
//!
//! let mut irc = irc::Server::new("irc.example.org", [Plain::NAME]);
//! irc.receive(b"CAP LS 302\r\n");
//! match irc.poll() {
//!     Event::Send(octets) => assert_eq!(&*octets, b":irc.example.org CAP * LS :sasl=PLAIN\r\n"),
//!     other => panic!("{other:?}"),
//! }
//! ```

mod authenticate;
mod client;
mod heard;
mod message;
mod reply;
mod server;

/// A client's session. It begins with [`Client::new`].
pub type Client = crate::client::Session<client::Irc>;
/// A server's session. It begins with [`Server::new`].
pub type Server = crate::server::Session<server::Irc>;

/// The most octets of base64 in all pieces of one message. sasl-3.1 allows a limit and names none; this is what RFC 4954
/// §4 finds sufficient.
pub const BASE64: usize = crate::mail::BASE64;
