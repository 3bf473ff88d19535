//! A hash that was read.

use core::fmt;

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use sasl_core::{Password, PasswordHash};
use zeroize::Zeroizing;

use crate::description::{Cost, Description, Strength};
use crate::error::HashError;
use crate::family::argon2::{Argon2, Variant};
use crate::family::bcrypt::{Bcrypt, Version};
use crate::family::md5_crypt::Md5Crypt;
use crate::family::pbkdf2::{Pbkdf2, Prf};
use crate::family::scrypt::Scrypt;
use crate::family::sha_crypt::{Function, ShaCrypt};
use crate::family::yescrypt::Yescrypt;
use crate::family::{Parsed, Recipe};
use crate::limits::{Limits, PASSWORD, TEXT};
use crate::tag::{Dialect, Meaning, Tag};
use crate::text::is_crypt_text;

/// A hash that was read: whatever is here can be checked, if its feature is compiled in and its cost is allowed.
///
/// Reading is cheap, strict and the same whatever features are compiled in. Each hash has one text, but for the case of
/// a tag: what [`parse`](Self::parse) takes is what [`encode`](Self::encode) writes.
///
/// ```
/// # #[cfg(feature = "argon2")] {
/// use sasl_core::Password;
/// use sasl_password::{Dialect, Hash, Limits};
///
/// let text = "$argon2id$v=19$m=4096,t=3,p=1$c2FsdHNhbHQ$p+pQwemdFVS/A6TiRlvqH1MARLKEYepuhw2PxibNV7E";
/// let hash = Hash::parse(text, Dialect::default())?;
/// assert!(hash.verify(&Password::new("pencil"), &Limits::default())?);
/// assert_eq!(hash.encode().as_str(), text);
/// # }
/// # Ok::<(), sasl_password::HashError>(())
/// ```
pub struct Hash {
    tag: Option<Tag>,
    parsed: Parsed<Recipe>,
}

impl Hash {
    /// Reads a text. The dialect decides what tags with two meanings say.
    ///
    /// # Errors
    /// What is wrong with it, as [`HashError`] has it: a text of no known scheme, one that breaks the rules of its own, or
    /// one of a scheme that is known and not checked here.
    pub fn parse(text: &str, dialect: Dialect) -> Result<Self, HashError> {
        if text.len() > TEXT {
            return Err(HashError::TextTooLong);
        }
        let Some(tagged) = text.strip_prefix('{') else {
            return bare(text).map(|parsed| Self { tag: None, parsed });
        };
        let (name, payload) = tagged.split_once('}').ok_or(HashError::Unknown)?;
        let (tag, meaning) = Tag::parse(name)?;
        let parsed = behind(tag, meaning, dialect, payload)?;
        Ok(Self {
            tag: Some(tag),
            parsed,
        })
    }

    pub(crate) fn untagged(parsed: Parsed<Recipe>) -> Self {
        Self { tag: None, parsed }
    }

    /// Writes the text, with its tag in capitals.
    #[must_use]
    pub fn encode(&self) -> PasswordHash {
        let parsed = &self.parsed;
        let family = parsed.family.family();
        let body = family.write(&parsed.salt, parsed.digest.expose());
        let Some(Tag { name, suffix }) = self.tag else {
            return PasswordHash::new(&body);
        };
        let Some(suffix) = suffix else {
            return PasswordHash::new(&Zeroizing::new(format!("{{{name}}}{}", *body)));
        };
        let body = match parsed.family {
            // Its digits are those that the suffix names already.
            Recipe::Digest(_) => body,
            _ => suffix.coding().encode(body.as_bytes()),
        };
        let suffix = suffix.name();
        PasswordHash::new(&Zeroizing::new(format!("{{{name}.{suffix}}}{}", *body)))
    }

    /// What it was made with.
    #[must_use]
    pub fn description(&self) -> Description {
        let family = self.parsed.family.family();
        let algorithm = family.algorithm();
        Description {
            algorithm,
            cost: family.cost(),
            salt_len: self.parsed.salt.len(),
            digest_len: self.parsed.digest.expose().len(),
            legacy: algorithm.strength() == Strength::Fast,
        }
    }

