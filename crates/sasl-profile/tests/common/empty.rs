// X-EMPTY: the client's only response is the empty one. Anybody may come in.

use sasl_core::{CredentialKind, Malformed, MechanismName, Properties, Violation};
use sasl_core::{client, mechanism_name, server};

pub(crate) const EMPTY: MechanismName = mechanism_name!("X-EMPTY");

pub(crate) struct Empty;

impl server::Mechanism for Empty {
    fn name(&self) -> MechanismName {
        EMPTY
    }

    fn properties(&self) -> Properties {
        Properties::client_first()
    }

    fn start(&self, start: server::Start<'_>) -> Result<server::Step, server::Failure> {
        server::client_first(start.initial_response, ExpectNothing)
    }
}

struct ExpectNothing;

impl server::State for ExpectNothing {
    fn respond(self: Box<Self>, response: &[u8]) -> Result<server::Step, server::Failure> {
        if !response.is_empty() {
            return Err(Malformed::Message.into());
        }
        Ok(server::Step::anonymous("", |account| {
            Ok(server::Step::Proven(server::Proven::new(account)))
        }))
    }
}

impl client::Mechanism for Empty {
    fn name(&self) -> MechanismName {
        EMPTY
    }

    fn properties(&self) -> Properties {
        Properties::client_first()
    }

    fn needs(&self) -> &'static [CredentialKind] {
        &[CredentialKind::Password]
    }

    fn start(&self, _: client::Start<'_>) -> Result<client::Step, client::Failure> {
        Ok(client::Step::respond("", ExpectOutcome))
    }
}

struct ExpectOutcome;

impl client::State for ExpectOutcome {
    fn challenge(self: Box<Self>, _: &[u8]) -> Result<client::Step, client::Failure> {
        Err(Violation::UnexpectedMessage.into())
    }

    fn success(self: Box<Self>) -> Result<client::Proven, client::Failure> {
        Ok(client::Proven::new(None))
    }
}
