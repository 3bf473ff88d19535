//! `sasl-scram` 0.0.1-rc.3, of kafkars.

use std::collections::HashMap;
use std::hint::black_box;
use std::num::NonZeroU32;

use kafkars_scram::{
    Algorithm, AuthorizationOutcome, AwaitingClientFinal, AwaitingServerFinal, AwaitingServerFirst,
    ChannelBindingMode, ClientConfig, CredentialResponse, IterationCount, NonceError, NonceSource,
    OutboundMessage, ProofResult, Rfc5802Profile, Salt, SecretBytes, SecretString, ServerConfig,
    ServerCredential,
};

use crate::account::{Account, ITERATIONS, NAME, PASSWORD, SALT};
use crate::contender;

pub use kafkars_scram::Algorithm as Hash;

/// The operating system's randomness.
struct OsNonce;

impl NonceSource for OsNonce {
    fn fill(&mut self, output: &mut [u8]) -> Result<(), NonceError> {
        getrandom::fill(output).map_err(|_| NonceError::unavailable())
    }
}

struct Stored {
    name: String,
    salt: Vec<u8>,
    stored_key: Vec<u8>,
    server_key: Vec<u8>,
}

/// The server's side.
pub struct KafkarsServer {
    config: ServerConfig,
    store: HashMap<String, Stored>,
}

impl KafkarsServer {
    /// A server with one account.
    #[must_use]
    pub fn new(account: &Account) -> Self {
        let stored = Stored {
            name: NAME.to_owned(),
            salt: SALT.to_vec(),
            stored_key: account.stored_key.to_vec(),
            server_key: account.server_key.to_vec(),
        };
        Self {
            config: ServerConfig::builder(Algorithm::Sha256)
                .build()
                .expect("the configuration is good"),
            store: HashMap::from([(NAME.to_owned(), stored)]),
        }
    }
}

impl contender::Server for KafkarsServer {
    type Waiting = (AwaitingClientFinal<String>, OutboundMessage);

    fn first(&self, client_first: &str) -> Self::Waiting {
        let received = kafkars_scram::Server::new(self.config)
            .receive_client_first(client_first.as_bytes())
            .expect("the message is good");
        let name =
            Rfc5802Profile::prepare_authentication_identity(received.authentication_identity())
                .expect("the name can be prepared");
        let need = received
            .accept_prepared(name, None)
            .expect("there is no authzid");
        let found = &self.store[need.credential_request().authentication_identity().as_str()];
        // A credential cannot be cloned: it is made of what is stored, each time.
        let credential = ServerCredential::from_verifier_parts(
            Algorithm::Sha256,
            Salt::new(SecretBytes::new(found.salt.as_slice())).expect("the salt is long enough"),
            iterations(),
            SecretBytes::new(found.stored_key.as_slice()),
            SecretBytes::new(found.server_key.as_slice()),
        )
        .expect("the keys are of the right length");
        let known = CredentialResponse::Known {
            principal: found.name.clone(),
            credential,
        };
        need.resume(known, &mut OsNonce)
            .expect("the server sends its first message")
    }

    fn message(waiting: &Self::Waiting) -> &[u8] {
        waiting.1.as_bytes()
    }

    fn last(&self, (waiting, _): Self::Waiting, client_final: &str) {
        let Ok(ProofResult::Verified(question)) =
            waiting.receive_client_final(client_final.as_bytes())
        else {
            panic!("the client has proved itself")
        };
        let principal = question.request().authenticated_principal().clone();
        let Ok(AuthorizationOutcome::Authorized {
            authenticated,
            server_final,
        }) = question.authorize(principal)
        else {
            panic!("the client is let in")
        };
        black_box(server_final.as_bytes());
        assert_eq!(authenticated.authorized_principal(), NAME);
    }
}

fn iterations() -> IterationCount {
    IterationCount::new(NonZeroU32::new(ITERATIONS).expect("it is not zero"))
}

/// The client's side.
pub struct KafkarsClient(Algorithm);

impl KafkarsClient {
    /// A client with a password.
    #[must_use]
    pub fn with_password(hash: Hash) -> Self {
        Self(hash)
    }
}

impl contender::Client for KafkarsClient {
    type Started = (AwaitingServerFirst, OutboundMessage);
    type Proved = (AwaitingServerFinal, OutboundMessage);

    fn start(&self) -> Self::Started {
        let credentials = Rfc5802Profile::prepare(NAME, SecretString::new(PASSWORD))
            .expect("they can be prepared");
        let config = ClientConfig::builder(self.0)
            .credentials(credentials)
            .channel_binding(ChannelBindingMode::Unsupported)
            .build()
            .expect("the configuration is good");
        kafkars_scram::Client::start(config, &mut OsNonce).expect("there is randomness")
    }

    fn first(started: &Self::Started) -> &[u8] {
        started.1.as_bytes()
    }

    fn respond(&self, (state, _): Self::Started, server_first: &str) -> Self::Proved {
        state
            .receive_server_first(server_first.as_bytes())
            .and_then(kafkars_scram::PendingDerivation::derive)
            .expect("the client sends its proof")
    }

    fn last(proved: &Self::Proved) -> &[u8] {
        proved.1.as_bytes()
    }

    fn finish(&self, (state, _): Self::Proved, server_final: &str) {
        black_box(
            state
                .receive_server_final(server_final.as_bytes())
                .expect("the server has proved itself"),
        );
    }
}
