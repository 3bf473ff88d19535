#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod builtin;
mod choice;
mod client_registry;
pub mod driver;
mod policy;
pub mod preset;
mod server_registry;
#[cfg(feature = "stored")]
pub mod stored;
pub mod transcript;

#[cfg(feature = "anonymous")]
#[doc(inline)]
pub use sasl_anonymous::{self as anonymous, Anonymous};
#[doc(inline)]
pub use sasl_core::*;
#[cfg(feature = "cram-md5")]
#[doc(inline)]
pub use sasl_crammd5::{self as cram_md5, CramMd5};
#[cfg(feature = "external")]
#[doc(inline)]
pub use sasl_external::{self as external, External};
#[cfg(feature = "ht")]
#[doc(inline)]
pub use sasl_ht::{
    self as ht, HtSha256Endp, HtSha256Expr, HtSha256None, HtSha256Uniq, HtSha512Endp, HtSha512Expr,
    HtSha512None, HtSha512Uniq,
};
#[cfg(feature = "login")]
#[doc(inline)]
pub use sasl_login::{self as login, Login};
#[cfg(feature = "oauth")]
#[doc(inline)]
pub use sasl_oauth::{self as oauth, OauthBearer, Xoauth2};
#[cfg(feature = "password")]
#[doc(inline)]
pub use sasl_password as password;
#[cfg(feature = "plain")]
#[doc(inline)]
pub use sasl_plain::{self as plain, Plain};
#[cfg(any(
    feature = "scram-sha-1",
    feature = "scram-sha-224",
    feature = "scram-sha-256",
    feature = "scram-sha3-512",
    feature = "scram-sha-384",
    feature = "scram-sha-512",
    feature = "stored"
))]
#[doc(inline)]
pub use sasl_scram as scram;
#[cfg(feature = "scram-sha-1")]
pub use sasl_scram::ScramSha1;
#[cfg(feature = "scram-sha-224")]
pub use sasl_scram::ScramSha224;
#[cfg(feature = "scram-sha-256")]
pub use sasl_scram::ScramSha256;
#[cfg(feature = "scram-sha-384")]
pub use sasl_scram::ScramSha384;
#[cfg(feature = "scram-sha-512")]
pub use sasl_scram::ScramSha512;
#[cfg(feature = "scram-sha3-512")]
pub use sasl_scram::ScramSha3512;

pub use builtin::{Builtin, NamedError, Status, builtin, builtins};
pub use choice::{Chosen, NoneFits, PassedOver, WhyNot};
pub use client_registry::{Client, ClientBuilder};
pub use policy::{BindingPolicy, Means, Order, Policy};
pub use server_registry::{Server, ServerBuilder};
