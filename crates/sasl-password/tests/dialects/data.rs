//! The data files: `accepted.json` and `refused.json`, each text with the tool that wrote it.

use sasl_core::Password;
use sasl_password::{Dialect, Hash, HashError, Limits};
use serde::Deserialize;

/// A hash that some program wrote.
#[derive(Debug, Deserialize)]
pub(crate) struct Accepted {
    pub(crate) text: String,
    pub(crate) tool: String,
    #[serde(default = "pencil")]
    pub(crate) password: String,
    #[serde(default)]
    dialect: Option<String>,
}

/// A text that is no hash to check here, and why.
#[derive(Debug, Deserialize)]
pub(crate) struct Refused {
    pub(crate) text: String,
    pub(crate) reason: String,
    pub(crate) tool: String,
}

fn pencil() -> String {
    "pencil".to_owned()
}

pub(crate) fn accepted() -> Vec<Accepted> {
    serde_json::from_str(include_str!("../data/accepted.json")).unwrap()
}

pub(crate) fn refused() -> Vec<Refused> {
    serde_json::from_str(include_str!("../data/refused.json")).unwrap()
}

impl Accepted {
    pub(crate) fn dialect(&self) -> Dialect {
        match self.dialect.as_deref() {
            None => Dialect::Unnamed,
            Some("ldap") => Dialect::Ldap,
            Some("dovecot") => Dialect::Dovecot,
            Some(other) => panic!("{other}"),
        }
    }

    /// Whether `password` fits `text`, read in this line's dialect.
    pub(crate) fn fits(&self, text: &str, password: &str) -> Result<bool, HashError> {
        Hash::parse(text, self.dialect())?.verify(&Password::new(password), &Limits::default())
    }
}
