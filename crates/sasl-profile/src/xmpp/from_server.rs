//! What a server sends.

use sasl_core::{Malformed, Secret};

use super::failure::Failure;
use super::from_client::base64_or_equals;
use crate::wire::Wire;
use crate::xml::{Element, Namespace, Out};

/// An element of a server (RFC 6120 §6.4).
///
/// ```text
/// <challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>base64 or nothing</challenge>
/// <success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>base64, `=` or nothing</success>
/// <failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><condition/></failure>
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum FromServer {
    /// `<challenge/>` (§6.4.3).
    Challenge(Secret),
    /// `<success/>` (§6.4.6). `None` is no data, which is not empty data.
    Success(Option<Secret>),
    /// `<failure/>` (§6.4.5).
    Failure(Failure),
}

impl FromServer {
    /// Reads an element.
    ///
    /// # Errors
    /// [`Malformed::TooLong`] above [`MAX`](super::MAX), [`Malformed::Utf8`], [`Malformed::Base64`], and [`Malformed::Message`]
    /// for what XMPP forbids and what is none of these elements.
    pub fn parse(octets: &[u8]) -> Result<Self, Malformed> {
        let element = Element::parse(octets)?;
        if element.namespace != Namespace::Sasl {
            return Err(Malformed::Message);
        }
        match element.name.as_str() {
            "challenge" => Ok(Self::Challenge(element.base64()?)),
            "success" => Ok(Self::Success(base64_or_equals(&element)?)),
            "failure" => Ok(Self::Failure(Failure::read(&element, Namespace::Sasl)?)),
            _ => Err(Malformed::Message),
        }
    }

    /// The element as text.
    pub fn encode(&self) -> Wire {
        match self {
            Self::Challenge(data) => challenge(data.expose()),
            Self::Success(data) => success(data.as_ref().map(Secret::expose)),
            Self::Failure(failure) => {
                let mut out = Out::new();
                failure.write(Namespace::Sasl, &mut out);
                out.into_wire()
            }
        }
    }
}

pub(super) fn challenge(data: &[u8]) -> Wire {
    let mut out = Out::new();
    out.element(Namespace::Sasl, "challenge", None, |out| {
        out.base64(data);
    });
    out.into_wire()
}

pub(super) fn success(data: Option<&[u8]>) -> Wire {
    let mut out = Out::new();
    out.element(Namespace::Sasl, "success", None, |out| {
        if let Some(data) = data {
            out.base64_or_equals(data);
        }
    });
    out.into_wire()
}
