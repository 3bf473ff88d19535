//! What a client sends.

use sasl_core::{Malformed, MechanismName, Secret};

use crate::wire::Wire;
use crate::xml::{Element, Namespace, Out};

/// An element of a client (RFC 6120 §6.4).
///
/// ```text
/// <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>base64, `=` or nothing</auth>
/// <response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>base64 or nothing</response>
/// <abort xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum FromClient {
    /// `<auth/>` (§6.4.2).
    Auth {
        /// The mechanism.
        mechanism: MechanismName,
        /// `None` is none, which is not an empty one.
        initial_response: Option<Secret>,
    },
    /// `<response/>` (§6.4.3).
    Response(Secret),
    /// `<abort/>` (§6.4.4).
    Abort,
}

impl FromClient {
    /// Reads an element.
    ///
    /// # Errors
    /// [`Malformed::TooLong`] above [`MAX`](super::MAX), [`Malformed::Utf8`], [`Malformed::MechanismName`],
    /// [`Malformed::Base64`], and [`Malformed::Message`] for what XMPP forbids and what is none of these elements.
    pub fn parse(octets: &[u8]) -> Result<Self, Malformed> {
        let element = Element::parse(octets)?;
        if element.namespace != Namespace::Sasl {
            return Err(Malformed::Message);
        }
        match element.name.as_str() {
            "auth" => {
                let name = element.attribute("mechanism").ok_or(Malformed::Message)?;
                Ok(Self::Auth {
                    mechanism: MechanismName::parse(name)?,
                    initial_response: base64_or_equals(&element)?,
                })
            }
            "response" => Ok(Self::Response(element.base64()?)),
            "abort" if element.text()?.is_empty() => Ok(Self::Abort),
            _ => Err(Malformed::Message),
        }
    }

    /// The element as text.
    pub fn encode(&self) -> Wire {
        match self {
            Self::Auth {
                mechanism,
                initial_response,
            } => auth(*mechanism, initial_response.as_ref().map(Secret::expose)),
            Self::Response(data) => response(data.expose()),
            Self::Abort => abort(),
        }
    }
}

/// Nothing is `None`, and `=` is empty (RFC 6120 §6.4.2, §6.4.6).
pub(super) fn base64_or_equals(element: &Element) -> Result<Option<Secret>, Malformed> {
    match element.text()? {
        b"" => Ok(None),
        b"=" => Ok(Some(Secret::default())),
        _ => element.base64().map(Some),
    }
}

pub(super) fn auth(mechanism: MechanismName, initial_response: Option<&[u8]>) -> Wire {
    let mut out = Out::new();
    let name = Some(("mechanism", mechanism.as_str()));
    out.element(Namespace::Sasl, "auth", name, |out| {
        if let Some(data) = initial_response {
            out.base64_or_equals(data);
        }
    });
    out.into_wire()
}

pub(super) fn response(data: &[u8]) -> Wire {
    let mut out = Out::new();
    out.element(Namespace::Sasl, "response", None, |out| {
        out.base64(data);
    });
    out.into_wire()
}

pub(super) fn abort() -> Wire {
    let mut out = Out::new();
    out.element(Namespace::Sasl, "abort", None, |_| {});
    out.into_wire()
}
