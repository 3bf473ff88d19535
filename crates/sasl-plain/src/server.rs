//! The server's side of PLAIN.

use alloc::boxed::Box;

use sasl_core::server::{
    Failure, Mechanism, Presented, Proven, Start, State, Step, StoredForm, client_first,
};
use sasl_core::{Authcid, Authzid, MechanismName, Password, Preparation, Properties, Refused};
use sasl_prep::{query, query_text, stored};

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
        let (authcid, presented) = match known_user {
            Some(user) => (user, None),
            None => name(preparation, message.authcid)?,
        };
        let authzid = authzid(preparation, message.authzid)?;
        let password = password(preparation, message.passwd)?;
        Ok(Step::password(authcid, password, move |authcid| {
            let proven = Proven::new(authcid).acting_as(authzid);
            Ok(Step::Proven(match presented {
                Some(name) => proven.presented(name),
                None => proven,
            }))
        }))
    }
}

/// The name as prepared, and as presented where that differs. RFC 4616 §2: a name that cannot be prepared, or is
/// then empty, verifies nothing. That depends on the message alone, so that it may be told at once.
fn name(preparation: Preparation, presented: &str) -> Result<(Authcid, Option<Authcid>), Failure> {
    let presented = Authcid::parse(presented)?;
    let prepared = query_text(preparation, presented.as_str()).map_err(|_| Refused::Credentials)?;
    let authcid = Authcid::parse(prepared.as_str()).map_err(|_| Refused::Credentials)?;
    let presented = (presented != authcid).then_some(presented);
    Ok((authcid, presented))
}

/// The authzid, prepared like the authcid so that the two can be compared.
fn authzid(preparation: Preparation, authzid: &str) -> Result<Option<Authzid>, Failure> {
    let Some(authzid) = Authzid::optional(authzid)? else {
        return Ok(None);
    };
    let prepared = query_text(preparation, authzid.as_str()).map_err(|_| Refused::NotPermitted)?;
    // What prepares to nothing was not nothing: it is no way to ask for oneself.
    Ok(Some(
        Authzid::parse(prepared.as_str()).map_err(|_| Refused::NotPermitted)?,
    ))
}

fn password(preparation: Preparation, passwd: &str) -> Result<Presented, Failure> {
    let octets = Password::new(passwd);
    let stored_form: StoredForm = match preparation {
        Preparation::None => return Ok(Presented::unprepared(octets)),
        Preparation::SaslprepOrRaw => |octets| stored(Preparation::SaslprepOrRaw, octets).ok(),
        _ => |octets| stored(Preparation::Saslprep, octets).ok(),
    };
    let prepared = query(preparation, octets.expose()).map_err(|_| Refused::Credentials)?;
    if prepared.is_empty() {
        return Err(Refused::Credentials.into());
    }
    Ok(Presented::prepared(
        octets,
        Password::new(prepared),
        stored_form,
    ))
}
