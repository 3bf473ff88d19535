//! The mechanisms of the family: a hash, and what is bound.

use sasl_core::{
    BindingName, Channel, ChannelBinding, MechanismName, Properties, Token, Unusable, Verifier,
    Want, mechanism_name,
};

use crate::{HashAlgorithm, HtClient, HtServer};

/// Whose messages are spoken. Both drafts have the same mechanism names, so that nothing but an agreement between the two
/// sides says which it is; a message of the other draft is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Draft {
    /// draft-schmaus-kitten-sasl-ht-08, which the implementations of XEP-0484 speak.
    Schmaus08,
    /// draft-ietf-kitten-sasl-ht-01: with [`Pairs`](crate::Pairs) in both messages, and a word on failure.
    Ietf01,
}

/// One mechanism of the family.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Variant {
    pub(crate) name: MechanismName,
    pub(crate) hash: HashAlgorithm,
    /// The type of channel binding; `None` is `NONE`.
    pub(crate) binding: Option<&'static str>,
    /// The verifiers that are pinned to it.
    pub(crate) wants: &'static [Want],
    /// The same as a word.
    pub(crate) scheme: &'static str,
}

impl Variant {
    /// The token does not pass, but there is no nonce: whoever reads what passes can send it again, and the drafts want a
    /// protected channel (§1.2).
    pub(crate) fn properties(&self) -> Properties {
        let bits = match self.hash {
            HashAlgorithm::Sha256 => 256,
            HashAlgorithm::Sha512 => 512,
        };
        let properties = Properties::client_first()
            .replayable()
            .without_authzid()
            .with_server_proof()
            .with_hash_bits(bits);
        match self.binding {
            Some(binding_type) => properties.with_channel_binding_of(binding_type),
            None => properties,
        }
    }

    /// What of the channel is bound: exactly the type that the name says.
    pub(crate) fn binding<'a>(
        &self,
        channel: &'a Channel,
    ) -> Result<Option<&'a ChannelBinding>, Unusable> {
        let Some(name) = self.binding else {
            return Ok(None);
        };
        channel.binding(name).map(Some).ok_or(Unusable::Binding)
    }
}

/// Where both sides of the mechanisms come from.
macro_rules! ht {
    ($($name:ident, $text:literal, $hash:ident, $binding:expr, $bound:literal;)+) => {$(
        #[doc = concat!("Where both sides of `", $text, "` come from, ", $bound, ".")]
        #[derive(Debug, Clone, Copy)]
        pub struct $name;

        impl $name {
            #[doc = concat!("The name `", $text, "`.")]
            pub const NAME: MechanismName = mechanism_name!($text);

            const VARIANT: Variant = Variant {
                name: Self::NAME,
                hash: HashAlgorithm::$hash,
                binding: $binding,
                wants: &[Want::Other($text)],
                scheme: $text,
            };

            /// The server's side, in the words of one draft.
            pub fn server(draft: Draft) -> HtServer {
                HtServer::new(Self::VARIANT, draft)
            }

            /// The client's side, in the words of one draft.
            pub fn client(draft: Draft) -> HtClient {
                HtClient::new(Self::VARIANT, draft)
            }

            /// A token as the account that it was given to keeps it: good for this mechanism, and for no other one (§5 of
            /// the drafts).
            ///
            /// # Errors
            /// [`Unusable::EmptySecret`], and [`Unusable::ShortSecret`] below [`MIN_TOKEN`](crate::MIN_TOKEN) octets, which
            /// could be guessed.
            pub fn verifier(token: &Token) -> Result<Verifier, Unusable> {
                crate::token::verifier(Self::NAME, token)
            }
        }
    )+};
}

ht! {
    HtSha256None, "HT-SHA-256-NONE", Sha256, None, "which binds nothing";
    HtSha256Uniq, "HT-SHA-256-UNIQ", Sha256, Some(BindingName::TLS_UNIQUE), "which binds tls-unique";
    HtSha256Endp, "HT-SHA-256-ENDP", Sha256, Some(BindingName::TLS_SERVER_END_POINT), "which binds tls-server-end-point";
    HtSha256Expr, "HT-SHA-256-EXPR", Sha256, Some(BindingName::TLS_EXPORTER), "which binds tls-exporter";
    HtSha512None, "HT-SHA-512-NONE", Sha512, None, "which binds nothing";
    HtSha512Uniq, "HT-SHA-512-UNIQ", Sha512, Some(BindingName::TLS_UNIQUE), "which binds tls-unique";
    HtSha512Endp, "HT-SHA-512-ENDP", Sha512, Some(BindingName::TLS_SERVER_END_POINT), "which binds tls-server-end-point";
    HtSha512Expr, "HT-SHA-512-EXPR", Sha512, Some(BindingName::TLS_EXPORTER), "which binds tls-exporter";
}
