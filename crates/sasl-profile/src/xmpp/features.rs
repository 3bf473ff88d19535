//! What a server offers.

use alloc::vec::Vec;
use core::str;

use sasl_core::{BindingName, Malformed, MechanismName, Offer, limits};

use crate::wire::Wire;
use crate::xml::{Element, Namespace, Out};

/// What is offered in a stream's features: mechanisms (RFC 6120 §6.4.1), and types of channel binding beside them
/// (XEP-0440).
///
/// ```text
/// <mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>
///   <mechanism>SCRAM-SHA-1-PLUS</mechanism>
///   <mechanism>SCRAM-SHA-1</mechanism>
/// </mechanisms>
/// <sasl-channel-binding xmlns='urn:xmpp:sasl-cb:0'>
///   <channel-binding type='tls-exporter'/>
/// </sasl-channel-binding>
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Features {
    /// In the server's order.
    pub mechanisms: Vec<MechanismName>,
    /// What the server says it takes; empty when it says nothing.
    pub binding_types: Vec<BindingName>,
}

impl Features {
    /// Features with these mechanisms, in this order.
    #[must_use]
    pub fn new(mechanisms: impl IntoIterator<Item = MechanismName>) -> Self {
        Self {
            mechanisms: mechanisms.into_iter().collect(),
            binding_types: Vec::new(),
        }
    }

    /// Adds types of channel binding.
    #[must_use]
    pub fn with_binding_types(mut self, types: impl IntoIterator<Item = BindingName>) -> Self {
        self.binding_types.extend(types);
        self
    }

    /// Reads `<stream:features>`, or the elements that stand in it. Other features are passed over, and so is what is no
    /// name of a mechanism or type.
    ///
    /// # Errors
    /// [`Malformed::TooLong`] above [`MAX`](super::MAX), [`Malformed::Utf8`], and [`Malformed::Message`] for what XMPP forbids
    /// or what has two lists of mechanisms.
    pub fn parse(octets: &[u8]) -> Result<Self, Malformed> {
        Self::read(octets, Namespace::Sasl, "mechanisms")
    }

    /// The same of SASL2's list, `<authentication/>` (XEP-0388, Discovering Support).
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn parse_sasl2(octets: &[u8]) -> Result<Self, Malformed> {
        Self::read(octets, Namespace::Sasl2, "authentication")
    }

    fn read(octets: &[u8], namespace: Namespace, list: &str) -> Result<Self, Malformed> {
        let mut elements = Element::parse_all(octets)?;
        if let [features] = elements.as_mut_slice()
            && features.is(Namespace::Streams, "features")
        {
            elements = core::mem::take(&mut features.children);
        }
        let mechanisms = only(&elements, namespace, list)?.map(|list| {
            let children = list.children.iter();
            let names = children.filter(|child| child.is(namespace, "mechanism"));
            names.filter_map(mechanism).take(limits::OFFER).collect()
        });
        let types = only(&elements, Namespace::Binding, "sasl-channel-binding")?.map(|list| {
            let children = list.children.iter();
            let types = children.filter(|child| child.is(Namespace::Binding, "channel-binding"));
            let names = types.filter_map(|child| BindingName::parse(child.attribute("type")?).ok());
            names.take(limits::OFFER).collect()
        });
        Ok(Self {
            mechanisms: mechanisms.unwrap_or_default(),
            binding_types: types.unwrap_or_default(),
        })
    }

    /// The elements to stand in `<stream:features>`. Without mechanisms there are none.
    pub fn encode(&self) -> Wire {
        self.write(Namespace::Sasl, "mechanisms")
    }

    /// The elements to stand in `<stream:features>` for SASL2 (XEP-0388, Discovering Support). Without mechanisms there are none.
    pub fn encode_sasl2(&self) -> Wire {
        self.write(Namespace::Sasl2, "authentication")
    }

    fn write(&self, namespace: Namespace, list: &str) -> Wire {
        let mut out = Out::new();
        if !self.mechanisms.is_empty() {
            out.element(namespace, list, None, |out| {
                for name in &self.mechanisms {
                    out.child("mechanism", None, |out| out.text(name.as_str()));
                }
            });
        }
        if !self.binding_types.is_empty() {
            out.element(Namespace::Binding, "sasl-channel-binding", None, |out| {
                for name in &self.binding_types {
                    out.child("channel-binding", Some(("type", name.as_str())), |_| {});
                }
            });
        }
        out.into_wire()
    }

    /// Whether there are mechanisms that bind the channel and no types for it, or the other way round. To a client that could
    /// bind, that is somebody who cut a list short: with SASL2 it goes no further (XEP-0440).
    #[must_use]
    pub fn lists_disagree(&self) -> bool {
        let binds = self.mechanisms.iter().any(MechanismName::is_plus);
        binds == self.binding_types.is_empty()
    }

    /// What a client chooses from.
    #[must_use]
    pub fn offer(&self) -> Offer {
        let offer: Offer = self.mechanisms.iter().copied().collect();
        offer.with_binding_types(self.binding_types.iter().cloned())
    }
}

fn only<'a>(
    elements: &'a [Element],
    namespace: Namespace,
    name: &str,
) -> Result<Option<&'a Element>, Malformed> {
    let mut found = elements.iter().filter(|one| one.is(namespace, name));
    match (found.next(), found.next()) {
        (found, None) => Ok(found),
        _ => Err(Malformed::Message),
    }
}

fn mechanism(element: &Element) -> Option<MechanismName> {
    // A name in a pretty-printed list.
    let text = element.text().ok()?.trim_ascii();
    MechanismName::parse(str::from_utf8(text).ok()?).ok()
}
