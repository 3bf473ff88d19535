#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;

mod client;
mod message;
mod server;

use sasl_core::{MechanismName, Properties, mechanism_name};

pub use client::ExternalClient;
pub use message::Message;
pub use server::ExternalServer;

/// Where both sides of EXTERNAL come from.
///
/// ```
/// use sasl_core::client::Mechanism;
/// use sasl_external::External;
///
/// assert_eq!(External::client().name(), "EXTERNAL");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct External;

impl External {
    /// The name `EXTERNAL`.
    pub const NAME: MechanismName = mechanism_name!("EXTERNAL");

    const PROPERTIES: Properties = Properties::client_first().from_channel();

    /// The server's side.
    pub fn server() -> ExternalServer {
        ExternalServer::default()
    }

    /// The client's side.
    pub fn client() -> ExternalClient {
        ExternalClient::default()
    }
}
