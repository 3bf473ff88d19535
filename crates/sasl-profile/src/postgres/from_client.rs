//! What a client sends.

use core::str;

use sasl_core::{Malformed, MechanismName, Secret};

use super::{message, split};
use crate::octets::Octets;
use crate::wire::Wire;

/// `SASLInitialResponse`.
///
/// ```text
/// 'p' int32-length mechanism NUL int32-length-of-the-response response
/// ```
/// The second length is -1 where there is no response.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct InitialResponse {
    /// The mechanism.
    pub mechanism: MechanismName,
    /// `None` is none, which is not an empty one.
    pub response: Option<Secret>,
}

impl InitialResponse {
    /// A request for this mechanism; `None` is no response, which is not an empty one.
    #[must_use]
    pub fn new(mechanism: MechanismName, response: Option<Secret>) -> Self {
        Self {
            mechanism,
            response,
        }
    }
}

/// A message of a client. `SASLInitialResponse` and `SASLResponse` have the same type, and only their order tells them apart.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum FromClient {
    /// The first one.
    Initial(InitialResponse),
    /// `SASLResponse`: `'p' int32-length response`.
    Response(Secret),
    /// `Terminate`: the client goes away.
    Terminate,
}

impl FromClient {
    /// Reads a whole message, the first after the offer or a later one.
    ///
    /// # Errors
    /// [`Malformed::TooLong`] above [`MAX`](super::MAX), [`Malformed::MechanismName`], and [`Malformed::Message`] for anything
    /// else.
    pub fn parse(octets: &[u8], is_first: bool) -> Result<Self, Malformed> {
        let (kind, mut body) = split(octets)?;
        match kind {
            b'p' if is_first => read(body).map(Self::Initial),
            b'p' => Ok(Self::Response(Secret::from(body.rest()))),
            b'X' => body.end().map(|()| Self::Terminate),
            _ => Err(Malformed::Message),
        }
    }

    /// The message on the wire.
    pub fn encode(&self) -> Wire {
        match self {
            Self::Initial(initial) => initial_response(
                initial.mechanism,
                initial.response.as_ref().map(Secret::expose),
            ),
            Self::Response(data) => response(data.expose()),
            Self::Terminate => message(b'X', &[]),
        }
    }
}

fn read(mut body: Octets<'_>) -> Result<InitialResponse, Malformed> {
    let name = str::from_utf8(body.until_nul()?).map_err(|_| Malformed::MechanismName)?;
    let len = body.i32()?;
    let response = match usize::try_from(len) {
        Ok(len) => Some(Secret::from(body.take(len)?)),
        Err(_) if len == -1 => None,
        Err(_) => return Err(Malformed::Message),
    };
    body.end()?;
    Ok(InitialResponse {
        mechanism: MechanismName::parse(name)?,
        response,
    })
}

pub(super) fn initial_response(mechanism: MechanismName, response: Option<&[u8]>) -> Wire {
    let len = response.map_or(-1, |data| i32::try_from(data.len()).unwrap_or(i32::MAX));
    message(
        b'p',
        &[
            mechanism.as_str().as_bytes(),
            b"\0",
            &len.to_be_bytes(),
            response.unwrap_or_default(),
        ],
    )
}

pub(super) fn response(data: &[u8]) -> Wire {
    message(b'p', &[data])
}
