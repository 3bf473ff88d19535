#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;

mod client;
mod message;
mod server;

use sasl_core::{MechanismName, Properties, mechanism_name};

pub use client::PlainClient;
pub use message::Message;
pub use server::PlainServer;

/// Where both sides of PLAIN come from.
///
/// ```
/// use sasl_core::client::Mechanism;
/// use sasl_plain::Plain;
///
/// assert_eq!(Plain::client().name(), "PLAIN");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Plain;

impl Plain {
    /// The name `PLAIN`.
    pub const NAME: MechanismName = mechanism_name!("PLAIN");

    const PROPERTIES: Properties = Properties::client_first().clear_text();

    /// The server's side, which prepares with SASLprep.
    pub fn server() -> PlainServer {
        PlainServer::default()
    }

    /// The client's side, which refuses what SASLprep cannot prepare.
    pub fn client() -> PlainClient {
        PlainClient::default()
    }
}
