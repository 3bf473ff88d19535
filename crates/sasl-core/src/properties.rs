//! What a mechanism does and promises, as data for selection and advertising.

use crate::channel::{Channel, ChannelBinding};
use crate::error::Unusable;

/// The properties of a mechanism (RFC 4422 §5).
///
/// ```
/// use sasl_core::Properties;
///
/// const PLAIN: Properties = Properties::client_first().clear_text();
/// assert!(PLAIN.sends_clear_text() && !PLAIN.proves_server());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Properties {
    client_first: bool,
    clear_text: bool,
    replayable: bool,
    proves_server: bool,
    binds_channel: bool,
    binding_type: Option<&'static str>,
    external: bool,
    authzid: bool,
    anonymous: bool,
    hash_bits: u16,
}

impl Properties {
    /// The client speaks first.
    #[must_use]
    pub const fn client_first() -> Self {
        Self {
            client_first: true,
            clear_text: false,
            replayable: false,
            proves_server: false,
            binds_channel: false,
            binding_type: None,
            external: false,
            authzid: true,
            anonymous: false,
            hash_bits: 0,
        }
    }

    /// The server speaks first; an initial response is an error (RFC 4422 §3).
    #[must_use]
    pub const fn server_first() -> Self {
        Self {
            client_first: false,
            ..Self::client_first()
        }
    }

    /// The secret passes in clear text: only for protected channels.
    #[must_use]
    pub const fn clear_text(self) -> Self {
        Self {
            clear_text: true,
            ..self
        }
    }

    /// The secret does not pass, but what does can be sent again by whoever reads it, such as a hash without a nonce: only for
    /// protected channels.
    #[must_use]
    pub const fn replayable(self) -> Self {
        Self {
            replayable: true,
            ..self
        }
    }

    /// The server proves that it knows the secret too.
    #[must_use]
    pub const fn with_server_proof(self) -> Self {
        Self {
            proves_server: true,
            ..self
        }
    }

    /// The exchange is bound to the channel (RFC 5056).
    #[must_use]
    pub const fn with_channel_binding(self) -> Self {
        Self {
            binds_channel: true,
            ..self
        }
    }

    /// The exchange is bound to the channel by this type of binding and by no other, as the mechanism's name says.
    #[must_use]
    pub const fn with_channel_binding_of(self, binding_type: &'static str) -> Self {
        Self {
            binds_channel: true,
            binding_type: Some(binding_type),
            ..self
        }
    }

    /// The identity comes from the channel itself (RFC 4422 appendix A).
    #[must_use]
    pub const fn from_channel(self) -> Self {
        Self {
            external: true,
            ..self
        }
    }

    /// The mechanism has no place for an authzid (CRAM-MD5, LOGIN).
    #[must_use]
    pub const fn without_authzid(self) -> Self {
        Self {
            authzid: false,
            ..self
        }
    }

    /// Nobody is authenticated (RFC 4505).
    #[must_use]
    pub const fn anonymous(self) -> Self {
        Self {
            anonymous: true,
            ..self
        }
    }

    /// The length of the hash function in bits, to tell the stronger of two mechanisms that are otherwise alike.
    #[must_use]
    pub const fn with_hash_bits(self, bits: u16) -> Self {
        Self {
            hash_bits: bits,
            ..self
        }
    }

    /// How strong the mechanism is beside others: one that binds the channel, before one whose server proves itself,
    /// before one that hides the secret, before clear text, before one that authenticates nobody; among equals by the
    /// length of the hash.
    #[must_use]
    pub const fn strength(&self) -> impl Ord + use<> {
        (
            self.binds_channel,
            self.proves_server,
            !self.anonymous,
            !self.clear_text,
            self.hash_bits,
        )
    }

    /// Whether the client speaks first.
    #[must_use]
    pub const fn is_client_first(&self) -> bool {
        self.client_first
    }

    /// Whether the secret passes in clear text.
    #[must_use]
    pub const fn sends_clear_text(&self) -> bool {
        self.clear_text
    }

    /// Whether the secret does not pass, but what does can be sent again by whoever reads it.
    #[must_use]
    pub const fn is_replayable(&self) -> bool {
        self.replayable
    }

    /// Whether the server proves that it knows the secret too.
    #[must_use]
    pub const fn proves_server(&self) -> bool {
        self.proves_server
    }

    /// Whether the exchange is bound to the channel.
    #[must_use]
    pub const fn binds_channel(&self) -> bool {
        self.binds_channel
    }

    /// Whether the identity comes from the channel itself.
    #[must_use]
    pub const fn uses_external_identity(&self) -> bool {
        self.external
    }

    /// Whether a client can ask to act as somebody else.
    #[must_use]
    pub const fn carries_authzid(&self) -> bool {
        self.authzid
    }

    /// Whether the mechanism can bind this value: it binds the channel, by any type or by this one.
    #[must_use]
    pub fn can_bind(&self, binding: &ChannelBinding) -> bool {
        self.binds_channel && self.binding_type.is_none_or(|only| only == binding.name())
    }

    /// Why a mechanism with these properties cannot run over `channel`; `None` when it can.
    ///
    /// [`Unusable::ClearText`] for a secret, or what is as good as one, in the open, [`Unusable::Binding`] without a value to bind to,
    /// [`Unusable::ExternalIdentity`] on a server whose channel has proven none.
    #[must_use]
    pub fn obstacle(&self, channel: &Channel, side: Side) -> Option<Unusable> {
        if (self.clear_text || self.replayable) && !channel.is_protected() {
            Some(Unusable::ClearText)
        } else if self.binds_channel && !channel.bindings().iter().any(|own| self.can_bind(own)) {
            Some(Unusable::Binding)
        } else if self.external && side == Side::Server && channel.external_identity().is_none() {
            Some(Unusable::ExternalIdentity)
        } else {
            None
        }
    }
}

/// The two ends of an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    // Exhaustive on purpose: there are two ends.
    /// Who wants in.
    Client,
    /// Who lets in.
    Server,
}
