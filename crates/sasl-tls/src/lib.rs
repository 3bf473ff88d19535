#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;
#[cfg(feature = "native-tls")]
extern crate std;

#[cfg(feature = "native-tls")]
pub mod native_tls;
#[cfg(feature = "openssl")]
pub mod openssl;
#[cfg(feature = "rustls")]
pub mod rustls;

#[cfg(feature = "end-point")]
mod end_point;
#[cfg(any(feature = "openssl", feature = "rustls"))]
mod exporter;
#[cfg(feature = "end-point")]
mod signature;

#[cfg(feature = "end-point")]
pub use end_point::{EndPointError, MAX_CERTIFICATE, end_point};
