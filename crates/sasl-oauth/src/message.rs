//! The messages on the wire, one file each.

mod bearer_response;
mod error;
mod value;
mod xoauth2_response;

pub use bearer_response::BearerResponse;
pub use error::OauthError;
pub use xoauth2_response::Xoauth2Response;

/// What ends a field, and the message (RFC 7628 §3.1: `kvsep`). Alone it is the answer to an error (§3.2.3).
pub(crate) const KVSEP: char = '\x01';
