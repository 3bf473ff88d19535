#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;

pub mod message;

mod client;
mod refusal;
mod server;

use sasl_core::{MechanismName, Properties, mechanism_name};

pub use client::{OauthBearerClient, Xoauth2Client};
pub use message::OauthError;
pub use server::{OauthBearerServer, Xoauth2Server};

/// The token passes as it is: whoever reads it can use it (RFC 7628 §3, §5).
const PROPERTIES: Properties = Properties::client_first().clear_text();

/// Where both sides of OAUTHBEARER (RFC 7628) come from.
///
/// ```
/// use sasl_core::client::Mechanism;
/// use sasl_oauth::OauthBearer;
///
/// assert_eq!(OauthBearer::client().name(), "OAUTHBEARER");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct OauthBearer;

impl OauthBearer {
    /// The name `OAUTHBEARER`.
    pub const NAME: MechanismName = mechanism_name!("OAUTHBEARER");

    /// The server's side, which says nothing of scopes and of where tokens come from.
    pub fn server() -> OauthBearerServer {
        OauthBearerServer::default()
    }

    /// The client's side.
    pub fn client() -> OauthBearerClient {
        OauthBearerClient::default()
    }
}

/// Where both sides of XOAUTH2 come from: Google's mechanism, older than OAUTHBEARER and still what many mail servers have.
///
/// ```
/// use sasl_core::client::Mechanism;
/// use sasl_oauth::Xoauth2;
///
/// assert_eq!(Xoauth2::client().name(), "XOAUTH2");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Xoauth2;

impl Xoauth2 {
    /// The name `XOAUTH2`.
    pub const NAME: MechanismName = mechanism_name!("XOAUTH2");

    /// The server's side, which says nothing of scopes.
    pub fn server() -> Xoauth2Server {
        Xoauth2Server::default()
    }

    /// The client's side.
    pub fn client() -> Xoauth2Client {
        Xoauth2Client::default()
    }
}
