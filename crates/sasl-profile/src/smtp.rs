//! SMTP (RFC 5321) as far as logging in goes: the extensions AUTH (RFC 4954) and STARTTLS (RFC 3207) on a server and on a
//! client.
//!
//! | | on the wire |
//! |---|---|
//! | initial response | `AUTH NAME base64`, `=` if it is empty |
//! | challenge | `334 base64`, `334 ` if it is empty |
//! | response | base64, an empty line if it is empty |
//! | cancellation | `*`, answered with 501 |
//! | success | 235, without a field for data: that goes out as one more challenge (RFC 4422 §3) |
//! | failure | a 4yz or 5yz reply |
//!
//! LMTP (RFC 2033) is the same but for LHLO: [`Client::lmtp`] and [`Server::lmtp`].

mod client;
mod command;
mod heard;
mod reply;
mod server;

/// A client's session. It begins with [`Client::new`], or [`Client::lmtp`].
pub type Client = crate::client::Session<client::Smtp>;
/// A server's session. It begins with [`Server::new`], or [`Server::lmtp`].
pub type Server = crate::server::Session<server::Smtp>;

/// The most octets of base64 in one line: "sufficient […] for handling of deployed authentication mechanisms"
/// (RFC 4954 §4).
pub const BASE64: usize = crate::mail::BASE64;
