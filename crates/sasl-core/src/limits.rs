//! Sizes that bound what a stranger can make this side do, checked before anything is parsed or kept.
//!
//! The RFCs name few limits. These are this workspace's own, each well above what honest peers send.

/// Octets of one message, challenge or response, after base64 has been taken off. Mechanisms may say less.
pub const MESSAGE: usize = 16 * 1024;

/// Octets of an authcid or authzid. RFC 4616 §2 asks for at least 255.
pub const NAME: usize = 1024;

/// Octets of one channel-binding value. The longest in use, a SHA-512 end-point hash, has 64.
pub const BINDING: usize = 1024;

/// Mechanism names that are read from one offer; the rest of a longer one is ignored.
pub const OFFER: usize = 128;

/// Octets kept of what a server said about its refusal.
pub const SERVER_TEXT: usize = 1024;

/// Octets of a nonce (RFC 5802 names no limit).
pub const NONCE: usize = 512;

/// Octets of a salt (RFC 5802 names no limit).
pub const SALT: usize = 1024;
