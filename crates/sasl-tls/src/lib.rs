#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;

#[cfg(feature = "rustls")]
pub mod rustls;

#[cfg(feature = "end-point")]
mod end_point;
#[cfg(feature = "rustls")]
mod exporter;
#[cfg(feature = "end-point")]
mod signature;

#[cfg(feature = "end-point")]
pub use end_point::{EndPointError, MAX_CERTIFICATE, end_point};
