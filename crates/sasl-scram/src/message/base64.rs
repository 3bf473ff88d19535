//! The one door for base64: the standard alphabet, padded, with zero pad bits (RFC 4648 §4).

use alloc::vec::Vec;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::hash::{Digest, Octets};

/// Decodes; `None` when it is not base64.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

/// Decodes what can be a digest, without allocating; `None` when it is not base64 or longer than any digest.
pub(super) fn decode_digest(text: &str) -> Option<Digest> {
    // Base64 of 64 octets has 88 characters; the decoder wants room for all groups of four.
    let mut octets = zeroize::Zeroizing::new(Octets([0; 66]));
    let len = STANDARD.decode_slice(text, &mut octets.0).ok()?;
    (len <= Digest::MAX)
        .then(|| octets.0.get(..len).map(Digest::new))
        .flatten()
}

/// Appends the base64 of `octets`.
pub(crate) fn encode(octets: &[u8], message: &mut Vec<u8>) {
    let start = message.len();
    message.resize(start.saturating_add(encoded_len(octets)), 0);
    // There is room for exactly this.
    let _ = STANDARD.encode_slice(octets, message.get_mut(start..).unwrap_or_default());
}

/// Characters of the base64 of `octets`.
pub(crate) fn encoded_len(octets: &[u8]) -> usize {
    octets.len().div_ceil(3).saturating_mul(4)
}
