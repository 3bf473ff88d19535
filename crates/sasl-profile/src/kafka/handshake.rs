//! Which mechanism it shall be.

use alloc::vec::Vec;
use core::str;

use sasl_core::{Error, Malformed, MechanismName, Offer, Refused, limits};

use super::{ErrorCode, body, push_string, string};
use crate::wire::Wire;

/// `SaslHandshakeRequest`, versions 0 and 1: `mechanism STRING`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct HandshakeRequest {
    /// The mechanism.
    pub mechanism: MechanismName,
}

impl HandshakeRequest {
    /// A request for this mechanism.
    #[must_use]
    pub fn new(mechanism: MechanismName) -> Self {
        Self { mechanism }
    }

    /// Reads the body.
    ///
    /// # Errors
    /// [`Malformed::TooLong`] above [`MAX`](super::MAX), [`Malformed::MechanismName`], which a server answers with
    /// [`ErrorCode::UNSUPPORTED_SASL_MECHANISM`], and [`Malformed::Message`].
    pub fn parse(octets: &[u8]) -> Result<Self, Malformed> {
        let mut body = body(octets)?;
        let name = string(&mut body)?.ok_or(Malformed::Message)?;
        body.end()?;
        let name = str::from_utf8(name).map_err(|_| Malformed::MechanismName)?;
        Ok(Self {
            mechanism: MechanismName::parse(name)?,
        })
    }

    /// The body on the wire.
    pub fn encode(&self) -> Wire {
        let mut wire = Wire::default();
        push_string(self.mechanism.as_str(), &mut wire);
        wire
    }
}

/// `SaslHandshakeResponse`, versions 0 and 1: `error_code INT16, mechanisms ARRAY(STRING)`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct HandshakeResponse {
    /// Whether the mechanism is taken.
    pub error: ErrorCode,
    /// What the server offers. What is no name of a mechanism is left out.
    pub mechanisms: Vec<MechanismName>,
}

impl HandshakeResponse {
    /// The answer of a server that offers these mechanisms to a client that asked for one.
    #[must_use]
    pub fn to(request: &HandshakeRequest, mechanisms: &[MechanismName]) -> Self {
        Self {
            error: match mechanisms.contains(&request.mechanism) {
                true => ErrorCode::NONE,
                false => ErrorCode::UNSUPPORTED_SASL_MECHANISM,
            },
            mechanisms: mechanisms.to_vec(),
        }
    }

    /// Reads the body.
    ///
    /// # Errors
    /// [`Malformed::TooLong`] above [`MAX`](super::MAX), and [`Malformed::Message`].
    pub fn parse(octets: &[u8]) -> Result<Self, Malformed> {
        let mut body = body(octets)?;
        let error = ErrorCode::new(i16::from_be_bytes(body.array()?));
        // Every one has at least its length; a count of -1 is null.
        let count = body.i32()?.max(0);
        let mut mechanisms = Vec::new();
        for _ in 0..count {
            let name = string(&mut body)?.ok_or(Malformed::Message)?;
            if mechanisms.len() < limits::OFFER {
                let name = str::from_utf8(name).ok();
                mechanisms.extend(name.and_then(|name| MechanismName::parse(name).ok()));
            }
        }
        body.end()?;
        Ok(Self { error, mechanisms })
    }

    /// The body on the wire.
    pub fn encode(&self) -> Wire {
        let mut wire = Wire::default();
        wire.push(&self.error.get().to_be_bytes());
        let count = i32::try_from(self.mechanisms.len()).unwrap_or(i32::MAX);
        wire.push(&count.to_be_bytes());
        for name in &self.mechanisms {
            push_string(name.as_str(), &mut wire);
        }
        wire
    }

    /// What the server offers, if it takes the mechanism.
    ///
    /// # Errors
    /// [`Unusable::Mechanism`](sasl_core::Unusable::Mechanism) if it does not: another handshake may ask for another one
    /// of the [`mechanisms`](Self::mechanisms). [`Refused::ByServer`] if it is something else.
    pub fn offer(&self) -> Result<Offer, Error> {
        match self.error {
            ErrorCode::NONE => Ok(self.mechanisms.iter().copied().collect()),
            error => Err(error.error().unwrap_or(Refused::ByServer.into())),
        }
    }
}
