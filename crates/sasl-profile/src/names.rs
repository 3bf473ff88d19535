//! Mechanism names as protocols have them: in any case.

use alloc::vec::Vec;
use core::str;

use sasl_core::{MechanismName, Offer, limits};

/// Reads a mechanism name without regard to case (RFC 4422 §3.1 leaves that to protocols).
pub(crate) fn fold(name: &[u8]) -> Option<MechanismName> {
    let mut folded = [0; MechanismName::MAX];
    let folded = folded.get_mut(..name.len())?;
    folded.copy_from_slice(name);
    folded.make_ascii_uppercase();
    MechanismName::parse(str::from_utf8(folded).ok()?).ok()
}

/// What a server offers, in its order. What cannot be a name is left out, and so is what comes twice, or after the limit.
pub(crate) fn offer<'a>(list: impl IntoIterator<Item = &'a [u8]>) -> Offer {
    let mut names: Vec<MechanismName> = Vec::new();
    for name in list.into_iter().filter_map(fold) {
        if names.len() < limits::OFFER && !names.contains(&name) {
            names.push(name);
        }
    }
    names.into_iter().collect()
}
