#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;

mod client;
mod message;
mod server;

use sasl_core::{MechanismName, Preparation, Properties, mechanism_name};

pub use client::LoginClient;
pub use message::{Passwd, Prompt, Username};
pub use server::LoginServer;

/// Where both sides of LOGIN come from.
///
/// ```
/// use sasl_core::client::Mechanism;
/// use sasl_login::Login;
///
/// assert_eq!(Login::client().name(), "LOGIN");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Login;

impl Login {
    /// The name `LOGIN`.
    pub const NAME: MechanismName = mechanism_name!("LOGIN");

    const PROPERTIES: Properties = Properties::server_first().clear_text().without_authzid();

    /// Passwords may be binary, and no preparation is named: text is prepared as PLAIN does, the rest is left as it is.
    const PREPARATION: Preparation = Preparation::SaslprepOrRaw;

    /// The server's side, which takes no initial response.
    pub fn server() -> LoginServer {
        LoginServer::default()
    }

    /// The client's side.
    pub fn client() -> LoginClient {
        LoginClient::default()
    }
}
