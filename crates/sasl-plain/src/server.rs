//! The server's side of PLAIN.

use alloc::boxed::Box;

use sasl_core::server::{Failure, Mechanism, Proven, Start, State, Step, client_first};
use sasl_core::{Authcid, Authzid, MechanismName, Password, Preparation, Properties, Refused};
use sasl_prep::{presented_authcid, presented_authzid, presented_password};

use crate::Plain;
use crate::message::Message;

/// The server's side of PLAIN (RFC 4616): it has the password checked by the application, or by the server's password
/// verifier against what the application found.
#[derive(Debug, Clone, Copy, Default)]
#[must_use]
pub struct PlainServer {
    preparation: Preparation,
}

impl PlainServer {
    /// Sets how names and passwords are prepared before they are compared: SASLprep by default (RFC 4616 §2).
    pub fn preparation(mut self, preparation: Preparation) -> Self {
        self.preparation = preparation;
        self
    }
}

impl Mechanism for PlainServer {
    fn name(&self) -> MechanismName {
        Plain::NAME
    }

    fn properties(&self) -> Properties {
        Plain::PROPERTIES
    }

    fn start(&self, start: Start<'_>) -> Result<Step, Failure> {
        let state = ExpectMessage {
            preparation: self.preparation,
            known_user: start.known_user.cloned(),
        };
        client_first(start.initial_response, state)
    }
}

/// Waits for the one message.
struct ExpectMessage {
    preparation: Preparation,
    known_user: Option<Authcid>,
}

impl State for ExpectMessage {
    fn respond(self: Box<Self>, response: &[u8]) -> Result<Step, Failure> {
        let Self {
            preparation,
            known_user,
        } = *self;
        let message = Message::parse(response)?;
        // RFC 4616 §2: what cannot be prepared, or is then empty, verifies nothing. That depends on the message alone, so
        // that it may be told at once.
        let (authcid, presented) = match known_user {
            Some(user) => (user, None),
            None => presented_authcid(preparation, Authcid::parse(message.authcid)?)
                .map_err(|_| Refused::Credentials)?,
        };
        let authzid = Authzid::optional(message.authzid)?
            .map(|authzid| presented_authzid(preparation, &authzid))
            .transpose()
            .map_err(|_| Refused::NotPermitted)?;
        let password = presented_password(preparation, Password::new(message.passwd))
            .map_err(|_| Refused::Credentials)?;
        Ok(Step::password(authcid, password, move |authcid| {
            let proven = Proven::new(authcid).presented(presented);
            Ok(Step::Proven(proven.acting_as(authzid)))
        }))
    }
}
