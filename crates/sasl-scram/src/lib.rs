#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(
    not(any(
        feature = "sha-1",
        feature = "sha-224",
        feature = "sha-256",
        feature = "sha-384",
        feature = "sha-512",
        feature = "sha3-512"
    )),
    expect(
        unused,
        reason = "without a hash there are the messages, and no mechanism"
    )
)]

extern crate alloc;

pub mod message;
pub mod text;

mod client;
mod decoy;
mod downgrade;
mod examine;
mod hash;
mod keys;
#[cfg(feature = "mongodb")]
mod mongodb;
mod nonce;
mod passwords;
mod rekey;
mod server;
mod variant;

pub use client::ScramClient;
pub use downgrade::DowngradeProtection;
pub use examine::{AuthMessage, offer_hash};
pub use keys::derive_keys;
#[cfg(feature = "mongodb")]
pub use mongodb::mongodb_password;
pub use passwords::ScramPasswords;
pub use rekey::Rekey;
pub use sasl_core::DecoyKey;
pub use server::ScramServer;
#[cfg(feature = "sha-1")]
pub use variant::ScramSha1;
#[cfg(feature = "sha-224")]
pub use variant::ScramSha224;
#[cfg(feature = "sha-256")]
pub use variant::ScramSha256;
#[cfg(feature = "sha-384")]
pub use variant::ScramSha384;
#[cfg(feature = "sha-512")]
pub use variant::ScramSha512;
#[cfg(feature = "sha3-512")]
pub use variant::ScramSha3512;
