//! Mechanism names as protocols have them: in any case.

use core::str;

use sasl_core::MechanismName;

/// Reads a mechanism name without regard to case (RFC 4422 §3.1 leaves that to protocols).
pub(crate) fn fold(name: &[u8]) -> Option<MechanismName> {
    let mut folded = [0; MechanismName::MAX];
    let folded = folded.get_mut(..name.len())?;
    folded.copy_from_slice(name);
    folded.make_ascii_uppercase();
    MechanismName::parse(str::from_utf8(folded).ok()?).ok()
}
