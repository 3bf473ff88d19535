//! The server waits for the client's first message.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::Range;

use sasl_core::server::{Failure, State, Step, Supplied};
use sasl_core::{
    Authcid, Authzid, ChannelBinding, Identity, Refused, ScramKeys, Secret, Unusable, Verifier,
    Violation,
};
use sasl_prep::{presented_authcid, presented_authzid};

use super::client_final::{ExpectClientFinal, Keys, Opened};
use super::{Config, refuse, refuse_saying};
use crate::keys::{is_sound, prepare};
use crate::message::{
    CbindFlag, ClientFirst, SaslName, ServerError, channel_binding, server_first,
};
use crate::nonce::Nonce;

/// Waits for the client's first message.
pub(super) struct ExpectClientFirst {
    pub(super) config: Arc<Config>,
    /// What the channel can be bound to; nothing where the mechanism does not bind.
    pub(super) bindings: Vec<ChannelBinding>,
    pub(super) plus_advertised: bool,
    pub(super) offer_hash: Option<Vec<u8>>,
    /// The server's part.
    pub(super) nonce: Nonce,
    pub(super) known_user: Option<Authcid>,
}

impl State for ExpectClientFirst {
    fn respond(self: Box<Self>, response: &[u8]) -> Result<Step, Failure> {
        self.respond_at_once(response)
    }

    fn respond_at_once(self, response: &[u8]) -> Result<Step, Failure> {
        let message = ClientFirst::parse(response).map_err(refuse)?;
        let binding = self.binding(&message)?.cloned();
        let (authcid, presented) = self.names(message.username)?;
        let authzid = message.authzid.map(|name| self.authzid(name)).transpose()?;

        // The AuthMessage grows in one buffer: here the client's part, with room for the rest.
        let mut auth_message = Vec::with_capacity(message.bare.len().saturating_add(ROOM));
        auth_message.extend_from_slice(message.bare.as_bytes());
        let asked = Asked {
            channel_binding: channel_binding(
                message.gs2_header.as_bytes(),
                binding
                    .as_ref()
                    .map(ChannelBinding::data)
                    .unwrap_or_default(),
            ),
            binding: binding.map(|binding| binding.binding_name().clone()),
            config: self.config,
            auth_message,
            client_nonce: message.nonce_at,
            nonce: self.nonce,
            offer_hash: self.offer_hash,
            presented,
            authzid,
        };
        let wants = asked.config.variant.hash.wants();
        Ok(Step::lookup(authcid, wants, move |supplied| {
            asked.challenge(supplied)
        }))
    }
}

/// Octets that the server's first message and the client's final one take, as a rule.
const ROOM: usize = 320;

impl ExpectClientFirst {
    /// What the client binds to, if flag, mechanism and channel agree (RFC 5802 §6).
    fn binding(&self, message: &ClientFirst<'_>) -> Result<Option<&ChannelBinding>, Failure> {
        match (&message.flag, self.config.variant.plus) {
            (CbindFlag::Used(name), true) => {
                let binding = self
                    .bindings
                    .iter()
                    .find(|binding| binding.binding_name() == name);
                binding.map(Some).ok_or_else(|| refuse(Unusable::Binding))
            }
            (CbindFlag::Used(_), false) => Err(refuse_saying(
                Violation::ChannelBinding,
                ServerError::ChannelBindingNotSupported,
            )),
            // The client would bind, and does not know that it could: somebody has taken it out of the offer.
            (CbindFlag::NotOffered, false) if self.plus_advertised => {
                Err(refuse(Violation::Downgrade))
            }
            (CbindFlag::NotSupported | CbindFlag::NotOffered, false) => Ok(None),
            (CbindFlag::NotSupported | CbindFlag::NotOffered, true) => {
                Err(refuse(Violation::ChannelBinding))
            }
        }
    }

    /// The name as prepared, to look up, and as presented where that differs.
    fn names(&self, username: SaslName<'_>) -> Result<(Authcid, Option<Authcid>), Failure> {
        if let Some(user) = &self.known_user {
            return Ok((user.clone(), None));
        }
        let presented = Authcid::parse(&username.unescaped()).map_err(refuse)?;
        presented_authcid(self.config.preparation, presented)
            .map_err(|_| refuse(Unusable::Preparation))
    }

