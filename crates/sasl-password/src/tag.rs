//! The tags in braces of LDAP and Dovecot, and what follows them.

use crate::description::Algorithm;
use crate::error::HashError;
use crate::family::digest::{Digest, Function};
use crate::family::pbkdf2::Prf;
use crate::text::Coding;

/// Whose tags a store uses. Two of them have two meanings.
///
/// | tag | LDAP | Dovecot |
/// |---|---|---|
/// | `{MD5}` | one MD5, in base64 | MD5-crypt, or one MD5 in hexadecimal |
/// | `{PBKDF2}` | `rounds$salt$digest`, in passlib's base64 | `$1$salt$rounds$digest`, in hexadecimal |
///
/// ```
/// use sasl_password::{Algorithm, Dialect, Hash, HashError};
///
/// let text = "{MD5}$1$m858aBGg$zx7bN74alpzRbyhuRvR3b/";
/// assert_eq!(Hash::parse(text, Dialect::Unnamed).unwrap_err(), HashError::AmbiguousTag);
/// let hash = Hash::parse(text, Dialect::Dovecot)?;
/// assert_eq!(hash.description().algorithm, Algorithm::Md5Crypt);
/// # Ok::<(), HashError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Dialect {
    /// Nobody said: tags with two meanings are refused.
    #[default]
    Unnamed,
    /// LDAP's `userPassword` (RFC 2307 §5.3), as OpenLDAP and its modules write it.
    Ldap,
    /// Dovecot's password databases.
    Dovecot,
}

/// A tag as it was written, but for its case, which does not matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tag {
    pub(crate) name: &'static str,
    pub(crate) suffix: Option<Suffix>,
}

/// Dovecot's word for how what follows is encoded, where it is not as usual.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Suffix {
    B64,
    Base64,
    Hex,
}

impl Suffix {
    const ALL: [Self; 3] = [Self::B64, Self::Base64, Self::Hex];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::B64 => "B64",
            Self::Base64 => "BASE64",
            Self::Hex => "HEX",
        }
    }

    pub(crate) fn coding(self) -> Coding {
        match self {
            Self::B64 | Self::Base64 => Coding::Base64,
            Self::Hex => Coding::Hex,
        }
    }
}

/// What follows a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// A text that can also stand alone, of one of these algorithms.
    Bare(&'static [Algorithm]),
    Digest(Digest),
    LdapPbkdf2(Prf),
    DovecotPbkdf2,
    Atlassian,
    /// See [`Dialect`].
    Md5,
    /// See [`Dialect`].
    Pbkdf2,
    Refused(HashError),
}

impl Tag {
    /// Looks up what stands in the braces.
    pub(crate) fn parse(text: &str) -> Result<(Self, Meaning), HashError> {
        let (name, suffix) = match text.split_once('.') {
            None => (text, None),
            Some((name, suffix)) => {
                let suffix = Suffix::ALL
                    .into_iter()
                    .find(|known| known.name().eq_ignore_ascii_case(suffix))
                    .ok_or(HashError::Unknown)?;
                (name, Some(suffix))
            }
        };
        let (name, meaning) = TAGS
            .iter()
            .copied()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .ok_or(HashError::Unknown)?;
        Ok((Self { name, suffix }, meaning))
    }
}

impl Meaning {
    /// Decides between two meanings by the dialect, and where Dovecot has two itself, by the text.
    pub(crate) fn in_dialect(self, dialect: Dialect, text: &str) -> Result<Self, HashError> {
        Ok(match (self, dialect) {
            (Self::Md5 | Self::Pbkdf2, Dialect::Unnamed) => return Err(HashError::AmbiguousTag),
            (Self::Md5, Dialect::Ldap) => plain(Function::Md5, Coding::Base64),
            (Self::Md5, Dialect::Dovecot) if text.starts_with("$1$") => {
                Self::Bare(&[Algorithm::Md5Crypt])
            }
            (Self::Md5, Dialect::Dovecot) => plain(Function::Md5, Coding::Hex),
            (Self::Pbkdf2, Dialect::Ldap) => Self::LdapPbkdf2(Prf::Sha1),
            (Self::Pbkdf2, Dialect::Dovecot) => Self::DovecotPbkdf2,
            (only, _) => only,
        })
    }
}

