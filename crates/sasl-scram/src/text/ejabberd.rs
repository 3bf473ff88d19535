//! ejabberd's text export: `scram:stored,server,salt,iterations`, all base64 but the count.
//!
//! ```abnf
//! text = "scram:" ["sha256," / "sha512,"] stored-key "," server-key "," salt "," iter-count
//! ```
//! Without a name the hash is SHA-1. A record's own fields go to [`Fields::keys`](super::Fields::keys).

use sasl_core::{Malformed, Preparation, ScramHash, ScramKeys};

use super::{Fields, count, exactly, measured};

/// Reads a text.
///
/// # Errors
/// [`Malformed::Verifier`] when it has another form, and as [`Fields::keys`](super::Fields::keys).
pub fn parse(text: &str, preparation: Preparation) -> Result<ScramKeys, Malformed> {
    let rest = measured(text)?
        .strip_prefix("scram:")
        .ok_or(Malformed::Verifier)?;
    let (hash, rest) = if let Some(rest) = rest.strip_prefix("sha256,") {
        (ScramHash::Sha256, rest)
    } else if let Some(rest) = rest.strip_prefix("sha512,") {
        (ScramHash::Sha512, rest)
    } else {
        (ScramHash::Sha1, rest)
    };
    let [stored_key, server_key, salt, iterations] =
        exactly::<4>(rest, ',').ok_or(Malformed::Verifier)?;
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
