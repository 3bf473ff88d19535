//! Dovecot's and gsasl's `{SCRAM-SHA-256}4096,salt,stored,server`.
//!
//! ```abnf
//! line = "{" scheme "}" iter-count "," salt "," stored-key "," server-key ["," salted-password]
//! ```
//! Salt and keys are base64; the salted password, which `gsasl --mkpasswd --verbose` adds, is hexadecimal and as good as the
//! password. It is checked against the keys and not kept; where the hash function is not compiled in, only its length can be checked.

use alloc::format;
use alloc::string::String;

use sasl_core::{Malformed, Preparation, ScramKeys};

use super::{Fields, base64, count, hash_of, hex, measured};
use crate::hash::Hash;
use crate::keys::KeyPair;

/// Reads a line.
///
/// # Errors
/// [`Malformed::Verifier`] when it has another form or hash, [`Malformed::Key`] when the salted password is not that of the keys,
/// and as [`Fields::keys`](super::Fields::keys).
pub fn parse(text: &str, preparation: Preparation) -> Result<ScramKeys, Malformed> {
    let (scheme, rest) = measured(text)?
        .strip_prefix('{')
        .and_then(|rest| rest.split_once('}'))
        .ok_or(Malformed::Verifier)?;
    let hash = hash_of(scheme)?;
    let mut parts = rest.split(',');
    let mut next = || parts.next().ok_or(Malformed::Verifier);
    let (iterations, salt, stored_key, server_key) = (next()?, next()?, next()?, next()?);
    let iterations = count(iterations)?;
    let keys = Fields {
        hash,
        iterations,
        salt,
        stored_key,
        server_key,
        preparation,
    }
    .keys()?;
    match (parts.next(), parts.next()) {
        (None, _) => Ok(keys),
        (Some(salted), None) => {
            let salted = hex(salted).ok_or(Malformed::Key)?;
            if salted.len() == hash.digest_len() && belongs(&salted, &keys, Hash::of(hash)) {
                Ok(keys)
            } else {
                Err(Malformed::Key)
            }
        }
        (Some(_), Some(_)) => Err(Malformed::Verifier),
    }
}

/// Whether the keys are those of the salted password. Without the hash function nobody can tell, and no login will use them.
fn belongs(salted: &[u8], keys: &ScramKeys, function: Option<Hash>) -> bool {
    let Some(function) = function else {
        return true;
    };
    let pair = KeyPair::of_salted(function, salted);
    keys.server_key.matches(pair.server.as_slice())
        && function
            .digest(pair.client.as_slice())
            .matches(keys.stored_key.expose())
}

/// Writes the line. It does not say how the password was prepared: Dovecot 2.3 does not prepare, so that a password that SASLprep changes
/// does not log in there.
#[must_use]
pub fn print(keys: &ScramKeys) -> String {
    format!(
        "{{{}}}{},{},{},{}",
        keys.hash.mechanism(),
        keys.iterations,
        base64(&keys.salt),
        base64(keys.stored_key.expose()),
        base64(keys.server_key.expose()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use sasl_core::{Key, ScramHash};

    /// What is read must not depend on what is compiled in.
    #[test]
    fn without_the_hash_function_a_salted_password_is_passed_over() {
        let keys = ScramKeys {
            hash: ScramHash::Sha256,
            iterations: 1,
            salt: b"salt"[..].into(),
            preparation: Preparation::None,
            stored_key: Key::new([1; 32].as_slice()),
            server_key: Key::new([2; 32].as_slice()),
        };
        assert!(belongs(&[3; 32], &keys, None));
        if let Some(function) = Hash::of(keys.hash) {
            assert!(!belongs(&[3; 32], &keys, Some(function)));
        }
        // Its form is looked at all the same.
        let line = print(&keys);
        for wrong in ["", "03", &"03".repeat(33), &"0Z".repeat(32)] {
            let read = parse(&format!("{line},{wrong}"), Preparation::None);
            assert_eq!(read.err(), Some(Malformed::Key), "{wrong}");
        }
    }
}
