//! `scram-rs` 0.25.0 over the same hash functions as this workspace. Its server stores the salted password, from which a
//! client could be played.

use std::collections::HashMap;
use std::hint::black_box;
use std::marker::PhantomData;
use std::num::NonZeroU32;

use base64::Engine as _;
use scram_rs::scram_sync::{SyncScramClient, SyncScramServer};
use scram_rs::{
    ChannelBindType, SCRAM_TYPES, ScramAuthClient, ScramAuthServer, ScramCbHelper, ScramHashing,
    ScramNonce, ScramPassword, ScramResult, ScramResultClient, ScramResultServer,
    ScramServerDyn as _,
};

pub use scram_rs::{
    ScramSha1RustNative, ScramSha3_512RustNative, ScramSha256RustNative, ScramSha512RustNative,
};

use crate::account::{Account, ITERATIONS, NAME, PASSWORD, SALT};
use crate::contender;

#[derive(Debug)]
struct Stored {
    salted: Vec<u8>,
    salt: String,
}

/// The server's side.
#[derive(Debug)]
pub struct ScramRsServer(HashMap<String, Stored>);

impl ScramRsServer {
    /// A server with one account.
    #[must_use]
    pub fn new(account: &Account) -> Self {
        let stored = Stored {
            salted: account.salted.to_vec(),
            salt: base64::engine::general_purpose::STANDARD.encode(SALT),
        };
        Self(HashMap::from([(NAME.to_owned(), stored)]))
    }
}

impl ScramCbHelper for &ScramRsServer {}

impl ScramAuthServer<ScramSha256RustNative> for &ScramRsServer {
    fn get_password_for_user(
        &self,
        username: &str,
        _authzid: Option<&str>,
    ) -> ScramResult<ScramPassword> {
        match self.0.get(username) {
            Some(found) => Ok(ScramPassword::found_secret_password(
                found.salted.clone(),
                found.salt.clone(),
                NonZeroU32::new(ITERATIONS).expect("it is not zero"),
                None,
            )),
            None => ScramPassword::not_found::<ScramSha256RustNative>(),
        }
    }
}

/// Its server between two messages.
pub struct Waiting<'a> {
    scram: SyncScramServer<ScramSha256RustNative, &'a ScramRsServer, &'a ScramRsServer>,
    message: String,
}

impl<'a> contender::Server for &'a ScramRsServer {
    type Waiting = Waiting<'a>;

    fn first(&self, client_first: &str) -> Waiting<'a> {
        let mut scram = SyncScramServer::new(
            *self,
            *self,
            ScramNonce::none().expect("there is randomness"),
            SCRAM_TYPES
                .get_scramtype("SCRAM-SHA-256")
                .expect("there is the mechanism"),
            true,
        )
        .expect("the server can be made");
        let ScramResultServer::Data(message) = scram.parse_response(client_first) else {
            panic!("the server sends its first message")
        };
        Waiting { scram, message }
    }

    fn message<'w>(waiting: &'w Waiting<'a>) -> &'w [u8] {
        waiting.message.as_bytes()
    }

    fn last(&self, mut waiting: Waiting<'a>, client_final: &str) {
        let ScramResultServer::Final(message) = waiting.scram.parse_response(client_final) else {
            panic!("the client is let in")
        };
        black_box(&message);
        assert_eq!(
            waiting.scram.get_auth_username().map(String::as_str),
            Some(NAME)
        );
    }
}

/// The client's side.
#[derive(Debug)]
pub struct ScramRsClient<H = ScramSha256RustNative>(PhantomData<H>);

impl<H> ScramRsClient<H> {
    /// A client with a password.
    #[must_use]
    pub fn with_password() -> Self {
        Self(PhantomData)
    }
}

/// What its client asks for the credentials.
#[derive(Debug)]
pub struct Secret;

impl ScramCbHelper for Secret {}

impl ScramAuthClient for Secret {
    fn get_username(&self) -> &str {
        NAME
    }

    fn get_password(&self) -> &str {
        PASSWORD
    }
}

impl<H: ScramHashing> contender::Client for ScramRsClient<H> {
    type Started = (SyncScramClient<H, Secret, Secret>, String);
    type Proved = (SyncScramClient<H, Secret, Secret>, String);

    fn start(&self) -> Self::Started {
        let nonce = ScramNonce::none().expect("there is randomness");
        let mut scram = SyncScramClient::new(Secret, nonce, ChannelBindType::None, Secret, true)
            .expect("the client can be made");
        let message = scram
            .init_client()
            .unwrap_output()
            .expect("the client sends its first message");
        (scram, message)
    }

    fn first(started: &Self::Started) -> &[u8] {
        started.1.as_bytes()
    }

    fn respond(&self, (mut scram, _): Self::Started, server_first: &str) -> Self::Proved {
        let message = scram
            .parse_response(server_first)
            .and_then(ScramResultClient::unwrap_output)
            .expect("the client sends its proof");
        (scram, message)
    }

    fn last(proved: &Self::Proved) -> &[u8] {
        proved.1.as_bytes()
    }

    fn finish(&self, (mut scram, _): Self::Proved, server_final: &str) {
        let result = scram.parse_response(server_final);
        assert!(matches!(result, Ok(ScramResultClient::Completed)));
    }
}
