#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;
#[cfg(feature = "xmpp")]
extern crate std;

pub mod client;
pub mod server;

pub mod imap;
pub mod irc;
pub mod pop3;
pub mod sieve;
pub mod smtp;

// What comes in whole messages.
pub mod amqp;
pub mod framed;
pub mod kafka;
#[cfg(feature = "ldap")]
pub mod ldap;
pub mod mongodb;
pub mod postgres;
#[cfg(feature = "xmpp")]
pub mod sasl2;
#[cfg(feature = "xmpp")]
pub mod xmpp;

mod base64;
mod line;
mod mail;
mod names;
mod wire;

mod octets;
#[cfg(feature = "xmpp")]
mod xml;

pub use wire::Wire;
