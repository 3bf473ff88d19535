//! What a server sends.

use alloc::string::String;
use alloc::vec::Vec;

use sasl_core::{Malformed, Secret, limits};

use super::{Failure, base64_child, words};
use crate::wire::Wire;
use crate::xml::{Element, Namespace, Out};

/// An element of a server (XEP-0388, Challenges and Responses, Completing Authentication).
///
/// ```text
/// <challenge xmlns='urn:xmpp:sasl:2'>base64</challenge>
/// <success xmlns='urn:xmpp:sasl:2'>
///   [<additional-data>base64</additional-data>]
///   <authorization-identifier>JID</authorization-identifier>
/// </success>
/// <continue xmlns='urn:xmpp:sasl:2'>
///   [<additional-data>base64</additional-data>]
///   <tasks><task>NAME</task></tasks>
///   [<text>words</text>]
/// </continue>
/// <failure xmlns='urn:xmpp:sasl:2'><condition xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>[<text>words</text>]</failure>
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum FromServer {
    /// `<challenge/>`.
    Challenge(Secret),
    /// `<success/>`.
    Success(Success),
    /// `<continue/>`: the exchange has succeeded, and more is wanted.
    Continue(Continue),
    /// `<failure/>`.
    Failure(Failure),
}

/// The client is in (XEP-0388, Success). What else is in the element, the application reads.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Success {
    /// `None` is none, which is not empty data.
    pub additional_data: Option<Secret>,
    /// The JID that the client has.
    pub authorization_identifier: String,
}

impl Success {
    /// A success for this JID.
    #[must_use]
    pub fn new(authorization_identifier: impl Into<String>) -> Self {
        Self {
            additional_data: None,
            authorization_identifier: authorization_identifier.into(),
        }
    }

    /// Sets the data that comes with it.
    #[must_use]
    pub fn with_additional_data(mut self, data: Option<Secret>) -> Self {
        self.additional_data = data;
        self
    }
}

/// The exchange has succeeded, and the client has to do one of these tasks (XEP-0388, Continue).
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Continue {
    /// `None` is none, which is not empty data.
    pub additional_data: Option<Secret>,
    /// The tasks by name, never none.
    pub tasks: Vec<String>,
    /// The server's words, unproven and for people.
    pub text: Option<String>,
}

impl Continue {
    /// A choice of these tasks.
    #[must_use]
    pub fn new(tasks: impl IntoIterator<Item = String>) -> Self {
        Self {
            tasks: tasks.into_iter().collect(),
            ..Self::default()
        }
    }

    /// Sets the data that comes with it.
    #[must_use]
    pub fn with_additional_data(mut self, data: Option<Secret>) -> Self {
        self.additional_data = data;
        self
    }
}

impl FromServer {
    /// Reads an element.
    ///
    /// # Errors
    /// [`Malformed::TooLong`] above [`MAX`](super::MAX), [`Malformed::Utf8`], [`Malformed::Base64`], and [`Malformed::Message`]
    /// for what XMPP forbids and what is none of these elements.
    pub fn parse(octets: &[u8]) -> Result<Self, Malformed> {
        let element = Element::parse(octets)?;
        if element.namespace != Namespace::Sasl2 {
            return Err(Malformed::Message);
        }
        match element.name.as_str() {
            "challenge" => Ok(Self::Challenge(element.base64()?)),
            "failure" => Ok(Self::Failure(Failure::read(&element, Namespace::Sasl2)?)),
            "success" if element.has_no_text() => Ok(Self::Success(Success {
                additional_data: base64_child(&element, "additional-data")?,
                authorization_identifier: words(&element, "authorization-identifier")?
                    .ok_or(Malformed::Message)?,
            })),
            "continue" if element.has_no_text() => Ok(Self::Continue(Continue {
                additional_data: base64_child(&element, "additional-data")?,
                tasks: tasks(&element)?,
                text: words(&element, "text")?,
            })),
            _ => Err(Malformed::Message),
        }
    }

    /// The element as text.
    pub fn encode(&self) -> Wire {
        let mut out = Out::new();
        match self {
            Self::Challenge(data) => return challenge(data.expose()),
            Self::Failure(failure) => failure.write(Namespace::Sasl2, &mut out),
            Self::Success(success) => {
                let data = success.additional_data.as_ref().map(Secret::expose);
                return self::success(data, &success.authorization_identifier);
            }
            Self::Continue(more) => out.element(Namespace::Sasl2, "continue", None, |out| {
                write_data(out, more.additional_data.as_ref().map(Secret::expose));
                out.child("tasks", None, |out| {
                    for task in &more.tasks {
                        out.child("task", None, |out| out.text(task));
                    }
                });
                if let Some(text) = &more.text {
                    out.child("text", None, |out| out.text(text));
                }
            }),
        }
        out.into_wire()
    }
}

fn tasks(element: &Element) -> Result<Vec<String>, Malformed> {
    let tasks = element
        .only(Namespace::Sasl2, "tasks")?
        .ok_or(Malformed::Message)?;
    let children = tasks
        .children
        .iter()
        .filter(|child| child.is(Namespace::Sasl2, "task"));
    let names: Vec<String> = children.take(limits::OFFER).map(Element::words).collect();
    if names.is_empty() {
        return Err(Malformed::Message);
    }
    Ok(names)
}

fn write_data(out: &mut Out, data: Option<&[u8]>) {
    if let Some(data) = data {
        out.child("additional-data", None, |out| out.base64(data));
    }
}

pub(super) fn challenge(data: &[u8]) -> Wire {
    let mut out = Out::new();
    out.element(Namespace::Sasl2, "challenge", None, |out| {
        out.base64(data);
    });
    out.into_wire()
}

pub(super) fn success(data: Option<&[u8]>, identifier: &str) -> Wire {
    let mut out = Out::new();
    out.element(Namespace::Sasl2, "success", None, |out| {
        write_data(out, data);
        out.child("authorization-identifier", None, |out| out.text(identifier));
    });
    out.into_wire()
}
