//! What a server sends.

use alloc::vec::Vec;
use core::str;

use sasl_core::{Malformed, MechanismName, Secret, limits};

use super::code::Code;
use super::frame::{self, Frame, Value};
use super::from_client::write_header;
use super::header;
use crate::wire::Wire;

/// A header or frame of a server (part 5.3.3).
///
/// ```text
/// sasl-mechanisms 0x40  sasl-server-mechanisms symbol or array of symbols
/// sasl-challenge  0x42  challenge binary
/// sasl-outcome    0x44  code ubyte, additional-data binary or null
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum FromServer {
    /// A header, by its protocol: 3 is SASL, 2 TLS, and 0 AMQP without either.
    Header(u8),
    /// `sasl-mechanisms`: what is offered, in the server's order. What is no name of a mechanism is left out.
    Mechanisms(Vec<MechanismName>),
    /// `sasl-challenge`.
    Challenge(Secret),
    /// `sasl-outcome`.
    Outcome {
        /// What became of it.
        code: Code,
        /// `None` is none, which is not empty data.
        additional_data: Option<Secret>,
    },
}

impl FromServer {
    /// Reads a header or a whole frame.
    ///
    /// # Errors
    /// [`Malformed::TooLong`] above [`MAX`](super::MAX), and [`Malformed::Message`].
    pub fn parse(octets: &[u8]) -> Result<Self, Malformed> {
        if let Some(protocol) = header(octets) {
            return Ok(Self::Header(protocol));
        }
        let mut frame = Frame::parse(octets)?;
        let message = match frame.descriptor {
            frame::MECHANISMS => Self::Mechanisms(match frame.next() {
                Value::Symbol(name) => mechanism(name).into_iter().collect(),
                // Never none (part 5.3.3.1).
                Value::Symbols(names) if !names.is_empty() => {
                    let names = names.into_iter().filter_map(mechanism);
                    names.take(limits::OFFER).collect()
                }
                _ => return Err(Malformed::Message),
            }),
            frame::CHALLENGE => Self::Challenge(Secret::from(frame.binary()?)),
            frame::OUTCOME => Self::Outcome {
                code: match frame.next() {
                    Value::Ubyte(number) => Code::parse(number)?,
                    _ => return Err(Malformed::Message),
                },
                additional_data: frame.optional_binary()?.map(Secret::from),
            },
            _ => return Err(Malformed::Message),
        };
        frame.end()?;
        Ok(message)
    }

    /// The header or frame on the wire. An offer of nothing cannot be read by anybody.
    pub fn encode(&self) -> Wire {
        match self {
            Self::Header(protocol) => write_header(*protocol),
            Self::Mechanisms(mechanisms) => self::mechanisms(mechanisms),
            Self::Challenge(data) => challenge(data.expose()),
            Self::Outcome {
                code,
                additional_data,
            } => outcome(*code, additional_data.as_ref().map(Secret::expose)),
        }
    }
}

fn mechanism(name: &[u8]) -> Option<MechanismName> {
    MechanismName::parse(str::from_utf8(name).ok()?).ok()
}

pub(super) fn mechanisms(mechanisms: &[MechanismName]) -> Wire {
    let names = frame::symbols(mechanisms.iter().map(MechanismName::as_str));
    frame::frame(frame::MECHANISMS, &[&names])
}

pub(super) fn challenge(data: &[u8]) -> Wire {
    frame::frame(frame::CHALLENGE, &[&frame::binary(data)])
}

pub(super) fn outcome(code: Code, data: Option<&[u8]>) -> Wire {
    let code = frame::ubyte(code.number());
    match data {
        Some(data) => frame::frame(frame::OUTCOME, &[&code, &frame::binary(data)]),
        None => frame::frame(frame::OUTCOME, &[&code]),
    }
}
