//! Whether a password is the one of a text.

use std::fmt;

use sasl::cram_md5::derive_context;
use sasl::scram::{ScramPasswords, derive_keys};
use sasl::stored::{self, Dialect, HashError, ReadError, Reading};
use sasl::{Password, Preparation, Unusable, Verifier};
use sasl_password::{Hash, Limits};
use sasl_prep::query;

/// A verifier's text, and what it does not say.
pub(super) struct Question<'a> {
    pub(super) text: &'a str,
    pub(super) reading: Reading,
    pub(super) dialect: Dialect,
    /// `None` tries the password prepared and as it is: either may have been stored.
    pub(super) preparation: Option<Preparation>,
}

/// Why it cannot be told.
#[derive(Debug)]
pub(super) enum Cannot {
    Read(ReadError),
    Hash(HashError),
    Derive(Unusable),
    /// A verifier of somebody else's scheme.
    Foreign,
    /// Keys of several hashes in one text, of which the password fits some.
    Contradiction,
}

impl Question<'_> {
    pub(super) fn answer(&self, password: &Password) -> Result<bool, Cannot> {
        let verifiers = stored::read(self.text, &self.reading).map_err(Cannot::Read)?;
        let mut answers = Vec::with_capacity(verifiers.len());
        for verifier in &verifiers {
            answers.push(self.fits(verifier, password)?);
        }
        match (answers.contains(&true), answers.contains(&false)) {
            (true, true) => Err(Cannot::Contradiction),
            (right, _) => Ok(right),
        }
    }

    fn fits(&self, verifier: &Verifier, password: &Password) -> Result<bool, Cannot> {
        let mut tried: Vec<Password> = Vec::new();
        for preparation in self.preparations(verifier) {
            let Ok(prepared) = query(preparation, password.expose()) else {
                continue;
            };
            if let Verifier::ClearText(stored) = verifier {
                // What is stored may be prepared or not, so both sides are.
                if query(preparation, stored.expose())
                    .is_ok_and(|stored| stored.matches(prepared.expose()))
                {
                    return Ok(true);
                }
                continue;
            }
            let tried_before = tried.iter().any(|one| one.matches(prepared.expose()));
            if prepared.is_empty() || tried_before {
                continue;
            }
            let prepared = Password::new(prepared);
            if self.fits_as_it_is(verifier, &prepared)? {
                return Ok(true);
            }
            tried.push(prepared);
        }
        Ok(false)
    }

    /// What the password may have been prepared with.
    fn preparations(&self, verifier: &Verifier) -> Vec<Preparation> {
        match (self.preparation, verifier) {
            (Some(preparation), _) => vec![preparation],
            // This library's own text says it.
            (None, Verifier::Scram(keys)) if self.text.contains(";prep=") => {
                vec![keys.preparation]
            }
            (None, _) => vec![Preparation::None, Preparation::Saslprep],
        }
    }

    fn fits_as_it_is(&self, verifier: &Verifier, password: &Password) -> Result<bool, Cannot> {
        match verifier {
            Verifier::Scram(keys) => {
                if keys.iterations > ScramPasswords::MAX_ITERATIONS {
                    return Err(Cannot::Hash(HashError::TooCostly));
                }
                let (salt, iterations) = (&keys.salt, keys.iterations);
                let made = derive_keys(keys.hash, password, salt, iterations, Preparation::None)
                    .map_err(Cannot::Derive)?;
                Ok(made.stored_key.matches(keys.stored_key.expose())
                    && made.server_key.matches(keys.server_key.expose()))
            }
            Verifier::CramMd5(context) => {
                let made = derive_context(password, Preparation::None).map_err(Cannot::Derive)?;
                Ok(made.inner.matches(context.inner.expose())
                    && made.outer.matches(context.outer.expose()))
            }
            Verifier::PasswordHash(hash) => Hash::parse(hash.as_str(), self.dialect)
                .and_then(|hash| hash.verify(password, &Limits::default()))
                .map_err(Cannot::Hash),
            _ => Err(Cannot::Foreign),
        }
    }
}

impl fmt::Display for Cannot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(reason) => reason.fmt(f),
            Self::Hash(reason) => reason.fmt(f),
            Self::Derive(reason) => reason.fmt(f),
            Self::Foreign => f.write_str("the verifier is of a scheme that is not known here"),
            Self::Contradiction => {
                f.write_str("the password fits some of the keys and not the others")
            }
        }
    }
}

