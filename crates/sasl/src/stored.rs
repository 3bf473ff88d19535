//! Verifiers as text: reading what other programs keep, and writing what this one keeps.
//!
//! A text mostly says by itself what it is: SCRAM keys in the dialects of [`scram::text`](crate::scram::text), HMAC-MD5 contexts
//! (`{CRAM-MD5}`), clear text (`{PLAIN}`, `{CLEAR}`, `{CLEARTEXT}`), or a password hash of `sasl-password`. What it does not say is in
//! [`Reading`]. Nothing is guessed: a text with two meanings is refused until one is named, and a text without a mark is not taken for clear
//! text.
//!
//! ```
//! use sasl::stored::{self, Reading};
//! use sasl::Verifier;
//!
//! let made_by_dovecot = "{CRAM-MD5}7f47ace0e2af8f6cdeb72c03243a8c87834e19104164d6a42de72d243adb4080";
//! let verifiers = stored::read(made_by_dovecot, &Reading::new())?;
//! assert!(matches!(verifiers[..], [Verifier::CramMd5(_)]));
//! assert_eq!(stored::write(&verifiers[0])?, made_by_dovecot);
//! # Ok::<(), stored::ReadError>(())
//! ```

mod marks;
#[cfg(feature = "serde")]
pub mod serde;

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use base64::engine::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sasl_core::{
    CramMd5Context, Key, Malformed, OtherVerifier, Password, PasswordHash, Preparation, ScramHash,
    Verifier,
};
use sasl_password::Hash;
use sasl_scram::text as scram;
use zeroize::Zeroizing;

use self::marks::Mark;

pub use sasl_password::{Dialect, HashError};

/// What a text does not say by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[must_use]
pub struct Reading {
    dialect: Dialect,
    preparation: Preparation,
    scram_hash: Option<ScramHash>,
}

impl Reading {
    /// Passwords were prepared with SASLprep; tags with two meanings are refused.
    pub const fn new() -> Self {
        Self {
            dialect: Dialect::Unnamed,
            preparation: Preparation::Saslprep,
            scram_hash: None,
        }
    }

    /// Names whose tags they are: `{MD5}` and `{PBKDF2}` mean one thing in LDAP and another in Dovecot.
    pub const fn dialect(self, dialect: Dialect) -> Self {
        Self { dialect, ..self }
    }

    /// Says how passwords were prepared before SCRAM keys were made of them, where the text does not.
    pub const fn preparation(self, preparation: Preparation) -> Self {
        Self {
            preparation,
            ..self
        }
    }

    /// Says the hash of SCRAM keys whose text does not: Kafka's.
    pub const fn scram_hash(self, hash: ScramHash) -> Self {
        Self {
            scram_hash: Some(hash),
            ..self
        }
    }
}

/// Reads a text. Some hold several verifiers: keys of more than one SCRAM hash.
///
/// # Errors
/// [`ReadError`].
pub fn read(text: &str, reading: &Reading) -> Result<Vec<Verifier>, ReadError> {
    let preparation = reading.preparation;
    let one = |keys| Vec::from([Verifier::Scram(keys)]);
    let several = |keys: Vec<_>| keys.into_iter().map(Verifier::Scram).collect();
    Ok(match Mark::of(text) {
        Mark::Scram if text.contains(";prep=") => one(scram::canonical::parse(text)?),
        Mark::Scram => one(scram::rfc5803::parse(text, preparation)?),
        Mark::ScramDovecot => one(scram::dovecot::parse(text, preparation)?),
        Mark::ScramEjabberd => one(scram::ejabberd::parse(text, preparation)?),
        Mark::ScramMongooseIm => several(scram::mongooseim::parse(text, preparation)?),
        Mark::ScramPasslib => several(scram::passlib::parse(text, preparation)?),
        Mark::ScramKafka => {
            let hash = reading.scram_hash.ok_or(ReadError::UnnamedHash)?;
            one(scram::kafka::parse(text, hash, preparation)?)
        }
        Mark::Prosody => {
            let account = scram::prosody::parse(text, preparation)?;
            // Verifiers alone would let it in.
            if account.disabled {
                return Err(ReadError::Disabled);
            }
            let keys = account.keys.map(Verifier::Scram).into_iter();
            keys.chain(account.password.map(Verifier::ClearText))
                .collect()
        }
        Mark::CramMd5(hex) => Vec::from([context(hex)?]),
        Mark::ClearText(text) => Vec::from([clear_text(text.as_bytes())?]),
        Mark::ClearTextBase64(base64) => {
            let octets = Zeroizing::new(STANDARD.decode(base64).map_err(|_| Malformed::Base64)?);
            Vec::from([clear_text(&octets)?])
        }
        Mark::Other(rest) => {
            let (scheme, data) = rest.split_once(',').ok_or(Malformed::Verifier)?;
            let data = STANDARD.decode(data).map_err(|_| Malformed::Base64)?;
            Vec::from([Verifier::Other(OtherVerifier {
                scheme: scheme.into(),
                data: Key::new(data),
            })])
        }
        Mark::PasswordHash => {
            // It is kept as it was written, and read now to be found sound.
            Hash::parse(text, reading.dialect)?;
            Vec::from([Verifier::PasswordHash(PasswordHash::new(text))])
        }
    })
}

