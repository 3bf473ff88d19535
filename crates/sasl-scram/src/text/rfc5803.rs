//! LDAP's `authPassword` (RFC 5803), which PostgreSQL writes too.
//!
//! ```abnf
//! authPasswordValue = scheme "$" authInfo "$" authValue
//! scheme            = the name of a SCRAM mechanism
//! authInfo          = iter-count ":" salt           ; base64
//! authValue         = stored-key ":" server-key     ; base64
//! ```
//! (RFC 5803 §2). The spaces that RFC 3112 allows around `$` nobody writes, and they are not read.

use alloc::format;
use alloc::string::String;

use sasl_core::{Malformed, Preparation, ScramKeys};

use super::{Fields, base64, count, exactly, hash_of, measured};

/// Reads a value.
///
/// # Errors
/// [`Malformed::Verifier`] when it has another form or hash, and as [`Fields::keys`](super::Fields::keys).
pub fn parse(text: &str, preparation: Preparation) -> Result<ScramKeys, Malformed> {
    let [scheme, info, value] = exactly::<3>(measured(text)?, '$').ok_or(Malformed::Verifier)?;
    let hash = hash_of(scheme)?;
    let [iterations, salt] = exactly::<2>(info, ':').ok_or(Malformed::Verifier)?;
    let [stored_key, server_key] = exactly::<2>(value, ':').ok_or(Malformed::Verifier)?;
    Fields {
        hash,
        iterations: count(iterations)?,
        salt,
        stored_key,
        server_key,
        preparation,
    }
    .keys()
}

/// Writes the value. It does not say how the password was prepared.
#[must_use]
pub fn print(keys: &ScramKeys) -> String {
    format!(
        "{}${}:{}${}:{}",
        keys.hash.mechanism(),
        keys.iterations,
        base64(&keys.salt),
        base64(keys.stored_key.expose()),
        base64(keys.server_key.expose()),
    )
}
