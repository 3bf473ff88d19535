#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;

pub mod message;

mod client;
mod hash;
mod server;
mod token;
mod variant;

pub use client::HtClient;
pub use hash::HashAlgorithm;
pub use message::Pairs;
pub use server::{HtServer, TokenUsed};
pub use token::{MIN_TOKEN, credentials, generate_token};
pub use variant::{
    Draft, HtSha256Endp, HtSha256Expr, HtSha256None, HtSha256Uniq, HtSha512Endp, HtSha512Expr,
    HtSha512None, HtSha512Uniq,
};
