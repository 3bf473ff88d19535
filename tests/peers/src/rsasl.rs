//! `rsasl` 2.3.1. Its server makes its own nonce, by a generator of its own in user space.

use std::collections::HashMap;
use std::hint::black_box;
use std::sync::Arc;

use rsasl::callback::{Context, Request, SessionCallback, SessionData};
use rsasl::mechanisms::scram::properties::{SaltedPassword, ScramStoredPassword};
use rsasl::mechanisms::scram::{SCRAM_SHA1, SCRAM_SHA256, SCRAM_SHA512};
use rsasl::prelude::{
    Mechanism, Mechname, Registry, SASLClient, SASLConfig, SASLServer, Session, SessionError,
    State, Validation,
};
use rsasl::property::{AuthId, Password};
use rsasl::validate::{Validate, ValidationError};

use crate::account::{Account, ITERATIONS, NAME, PASSWORD, SALT};
use crate::contender;

/// SCRAM-SHA-1 and nothing else.
pub static SHA1: &[Mechanism] = &[SCRAM_SHA1];
/// SCRAM-SHA-256 and nothing else.
pub static SHA256: &[Mechanism] = &[SCRAM_SHA256];
/// SCRAM-SHA-512 and nothing else.
pub static SHA512: &[Mechanism] = &[SCRAM_SHA512];

/// Who has logged in.
pub struct Login;

impl Validation for Login {
    type Value = String;
}

struct Store(HashMap<String, Stored>);

struct Stored {
    salt: Vec<u8>,
    stored_key: Vec<u8>,
    server_key: Vec<u8>,
}

impl SessionCallback for Store {
    fn callback(
        &self,
        _session: &SessionData,
        context: &Context<'_>,
        request: &mut Request<'_>,
    ) -> Result<(), SessionError> {
        if let Some(found) = context
            .get_ref::<AuthId>()
            .and_then(|name| self.0.get(name))
        {
            request.satisfy::<ScramStoredPassword<'_>>(&ScramStoredPassword::new(
                ITERATIONS,
                &found.salt,
                &found.stored_key,
                &found.server_key,
            ))?;
        }
        Ok(())
    }

    fn validate(
        &self,
        _session: &SessionData,
        context: &Context<'_>,
        validate: &mut Validate<'_>,
    ) -> Result<(), ValidationError> {
        validate
            .with::<Login, _>(|| Ok(context.get_ref::<AuthId>().unwrap_or_default().to_owned()))?;
        Ok(())
    }
}

/// The server's side.
pub struct RsaslServer(Arc<SASLConfig>);

impl RsaslServer {
    /// A server with one account.
    #[must_use]
    pub fn new(account: &Account) -> Self {
        let stored = Stored {
            salt: SALT.to_vec(),
            stored_key: account.stored_key.to_vec(),
            server_key: account.server_key.to_vec(),
        };
        let store = Store(HashMap::from([(NAME.to_owned(), stored)]));
        Self(config(SHA256, store))
    }
}

fn config(
    mechanisms: &'static [Mechanism],
    callback: impl SessionCallback + 'static,
) -> Arc<SASLConfig> {
    SASLConfig::builder()
        .with_registry(Registry::with_mechanisms(mechanisms))
        .with_callback(callback)
        .expect("the configuration is good")
}

impl contender::Server for RsaslServer {
    type Waiting = (Session<Login>, Vec<u8>);

    fn first(&self, client_first: &str) -> Self::Waiting {
        let name = Mechname::parse(b"SCRAM-SHA-256").expect("it is a name");
        let mut session = SASLServer::<Login>::new(Arc::clone(&self.0))
            .start_suggested(name)
            .expect("there is the mechanism");
        let mut message = Vec::new();
        let state = session.step(Some(client_first.as_bytes()), &mut message);
        assert!(matches!(state, Ok(State::Running)));
        (session, message)
    }

    fn message(waiting: &Self::Waiting) -> &[u8] {
        &waiting.1
    }

    fn last(&self, (mut session, _): Self::Waiting, client_final: &str) {
        let mut message = Vec::new();
        let state = session.step(Some(client_final.as_bytes()), &mut message);
        assert!(matches!(state, Ok(State::Finished(_))));
        black_box(&message);
        assert_eq!(session.validation().as_deref(), Some(NAME));
    }
}

struct Secret {
    salted: Option<[u8; 32]>,
}

impl SessionCallback for Secret {
    fn callback(
        &self,
        _session: &SessionData,
        _context: &Context<'_>,
        request: &mut Request<'_>,
    ) -> Result<(), SessionError> {
        request.satisfy::<AuthId>(NAME)?;
        match &self.salted {
            Some(salted) => request.satisfy::<SaltedPassword>(salted)?,
            None => request.satisfy::<Password>(PASSWORD.as_bytes())?,
        };
        Ok(())
    }
}

/// The client's side, with a password or with what was derived from it.
///
/// Its property for kept keys, `ScramCachedPassword`, can be made by nobody else; what an application can give it is the
/// salted password.
pub struct RsaslClient {
    config: Arc<SASLConfig>,
    name: &'static Mechname,
}

impl RsaslClient {
    /// A client that has this one mechanism: one of [`SHA1`], [`SHA256`] and [`SHA512`].
    #[must_use]
    pub fn with_password(mechanisms: &'static [Mechanism]) -> Self {
        Self {
            config: config(mechanisms, Secret { salted: None }),
            name: mechanisms[0].mechanism,
        }
    }

    /// A client that has kept the salted password of the account.
    #[must_use]
    pub fn with_salted_password(account: &Account) -> Self {
        let secret = Secret {
            salted: Some(account.salted),
        };
        Self {
            config: config(SHA256, secret),
            name: SCRAM_SHA256.mechanism,
        }
    }
}

impl contender::Client for RsaslClient {
    type Started = (Session, Vec<u8>);
    type Proved = (Session, Vec<u8>);

    fn start(&self) -> Self::Started {
        let mut session = SASLClient::new(Arc::clone(&self.config))
            .start_suggested(&[self.name])
            .expect("there is the mechanism");
        let mut message = Vec::new();
        let state = session.step(None, &mut message);
        assert!(matches!(state, Ok(State::Running)));
        (session, message)
    }

    fn first(started: &Self::Started) -> &[u8] {
        &started.1
    }

    fn respond(&self, (mut session, _): Self::Started, server_first: &str) -> Self::Proved {
        let mut message = Vec::new();
        let state = session.step(Some(server_first.as_bytes()), &mut message);
        assert!(matches!(state, Ok(State::Running)));
        (session, message)
    }

    fn last(proved: &Self::Proved) -> &[u8] {
        &proved.1
    }

    fn finish(&self, (mut session, _): Self::Proved, server_final: &str) {
        let state = session.step(Some(server_final.as_bytes()), &mut Vec::new());
        assert!(matches!(state, Ok(State::Finished(_))));
    }
}
