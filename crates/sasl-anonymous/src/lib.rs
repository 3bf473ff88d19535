#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;

mod client;
mod message;
mod server;

use sasl_core::{MechanismName, Properties, mechanism_name};

pub use client::AnonymousClient;
pub use message::Message;
pub use server::AnonymousServer;

/// Where both sides of ANONYMOUS come from.
///
/// ```
/// use sasl_anonymous::Anonymous;
/// use sasl_core::client::Mechanism;
///
/// assert_eq!(Anonymous::client().name(), "ANONYMOUS");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Anonymous;

impl Anonymous {
    /// The name `ANONYMOUS`.
    pub const NAME: MechanismName = mechanism_name!("ANONYMOUS");

    const PROPERTIES: Properties = Properties::client_first().anonymous().without_authzid();

    /// The server's side.
    pub fn server() -> AnonymousServer {
        AnonymousServer::default()
    }

    /// The client's side.
    pub fn client() -> AnonymousClient {
        AnonymousClient::default()
    }
}
