//! The messages on the wire, one file each. Both drafts have the same two, in forms that no parser can mistake for each
//! other: see [`Draft`](crate::Draft).

mod initiator;
mod pairs;
mod responder;

pub use initiator::InitiatorMessage;
pub use pairs::Pairs;
pub use responder::ResponderMessage;

pub(crate) use responder::{INVALID_TOKEN, OTHER_ERROR};

/// Splits at the first NUL; `None` when there is none.
fn split_at_nul(octets: &[u8]) -> Option<(&[u8], &[u8])> {
    let place = octets.iter().position(|octet| *octet == 0)?;
    let (before, rest) = octets.split_at_checked(place)?;
    Some((before, rest.get(1..)?))
}
