#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;

pub mod limits;

mod description;
mod error;
mod family;
mod hash;
mod passwords;
mod rehash;
mod scheme;
mod scratch;
mod tag;
mod text;

pub use description::{Algorithm, Cost, Description, Strength};
pub use error::HashError;
pub use hash::Hash;
pub use limits::Limits;
pub use passwords::Passwords;
pub use rehash::Rehash;
pub use scheme::Scheme;
pub use scratch::Scratch;
pub use tag::Dialect;
