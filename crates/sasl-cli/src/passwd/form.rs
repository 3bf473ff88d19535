//! The forms that verifiers are written in, for the programs that read them.

use std::fmt;

use clap::ValueEnum;
use sasl::scram::ScramServer;
use sasl::scram::text::{canonical, dovecot, kafka, rfc5803};
use sasl::stored::{self, Dialect, HashError};
use sasl::{Preparation, ScramHash, ScramKeys, Verifier};
use zeroize::Zeroizing;

use super::hash_text;

/// Whom a text is written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Form {
    /// This library's own, which says all that is to be known
    Canonical,
    /// Dovecot, and gsasl for SCRAM
    #[value(alias = "gsasl")]
    Dovecot,
    /// PostgreSQL: SCRAM-SHA-256 only
    #[value(alias = "postgres")]
    Postgresql,
    /// Kafka: SCRAM-SHA-256 and -512 only
    Kafka,
    /// LDAP: userPassword, for SCRAM authPassword (RFC 5803)
    Ldap,
    /// passlib
    Passlib,
}

/// Why a verifier is not written in a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unfit {
    /// The readers of the form do not know the kind, the hash or the algorithm.
    Unknown(Form),
    /// passlib keeps the salted password, which SCRAM keys do not tell.
    Salted,
    /// Kafka wants more iterations.
    Iterations,
    /// A tag's suffix that says how the rest is encoded.
    Suffix,
    Hash(HashError),
}

impl Form {
    /// How the program of the form prepares passwords before it makes SCRAM keys.
    pub(super) fn scram_preparation(self) -> Preparation {
        match self {
            Self::Postgresql => Preparation::SaslprepOrRaw,
            Self::Dovecot => Preparation::None,
            Self::Canonical | Self::Kafka | Self::Ldap | Self::Passlib => Preparation::Saslprep,
        }
    }

    /// Writes the verifier. The dialect is that of a hash's tag.
    pub(super) fn write(
        self,
        verifier: &Verifier,
        dialect: Dialect,
    ) -> Result<Zeroizing<String>, Unfit> {
        Ok(Zeroizing::new(match (self, verifier) {
            (_, Verifier::Scram(keys)) => self.scram(keys)?,
            (_, Verifier::PasswordHash(hash)) => {
                return hash_text::write(self, hash.as_str(), dialect);
            }
            // `{PLAIN}` and `{CRAM-MD5}` are Dovecot's own.
            (Self::Canonical, _)
            | (Self::Dovecot, Verifier::CramMd5(_) | Verifier::ClearText(_)) => {
                stored::write(verifier).map_err(|_| Unfit::Unknown(self))?
            }
            _ => return Err(Unfit::Unknown(self)),
        }))
    }

    fn scram(self, keys: &ScramKeys) -> Result<String, Unfit> {
        let knows = match self {
            Self::Canonical | Self::Ldap => true,
            Self::Dovecot => matches!(keys.hash, ScramHash::Sha1 | ScramHash::Sha256),
            // It takes any other text for a password and hashes that.
            Self::Postgresql => keys.hash == ScramHash::Sha256,
            Self::Kafka => matches!(keys.hash, ScramHash::Sha256 | ScramHash::Sha512),
            Self::Passlib => return Err(Unfit::Salted),
        };
        if !knows {
            return Err(Unfit::Unknown(self));
        }
        Ok(match self {
            Self::Dovecot => dovecot::print(keys),
            Self::Kafka if keys.iterations < ScramServer::ITERATIONS => {
                return Err(Unfit::Iterations);
            }
            Self::Kafka => kafka::print(keys),
            Self::Postgresql | Self::Ldap => rfc5803::print(keys),
            Self::Canonical | Self::Passlib => canonical::print(keys),
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::Canonical => "canonical",
            Self::Dovecot => "dovecot",
            Self::Postgresql => "postgresql",
            Self::Kafka => "kafka",
            Self::Ldap => "ldap",
            Self::Passlib => "passlib",
        }
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(form) => {
                write!(f, "the format `{}` has no place for it", form.name())
            }
            Self::Salted => f.write_str(
                "passlib keeps the salted password, which the keys of SCRAM do not tell",
            ),
            Self::Iterations => {
                write!(
                    f,
                    "Kafka wants at least {} iterations",
                    ScramServer::ITERATIONS
                )
            }
            Self::Suffix => f.write_str("the encoding that its tag names is not undone"),
            Self::Hash(reason) => reason.fmt(f),
        }
    }
}

impl std::error::Error for Unfit {}

impl From<HashError> for Unfit {
    fn from(reason: HashError) -> Self {
        Self::Hash(reason)
    }
}

#[cfg(test)]
mod properties;

#[cfg(test)]
mod tests {
    use super::*;
    use sasl::stored::Reading;

    const POSTGRESQL: &str = "SCRAM-SHA-256$4096:QSXCR+Q6sek8bf92$FO+9jBb3MUukt6jJnzjPZOWc5ow/Pu6JtPyju0aqaE8=:\
        qxJ1SbmSAi5EcS0J5Ck/cKAm/+Ixa+Kwp63f4OHDgzo=";

    fn read(text: &str) -> Verifier {
        stored::read(text, &Reading::new()).unwrap().pop().unwrap()
    }

    fn write(form: Form, text: &str) -> Result<String, Unfit> {
        form.write(&read(text), Dialect::Unnamed)
            .map(|text| text.as_str().to_owned())
    }

    #[test]
    fn keys_do_not_go_where_they_are_not_known() {
        let sha1 = "SCRAM-SHA-1$4096:QSXCR+Q6sek8bf92$6dlGYMOdZcOPutkcNY8U2g7vK9Y=:D+CSWLOshSulAsxiupA+qs2/fTE=";
        for form in [Form::Postgresql, Form::Kafka] {
            assert_eq!(write(form, sha1), Err(Unfit::Unknown(form)));
        }
        assert_eq!(write(Form::Passlib, POSTGRESQL), Err(Unfit::Salted));
        let few = POSTGRESQL.replace("4096", "4095");
        assert_eq!(write(Form::Kafka, &few), Err(Unfit::Iterations));
        for form in [Form::Postgresql, Form::Kafka, Form::Ldap, Form::Passlib] {
            assert_eq!(write(form, "{PLAIN}pencil"), Err(Unfit::Unknown(form)));
        }
    }

    #[test]
    fn the_same_keys_in_every_form() {
        let dovecot = "{SCRAM-SHA-256}4096,QSXCR+Q6sek8bf92,\
            FO+9jBb3MUukt6jJnzjPZOWc5ow/Pu6JtPyju0aqaE8=,qxJ1SbmSAi5EcS0J5Ck/cKAm/+Ixa+Kwp63f4OHDgzo=";
        let kafka = "salt=QSXCR+Q6sek8bf92,stored_key=FO+9jBb3MUukt6jJnzjPZOWc5ow/Pu6JtPyju0aqaE8=,\
            server_key=qxJ1SbmSAi5EcS0J5Ck/cKAm/+Ixa+Kwp63f4OHDgzo=,iterations=4096";
        for (form, text) in [
            (Form::Canonical, POSTGRESQL),
            (Form::Postgresql, POSTGRESQL),
            (Form::Ldap, POSTGRESQL),
            (Form::Dovecot, dovecot),
            (Form::Kafka, kafka),
        ] {
            assert_eq!(write(form, POSTGRESQL).unwrap(), text);
        }
        assert_eq!(write(Form::Postgresql, dovecot).unwrap(), POSTGRESQL);
    }
}
