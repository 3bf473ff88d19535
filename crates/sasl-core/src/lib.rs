#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

pub mod client;
pub mod limits;
pub mod server;
#[cfg(feature = "testing")]
pub mod testing;

mod channel;
mod credentials;
mod decoy;
mod error;
mod identity;
mod name;
mod offer;
mod preparation;
mod principal;
mod properties;
mod random;
mod saslname;
mod secret;
mod verifier;

pub use channel::{BindingName, Channel, ChannelBinding, Protection};
pub use credentials::{CredentialKind, CredentialParts, Credentials, DerivedKeys};
pub use decoy::DecoyKey;
pub use error::{Error, Malformed, Outcome, Refused, Unavailable, Unusable, Violation};
pub use identity::{Found, Identity, Standing};
pub use name::MechanismName;
pub use offer::Offer;
pub use preparation::Preparation;
pub use principal::{Authcid, Authzid};
pub use properties::{Properties, Side};
#[cfg(feature = "os-rng")]
pub use random::OsRandom;
pub use random::{NoRandomness, Random, WithoutRandom};
pub use saslname::SaslName;
pub use secret::{Key, Password, Secret, Token, constant_time_eq};
pub use verifier::{
    CramMd5Context, OtherVerifier, PasswordHash, ScramHash, ScramKeys, Verifier, Want,
};
