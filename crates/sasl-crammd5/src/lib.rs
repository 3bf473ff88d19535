#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;

mod client;
mod hmac;
mod message;
mod server;

use sasl_core::{MechanismName, Preparation, Properties, mechanism_name};

pub use client::CramMd5Client;
pub use hmac::{answer, derive_context};
pub use message::{Challenge, Digest, Response};
pub use server::CramMd5Server;

/// Where both sides of CRAM-MD5 come from.
///
/// ```
/// use sasl_core::client::Mechanism;
/// use sasl_crammd5::CramMd5;
///
/// assert_eq!(CramMd5::client().name(), "CRAM-MD5");
/// ```
#[derive(Debug, Clone, Copy)]
pub struct CramMd5;

impl CramMd5 {
    /// The name `CRAM-MD5`.
    pub const NAME: MechanismName = mechanism_name!("CRAM-MD5");

    const PROPERTIES: Properties = Properties::server_first()
        .without_authzid()
        .with_hash_bits(128);

    /// RFC 2195 names none, and the contexts that are stored in the world were made without.
    const PREPARATION: Preparation = Preparation::None;

    /// The server's side.
    pub fn server() -> CramMd5Server {
        CramMd5Server::default()
    }

    /// The client's side.
    pub fn client() -> CramMd5Client {
        CramMd5Client::default()
    }
}
