#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod choice;
mod client_registry;
mod server_registry;

#[doc(inline)]
pub use sasl_core::*;
#[cfg(feature = "plain")]
#[doc(inline)]
pub use sasl_plain::{self as plain, Plain};

pub use choice::{Chosen, NoneFits, PassedOver, WhyNot};
pub use client_registry::{Client, ClientBuilder};
pub use server_registry::{Server, ServerBuilder};
