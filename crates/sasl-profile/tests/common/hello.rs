// X-HELLO: the client says its name and password, and nothing else is said.

use sasl_core::{Authcid, CredentialKind, Malformed, MechanismName, Password, Properties};
use sasl_core::{Credentials, Unusable, Violation, client, mechanism_name, server};

pub(crate) const HELLO: MechanismName = mechanism_name!("X-HELLO");

pub(crate) struct Hello;

impl server::Mechanism for Hello {
    fn name(&self) -> MechanismName {
        HELLO
    }

    fn properties(&self) -> Properties {
        Properties::client_first().clear_text()
    }

    fn start(&self, start: server::Start<'_>) -> Result<server::Step, server::Failure> {
        server::client_first(start.initial_response, ExpectHello)
    }
}

struct ExpectHello;

impl server::State for ExpectHello {
    fn respond(self: Box<Self>, response: &[u8]) -> Result<server::Step, server::Failure> {
        let text = std::str::from_utf8(response).map_err(|_| Malformed::Utf8)?;
        let (name, password) = text.split_once(' ').ok_or(Malformed::Message)?;
        Ok(server::Step::Ask(server::Ask::Password {
            authcid: Authcid::parse(name)?,
            password: server::Presented::unprepared(Password::new(password)),
            then: Box::new(|authcid| Ok(server::Step::Proven(server::Proven::new(authcid)))),
        }))
    }
}

impl client::Mechanism for Hello {
    fn name(&self) -> MechanismName {
        HELLO
    }

    fn properties(&self) -> Properties {
        Properties::client_first().clear_text()
    }

    fn needs(&self) -> &'static [CredentialKind] {
        &[CredentialKind::Password]
    }

    fn start(&self, start: client::Start<'_>) -> Result<client::Step, client::Failure> {
        let (authcid, password) = name_and_password(start.credentials)?;
        let hello = [authcid.as_str().as_bytes(), password.expose()].join(&b' ');
        Ok(client::Step::respond(hello, ExpectOutcome(authcid)))
    }
}

struct ExpectOutcome(Authcid);

impl client::State for ExpectOutcome {
    fn challenge(self: Box<Self>, _: &[u8]) -> Result<client::Step, client::Failure> {
        Err(Violation::UnexpectedMessage.into())
    }

    fn success(self: Box<Self>) -> Result<client::Proven, client::Failure> {
        Ok(client::Proven::new(Some(self.0)))
    }
}

pub(crate) fn name_and_password(credentials: Credentials) -> Result<(Authcid, Password), Unusable> {
    let parts = credentials.into_parts();
    parts
        .authcid
        .zip(parts.password)
        .ok_or(Unusable::Credentials)
}
