//! The two messages of CRAM-MD5 (RFC 2195 §2).

mod challenge;
mod digest;
mod response;

pub use challenge::Challenge;
pub(crate) use challenge::{draw, is_host};
pub use digest::Digest;
pub use response::Response;
