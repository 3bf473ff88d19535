//! MongooseIM's `==SCRAM==` and `==MULTI_SCRAM==`.
//!
//! ```text
//! ==SCRAM==,stored,server,salt,iterations                                   (SHA-1)
//! ==MULTI_SCRAM==,iterations,===SHA1===salt|stored|server,==SHA224==…,==SHA256==…
//! ==MULTI_SCRAM==,salt,iterations,===SHA1===stored|server,==SHA224==…       (older: one salt for all)
//! ```

use alloc::vec::Vec;

use sasl_core::{Malformed, Preparation, ScramHash, ScramKeys};

use super::{Fields, count, exactly, measured};

/// What marks the keys of a hash. SHA-1 has one `=` more.
const MARKS: [(&str, ScramHash); 5] = [
    ("===SHA1===", ScramHash::Sha1),
    ("==SHA224==", ScramHash::Sha224),
    ("==SHA256==", ScramHash::Sha256),
    ("==SHA384==", ScramHash::Sha384),
    ("==SHA512==", ScramHash::Sha512),
];

/// Reads a text: the keys of one or more hashes, each hash once.
///
/// # Errors
/// [`Malformed::Verifier`] when it has another form, and as [`Fields::keys`](super::Fields::keys).
pub fn parse(text: &str, preparation: Preparation) -> Result<Vec<ScramKeys>, Malformed> {
    if let Some(rest) = measured(text)?.strip_prefix("==SCRAM==,") {
        let [stored_key, server_key, salt, iterations] =
            exactly::<4>(rest, ',').ok_or(Malformed::Verifier)?;
        let iterations = count(iterations)?;
        let hash = ScramHash::Sha1;
        let keys = Fields {
            hash,
            iterations,
            salt,
            stored_key,
            server_key,
            preparation,
        }
        .keys()?;
        return Ok(Vec::from([keys]));
    }
    let rest = text
        .strip_prefix("==MULTI_SCRAM==,")
        .ok_or(Malformed::Verifier)?;
    let (before, marked) = rest.split_once(",==").ok_or(Malformed::Verifier)?;
    let (common_salt, iterations) = match before.split_once(',') {
        Some((salt, iterations)) => (Some(salt), iterations),
        None => (None, before),
    };
    let iterations = count(iterations)?;
    // The first two `=` went with the separator.
    let marked = marked.split(',').enumerate().map(|(at, part)| {
        MARKS.iter().find_map(|(mark, hash)| {
            let mark = if at == 0 { mark.get(2..)? } else { mark };
            Some((*hash, part.strip_prefix(mark)?))
        })
    });
    let mut found: Vec<ScramKeys> = Vec::new();
    for part in marked {
        let (hash, value) = part.ok_or(Malformed::Verifier)?;
        if found.iter().any(|keys| keys.hash == hash) {
            return Err(Malformed::Verifier);
        }
        let [salt, stored_key, server_key] = match common_salt {
            Some(salt) => {
                let [stored_key, server_key] =
                    exactly::<2>(value, '|').ok_or(Malformed::Verifier)?;
                [salt, stored_key, server_key]
            }
            None => exactly::<3>(value, '|').ok_or(Malformed::Verifier)?,
        };
        found.push(
            Fields {
                hash,
                iterations,
                salt,
                stored_key,
                server_key,
                preparation,
            }
            .keys()?,
        );
    }
    Ok(found)
}