impl std::error::Error for Cannot {}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(text: &str, password: &str, preparation: Option<Preparation>) -> Result<bool, Cannot> {
        let reading = preparation.map_or(Reading::new(), |one| Reading::new().preparation(one));
        let question = Question {
            text,
            reading,
            dialect: Dialect::Unnamed,
            preparation,
        };
        question.answer(&Password::new(password))
    }

    /// Made by gsasl 2.2.0.
    const GSASL: &str = "{SCRAM-SHA-256}4096,QSXCR+Q6sek8bf92,\
        FO+9jBb3MUukt6jJnzjPZOWc5ow/Pu6JtPyju0aqaE8=,qxJ1SbmSAi5EcS0J5Ck/cKAm/+Ixa+Kwp63f4OHDgzo=";

    /// Made by PostgreSQL 15 for "\u{2168}".
    const NINE: &str = "SCRAM-SHA-256$4096:RZ0HBEdcM1zxHZYUowdFUA==$IyvFw5FI5dceQ5azKgBsBLtCPSYWvQwjeT+fev353js=:\
        ODOf5OT2HZV4ffaSU+o7ZLXUVd26eJ5kwUQyD5rMlu4=";

    #[test]
    fn what_cannot_be_told_is_neither_right_nor_wrong() {
        for text in [
            "",
            "pencil",
            "*",
            "{DIGEST-MD5}59d05624acb3d9cf8d4a2e7d8c152938",
            "$6$rounds=999999999$DWkAAzxl/fullUZM$8QOAMguOVgKBuDjBeaT50SZRhn0TGIfb1.UUBMPhJm7FhFo3yGs0EmYkX8BkmYcwN2vQQVubzK4WJJMcV33du1",
            "{SCRAM-SHA-256}4294967295,QSXCR+Q6sek8bf92,FO+9jBb3MUukt6jJnzjPZOWc5ow/Pu6JtPyju0aqaE8=,qxJ1SbmSAi5EcS0J5Ck/cKAm/+Ixa+Kwp63f4OHDgzo=",
            "salt=QSXCR+Q6sek8bf92,stored_key=FO+9jBb3MUukt6jJnzjPZOWc5ow/Pu6JtPyju0aqaE8=,server_key=qxJ1SbmSAi5EcS0J5Ck/cKAm/+Ixa+Kwp63f4OHDgzo=,iterations=4096",
            "{X-OTHER}mine,AAAA",
        ] {
            assert!(ask(text, "pencil", None).is_err(), "{text}");
        }
    }

    #[test]
    fn every_kind_is_checked() {
        for text in [
            GSASL,
            "{CRAM-MD5}7f47ace0e2af8f6cdeb72c03243a8c87834e19104164d6a42de72d243adb4080",
            "{PLAIN}pencil",
            "{SSHA}BMGsfICT0MuVK1h884teLirs83Uo8TNF",
            "$2y$05$ulAaqHkPnPvjvmLdoQEcF.3DOsZHnkOFZnucW1an2f2q9SptJIE7u",
            "$scram$4096$KcWY09o7pzTGGAPg$sha-1=Z3BqAExymLDP9FiriOoscKEftjg,sha-256=PQALFtX7C6Gs0euCynpy8sBjT9MjzQVZkObniOl6M3c",
        ] {
            assert!(ask(text, "pencil", None).unwrap(), "{text}");
            assert!(!ask(text, "pencils", None).unwrap(), "{text}");
        }
    }

    #[test]
    fn keys_that_contradict_each_other_tell_nothing() {
        // One character of the first digest changed.
        let text = "$scram$4096$KcWY09o7pzTGGAPg$sha-1=Z3BrAExymLDP9FiriOoscKEftjg,sha-256=PQALFtX7C6Gs0euCynpy8sBjT9MjzQVZkObniOl6M3c";
        assert!(matches!(
            ask(text, "pencil", None),
            Err(Cannot::Contradiction)
        ));
        assert!(!ask(text, "pencils", None).unwrap());
    }

    #[test]
    fn a_password_is_tried_prepared_and_as_it_is_unless_one_is_named() {
        for password in ["\u{2168}", "IX"] {
            assert!(ask(NINE, password, None).unwrap(), "{password}");
            assert!(ask("{PLAIN}IX", password, None).unwrap(), "{password}");
        }
        assert!(ask("{PLAIN}\u{2168}", "IX", None).unwrap());
        assert!(!ask(NINE, "\u{2168}", Some(Preparation::None)).unwrap());
        assert!(!ask(&format!("{NINE};prep=none"), "\u{2168}", None).unwrap());
        assert!(ask(NINE, "\u{2168}", Some(Preparation::Saslprep)).unwrap());
    }
}
