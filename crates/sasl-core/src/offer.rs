//! What a server offers, as its client read it.

use alloc::vec::Vec;

use crate::channel::BindingName;
use crate::limits;
use crate::name::MechanismName;

/// The mechanisms that a server offers on this channel, whole and in its order.
///
/// To force one mechanism, restrict the client's registry, never the offer: mechanisms that bind the channel tell the
/// server what they were offered, and a shortened offer looks like an attack (RFC 5802 §6).
///
/// ```
/// use sasl_core::Offer;
///
/// let offer = Offer::parse("PLAIN SCRAM-SHA-256 not-a-name");
/// assert_eq!(offer.mechanisms().len(), 2);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Offer {
    mechanisms: Vec<MechanismName>,
    binding_types: Vec<BindingName>,
}

impl Offer {
    /// Reads names between white space. What is no mechanism name is left out, as is all after the first
    /// [`limits::OFFER`](crate::limits::OFFER) names.
    #[must_use]
    pub fn parse(names: &str) -> Self {
        let names = names
            .split_ascii_whitespace()
            .filter_map(|name| MechanismName::parse(name).ok());
        Self {
            mechanisms: names.take(limits::OFFER).collect(),
            ..Self::default()
        }
    }

    /// Adds the types of channel binding that the server says it takes (XEP-0440), at most
    /// [`limits::OFFER`](crate::limits::OFFER) of them.
    #[must_use]
    pub fn with_binding_types(mut self, types: impl IntoIterator<Item = BindingName>) -> Self {
        self.binding_types
            .extend(types.into_iter().take(limits::OFFER));
        self
    }

    /// The types of channel binding that the server says it takes; empty when it says nothing.
    #[must_use]
    pub fn binding_types(&self) -> &[BindingName] {
        &self.binding_types
    }

    /// Whether this mechanism is offered.
    #[must_use]
    pub fn contains(&self, name: MechanismName) -> bool {
        self.mechanisms.contains(&name)
    }

    /// All that is offered, in the server's order.
    #[must_use]
    pub fn mechanisms(&self) -> &[MechanismName] {
        &self.mechanisms
    }
}

impl FromIterator<MechanismName> for Offer {
    fn from_iter<T: IntoIterator<Item = MechanismName>>(names: T) -> Self {
        Self {
            mechanisms: names.into_iter().take(limits::OFFER).collect(),
            ..Self::default()
        }
    }
}
