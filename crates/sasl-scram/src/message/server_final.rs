//! The server's final message (RFC 5802 §7).

use alloc::vec::Vec;
use core::fmt;

use sasl_core::{Error, Malformed, Refused, Unusable, Violation};

use super::attribute::{Attributes, is_value, text};
use super::base64::{decode_digest, encode, encoded_len};
use crate::hash::Digest;

/// The server's final message.
///
/// ```abnf
/// server-final-message = (server-error / verifier) ["," extensions]
/// server-error         = "e=" server-error-value
/// verifier             = "v=" base64
/// ```
pub enum ServerFinal<'a> {
    // Exhaustive on purpose: RFC 5802 §7 has these two.
    /// The server's signature: its proof.
    Verifier(Signature),
    /// The server refuses, and says so in this word: unproven, and not from the list of the RFC necessarily.
    Error(&'a str),
}

/// The server's signature, of whatever length the server sent, at most 64 octets.
pub struct Signature(pub(crate) Digest);

impl<'a> ServerFinal<'a> {
    /// The most octets the message has here.
    pub const MAX: usize = 4 * 1024;

    /// Reads the message.
    ///
    /// # Errors
    /// [`Malformed`] for what does not follow the grammar or is above [`MAX`](Self::MAX).
    pub fn parse(octets: &'a [u8]) -> Result<Self, Error> {
        let text = text(octets, Self::MAX)?;
        let mut attributes = Attributes::of(text);
        let parsed = match text.get(..2) {
            Some("v=") => {
                let signature = decode_digest(attributes.expect('v')?).ok_or(Malformed::Proof)?;
                Self::Verifier(Signature(signature))
            }
            _ => {
                let value = attributes.expect('e')?;
                if !is_value(value) {
                    return Err(Malformed::Message.into());
                }
                Self::Error(value)
            }
        };
        attributes.only_extensions()?;
        Ok(parsed)
    }
}

/// Writes the server's proof.
pub(crate) fn write_verifier(signature: &Digest) -> Vec<u8> {
    let mut message = Vec::with_capacity(encoded_len(signature.as_slice()).saturating_add(2));
    message.extend_from_slice(b"v=");
    encode(signature.as_slice(), &mut message);
    message
}

impl fmt::Debug for ServerFinal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServerFinal(..)")
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signature(..)")
    }
}

/// What a server says of its refusal (RFC 5802 §7, `server-error-value`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ServerError {
    /// `invalid-encoding`: the message is not UTF-8, or its base64 is wrong.
    InvalidEncoding,
    /// `extensions-not-supported`: `m=`.
    ExtensionsNotSupported,
    /// `invalid-proof`: unknown user or wrong password, which look alike.
    InvalidProof,
    /// `channel-bindings-dont-match`.
    ChannelBindingsDontMatch,
    /// `server-does-support-channel-binding`: the client's flag `y` in spite of the offer.
    ServerDoesSupportChannelBinding,
    /// `channel-binding-not-supported`: the client's flag `p` where there is none.
    ChannelBindingNotSupported,
    /// `unsupported-channel-binding-type`.
    UnsupportedChannelBindingType,
    /// `invalid-username-encoding`.
    InvalidUsernameEncoding,
    /// `no-resources`.
    NoResources,
    /// `other-error`.
    OtherError,
}

impl ServerError {
    /// The word on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.text().get(2..).unwrap_or_default()
    }

    /// The whole message.
    pub(crate) fn message(self) -> &'static [u8] {
        self.text().as_bytes()
    }

    fn text(self) -> &'static str {
        match self {
            Self::InvalidEncoding => "e=invalid-encoding",
            Self::ExtensionsNotSupported => "e=extensions-not-supported",
            Self::InvalidProof => "e=invalid-proof",
            Self::ChannelBindingsDontMatch => "e=channel-bindings-dont-match",
            Self::ServerDoesSupportChannelBinding => "e=server-does-support-channel-binding",
            Self::ChannelBindingNotSupported => "e=channel-binding-not-supported",
            Self::UnsupportedChannelBindingType => "e=unsupported-channel-binding-type",
            Self::InvalidUsernameEncoding => "e=invalid-username-encoding",
            Self::NoResources => "e=no-resources",
            Self::OtherError => "e=other-error",
        }
    }
}

impl From<Error> for ServerError {
    fn from(error: Error) -> Self {
        match error {
            Error::Malformed(
                Malformed::NameEncoding | Malformed::EmptyAuthcid | Malformed::EmptyAuthzid,
            )
            | Error::Unusable(Unusable::Preparation) => Self::InvalidUsernameEncoding,
            Error::Malformed(Malformed::Utf8 | Malformed::Base64) => Self::InvalidEncoding,
            Error::Malformed(Malformed::Proof)
            | Error::Refused(Refused::Credentials | Refused::NoVerifier) => Self::InvalidProof,
            Error::Violation(Violation::Extension) => Self::ExtensionsNotSupported,
            Error::Violation(Violation::ChannelBinding) => Self::ChannelBindingsDontMatch,
            Error::Violation(Violation::Downgrade) => Self::ServerDoesSupportChannelBinding,
            Error::Unusable(Unusable::Binding) => Self::UnsupportedChannelBindingType,
            Error::Unavailable(_) => Self::NoResources,
            _ => Self::OtherError,
        }
    }
}