    /// Whether this is the hash of `password`. This takes the time and the memory that
    /// [`description`](Self::description) says, on this thread.
    ///
    /// # Errors
    /// [`HashError::TooCostly`] before anything is computed when it costs more than the limits allow,
    /// [`HashError::NotCompiledIn`] without the feature of its scheme, [`HashError::PasswordTooLong`] and
    /// [`HashError::PasswordNul`] for what cannot be hashed, and [`HashError::Memory`].
    pub fn verify(&self, password: &Password, limits: &Limits) -> Result<bool, HashError> {
        self.verify_octets(password.expose(), limits)
    }

    pub(crate) fn verify_octets(
        &self,
        password: &[u8],
        limits: &Limits,
    ) -> Result<bool, HashError> {
        let Parsed {
            family,
            salt,
            digest,
        } = &self.parsed;
        let family = family.family();
        limits.allow(family.algorithm(), family.cost(), password.len())?;
        let made = derive(family, password, salt, digest.expose().len())?;
        Ok(digest.matches(made.expose()))
    }
}

/// Computes the digest of a password for which there is room.
fn derive(
    family: &dyn crate::family::Family,
    password: &[u8],
    salt: &[u8],
    digest_len: usize,
) -> Result<sasl_core::Secret, HashError> {
    allow_password(password)?;
    room_for(family.cost())?;
    family.derive(password, salt, digest_len)
}

/// Whether it is one that any scheme takes.
pub(crate) fn allow_password(password: &[u8]) -> Result<(), HashError> {
    if password.len() > PASSWORD {
        Err(HashError::PasswordTooLong)
    } else if password.contains(&0) {
        Err(HashError::PasswordNul)
    } else {
        Ok(())
    }
}

/// Whether the memory can be had: scrypt and yescrypt would abort the program without it.
pub(crate) fn room_for(cost: Cost) -> Result<(), HashError> {
    let octets = cost.memory_kib().saturating_mul(1024);
    let octets = usize::try_from(octets).map_err(|_| HashError::Memory)?;
    Vec::<u8>::new()
        .try_reserve_exact(octets)
        .map_err(|_| HashError::Memory)
}

/// Reads a text that stands alone.
fn bare(text: &str) -> Result<Parsed<Recipe>, HashError> {
    if let Some(text) = text.strip_prefix('$') {
        let (id, rest) = text.split_once('$').ok_or(HashError::Unknown)?;
        return behind_id(id, rest);
    }
    if let Some((id, rest)) = text.split_once('$') {
        let prf = match id {
            "pbkdf2_sha1" => Prf::Sha1,
            "pbkdf2_sha256" => Prf::Sha256,
            "pbkdf2_sha512" => Prf::Sha512,
            _ if id.starts_with("SCRAM-SHA-") => return Err(HashError::Scram),
            _ if is_locked(text) => return Err(HashError::Locked),
            _ => return Err(HashError::Unknown),
        };
        return Ok(Pbkdf2::parse_django(prf, rest)?.into_recipe());
    }
    Err(without_id(text))
}

