//! What a client sends.

use alloc::string::{String, ToString};

use sasl_core::{Malformed, MechanismName, Secret};

use super::{base64_child, words};
use crate::wire::Wire;
use crate::xml::{Element, Namespace, Out};

/// An element of a client (XEP-0388, Initiation, Challenges and Responses, Continue).
///
/// ```text
/// <authenticate xmlns='urn:xmpp:sasl:2' mechanism='NAME'>
///   [<initial-response>base64</initial-response>]
/// </authenticate>
/// <response xmlns='urn:xmpp:sasl:2'>base64</response>
/// <next xmlns='urn:xmpp:sasl:2' task='NAME'/>
/// <abort xmlns='urn:xmpp:sasl:2'>[<text>words</text>]</abort>
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum FromClient {
    /// `<authenticate/>`. What else is in it, such as `<user-agent/>`, the application reads.
    Authenticate {
        /// The mechanism.
        mechanism: MechanismName,
        /// `None` is none, which is not an empty one.
        initial_response: Option<Secret>,
    },
    /// `<response/>`.
    Response(Secret),
    /// `<next/>`: the client chooses a task by its name. What is in it is the task's.
    Next(String),
    /// `<abort/>`, with words for people.
    Abort(Option<String>),
}

impl FromClient {
    /// Reads an element.
    ///
    /// # Errors
    /// [`Malformed::TooLong`] above [`MAX`](super::MAX), [`Malformed::Utf8`], [`Malformed::MechanismName`],
    /// [`Malformed::Base64`], and [`Malformed::Message`] for what XMPP forbids and what is none of these elements.
    pub fn parse(octets: &[u8]) -> Result<Self, Malformed> {
        let element = Element::parse(octets)?;
        if element.namespace != Namespace::Sasl2 {
            return Err(Malformed::Message);
        }
        let attribute = |name| element.attribute(name).ok_or(Malformed::Message);
        match element.name.as_str() {
            "authenticate" if element.has_no_text() => Ok(Self::Authenticate {
                mechanism: MechanismName::parse(attribute("mechanism")?)?,
                initial_response: base64_child(&element, "initial-response")?,
            }),
            "response" => Ok(Self::Response(element.base64()?)),
            "next" => Ok(Self::Next(attribute("task")?.to_string())),
            "abort" if element.has_no_text() => Ok(Self::Abort(words(&element, "text")?)),
            _ => Err(Malformed::Message),
        }
    }

    /// The element as text.
    pub fn encode(&self) -> Wire {
        let mut out = Out::new();
        match self {
            Self::Authenticate {
                mechanism,
                initial_response,
            } => {
                let data = initial_response.as_ref().map(Secret::expose);
                return authenticate(*mechanism, data, &[]);
            }
            Self::Response(data) => return response(data.expose()),
            Self::Next(task) => {
                out.element(Namespace::Sasl2, "next", Some(("task", task)), |_| {});
            }
            Self::Abort(text) => out.element(Namespace::Sasl2, "abort", None, |out| {
                if let Some(text) = text {
                    out.child("text", None, |out| out.text(text));
                }
            }),
        }
        out.into_wire()
    }
}

pub(super) fn authenticate(
    mechanism: MechanismName,
    initial_response: Option<&[u8]>,
    inline: &[u8],
) -> Wire {
    let mut out = Out::new();
    let name = Some(("mechanism", mechanism.as_str()));
    out.element(Namespace::Sasl2, "authenticate", name, |out| {
        if let Some(data) = initial_response {
            out.child("initial-response", None, |out| out.base64(data));
        }
        out.as_it_is(inline);
    });
    out.into_wire()
}

pub(super) fn response(data: &[u8]) -> Wire {
    let mut out = Out::new();
    out.element(Namespace::Sasl2, "response", None, |out| {
        out.base64(data);
    });
    out.into_wire()
}
