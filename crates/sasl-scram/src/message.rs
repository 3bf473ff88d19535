//! The messages on the wire (RFC 5802 §5, §7), one file each.
//!
//! Parsing takes nothing apart that has to be put together again: what goes into the AuthMessage is the octets as they
//! were received.

mod attribute;
mod base64;
mod client_final;
mod client_first;
mod server_final;
pub(crate) mod server_first;

pub use client_final::ClientFinal;
pub use client_first::{CbindFlag, ClientFirst};
pub use sasl_core::SaslName;
pub use server_final::{ServerError, ServerFinal, Signature};
pub use server_first::ServerFirst;

pub(crate) use attribute::is_value;
pub(crate) use base64::{encode, encoded_len};
pub(crate) use client_final::{channel_binding, write_proof, write_without_proof};
pub(crate) use client_first::write_bare;
pub(crate) use server_final::write_verifier;
