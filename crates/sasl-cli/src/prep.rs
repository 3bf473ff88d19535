//! How passwords are prepared, as an option.

use clap::ValueEnum;
use sasl::Preparation;

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Prep {
    /// SASLprep, which some passwords do not pass
    Saslprep,
    /// SASLprep, and as it is where that cannot be: as PostgreSQL
    SaslprepOrRaw,
    /// As it is: as Dovecot 2.3 and Cyrus SASL
    None,
}

impl From<Prep> for Preparation {
    fn from(prep: Prep) -> Self {
        match prep {
            Prep::Saslprep => Self::Saslprep,
            Prep::SaslprepOrRaw => Self::SaslprepOrRaw,
            Prep::None => Self::None,
        }
    }
}
