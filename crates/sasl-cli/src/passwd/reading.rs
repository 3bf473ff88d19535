//! What a verifier's text does not say, as options.

use std::fmt;

use clap::ValueEnum;
use sasl::stored::{Dialect, HashError, ReadError, Reading};
use sasl::{Preparation, ScramHash};

use crate::prep::Prep;

#[derive(clap::Args)]
#[command(next_help_heading = "What the text does not say")]
pub(super) struct ReadingArgs {
    /// Whose `{MD5}` and `{PBKDF2}` it is
    #[arg(long, value_enum)]
    dialect: Option<Whose>,

    /// How the password was prepared before SCRAM keys were made of it
    #[arg(long, value_enum)]
    prep: Option<Prep>,

    /// The hash of Kafka's SCRAM keys
    #[arg(long, value_enum)]
    scram_hash: Option<HashName>,
}

impl ReadingArgs {
    pub(super) fn reading(&self) -> Reading {
        let mut reading = Reading::new();
        if let Some(whose) = self.dialect {
            reading = reading.dialect(whose.into());
        }
        if let Some(prep) = self.prep {
            reading = reading.preparation(prep.into());
        }
        if let Some(hash) = self.scram_hash {
            reading = reading.scram_hash(hash.into());
        }
        reading
    }

    pub(super) fn dialect(&self) -> Dialect {
        self.dialect.map_or_else(Dialect::default, Dialect::from)
    }

    /// What was said, if anything was.
    pub(super) fn preparation(&self) -> Option<Preparation> {
        self.prep.map(Preparation::from)
    }
}

/// Why a text is not read, and the option that says what it does not say.
#[derive(Debug)]
pub(super) struct Unread(pub(super) ReadError);

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)?;
        f.write_str(match self.0 {
            ReadError::UnnamedHash => "; --scram-hash does",
            ReadError::Hash(HashError::AmbiguousTag) => "; --dialect says which it is",
            _ => "",
        })
    }
}

impl std::error::Error for Unread {}

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum Whose {
    Ldap,
    Dovecot,
}

impl From<Whose> for Dialect {
    fn from(whose: Whose) -> Self {
        match whose {
            Whose::Ldap => Self::Ldap,
            Whose::Dovecot => Self::Dovecot,
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum HashName {
    #[value(name = "sha-1")]
    Sha1,
    #[value(name = "sha-224")]
    Sha224,
    #[value(name = "sha-256")]
    Sha256,
    #[value(name = "sha-384")]
    Sha384,
    #[value(name = "sha-512")]
    Sha512,
    #[value(name = "sha3-512")]
    Sha3_512,
}

impl From<HashName> for ScramHash {
    fn from(name: HashName) -> Self {
        match name {
            HashName::Sha1 => Self::Sha1,
            HashName::Sha224 => Self::Sha224,
            HashName::Sha256 => Self::Sha256,
            HashName::Sha384 => Self::Sha384,
            HashName::Sha512 => Self::Sha512,
            HashName::Sha3_512 => Self::Sha3_512,
        }
    }
}
