//! One account, and the other side's messages: plain SCRAM-SHA-256 (RFC 7677), written out.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

/// The name of the account.
pub const NAME: &str = "user";
/// Its password.
pub const PASSWORD: &str = "pencil";
/// What PostgreSQL and Dovecot make new accounts with: 16 octets.
pub const SALT: [u8; 16] = *b"\x5b\x6d\x99\x68\x9d\x12\x35\x8e\xec\xa0\x4b\x14\x12\x36\xfa\x81";
/// The fewest iterations that a server should announce (RFC 7677 §4).
pub const ITERATIONS: u32 = 4096;

/// The client's part of the nonce where the server is measured, and the server's where the client is: 24 characters, as
/// most implementations have.
const NONCE: &str = "ZtzhX7M2vYdyFKMrR5uCqnvV";

/// What both sides know.
pub struct Account {
    /// `SaltedPassword`: what some crates' servers store, from which a client could be played.
    pub salted: [u8; 32],
    /// `ClientKey`.
    pub client_key: [u8; 32],
    /// `StoredKey`.
    pub stored_key: [u8; 32],
    /// `ServerKey`.
    pub server_key: [u8; 32],
}

impl Account {
    /// Derives its keys.
    #[must_use]
    pub fn new() -> Self {
        let mut salted = [0; 32];
        pbkdf2::pbkdf2_hmac::<Sha256>(PASSWORD.as_bytes(), &SALT, ITERATIONS, &mut salted);
        let client_key = hmac(&salted, b"Client Key");
        Self {
            salted,
            client_key,
            stored_key: Sha256::digest(client_key).into(),
            server_key: hmac(&salted, b"Server Key"),
        }
    }

    /// The client's first message under a gs2-header: `n,,` or `y,,`.
    #[must_use]
    pub fn client_first(gs2_header: &str) -> String {
        Self::client_first_of(gs2_header, NAME)
    }

    /// The same for another name.
    #[must_use]
    pub fn client_first_of(gs2_header: &str, name: &str) -> String {
        format!("{gs2_header}n={name},r={NONCE}")
    }

    /// The client's answer to a server's first message.
    #[must_use]
    pub fn client_final(&self, client_first: &str, server_first: &[u8]) -> String {
        let server_first = text(server_first);
        let (gs2_header, bare) = split(client_first);
        let binding = STANDARD.encode(gs2_header);
        let nonce = value(server_first, 'r');
        let without_proof = format!("c={binding},r={nonce}");
        let auth_message = format!("{bare},{server_first},{without_proof}");
        let signature = hmac(&self.stored_key, auth_message.as_bytes());
        let proof: Vec<u8> = self
            .client_key
            .iter()
            .zip(signature)
            .map(|(key, octet)| key ^ octet)
            .collect();
        format!("{without_proof},p={}", STANDARD.encode(proof))
    }

    /// The server's answer to a client's first message.
    #[must_use]
    pub fn server_first(client_first: &[u8]) -> String {
        let (_, bare) = split(text(client_first));
        let nonce = value(bare, 'r');
        format!(
            "r={nonce}{NONCE},s={},i={ITERATIONS}",
            STANDARD.encode(SALT)
        )
    }

    /// The server's answer to a client's final message, whose proof is not looked at.
    #[must_use]
    pub fn server_final(
        &self,
        client_first: &[u8],
        server_first: &str,
        client_final: &[u8],
    ) -> String {
        let (_, bare) = split(text(client_first));
        let (without_proof, _) = text(client_final)
            .rsplit_once(",p=")
            .expect("a client's final message");
        let auth_message = format!("{bare},{server_first},{without_proof}");
        let signature = hmac(&self.server_key, auth_message.as_bytes());
        format!("v={}", STANDARD.encode(signature))
    }
}

impl Default for Account {
    fn default() -> Self {
        Self::new()
    }
}

fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes every key");
    mac.chain_update(message).finalize().into_bytes().into()
}

fn text(message: &[u8]) -> &str {
    str::from_utf8(message).expect("SCRAM is UTF-8")
}

/// The gs2-header with its last comma, and the rest.
fn split(client_first: &str) -> (&str, &str) {
    let (comma, _) = client_first
        .match_indices(',')
        .nth(1)
        .expect("a client's first message");
    client_first.split_at(comma + 1)
}

/// The value of the first attribute of this name.
fn value(message: &str, name: char) -> &str {
    message
        .split(',')
        .find_map(|attribute| attribute.strip_prefix(name)?.strip_prefix('='))
        .expect("the attribute is there")
}
