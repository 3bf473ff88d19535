//! Kafka's `salt=…,stored_key=…,server_key=…,iterations=…`.
//!
//! The four in any order, each once. The hash is said elsewhere: it is in the name under which Kafka keeps the value.

use alloc::format;
use alloc::string::String;

use sasl_core::{Malformed, Preparation, ScramHash, ScramKeys};

use super::{Fields, base64, count, exactly, measured};

/// Reads a value.
///
/// # Errors
/// [`Malformed::Verifier`] when it has another form, and as [`Fields::keys`](super::Fields::keys).
pub fn parse(
    text: &str,
    hash: ScramHash,
    preparation: Preparation,
) -> Result<ScramKeys, Malformed> {
    let parts = exactly::<4>(measured(text)?, ',').ok_or(Malformed::Verifier)?;
    let value = |key: &str| {
        let mut values = parts
            .iter()
            .filter_map(|part| part.strip_prefix(key)?.strip_prefix('='));
        values.next().ok_or(Malformed::Verifier)
    };
    Fields {
        hash,
        iterations: count(value("iterations")?)?,
        salt: value("salt")?,
        stored_key: value("stored_key")?,
        server_key: value("server_key")?,
        preparation,
    }
    .keys()
}

/// Writes the value, which does not say the hash.
#[must_use]
pub fn print(keys: &ScramKeys) -> String {
    format!(
        "salt={},stored_key={},server_key={},iterations={}",
        base64(&keys.salt),
        base64(keys.stored_key.expose()),
        base64(keys.server_key.expose()),
        keys.iterations,
    )
}
