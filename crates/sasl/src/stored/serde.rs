//! Identities and verifiers for serde, as their text: for `#[serde(with = "…")]`, or behind the wrappers.
//!
//! ```
//! use sasl::stored::serde::Stored;
//! use sasl::{Authcid, Identity, Password, Verifier};
//!
//! let user = Identity::new(Authcid::parse("user")?).with_verifier(Verifier::ClearText(Password::new("pencil")));
//! let json = serde_json::to_string(&Stored(user))?;
//! assert_eq!(json, r#"{"authcid":"user","verifiers":["{PLAIN}pencil"]}"#);
//! let Stored(again): Stored<Identity> = serde_json::from_str(&json)?;
//! assert_eq!(*again.authcid(), "user");
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use sasl_core::{Authcid, Identity, Standing, Verifier};
use serde::de::{self, Deserialize, Deserializer};
use serde::ser::{self, Serialize, Serializer};

use super::{Reading, read, write};

/// What is written as text and read from it: an [`Identity`] or a [`Verifier`].
#[derive(Debug, Clone)]
pub struct Stored<T>(pub T);

impl Serialize for Stored<Verifier> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        verifier::serialize(&self.0, serializer)
    }
}

impl<'de> Deserialize<'de> for Stored<Verifier> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        verifier::deserialize(deserializer).map(Self)
    }
}

impl Serialize for Stored<Identity> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        identity::serialize(&self.0, serializer)
    }
}

impl<'de> Deserialize<'de> for Stored<Identity> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        identity::deserialize(deserializer).map(Self)
    }
}

/// `#[serde(with = "sasl::stored::serde::verifier")]`: a [`Verifier`] as its [canonical text](super::write).
pub mod verifier {
    use super::*;

    /// Writes the text.
    ///
    /// # Errors
    /// The serializer's own, and as [`write`](fn@super::write).
    pub fn serialize<S: Serializer>(verifier: &Verifier, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&write(verifier).map_err(ser::Error::custom)?)
    }

    /// Reads a text that holds one verifier.
    ///
    /// # Errors
    /// When it holds none, or several.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Verifier, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        one(&text)
    }
}

fn one<E: de::Error>(text: &str) -> Result<Verifier, E> {
    let mut verifiers = read(text, &Reading::new()).map_err(E::custom)?.into_iter();
    match (verifiers.next(), verifiers.next()) {
        (Some(verifier), None) => Ok(verifier),
        _ => Err(E::custom("the text holds several verifiers")),
    }
}

/// `#[serde(with = "sasl::stored::serde::identity")]`: an [`Identity`] as
/// `{"authcid": …, "standing": "disabled" or "expired" if it is, "verifiers": [text, …]}`.
pub mod identity {
    use super::*;

    #[derive(serde::Serialize, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Form {
        authcid: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        standing: Option<StandingForm>,
        #[serde(default)]
        verifiers: Vec<String>,
    }

    #[derive(serde::Serialize, serde::Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum StandingForm {
        Disabled,
        Expired,
    }

    /// Writes the account.
    ///
    /// # Errors
    /// The serializer's own, and as [`write`](fn@super::write) for one of the verifiers.
    pub fn serialize<S: Serializer>(identity: &Identity, serializer: S) -> Result<S::Ok, S::Error> {
        let standing = match identity.standing() {
            Standing::Active => None,
            Standing::Disabled => Some(StandingForm::Disabled),
            Standing::Expired => Some(StandingForm::Expired),
            _ => return Err(ser::Error::custom("a standing without a word")),
        };
        let form = Form {
            authcid: identity.authcid().as_str().into(),
            standing,
            verifiers: identity
                .verifiers()
                .iter()
                .map(write)
                .collect::<Result<_, _>>()
                .map_err(ser::Error::custom)?,
        };
        form.serialize(serializer)
    }

    /// Reads an account.
    ///
    /// # Errors
    /// When the name is none, or a text is not a verifier of the canonical form.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Identity, D::Error> {
        let form = Form::deserialize(deserializer)?;
        let authcid = Authcid::parse(&form.authcid).map_err(de::Error::custom)?;
        let standing = match form.standing {
            None => Standing::Active,
            Some(StandingForm::Disabled) => Standing::Disabled,
            Some(StandingForm::Expired) => Standing::Expired,
        };
        form.verifiers
            .iter()
            .try_fold(Identity::new(authcid), |identity, text| {
                Ok(identity.with_verifier(one(text)?))
            })
            .map(|identity| identity.with_standing(standing))
    }
}