/// Reads what follows `$id$`.
fn behind_id(id: &str, rest: &str) -> Result<Parsed<Recipe>, HashError> {
    Ok(match id {
        "argon2id" => Argon2::parse(Variant::Id, rest)?.into_recipe(),
        "argon2i" => Argon2::parse(Variant::I, rest)?.into_recipe(),
        "argon2d" => Argon2::parse(Variant::D, rest)?.into_recipe(),
        "pbkdf2" => Pbkdf2::parse(Prf::Sha1, rest)?.into_recipe(),
        "pbkdf2-sha256" => Pbkdf2::parse(Prf::Sha256, rest)?.into_recipe(),
        "pbkdf2-sha512" => Pbkdf2::parse(Prf::Sha512, rest)?.into_recipe(),
        "scrypt" => Scrypt::parse_phc(rest)?.into_recipe(),
        "7" => Scrypt::parse_crypt(rest)?.into_recipe(),
        "2a" => Bcrypt::parse(Version::A, rest)?.into_recipe(),
        "2b" => Bcrypt::parse(Version::B, rest)?.into_recipe(),
        "2y" => Bcrypt::parse(Version::Y, rest)?.into_recipe(),
        "5" => ShaCrypt::parse(Function::Sha256, rest)?.into_recipe(),
        "6" => ShaCrypt::parse(Function::Sha512, rest)?.into_recipe(),
        "y" => Yescrypt::parse(rest)?.into_recipe(),
        "1" => Md5Crypt::FreeBsd.parse(rest)?.into_recipe(),
        "apr1" => Md5Crypt::Apache.parse(rest)?.into_recipe(),
        "2" | "2x" => return Err(HashError::OldBcrypt),
        "gy" => return Err(HashError::GostYescrypt),
        "sha1" => return Err(HashError::Sha1Crypt),
        "3" => return Err(HashError::NtHash),
        "P" | "H" => return Err(HashError::Phpass),
        "scram" => return Err(HashError::Scram),
        _ if id == "md5" || id.starts_with("md5,") => return Err(HashError::SunMd5),
        _ => return Err(HashError::Unknown),
    })
}

/// Names a text without a `$`: none of those is checked.
fn without_id(text: &str) -> HashError {
    let is_hex = |text: &str| text.bytes().all(|octet| octet.is_ascii_hexdigit());
    if is_locked(text) {
        HashError::Locked
    } else if text.len() == 13 && is_crypt_text(text) {
        HashError::DesCrypt
    } else if text.len() == 20 && text.strip_prefix('_').is_some_and(is_crypt_text) {
        HashError::BsdiCrypt
    } else if text.len() == 35 && text.strip_prefix("md5").is_some_and(is_hex) {
        HashError::PostgresMd5
    } else {
        HashError::Unknown
    }
}

/// How shadow files say that nobody can log in: `*`, `!` and what may follow it, `x` for a password that is elsewhere,
/// crypt(3)'s failures `*0` and `*1`, and nothing at all.
fn is_locked(text: &str) -> bool {
    text.is_empty() || text == "x" || text.starts_with(['*', '!'])
}

/// Reads what follows a tag.
fn behind(
    tag: Tag,
    meaning: Meaning,
    dialect: Dialect,
    payload: &str,
) -> Result<Parsed<Recipe>, HashError> {
    if let Meaning::Refused(reason) = meaning {
        return Err(reason);
    }
    let coding = tag.suffix.map(super::tag::Suffix::coding);
    if let Meaning::Digest(mut digest) = meaning {
        digest.coding = coding.unwrap_or(digest.coding);
        return Ok(digest.parse(payload)?.into_recipe());
    }
    let decoded: Zeroizing<String>;
    let payload = match coding {
        None => payload,
        Some(coding) => {
            let octets = coding.decode(payload)?;
            let text = core::str::from_utf8(&octets).map_err(|_| HashError::Encoding)?;
            decoded = Zeroizing::new(text.into());
            &decoded
        }
    };
    match meaning.in_dialect(dialect, payload)? {
        Meaning::Bare(allowed) => {
            let parsed = bare(payload)?;
            if allowed.contains(&parsed.family.family().algorithm()) {
                Ok(parsed)
            } else {
                Err(HashError::Unknown)
            }
        }
        Meaning::Digest(digest) => Ok(digest.parse(payload)?.into_recipe()),
        Meaning::LdapPbkdf2(prf) => Ok(Pbkdf2::parse_ldap(prf, payload)?.into_recipe()),
        Meaning::DovecotPbkdf2 => Ok(Pbkdf2::parse_dovecot(payload)?.into_recipe()),
        Meaning::Atlassian => Ok(Pbkdf2::parse_atlassian(payload)?.into_recipe()),
        Meaning::Refused(reason) => Err(reason),
        Meaning::Md5 | Meaning::Pbkdf2 => Err(HashError::AmbiguousTag),
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Hash").field(&self.description()).finish()
    }
}
