//! The client waits for the server's first message.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ops::Range;

use sasl_core::client::{Failure, State, Step};
use sasl_core::{
    Authcid, Authzid, ChannelBinding, DerivedKeys, Error, Refused, Secret, Unusable, Violation,
};

use super::Config;
use super::server_final::ExpectServerFinal;
use crate::downgrade::{DowngradeProtection, offer_hash};
use crate::hash::Digest;
use crate::keys::{KeyPair, key};
use crate::message::{ServerFinal, ServerFirst, channel_binding, write_proof, write_without_proof};

/// Waits for the server's first message.
pub(super) struct ExpectServerFirst {
    pub(super) config: Arc<Config>,
    /// What was offered, to be hashed where the server says what it did offer (XEP-0474).
    pub(super) offered: Vec<u8>,
    pub(super) binding: Option<ChannelBinding>,
    pub(super) gs2_header: Vec<u8>,
    /// The AuthMessage so far: the client's first message without its gs2-header.
    pub(super) auth_message: Vec<u8>,
    /// Where this side's nonce stands in it.
    pub(super) nonce: Range<usize>,
    pub(super) authcid: Authcid,
    pub(super) authzid: Option<Authzid>,
    /// The password, prepared.
    pub(super) password: Option<Secret>,
    pub(super) keys: Option<Box<DerivedKeys>>,
}

impl State for ExpectServerFirst {
    fn challenge(mut self: Box<Self>, challenge: &[u8]) -> Result<Step, Failure> {
        if challenge.starts_with(b"e=")
            && let ServerFinal::Error(said) = ServerFinal::parse(challenge)?
        {
            return Err(Failure::with_said(Refused::ByServer, said));
        }
        let message = ServerFirst::parse(challenge)?;
        self.check(&message)?;
        let start = self.finish_auth_message(challenge, message.nonce);
        let ServerFirst {
            salt, iterations, ..
        } = message;
        if let Some(pair) = self.kept_keys(&salt, iterations) {
            return self.respond(&pair, start, salt, iterations);
        }
        let password = self.password.take().ok_or(Unusable::StaleKeys)?;
        Ok(Step::compute(move || {
            let pair = KeyPair::derive(
                self.config.variant.hash,
                password.expose(),
                &salt,
                iterations,
            );
            self.respond(&pair, start, salt, iterations)
        }))
    }
}

impl ExpectServerFirst {
    /// All that can be wrong with the message, before any work is done for it.
    fn check(&self, message: &ServerFirst<'_>) -> Result<(), Error> {
        // RFC 5802 §5.1: it begins with the client's nonce; and without a part of the server's nothing is fresh.
        let nonce = self
            .auth_message
            .get(self.nonce.clone())
            .unwrap_or_default();
        match message.nonce.as_bytes().strip_prefix(nonce) {
            Some(servers) if !servers.is_empty() => {}
            _ => return Err(Violation::Nonce.into()),
        }
        if !self.config.iterations.contains(&message.iterations) {
            return Err(Unusable::Iterations.into());
        }
        match (self.config.downgrade, message.advertised_hash) {
            (DowngradeProtection::Off, _) | (DowngradeProtection::IfPresent, None) => Ok(()),
            // Nothing of this is a secret, whose comparison would have to take the same time always.
            (_, Some(advertised))
                if *advertised.as_bytes()
                    == *offer_hash(self.config.variant.hash, &self.offered) =>
            {
                Ok(())
            }
            _ => Err(Violation::Downgrade.into()),
        }
    }

    /// `client-first-message-bare "," server-first-message "," client-final-message-without-proof`; returns where the
    /// last part begins.
    fn finish_auth_message(&mut self, server_first: &[u8], nonce: &str) -> usize {
        let message = &mut self.auth_message;
        message.push(b',');
        message.extend_from_slice(server_first);
        message.push(b',');
        let start = message.len();
        let bound = self
            .binding
            .as_ref()
            .map(ChannelBinding::data)
            .unwrap_or_default();
        write_without_proof(&channel_binding(&self.gs2_header, bound), nonce, message);
        start
    }

    /// Keys that were derived before, if they are for exactly this.
    fn kept_keys(&self, salt: &[u8], iterations: u32) -> Option<KeyPair> {
        let keys = self.keys.as_ref()?;
        let hash = self.config.variant.hash.id();
        let fit = keys.hash == hash
            && keys.iterations == iterations
            && *keys.salt == *salt
            && keys.preparation == self.config.preparation
            && keys.authcid == self.authcid;
        if !fit {
            return None;
        }
        Some(KeyPair {
            client: Digest::of(hash, keys.client_key.expose())?,
            server: Digest::of(hash, keys.server_key.expose())?,
        })
    }

    fn respond(
        self,
        pair: &KeyPair,
        start: usize,
        salt: Vec<u8>,
        iterations: u32,
    ) -> Result<Step, Failure> {
        let hash = self.config.variant.hash;
        let proof = pair.client_proof(hash, &self.auth_message);
        let mut message = self.auth_message.get(start..).unwrap_or_default().to_vec();
        write_proof(&proof, &mut message);
        let state = ExpectServerFinal {
            signature: pair.server_signature(hash, &self.auth_message),
            binding: self.binding.map(|binding| binding.binding_name().clone()),
            authzid: self.authzid,
            keys: DerivedKeys {
                hash: hash.id(),
                iterations,
                salt: salt.into_boxed_slice(),
                preparation: self.config.preparation,
                authcid: self.authcid,
                client_key: key(&pair.client),
                server_key: key(&pair.server),
            },
        };
        Ok(Step::respond(message, state))
    }
}
