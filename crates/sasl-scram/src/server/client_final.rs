//! The server waits for the client's final message.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::Range;

use sasl_core::server::{Failure, Proven, State, Step};
use sasl_core::{
    Authcid, Authzid, BindingName, Error, Malformed, Refused, ScramKeys, Secret, Violation,
};

use super::{Config, refuse};
use crate::hash::Digest;
use crate::keys::{KeyPair, key, proven_client_key};
use crate::message::{ClientFinal, ServerError, write_verifier};

/// Waits for the client's final message.
pub(super) struct ExpectClientFinal {
    pub(super) opened: Opened,
    pub(super) keys: Keys,
}

/// What was said so far, and by whom.
pub(super) struct Opened {
    pub(super) config: Arc<Config>,
    pub(super) authcid: Authcid,
    pub(super) presented: Option<Authcid>,
    pub(super) authzid: Option<Authzid>,
    /// What `c=` must be, in base64.
    pub(super) channel_binding: Cow<'static, [u8]>,
    pub(super) binding: Option<BindingName>,
    /// The AuthMessage up to the server's first message.
    pub(super) auth_message: Vec<u8>,
    /// Where the nonce stands in it.
    pub(super) nonce: Range<usize>,
    /// Whether the keys are an account's, and if not, why. A stranger's keys are checked like any, and never prove anything.
    pub(super) genuine: Result<(), Refused>,
}

/// What the proof is checked with.
pub(super) enum Keys {
    /// Keys as stored, or a stranger's.
    Stored { stored: Digest, server: Digest },
    /// What the keys are derived from: a password, prepared, with the salt and the iterations that the client was sent.
    ClearText {
        password: Secret,
        salt: Box<[u8]>,
        iterations: u32,
    },
}

impl Keys {
    pub(super) fn stored(keys: &ScramKeys) -> Self {
        Self::Stored {
            stored: Digest::new(keys.stored_key.expose()),
            server: Digest::new(keys.server_key.expose()),
        }
    }
}

impl State for ExpectClientFinal {
    fn respond(self: Box<Self>, response: &[u8]) -> Result<Step, Failure> {
        let Self { mut opened, keys } = *self;
        let message = ClientFinal::parse(response).map_err(refuse)?;
        opened.check(&message).map_err(refuse)?;
        opened.auth_message.push(b',');
        opened
            .auth_message
            .extend_from_slice(message.without_proof.as_bytes());
        let proof = message.proof;
        match keys {
            Keys::Stored { stored, server } => opened.verify(&proof, &stored, &server),
            Keys::ClearText {
                password,
                salt,
                iterations,
            } => Ok(Step::compute(move || {
                let hash = opened.config.variant.hash;
                let pair = KeyPair::derive(hash, password.expose(), &salt, iterations);
                let stored = hash.digest(pair.client.as_slice());
                opened.verify(&proof, &stored, &pair.server)
            })),
        }
    }
}

impl Opened {
    /// All that can be wrong with the message but its proof. What is compared here both sides have sent or know, and so has
    /// whoever listens: no time has to be constant.
    fn check(&self, message: &ClientFinal<'_>) -> Result<(), Error> {
        let nonce = self
            .auth_message
            .get(self.nonce.clone())
            .unwrap_or_default();
        if message.nonce.as_bytes() != nonce {
            return Err(Violation::Nonce.into());
        }
        if message.channel_binding.as_bytes() != &*self.channel_binding {
            return Err(Violation::ChannelBinding.into());
        }
        if message.proof().len() != self.config.variant.hash.id().digest_len() {
            return Err(Malformed::Proof.into());
        }
        Ok(())
    }

    /// RFC 5802 §3: the hash of what the proof gives must be the stored key.
    fn verify(self, proof: &Digest, stored: &Digest, server: &Digest) -> Result<Step, Failure> {
        let hash = self.config.variant.hash;
        let client_key = proven_client_key(
            hash,
            stored.as_slice(),
            &self.auth_message,
            proof.as_slice(),
        );
        let client_key = match (client_key, self.genuine) {
            (Some(client_key), Ok(())) => client_key,
            (_, reason) => {
                return Err(refuse(reason.err().unwrap_or(Refused::Credentials)));
            }
        };
        let signature = hash.hmac(server.as_slice(), &[&self.auth_message]);
        let mut proven = Proven::new(self.authcid)
            .acting_as(self.authzid)
            .additional_data(write_verifier(&signature))
            .parting(ServerError::OtherError.message());
        if let Some(name) = self.presented {
            proven = proven.presented(name);
        }
        if let Some(binding) = self.binding {
            proven = proven.bound_to(binding);
        }
        if self.config.hand_out_client_key {
            proven = proven.client_key(key(&client_key));
        }
        Ok(Step::Proven(proven))
    }
}