    fn authzid(&self, name: SaslName<'_>) -> Result<Authzid, Failure> {
        let presented = Authzid::parse(&name.unescaped()).map_err(refuse)?;
        presented_authzid(self.config.preparation, &presented)
            .map_err(|_| refuse(Unusable::Preparation))
    }
}

/// What is kept while the application looks the name up.
struct Asked {
    config: Arc<Config>,
    channel_binding: Cow<'static, [u8]>,
    binding: Option<sasl_core::BindingName>,
    auth_message: Vec<u8>,
    /// Where the client's nonce stands in it.
    client_nonce: Range<usize>,
    nonce: Nonce,
    offer_hash: Option<Vec<u8>>,
    presented: Option<Authcid>,
    authzid: Option<Authzid>,
}

impl Asked {
    /// Sends the server's first message: the same to a stranger as to an account made under the policy.
    fn challenge(self, supplied: Supplied) -> Result<Step, Failure> {
        let config = &self.config;
        let Supplied {
            authcid, identity, ..
        } = supplied;
        // Derived for everybody, known or not.
        let decoy = config.decoys.derive(&authcid, config.salt_len);
        let known = identity
            .as_ref()
            .and_then(|identity| usable(config, identity));
        let genuine = match (&known, &identity) {
            (Some(_), _) => Ok(()),
            // What it has is damaged, or cannot be prepared.
            (None, Some(_)) => Err(Refused::NoVerifier),
            (None, None) => Err(Refused::Credentials),
        };
        // An account without keys, and a stranger, are given the policy's iterations and the salt of the decoy.
        let from = |password| Keys::ClearText {
            password,
            salt: decoy.salt().into(),
            iterations: config.iterations,
        };
        let (salt, iterations, keys) = match known {
            Some(Usable::Stored(keys)) => (&*keys.salt, keys.iterations, Keys::stored(keys)),
            Some(Usable::ClearText(password)) => (decoy.salt(), config.iterations, from(password)),
            None if config.from_clear_text => {
                let password = config.decoys.password(&authcid);
                (decoy.salt(), config.iterations, from(password))
            }
            None => {
                let keys = Keys::stored(&decoy.keys(config.variant.hash, config.iterations));
                (decoy.salt(), config.iterations, keys)
            }
        };

        let mut auth_message = self.auth_message;
        let (message, nonce) = server_first::Written {
            client_nonce: auth_message.get(self.client_nonce).unwrap_or_default(),
            nonce: &self.nonce,
            salt,
            iterations,
            offer_hash: self.offer_hash.as_deref(),
        }
        .write();
        auth_message.push(b',');
        let start = auth_message.len();
        auth_message.extend_from_slice(&message);
        let nonce = start.saturating_add(nonce.start)..start.saturating_add(nonce.end);
        let opened = Opened {
            config: self.config,
            authcid,
            presented: self.presented,
            authzid: self.authzid,
            channel_binding: self.channel_binding,
            binding: self.binding,
            auth_message,
            nonce,
            genuine,
        };
        let state = ExpectClientFinal { opened, keys };
        Ok(Step::challenge(message, state))
    }
}

/// What of an account this mechanism can use.
enum Usable<'a> {
    Stored(&'a ScramKeys),
    /// Prepared.
    ClearText(Secret),
}

/// Keys of this hash, else the clear-text password. Keys of another hash are never taken, nor are damaged ones.
fn usable<'a>(config: &Config, identity: &'a Identity) -> Option<Usable<'a>> {
    let hash = config.variant.hash.id();
    let stored = identity
        .verifiers()
        .iter()
        .find_map(|verifier| match verifier {
            Verifier::Scram(keys) if keys.hash == hash && is_sound(keys) => {
                Some(Usable::Stored(keys))
            }
            _ => None,
        });
    stored.or_else(|| {
        identity
            .verifiers()
            .iter()
            .find_map(|verifier| match verifier {
                Verifier::ClearText(password) => prepare(config.preparation, password)
                    .ok()
                    .map(Usable::ClearText),
                _ => None,
            })
    })
}
