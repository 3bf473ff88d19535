//! Prosody's account files: a Lua table with `salt`, `iteration_count`, `stored_key`, `server_key`, or with `password`.
//!
//! The salt is the text itself, not base64; the keys are lower-case hexadecimal. The file does not name its hash: it is the one
//! whose keys are as long.

use sasl_core::{Key, Malformed, Password, Preparation, ScramHash, ScramKeys};

use super::lua::{self, Value};
use super::{checked, count, hex, measured};

/// What an account file holds.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Account {
    /// The keys, where it has them (`internal_hashed`).
    pub keys: Option<ScramKeys>,
    /// The password, where it has it (`internal_plain`).
    pub password: Option<Password>,
    /// Whether the account is disabled.
    pub disabled: bool,
}

/// Reads an account file. Entries that are not named here are passed over.
///
/// # Errors
/// [`Malformed::Verifier`] when it is no such table, or has some of the four entries and not all, or neither keys nor a password;
/// and as [`Fields::keys`](super::Fields::keys).
pub fn parse(text: &str, preparation: Preparation) -> Result<Account, Malformed> {
    let entries = lua::table(measured(text)?).ok_or(Malformed::Verifier)?;
    let find = |key: &str| {
        let mut entries = entries.iter();
        entries.find_map(|(known, value)| (known == key.as_bytes()).then_some(value))
    };
    let text = |key| match find(key) {
        Some(Value::Text(text)) => Ok(Some(text.as_slice())),
        None => Ok(None),
        Some(_) => Err(Malformed::Verifier),
    };
    let iterations = match find("iteration_count") {
        Some(Value::Number(number)) => Some(count(number)?),
        None => None,
        Some(_) => return Err(Malformed::Verifier),
    };
    let key = |key| {
        let digits = text(key)?.map(core::str::from_utf8).transpose();
        let digits = digits.map_err(|_| Malformed::Key)?;
        digits
            .map(|digits| hex(digits).ok_or(Malformed::Key))
            .transpose()
    };
    let keys = match (
        text("salt")?,
        iterations,
        key("stored_key")?,
        key("server_key")?,
    ) {
        (Some(salt), Some(iterations), Some(stored_key), Some(server_key)) => {
            let hash = match stored_key.len() {
                20 => ScramHash::Sha1,
                32 => ScramHash::Sha256,
                _ => return Err(Malformed::Key),
            };
            Some(checked(ScramKeys {
                hash,
                iterations,
                salt: salt.into(),
                preparation,
                stored_key: Key::new(stored_key.as_slice()),
                server_key: Key::new(server_key.as_slice()),
            })?)
        }
        (None, None, None, None) => None,
        _ => return Err(Malformed::Verifier),
    };
    let password = text("password")?.map(Password::new);
    if keys.is_none() && password.is_none() {
        return Err(Malformed::Verifier);
    }
    Ok(Account {
        keys,
        password,
        disabled: find("disabled") == Some(&Value::Boolean(true)),
    })
}
