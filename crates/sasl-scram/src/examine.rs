//! What somebody who took no part in an exchange can check of it.

use alloc::string::String;

use sasl_core::{Offer, ScramHash, ScramKeys, Secret};

use crate::downgrade;
use crate::hash::Hash;
use crate::keys::{KeyPair, proven_client_key};
use crate::message::{ClientFinal, ClientFirst, Signature};

/// What both proofs of an exchange sign (RFC 5802 §3), out of the messages as they passed: for tools that look at an
/// exchange afterwards. Who takes part in one needs it not.
///
/// ```text
/// AuthMessage := client-first-message-bare + "," + server-first-message + "," + client-final-message-without-proof
/// ```
///
/// ```
/// # #[cfg(feature = "sha-256")] {
/// use sasl_core::{Password, Preparation, ScramHash};
/// use sasl_scram::message::{ClientFinal, ClientFirst, ServerFinal, ServerFirst};
/// use sasl_scram::{AuthMessage, derive_keys};
///
/// // RFC 7677 §3.
/// let first = ClientFirst::parse(b"n,,n=user,r=rOprNGfwEbeRWgbNEkqO").unwrap();
/// let answer = b"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
/// let last = ClientFinal::parse(
///     b"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
/// ).unwrap();
/// let salt = ServerFirst::parse(answer).unwrap().salt;
/// let (hash, password) = (ScramHash::Sha256, Password::new("pencil"));
/// let keys = derive_keys(hash, &password, &salt, 4096, Preparation::Saslprep).unwrap();
///
/// let signed = AuthMessage::of(&first, answer, &last);
/// assert!(signed.is_proved_by(&keys, &last));
/// let ServerFinal::Verifier(signature) =
///     ServerFinal::parse(b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=").unwrap() else { unreachable!() };
/// assert!(signed.is_signed_by(&keys, &signature));
/// # }
/// ```
#[derive(Debug)]
pub struct AuthMessage(Secret);

impl AuthMessage {
    /// Of the client's two messages and the server's first one between them.
    #[must_use]
    pub fn of(
        client_first: &ClientFirst<'_>,
        server_first: &[u8],
        client_final: &ClientFinal<'_>,
    ) -> Self {
        let parts = [
            client_first.bare.as_bytes(),
            server_first,
            client_final.without_proof.as_bytes(),
        ];
        Self(parts.join(&b',').into())
    }

    /// Whether the client's proof was made with the password of these keys. Not when their hash is not compiled in.
    #[must_use]
    pub fn is_proved_by(&self, keys: &ScramKeys, client_final: &ClientFinal<'_>) -> bool {
        let proof = client_final.proof();
        proof.len() == keys.hash.digest_len()
            && Hash::of(keys.hash).is_some_and(|hash| {
                proven_client_key(hash, keys.stored_key.expose(), self.0.expose(), proof).is_some()
            })
    }

    /// Whether the server's signature was made with these keys. Not when their hash is not compiled in.
    #[must_use]
    pub fn is_signed_by(&self, keys: &ScramKeys, signature: &Signature) -> bool {
        Hash::of(keys.hash).is_some_and(|hash| {
            let expected = KeyPair::signed_with(hash, keys.server_key.expose(), self.0.expose());
            expected.matches(signature.0.as_slice())
        })
    }
}

/// The value of `h=` (XEP-0474) for what a client was offered. `None` when the hash is not compiled in.
///
/// ```
/// # #[cfg(feature = "sha-1")] {
/// use sasl_core::{Offer, ScramHash};
///
/// let offer = Offer::parse("SCRAM-SHA-1 SCRAM-SHA-1-PLUS");
/// let turned = Offer::parse("SCRAM-SHA-1-PLUS SCRAM-SHA-1");
/// let hash = |offer| sasl_scram::offer_hash(ScramHash::Sha1, offer).unwrap();
/// assert_eq!(hash(&offer), hash(&turned));
/// # }
/// ```
#[must_use]
pub fn offer_hash(hash: ScramHash, offer: &Offer) -> Option<String> {
    let input = downgrade::offer(offer.mechanisms(), offer.binding_types());
    String::from_utf8(downgrade::offer_hash(Hash::of(hash)?, &input)).ok()
}
