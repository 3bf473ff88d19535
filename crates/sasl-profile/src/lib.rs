#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;

pub mod client;
pub mod server;

pub mod imap;
pub mod smtp;

mod base64;
mod line;
mod mail;
mod names;
mod wire;

pub use wire::Wire;
