//! The cryptography of one server exchange and nothing else, by the same crates.

use std::hint::black_box;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use crate::account::Account;

/// What a server exchange cannot do without.
pub struct Floor {
    account: Account,
    auth_message: Vec<u8>,
}

impl Floor {
    /// For an exchange of this crate's own server: the same AuthMessage.
    #[must_use]
    pub fn new() -> Self {
        let account = Account::new();
        let client_first = Account::client_first("n,,");
        let server_first = Account::server_first(client_first.as_bytes());
        let client_final = account.client_final(&client_first, server_first.as_bytes());
        let (without_proof, _) = client_final.rsplit_once(",p=").expect("there is a proof");
        let bare = client_first.trim_start_matches("n,,");
        Self {
            auth_message: format!("{bare},{server_first},{without_proof}").into_bytes(),
            account,
        }
    }

    /// The octets of the AuthMessage.
    #[must_use]
    pub fn auth_message_len(&self) -> usize {
        self.auth_message.len()
    }

    /// 18 octets of randomness, the HMAC of the decoy, the two HMACs over the AuthMessage and the hash of the client key.
    pub fn run(&self) {
        let mut nonce = [0; 18];
        getrandom::fill(&mut nonce).expect("there is randomness");
        black_box(&nonce);
        black_box(hmac(black_box(&[7; 32]), black_box(&[9; 60])));
        black_box(hmac(
            black_box(&self.account.stored_key),
            black_box(&self.auth_message),
        ));
        black_box(Sha256::digest(black_box(&self.account.client_key)));
        black_box(hmac(
            black_box(&self.account.server_key),
            black_box(&self.auth_message),
        ));
    }
}

impl Default for Floor {
    fn default() -> Self {
        Self::new()
    }
}

fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes every key");
    mac.chain_update(message).finalize().into_bytes().into()
}
