//! `sasl` 0.5.2, of xmpp-rs. Its server stores the salted password, from which a client could be played, and takes
//! clients without channel binding only when they say that they would have bound (`y`).

use std::collections::HashMap;
use std::hint::black_box;
use std::marker::PhantomData;

use xmpp_sasl::client::Mechanism as _;
use xmpp_sasl::client::mechanisms::Scram as ClientScram;
use xmpp_sasl::common::scram::ScramProvider;
use xmpp_sasl::common::{ChannelBinding, Identity};
use xmpp_sasl::secret::Pbkdf2Sha256;
use xmpp_sasl::server::mechanisms::Scram as ServerScram;
use xmpp_sasl::server::{Mechanism as _, Provider, ProviderError, Response};

pub use xmpp_sasl::common::scram::{Sha1, Sha256};

use crate::account::{Account, ITERATIONS, NAME, PASSWORD, SALT};
use crate::contender;

#[derive(Clone, Copy)]
struct Store<'a>(&'a HashMap<String, Pbkdf2Sha256>);

impl Provider<Pbkdf2Sha256> for Store<'_> {
    fn provide(&self, identity: &Identity) -> Result<Pbkdf2Sha256, ProviderError> {
        match identity {
            Identity::Username(name) => self.0.get(name).cloned(),
            Identity::None => None,
        }
        .ok_or(ProviderError::AuthenticationFailed)
    }
}

xmpp_sasl::impl_validator_using_provider!(Store<'_>, Pbkdf2Sha256);

/// The server's side.
pub struct XmppServer(HashMap<String, Pbkdf2Sha256>);

impl XmppServer {
    /// A server with one account.
    #[must_use]
    pub fn new(account: &Account) -> Self {
        let stored = Pbkdf2Sha256 {
            salt: SALT.to_vec(),
            iterations: ITERATIONS,
            digest: account.salted.to_vec(),
        };
        Self(HashMap::from([(NAME.to_owned(), stored)]))
    }
}

/// Its server between two messages.
pub struct Waiting<'a> {
    scram: ServerScram<Sha256, Store<'a>>,
    message: Vec<u8>,
}

impl<'a> contender::Server for &'a XmppServer {
    type Waiting = Waiting<'a>;

    fn gs2_header() -> &'static str {
        "y,,"
    }

    fn first(&self, client_first: &str) -> Waiting<'a> {
        let mut scram = ServerScram::new(Store(&self.0), ChannelBinding::None);
        let Ok(Response::Proceed(message)) = scram.respond(client_first.as_bytes()) else {
            panic!("the server sends its first message")
        };
        Waiting { scram, message }
    }

    fn message<'w>(waiting: &'w Waiting<'a>) -> &'w [u8] {
        &waiting.message
    }

    fn last(&self, mut waiting: Waiting<'a>, client_final: &str) {
        let response = waiting.scram.respond(client_final.as_bytes());
        let Ok(Response::Success(Identity::Username(name), message)) = response else {
            panic!("the client is let in")
        };
        black_box(&message);
        assert_eq!(name, NAME);
    }
}

/// The client's side.
pub struct XmppClient<H = Sha256>(PhantomData<H>);

impl<H> XmppClient<H> {
    /// A client with a password.
    #[must_use]
    pub fn with_password() -> Self {
        Self(PhantomData)
    }
}

impl<H: ScramProvider> contender::Client for XmppClient<H> {
    type Started = (ClientScram<H>, Vec<u8>);
    type Proved = (ClientScram<H>, Vec<u8>);

    fn start(&self) -> Self::Started {
        let mut scram =
            ClientScram::new(NAME, PASSWORD, ChannelBinding::None).expect("there is randomness");
        let message = scram.initial();
        (scram, message)
    }

    fn first(started: &Self::Started) -> &[u8] {
        &started.1
    }

    fn respond(&self, (mut scram, _): Self::Started, server_first: &str) -> Self::Proved {
        let message = scram
            .response(server_first.as_bytes())
            .expect("the client sends its proof");
        (scram, message)
    }

    fn last(proved: &Self::Proved) -> &[u8] {
        &proved.1
    }

    fn finish(&self, (mut scram, _): Self::Proved, server_final: &str) {
        scram
            .success(server_final.as_bytes())
            .expect("the server has proved itself");
    }
}
