//! passlib's `$scram$iterations$salt$alg=digest,…`.
//!
//! It keeps the *salted password* of each hash, not the stored key: **as good as the password** for whoever reads it. What is read here
//! are the keys derived from it. Salt and digests are "ab64": base64 with `.` for `+` and without padding.

use alloc::vec::Vec;

use base64::alphabet::Alphabet;
use base64::engine::{Engine as _, GeneralPurpose, GeneralPurposeConfig};
use sasl_core::{Malformed, Preparation, ScramHash, ScramKeys};
use zeroize::Zeroizing;

use super::{checked, count, exactly, measured};
use crate::hash::Hash;
use crate::keys::{KeyPair, key};

const AB64: GeneralPurpose = GeneralPurpose::new(
    &match Alphabet::new("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789./") {
        Ok(alphabet) => alphabet,
        Err(_) => base64::alphabet::STANDARD,
    },
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(base64::engine::DecodePaddingMode::RequireNone),
);

/// The hash functions by the names that passlib has for them.
const NAMES: [(&str, ScramHash); 5] = [
    ("sha-1", ScramHash::Sha1),
    ("sha-224", ScramHash::Sha224),
    ("sha-256", ScramHash::Sha256),
    ("sha-384", ScramHash::Sha384),
    ("sha-512", ScramHash::Sha512),
];

/// Reads a text: the keys of every hash in it that is compiled in, each hash once. Digests of other names are checked for
/// their form and left out.
///
/// Unlike in the other dialects, what is read depends on the hash functions that are compiled in, since the keys are derived here.
///
/// # Errors
/// [`Malformed::Verifier`] when it has another form, or no hash that is known and compiled in; [`Malformed::Key`] when a digest is not as long as its
/// hash, and as [`Fields::keys`](super::Fields::keys).
pub fn parse(text: &str, preparation: Preparation) -> Result<Vec<ScramKeys>, Malformed> {
    let [nothing, scheme, iterations, salt, digests] =
        exactly::<5>(measured(text)?, '$').ok_or(Malformed::Verifier)?;
    if !nothing.is_empty() || scheme != "scram" {
        return Err(Malformed::Verifier);
    }
    let iterations = count(iterations)?;
    let salt = AB64.decode(salt).map_err(|_| Malformed::Salt)?;
    let mut seen = Vec::new();
    let mut found = Vec::new();
    for part in digests.split(',') {
        let (name, digest) = part.split_once('=').ok_or(Malformed::Verifier)?;
        if name.is_empty() || seen.contains(&name) {
            return Err(Malformed::Verifier);
        }
        seen.push(name);
        let salted = Zeroizing::new(AB64.decode(digest).map_err(|_| Malformed::Key)?);
        let Some((_, hash)) = NAMES.iter().find(|(known, _)| *known == name) else {
            continue;
        };
        if salted.len() != hash.digest_len() {
            return Err(Malformed::Key);
        }
        let Some(function) = Hash::of(*hash) else {
            continue;
        };
        let pair = KeyPair::of_salted(function, &salted);
        let stored = function.digest(pair.client.as_slice());
        found.push(checked(ScramKeys {
            hash: *hash,
            iterations,
            salt: salt.as_slice().into(),
            preparation,
            stored_key: key(&stored),
            server_key: key(&pair.server),
        })?);
    }
    if found.is_empty() {
        Err(Malformed::Verifier)
    } else {
        Ok(found)
    }
}
