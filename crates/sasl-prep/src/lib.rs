#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;
#[cfg(test)]
extern crate std;

mod check;
mod choice;
mod error;
mod nfkc;
mod prepared;
mod presented;
mod saslprep;
mod tables;
mod trace;

pub use choice::{query, query_text, stored, stored_text};
pub use error::PrepError;
pub use prepared::Prepared;
pub use presented::{may_present, presented_authcid, presented_authzid, presented_password};
pub use sasl_core::Preparation;
pub use saslprep::{saslprep_query, saslprep_stored};
pub use trace::trace;
