//! The client's final message (RFC 5802 §7).

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::fmt;

use sasl_core::{Error, Malformed};

use super::attribute::{Attributes, is_nonce, text};
use super::base64::{decode_digest, encode, encoded_len};
use crate::hash::Digest;

/// The client's final message, taken apart but not changed.
///
/// ```abnf
/// client-final-message               = client-final-message-without-proof "," proof
/// client-final-message-without-proof = channel-binding "," nonce ["," extensions]
/// channel-binding                    = "c=" base64 ; of gs2-header and cbind-data
/// proof                              = "p=" base64
/// ```
pub struct ClientFinal<'a> {
    /// The channel binding, in base64 as it was received: it is compared as text.
    pub channel_binding: &'a str,
    /// The whole nonce.
    pub nonce: &'a str,
    /// The message without its proof, as it was received.
    pub without_proof: &'a str,
    /// The proof, of whatever length the client sent, at most 64 octets.
    pub(crate) proof: Digest,
}

impl<'a> ClientFinal<'a> {
    /// The most octets the message has here, since it may carry a large channel binding.
    pub const MAX: usize = 8 * 1024;

    /// Reads the message.
    ///
    /// # Errors
    /// [`Malformed`] for what does not follow the grammar or is above [`MAX`](Self::MAX), `Violation::Extension` for a mandatory extension.
    pub fn parse(octets: &'a [u8]) -> Result<Self, Error> {
        let text = text(octets, Self::MAX)?;
        let mut attributes = Attributes::of(text);
        let channel_binding = attributes.expect('c')?;
        let nonce = attributes.expect('r')?;
        if !is_nonce(nonce, 2) {
            return Err(Malformed::Nonce.into());
        }
        // The proof stands last, and base64 has no comma.
        let rest = attributes.rest().ok_or(Malformed::Message)?;
        let last = match rest.rsplit_once(',') {
            Some((extensions, last)) => {
                Attributes::of(extensions).only_extensions()?;
                last
            }
            None => rest,
        };
        let proof = last.strip_prefix("p=").ok_or(Malformed::Message)?;
        let proof = decode_digest(proof).ok_or(Malformed::Proof)?;
        let end = text.len().saturating_sub(last.len()).saturating_sub(1);
        let without_proof = text.get(..end).ok_or(Malformed::Message)?;
        Ok(Self {
            channel_binding,
            nonce,
            without_proof,
            proof,
        })
    }

    /// The proof's octets.
    #[must_use]
    pub fn proof(&self) -> &[u8] {
        self.proof.as_slice()
    }
}

impl fmt::Debug for ClientFinal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientFinal(..)")
    }
}

/// The base64 of `c=`: of the gs2-header, and the value of what is bound (RFC 5802 §6).
pub(crate) fn channel_binding(gs2_header: &[u8], data: &[u8]) -> Cow<'static, [u8]> {
    match (gs2_header, data) {
        (b"n,,", []) => Cow::Borrowed(b"biws"),
        (b"y,,", []) => Cow::Borrowed(b"eSws"),
        (header, data) => {
            let mut input = Vec::with_capacity(header.len().saturating_add(data.len()));
            input.extend_from_slice(header);
            input.extend_from_slice(data);
            let mut text = Vec::with_capacity(encoded_len(&input));
            encode(&input, &mut text);
            Cow::Owned(text)
        }
    }
}

/// Writes the message without its proof.
pub(crate) fn write_without_proof(channel_binding: &[u8], nonce: &str, message: &mut Vec<u8>) {
    message.extend_from_slice(b"c=");
    message.extend_from_slice(channel_binding);
    message.extend_from_slice(b",r=");
    message.extend_from_slice(nonce.as_bytes());
}

/// Writes the proof behind the rest.
pub(crate) fn write_proof(proof: &Digest, message: &mut Vec<u8>) {
    message.extend_from_slice(b",p=");
    encode(proof.as_slice(), message);
}
