//! What became of it.

use sasl_core::{Error, Malformed, Outcome, Unavailable};

/// The outcome of an exchange (part 5.3.3.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Code {
    /// 0: the client is in.
    Ok,
    /// 1: something is wrong with the credentials.
    Auth,
    /// 2: something is wrong with the server.
    Sys,
    /// 3: something is wrong with the server that somebody has to see to.
    SysPerm,
    /// 4: something is wrong with the server that will pass.
    SysTemp,
}

impl Code {
    /// The code of this number.
    ///
    /// # Errors
    /// [`Malformed::Message`] for a number without a meaning.
    pub fn parse(number: u8) -> Result<Self, Malformed> {
        match number {
            0 => Ok(Self::Ok),
            1 => Ok(Self::Auth),
            2 => Ok(Self::Sys),
            3 => Ok(Self::SysPerm),
            4 => Ok(Self::SysTemp),
            _ => Err(Malformed::Message),
        }
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::Auth => 1,
            Self::Sys => 2,
            Self::SysPerm => 3,
            Self::SysTemp => 4,
        }
    }

    /// What a client may hear about an error: whether it will pass, and no more.
    #[must_use]
    pub fn of(error: Error) -> Self {
        match error.outcome() {
            Outcome::TemporaryFailure => Self::SysTemp,
            _ => Self::Auth,
        }
    }

    /// What it means to a client; `None` where all it says is that the server refused, and the mechanism may know more.
    #[must_use]
    pub fn error(self) -> Option<Error> {
        match self {
            Self::Sys | Self::SysTemp => Some(Unavailable::Server.into()),
            Self::Ok | Self::Auth | Self::SysPerm => None,
        }
    }
}
