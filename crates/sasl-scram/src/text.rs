//! SCRAM keys as text, in the dialects of the servers that keep them.
//!
//! | dialect | read | written | passwords there are prepared with |
//! |---|---|---|---|
//! | [`canonical`], this library's own | yes | yes | what the text says |
//! | [`rfc5803`], also PostgreSQL's | yes | yes | SASLprep; PostgreSQL SASLprep or the octets as they are |
//! | [`dovecot`], also gsasl's | yes | yes | nothing in Dovecot 2.3, SASLprep in gsasl |
//! | [`kafka`] | yes | yes | SASLprep |
//! | [`prosody`] | yes | no | SASLprep |
//! | [`ejabberd`] | yes | no | resourceprep, which is not SASLprep: alike for ASCII only |
//! | [`mongooseim`] | yes | no | SASLprep |
//! | [`passlib`] | yes | no | SASLprep |
//! | [`Fields`]: MongoDB's documents, records of a database | yes | no | SASLprep for SHA-256, nothing for SHA-1 |
//!
//! No dialect but the canonical one says how the password was prepared, so that the caller does. The readers are strict: every length,
//! every number, the alphabet and the padding of the base64, and nothing left over. What a text does not hold, such as keys that
//! do not belong together, only a login shows.
//!
//! ```
//! use sasl_core::{Preparation, ScramHash};
//! use sasl_scram::text::{dovecot, rfc5803};
//!
//! // Made by `gsasl --mkpasswd` for the password "pencil".
//! let line = "{SCRAM-SHA-256}4096,QSXCR+Q6sek8bf92,\
//!     FO+9jBb3MUukt6jJnzjPZOWc5ow/Pu6JtPyju0aqaE8=,qxJ1SbmSAi5EcS0J5Ck/cKAm/+Ixa+Kwp63f4OHDgzo=";
//! let keys = dovecot::parse(line, Preparation::Saslprep)?;
//! assert_eq!((keys.hash, keys.iterations), (ScramHash::Sha256, 4096));
//! // The same for PostgreSQL's `CREATE ROLE … PASSWORD`.
//! assert!(rfc5803::print(&keys).starts_with("SCRAM-SHA-256$4096:QSXCR+Q6sek8bf92$"));
//! # Ok::<(), sasl_core::Malformed>(())
//! ```

pub mod canonical;
pub mod dovecot;
pub mod ejabberd;
pub mod kafka;
mod lua;
pub mod mongooseim;
pub mod passlib;
pub mod prosody;
pub mod rfc5803;

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use base64::engine::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sasl_core::{Key, Malformed, MechanismName, Preparation, ScramHash, ScramKeys, limits};
use zeroize::Zeroizing;

/// The most octets of a text that is read: five fields, the longest salt and a name of each hash fit several times.
pub const MAX: usize = 16 * 1024;

/// The fields of a record as they are kept: MongoDB's `{ iterationCount, salt, storedKey, serverKey }`, a row of a table.
#[derive(Clone, Copy)]
pub struct Fields<'a> {
    /// The hash the keys were made with.
    pub hash: ScramHash,
    /// The iterations, at least 1.
    pub iterations: u32,
    /// The salt in base64 with padding (RFC 4648 §4), as the two keys are.
    pub salt: &'a str,
    /// `StoredKey` (RFC 5802 §3).
    pub stored_key: &'a str,
    /// `ServerKey` (RFC 5802 §3).
    pub server_key: &'a str,
    /// How the password was prepared before.
    pub preparation: Preparation,
}

impl Fields<'_> {
    /// The keys.
    ///
    /// # Errors
    /// [`Malformed::Iterations`] for 0; [`Malformed::Salt`] and [`Malformed::Key`] unless they are base64 with padding, the salt 1
    /// to [`limits::SALT`] octets, each key as many as the hash has.
    pub fn keys(self) -> Result<ScramKeys, Malformed> {
        let key = |text| {
            let octets = octets(text).ok_or(Malformed::Key)?;
            Ok::<_, Malformed>(Key::new(octets.as_slice()))
        };
        checked(ScramKeys {
            hash: self.hash,
            iterations: self.iterations,
            salt: octets(self.salt).ok_or(Malformed::Salt)?.as_slice().into(),
            preparation: self.preparation,
            stored_key: key(self.stored_key)?,
            server_key: key(self.server_key)?,
        })
    }
}

impl fmt::Debug for Fields<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fields")
            .field("hash", &self.hash)
            .field("iterations", &self.iterations)
            .finish_non_exhaustive()
    }
}

/// The keys, if all that they consist of can be.
fn checked(keys: ScramKeys) -> Result<ScramKeys, Malformed> {
    if keys.iterations == 0 {
        return Err(Malformed::Iterations);
    }
    if keys.salt.is_empty() || keys.salt.len() > limits::SALT {
        return Err(Malformed::Salt);
    }
    let len = keys.hash.digest_len();
    if keys.stored_key.expose().len() != len || keys.server_key.expose().len() != len {
        return Err(Malformed::Key);
    }
    Ok(keys)
}

/// Base64 with padding and nothing else (RFC 4648 §4).
fn octets(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    STANDARD.decode(text).ok().map(Zeroizing::new)
}

fn base64(octets: &[u8]) -> String {
    STANDARD.encode(octets)
}

/// Lower-case hexadecimal digits.
fn hex(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    base16ct::lower::decode_vec(text).ok().map(Zeroizing::new)
}

/// A count of iterations: digits, without sign and leading zero.
fn count(text: &str) -> Result<u32, Malformed> {
    let digits = text.bytes().all(|octet| octet.is_ascii_digit());
    if !digits || text.starts_with('0') {
        return Err(Malformed::Iterations);
    }
    text.parse().map_err(|_| Malformed::Iterations)
}

/// The text, if it is not too long to be looked at.
fn measured(text: &str) -> Result<&str, Malformed> {
    if text.len() > MAX {
        Err(Malformed::TooLong)
    } else {
        Ok(text)
    }
}

/// The fields between separators, exactly as many.
fn exactly<const N: usize>(text: &str, separator: char) -> Option<[&str; N]> {
    let mut fields = text.split(separator);
    let mut found = [""; N];
    for place in &mut found {
        *place = fields.next()?;
    }
    fields.next().is_none().then_some(found)
}

/// The hash by the name of its mechanism, which texts have without `-PLUS`.
fn hash_of(mechanism: &str) -> Result<ScramHash, Malformed> {
    let name = MechanismName::parse(mechanism).map_err(|_| Malformed::Verifier)?;
    if name.is_plus() {
        return Err(Malformed::Verifier);
    }
    ScramHash::of_mechanism(name).ok_or(Malformed::Verifier)
}
