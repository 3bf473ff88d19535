//! What a server sends.

use alloc::vec::Vec;
use core::str;

use sasl_core::{Malformed, MechanismName, Secret, limits};

use super::error_response::ErrorResponse;
use super::{message, split};
use crate::octets::Octets;
use crate::wire::Wire;

/// A message of a server: `'R' int32-length int32-kind data`, or one of another type.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum FromServer {
    /// `AuthenticationSASL`, kind 10: what is offered, in the server's order. What is no name of a mechanism is left out.
    Sasl(Vec<MechanismName>),
    /// `AuthenticationSASLContinue`, kind 11.
    Continue(Secret),
    /// `AuthenticationSASLFinal`, kind 12.
    Final(Secret),
    /// `AuthenticationOk`, kind 0.
    Ok,
    /// Another way to authenticate, by its kind: 3 is the password in clear text, 5 its MD5.
    Other(u32),
    /// `ErrorResponse`.
    Error(ErrorResponse),
    /// What can come at any time and is no part of an exchange, by its type: `NoticeResponse`, `ParameterStatus`,
    /// `NegotiateProtocolVersion`.
    Aside(u8),
}

impl FromServer {
    /// Reads a whole message.
    ///
    /// # Errors
    /// [`Malformed::TooLong`] above [`MAX`](super::MAX), and [`Malformed::Message`].
    pub fn parse(octets: &[u8]) -> Result<Self, Malformed> {
        let (kind, mut body) = split(octets)?;
        match kind {
            b'R' => match body.u32()? {
                0 => body.end().map(|()| Self::Ok),
                10 => names(body).map(Self::Sasl),
                11 => Ok(Self::Continue(Secret::from(body.rest()))),
                12 => Ok(Self::Final(Secret::from(body.rest()))),
                other => Ok(Self::Other(other)),
            },
            b'E' => ErrorResponse::read(body).map(Self::Error),
            b'N' | b'S' | b'v' => Ok(Self::Aside(kind)),
            _ => Err(Malformed::Message),
        }
    }

    /// The message on the wire; of what is no part of an exchange, its type alone.
    pub fn encode(&self) -> Wire {
        match self {
            Self::Sasl(mechanisms) => sasl(mechanisms),
            Self::Continue(data) => authentication(11, data.expose()),
            Self::Final(data) => authentication(12, data.expose()),
            Self::Ok => authentication(0, &[]),
            Self::Other(kind) => authentication(*kind, &[]),
            Self::Error(error) => error.encode(),
            Self::Aside(kind) => message(*kind, &[]),
        }
    }
}

fn names(mut body: Octets<'_>) -> Result<Vec<MechanismName>, Malformed> {
    let mut names = Vec::new();
    loop {
        match body.until_nul()? {
            b"" => break,
            _ if names.len() >= limits::OFFER => {}
            name => {
                let name = str::from_utf8(name).ok();
                names.extend(name.and_then(|name| MechanismName::parse(name).ok()));
            }
        }
    }
    body.end()?;
    Ok(names)
}

pub(super) fn sasl(mechanisms: &[MechanismName]) -> Wire {
    let mut names = Vec::new();
    for name in mechanisms {
        names.extend_from_slice(name.as_str().as_bytes());
        names.push(0);
    }
    names.push(0);
    authentication(10, &names)
}

pub(super) fn authentication(kind: u32, data: &[u8]) -> Wire {
    message(b'R', &[&kind.to_be_bytes(), data])
}
