//! Downgrade protection: both sides hash what was offered (XEP-0474).

use alloc::vec::Vec;

use sasl_core::{BindingName, MechanismName};

use crate::hash::Hash;
use crate::message::{encode, encoded_len};

/// What a server says of its own offer in `h=` (XEP-0474), for the client to compare with what arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum DowngradeProtection {
    /// The server does not send `h=`; the client ignores it.
    Off,
    /// The client compares `h=` where it comes. A server sends it.
    #[default]
    IfPresent,
    /// The client refuses a server that does not send it. A server sends it.
    Required,
}

/// What is hashed: the mechanisms and, where they were listed, the types of channel binding.
///
/// ```text
/// mechanisms, sorted by octets, with %x1E between
/// [ %x1F binding types, sorted by octets, with %x1E between ]
/// ```
pub(crate) fn offer(mechanisms: &[MechanismName], types: &[BindingName]) -> Vec<u8> {
    let mut input = Vec::new();
    join(mechanisms.iter().map(MechanismName::as_str), &mut input);
    if !types.is_empty() {
        input.push(0x1f);
        join(types.iter().map(BindingName::as_str), &mut input);
    }
    input
}

/// The value of `h=`.
pub(crate) fn offer_hash(hash: Hash, offer: &[u8]) -> Vec<u8> {
    let digest = hash.digest(offer);
    let mut text = Vec::with_capacity(encoded_len(digest.as_slice()));
    encode(digest.as_slice(), &mut text);
    text
}

fn join<'a>(names: impl Iterator<Item = &'a str>, input: &mut Vec<u8>) {
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    for (at, name) in names.into_iter().enumerate() {
        if at > 0 {
            input.push(0x1e);
        }
        input.extend_from_slice(name.as_bytes());
    }
}
