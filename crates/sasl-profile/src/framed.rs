//! Sessions of the protocols whose messages come whole: elements, PDUs, frames.
//!
//! They are to these protocols what [`server::Session`](crate::server::Session) and [`client::Session`](crate::client::Session)
//! are to those of lines. One for each side; what a message looks like is the protocol's. They are reached as `Server` and `Client` of its
//! module, such as [`amqp::Server`](crate::amqp::Server) and [`postgres::Client`](crate::postgres::Client).
//!
//! The application cuts what it receives into messages, which is the protocol library's daily work, and brings one for each
//! `Event::Receive`. Where a message says how long it is, the module has a `message_len`.

pub mod client;
pub mod server;

mod protocol;

pub use client::Client;
pub(crate) use protocol::{
    ClientProtocol, FromClient, FromServer, Refusal, ServerProtocol, with_said,
};
pub use server::Server;