const fn plain(function: Function, coding: Coding) -> Meaning {
    Meaning::Digest(Digest {
        function,
        salted: false,
        coding,
    })
}

const fn salted(function: Function) -> Meaning {
    Meaning::Digest(Digest {
        function,
        salted: true,
        coding: Coding::Base64,
    })
}

/// What crypt(3) computes.
const CRYPT: &[Algorithm] = &[
    Algorithm::Yescrypt,
    Algorithm::Scrypt,
    Algorithm::Bcrypt,
    Algorithm::Sha512Crypt,
    Algorithm::Sha256Crypt,
    Algorithm::Md5Crypt,
];

const TAGS: &[(&str, Meaning)] = &[
    ("CRYPT", Meaning::Bare(CRYPT)),
    (
        "ARGON2",
        Meaning::Bare(&[Algorithm::Argon2id, Algorithm::Argon2i, Algorithm::Argon2d]),
    ),
    ("ARGON2ID", Meaning::Bare(&[Algorithm::Argon2id])),
    ("ARGON2I", Meaning::Bare(&[Algorithm::Argon2i])),
    ("BLF-CRYPT", Meaning::Bare(&[Algorithm::Bcrypt])),
    ("SHA512-CRYPT", Meaning::Bare(&[Algorithm::Sha512Crypt])),
    ("SHA256-CRYPT", Meaning::Bare(&[Algorithm::Sha256Crypt])),
    ("MD5-CRYPT", Meaning::Bare(&[Algorithm::Md5Crypt])),
    ("PBKDF2", Meaning::Pbkdf2),
    ("PBKDF2-SHA1", Meaning::LdapPbkdf2(Prf::Sha1)),
    ("PBKDF2-SHA256", Meaning::LdapPbkdf2(Prf::Sha256)),
    ("PBKDF2-SHA512", Meaning::LdapPbkdf2(Prf::Sha512)),
    ("PKCS5S2", Meaning::Atlassian),
    ("SSHA", salted(Function::Sha1)),
    ("SSHA256", salted(Function::Sha256)),
    ("SSHA384", salted(Function::Sha384)),
    ("SSHA512", salted(Function::Sha512)),
    ("SMD5", salted(Function::Md5)),
    ("SHA", plain(Function::Sha1, Coding::Base64)),
    ("SHA1", plain(Function::Sha1, Coding::Base64)),
    ("SHA256", plain(Function::Sha256, Coding::Base64)),
    ("SHA384", plain(Function::Sha384, Coding::Base64)),
    ("SHA512", plain(Function::Sha512, Coding::Base64)),
    ("MD5", Meaning::Md5),
    ("LDAP-MD5", plain(Function::Md5, Coding::Base64)),
    ("PLAIN-MD5", plain(Function::Md5, Coding::Hex)),
    ("DES-CRYPT", Meaning::Refused(HashError::DesCrypt)),
    ("NTLM", Meaning::Refused(HashError::NtHash)),
    ("LANMAN", Meaning::Refused(HashError::LanManager)),
    ("PLAIN-MD4", Meaning::Refused(HashError::Md4)),
    ("OTP", Meaning::Refused(HashError::Otp)),
    ("SKEY", Meaning::Refused(HashError::Otp)),
    ("DIGEST-MD5", Meaning::Refused(HashError::DigestMd5)),
    ("CRAM-MD5", Meaning::Refused(HashError::CramMd5)),
    ("HMAC-MD5", Meaning::Refused(HashError::CramMd5)),
    ("SCRAM-SHA-1", Meaning::Refused(HashError::Scram)),
    ("SCRAM-SHA-256", Meaning::Refused(HashError::Scram)),
    ("SCRAM-SHA-512", Meaning::Refused(HashError::Scram)),
    ("PLAIN", Meaning::Refused(HashError::ClearText)),
    ("PLAIN-TRUNC", Meaning::Refused(HashError::ClearText)),
    ("CLEAR", Meaning::Refused(HashError::ClearText)),
    ("CLEARTEXT", Meaning::Refused(HashError::ClearText)),
    ("SASL", Meaning::Refused(HashError::Elsewhere)),
    ("UNIX", Meaning::Refused(HashError::Elsewhere)),
    ("KERBEROS", Meaning::Refused(HashError::Elsewhere)),
];