/// Writes a verifier in this library's own form, which [`read`] reads as the same again, without being told anything.
///
/// | verifier | text |
/// |---|---|
/// | SCRAM keys | [`canonical`](crate::scram::text::canonical): RFC 5803's, and the preparation where it is not SASLprep |
/// | password hash | as it is kept |
/// | HMAC-MD5 context | `{CRAM-MD5}` and 64 hexadecimal digits, as Dovecot |
/// | clear text | `{PLAIN}`, or `{PLAIN.B64}` where it is no line of text |
/// | somebody else's | `{X-OTHER}`, the scheme, a comma, and base64 |
///
/// All but the hashes are as good as the password for whoever reads them, or good for a server's impersonation: keep them as
/// passwords are kept.
///
/// # Errors
/// What [`read`] would say of the text: a hash whose tag has two meanings or that is none, a clear text that is empty, keys
/// whose lengths are not their hash's.
pub fn write(verifier: &Verifier) -> Result<String, ReadError> {
    let text = match verifier {
        Verifier::Scram(keys) => scram::canonical::print(keys),
        Verifier::PasswordHash(hash) => hash.as_str().into(),
        Verifier::CramMd5(context) => {
            let mut text = String::from("{CRAM-MD5}");
            for state in [&context.outer, &context.inner] {
                text.push_str(&base16ct::lower::encode_string(state.expose()));
            }
            text
        }
        Verifier::ClearText(password) => match core::str::from_utf8(password.expose()) {
            Ok(line) if !line.chars().any(char::is_control) => format!("{{PLAIN}}{line}"),
            _ => format!("{{PLAIN.B64}}{}", STANDARD.encode(password.expose())),
        },
        Verifier::Other(other) => {
            let data = STANDARD.encode(other.data.expose());
            format!("{{X-OTHER}}{},{data}", other.scheme)
        }
        _ => return Err(Malformed::Verifier.into()),
    };
    // What would be read as something else, or not at all, is not written.
    match read(&text, &Reading::new())?.as_slice() {
        [again] if is_same(verifier, again) => Ok(text),
        _ => Err(Malformed::Verifier.into()),
    }
}

/// Whether a text that was read is the verifier that it was written of.
fn is_same(verifier: &Verifier, again: &Verifier) -> bool {
    match (verifier, again) {
        (Verifier::Scram(one), Verifier::Scram(other)) => {
            (one.hash, one.iterations, one.preparation)
                == (other.hash, other.iterations, other.preparation)
        }
        (Verifier::PasswordHash(_), Verifier::PasswordHash(_))
        | (Verifier::CramMd5(_), Verifier::CramMd5(_))
        | (Verifier::ClearText(_), Verifier::ClearText(_)) => true,
        (Verifier::Other(one), Verifier::Other(other)) => one.scheme == other.scheme,
        _ => false,
    }
}

/// Dovecot's order: the outer state first.
fn context(hex: &str) -> Result<Verifier, Malformed> {
    let mut octets = Zeroizing::new([0; 32]);
    let decoded =
        base16ct::lower::decode(hex, octets.as_mut_slice()).map_err(|_| Malformed::Key)?;
    let (states, rest) = decoded.as_chunks::<16>();
    match (states, rest) {
        ([outer, inner], []) => Ok(Verifier::CramMd5(CramMd5Context {
            inner: Key::new(inner),
            outer: Key::new(outer),
        })),
        _ => Err(Malformed::Key),
    }
}

fn clear_text(octets: &[u8]) -> Result<Verifier, Malformed> {
    if octets.is_empty() {
        return Err(Malformed::EmptyPassword);
    }
    Ok(Verifier::ClearText(Password::new(octets)))
}

/// Why a text is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReadError {
    /// It has the mark of a dialect, and not its form.
    Malformed(Malformed),
    /// It is no password hash that can be checked: which, and why.
    Hash(HashError),
    /// It is Kafka's, which does not say the hash: [`Reading::scram_hash`].
    UnnamedHash,
    /// It is an account of Prosody's that is disabled:
    /// [`prosody::parse`](crate::scram::text::prosody::parse) reads it all the same.
    Disabled,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(reason) => reason.fmt(f),
            Self::Hash(reason) => reason.fmt(f),
            Self::UnnamedHash => f.write_str("the text does not say its SCRAM hash"),
            Self::Disabled => f.write_str("the account is disabled"),
        }
    }
}

impl core::error::Error for ReadError {}

impl From<Malformed> for ReadError {
    fn from(reason: Malformed) -> Self {
        Self::Malformed(reason)
    }
}

impl From<HashError> for ReadError {
    fn from(reason: HashError) -> Self {
        Self::Hash(reason)
    }
}
