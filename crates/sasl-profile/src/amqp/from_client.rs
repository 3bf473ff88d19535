//! What a client sends.

use alloc::string::String;
use core::str;

use sasl_core::{Malformed, MechanismName, Secret};

use super::frame::{self, Frame, Value};
use super::{SASL, header};
use crate::wire::Wire;

/// A header or frame of a client (part 5.3.3).
///
/// ```text
/// sasl-init     0x41  mechanism symbol, initial-response binary or null, hostname string or null
/// sasl-response 0x43  response binary
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum FromClient {
    /// A header, by its protocol: 3 is SASL, 2 TLS, and 0 AMQP without either.
    Header(u8),
    /// `sasl-init`.
    Init {
        /// The mechanism.
        mechanism: MechanismName,
        /// `None` is none, which is not an empty one.
        initial_response: Option<Secret>,
        /// The host that the client means.
        hostname: Option<String>,
    },
    /// `sasl-response`.
    Response(Secret),
}

impl FromClient {
    /// Reads a header or a whole frame.
    ///
    /// # Errors
    /// [`Malformed::TooLong`] above [`MAX`](super::MAX), [`Malformed::MechanismName`], [`Malformed::Utf8`], and
    /// [`Malformed::Message`] for anything else.
    pub fn parse(octets: &[u8]) -> Result<Self, Malformed> {
        if let Some(protocol) = header(octets) {
            return Ok(Self::Header(protocol));
        }
        let mut frame = Frame::parse(octets)?;
        let message = match frame.descriptor {
            frame::INIT => {
                let Value::Symbol(name) = frame.next() else {
                    return Err(Malformed::Message);
                };
                let name = str::from_utf8(name).map_err(|_| Malformed::MechanismName)?;
                Self::Init {
                    mechanism: MechanismName::parse(name)?,
                    initial_response: frame.optional_binary()?.map(Secret::from),
                    hostname: match frame.next() {
                        Value::String(name) => {
                            Some(str::from_utf8(name).map_err(|_| Malformed::Utf8)?.into())
                        }
                        Value::Null => None,
                        _ => return Err(Malformed::Message),
                    },
                }
            }
            frame::RESPONSE => Self::Response(Secret::from(frame.binary()?)),
            _ => return Err(Malformed::Message),
        };
        frame.end()?;
        Ok(message)
    }

    /// The header or frame on the wire.
    pub fn encode(&self) -> Wire {
        match self {
            Self::Header(protocol) => write_header(*protocol),
            Self::Init {
                mechanism,
                initial_response,
                hostname,
            } => init(
                *mechanism,
                initial_response.as_ref().map(Secret::expose),
                hostname.as_deref(),
            ),
            Self::Response(data) => response(data.expose()),
        }
    }
}

/// The header of a protocol.
pub(super) fn write_header(protocol: u8) -> Wire {
    Wire::from([b'A', b'M', b'Q', b'P', protocol, 1, 0, 0].as_slice())
}

/// The header of the SASL layer.
pub(super) fn sasl_header() -> Wire {
    write_header(SASL)
}

pub(super) fn init(
    mechanism: MechanismName,
    initial_response: Option<&[u8]>,
    hostname: Option<&str>,
) -> Wire {
    let mechanism = frame::symbol(mechanism.as_str());
    let data = frame::optional_binary(initial_response);
    let hostname = hostname.map_or_else(frame::null, frame::string);
    frame::frame(frame::INIT, &[&mechanism, &data, &hostname])
}

pub(super) fn response(data: &[u8]) -> Wire {
    frame::frame(frame::RESPONSE, &[&frame::binary(data)])
}
