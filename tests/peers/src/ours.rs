//! This workspace, through its facade as an application uses it.

use std::collections::HashMap;
use std::hint::black_box;

use sasl::client::{self, Turn as ClientTurn};
use sasl::scram::{ScramClient, derive_keys};
use sasl::server::{Begin, Challenge, Question, Turn};
use sasl::{
    Authcid, Channel, Client, CredentialKind, Credentials, DecoyKey, DerivedKeys, Found, Identity,
    Offer, OsRandom, Password, Preparation, Protection, ScramHash, ScramSha256, Server, Verifier,
};

use crate::account::{Account, ITERATIONS, NAME, PASSWORD, SALT};
use crate::contender;

const MECHANISM: &str = "SCRAM-SHA-256";

/// The server's side, with a store in memory that hands out clones of its identities.
pub struct OurServer {
    server: Server,
    channel: Channel,
    store: HashMap<String, Identity>,
}

impl OurServer {
    /// A server with one account.
    #[must_use]
    pub fn new() -> Self {
        let decoy = DecoyKey::new(&[7; 32]).expect("it is long enough");
        Self {
            server: Server::builder(OsRandom)
                .mechanism(ScramSha256::server(&decoy))
                .build(),
            channel: Channel::new(Protection::Tls),
            store: HashMap::from([(NAME.to_owned(), identity(NAME))]),
        }
    }

    /// What the store has under the name of the account.
    #[must_use]
    pub fn lookup(&self) -> Identity {
        self.store[NAME].clone()
    }
}

impl Default for OurServer {
    fn default() -> Self {
        Self::new()
    }
}

/// An account of this name with the password and the salt of [`crate::account`].
#[must_use]
pub fn identity(name: &str) -> Identity {
    let keys = derive_keys(
        ScramHash::Sha256,
        &Password::new(PASSWORD),
        &SALT,
        ITERATIONS,
        Preparation::Saslprep,
    )
    .expect("the password can be prepared");
    Identity::new(Authcid::parse(name).expect("it is a name")).with_verifier(Verifier::Scram(keys))
}

impl contender::Server for OurServer {
    type Waiting = Challenge;

    fn first(&self, client_first: &str) -> Challenge {
        let begin = Begin::new(MECHANISM, &self.channel)
            .with_initial_response(Some(client_first.as_bytes()));
        let Ok(Turn::Ask(Question::Lookup(lookup))) = self.server.start(begin) else {
            panic!("the server asks for the account")
        };
        let found = Found::from(self.store.get(lookup.authcid().as_str()).cloned());
        let Ok(Turn::Challenge(challenge)) = lookup.supply(found) else {
            panic!("the server sends its first message")
        };
        challenge
    }

    fn message(waiting: &Challenge) -> &[u8] {
        waiting.data()
    }

    fn last(&self, waiting: Challenge, client_final: &str) {
        let Ok(Turn::Done(login)) = waiting.respond(client_final.as_bytes()) else {
            panic!("the client is let in")
        };
        assert_eq!(black_box(&login).acts_as(), NAME);
    }
}

/// The client's side, with a password or with the keys of an earlier exchange.
pub struct OurClient {
    client: Client,
    channel: Channel,
    offer: Offer,
    keys: Option<DerivedKeys>,
}

impl OurClient {
    /// A client that has this one mechanism and is offered nothing else.
    #[must_use]
    pub fn with_password(mechanism: ScramClient) -> Self {
        let name = client::Mechanism::name(&mechanism);
        Self {
            client: Client::builder(OsRandom).mechanism(mechanism).build(),
            channel: Channel::new(Protection::Tls),
            offer: Offer::from_iter([name]),
            keys: None,
        }
    }

    /// A client that has kept the keys of the account.
    #[must_use]
    pub fn with_keys(account: &Account) -> Self {
        let keys = DerivedKeys {
            hash: ScramHash::Sha256,
            iterations: ITERATIONS,
            salt: SALT.as_slice().into(),
            preparation: Preparation::Saslprep,
            authcid: name(),
            client_key: sasl::Key::new(&account.client_key),
            server_key: sasl::Key::new(&account.server_key),
        };
        Self {
            keys: Some(keys),
            ..Self::with_password(ScramSha256::client())
        }
    }
}

fn name() -> Authcid {
    Authcid::parse(NAME).expect("it is a name")
}

impl contender::Client for OurClient {
    type Started = client::Response;
    type Proved = client::Response;

    fn start(&self) -> client::Response {
        let (kind, credentials) = match &self.keys {
            Some(keys) => (CredentialKind::DerivedKeys, Credentials::keys(keys.clone())),
            None => (
                CredentialKind::Password,
                Credentials::password(name(), Password::new(PASSWORD)),
            ),
        };
        let chosen = self
            .client
            .choose(&self.offer, &self.channel, &[kind])
            .expect("the mechanism fits");
        let Ok(ClientTurn::Respond(response)) = chosen.start(credentials) else {
            panic!("the client sends its first message")
        };
        response
    }

    fn first(started: &client::Response) -> &[u8] {
        started.data().expect("SCRAM is client-first")
    }

    fn respond(&self, started: client::Response, server_first: &str) -> client::Response {
        let turn = match started.challenge(server_first.as_bytes()) {
            Ok(ClientTurn::Compute(derivation)) => {
                assert!(self.keys.is_none(), "kept keys are used");
                derivation.run()
            }
            turn => turn,
        };
        let Ok(ClientTurn::Respond(response)) = turn else {
            panic!("the client sends its proof")
        };
        response
    }

    fn last(proved: &client::Response) -> &[u8] {
        proved.data().expect("there is a proof")
    }

    fn finish(&self, proved: client::Response, server_final: &str) {
        let login = proved
            .success(Some(server_final.as_bytes()))
            .expect("the server has proved itself");
        assert!(black_box(&login).server_proved());
    }
}
