//! The one door for base64: the standard alphabet, padded, with zero pad bits (RFC 4648 §4).

use alloc::vec::Vec;
use core::str;

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
    // In groups of three octets there is no padding before the end.
    octets
        .chunks(48)
        .for_each(|chunk| message.extend_from_slice(Encoded::of(chunk).as_bytes()));
}

/// The base64 of at most 64 octets, without allocating. It is not wiped: all that is encoded goes out.
pub(crate) struct Encoded {
    text: [u8; 88],
    len: usize,
}

impl Encoded {
    pub(crate) fn of(octets: &[u8]) -> Self {
        let mut text = [0; 88];
        let len = STANDARD.encode_slice(octets, &mut text).unwrap_or_default();
        Self { text, len }
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.text.get(..self.len).unwrap_or_default()
    }

    pub(crate) fn as_str(&self) -> &str {
        str::from_utf8(self.as_bytes()).unwrap_or_default()
    }
}
