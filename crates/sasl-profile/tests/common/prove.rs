// X-PROVE: the server speaks first, and proves itself with its success.

use sasl_core::{
    Authcid, CredentialKind, Malformed, MechanismName, Password, Properties, Violation,
};
use sasl_core::{client, mechanism_name, server};

use super::hello::name_and_password;

pub(crate) const PROVE: MechanismName = mechanism_name!("X-PROVE");

pub(crate) struct Prove;

fn proof(name: &Authcid) -> Vec<u8> {
    format!("proof for {}", name.as_str()).into_bytes()
}

impl server::Mechanism for Prove {
    fn name(&self) -> MechanismName {
        PROVE
    }

    fn properties(&self) -> Properties {
        Properties::server_first().with_server_proof()
    }

    fn start(&self, start: server::Start<'_>) -> Result<server::Step, server::Failure> {
        server::server_first(start.initial_response, b"who?".to_vec(), ExpectName)
    }
}

struct ExpectName;

impl server::State for ExpectName {
    fn respond(self: Box<Self>, response: &[u8]) -> Result<server::Step, server::Failure> {
        let text = std::str::from_utf8(response).map_err(|_| Malformed::Utf8)?;
        let (name, password) = text.split_once(':').ok_or(Malformed::Message)?;
        Ok(server::Step::Ask(server::Ask::Password {
            authcid: Authcid::parse(name)?,
            password: server::Presented::unprepared(Password::new(password)),
            then: Box::new(|authcid| {
                let proof = proof(&authcid);
                let proven = server::Proven::new(authcid).additional_data(proof);
                Ok(server::Step::Proven(proven))
            }),
        }))
    }
}

impl client::Mechanism for Prove {
    fn name(&self) -> MechanismName {
        PROVE
    }

    fn properties(&self) -> Properties {
        Properties::server_first().with_server_proof()
    }

    fn needs(&self) -> &'static [CredentialKind] {
        &[CredentialKind::Password]
    }

    fn start(&self, start: client::Start<'_>) -> Result<client::Step, client::Failure> {
        let (authcid, password) = name_and_password(start.credentials)?;
        Ok(client::Step::wait(ExpectWho(authcid, password)))
    }
}

struct ExpectWho(Authcid, Password);

impl client::State for ExpectWho {
    fn challenge(self: Box<Self>, challenge: &[u8]) -> Result<client::Step, client::Failure> {
        if challenge != b"who?" {
            return Err(Malformed::Message.into());
        }
        let Self(name, password) = *self;
        Ok(client::Step::compute(move || {
            let response = [name.as_str().as_bytes(), password.expose()].join(&b':');
            Ok(client::Step::respond(response, ExpectProof(name)))
        }))
    }

    fn success(self: Box<Self>) -> Result<client::Proven, client::Failure> {
        Err(Violation::ServerNotAuthenticated.into())
    }
}

struct ExpectProof(Authcid);

impl client::State for ExpectProof {
    fn challenge(self: Box<Self>, challenge: &[u8]) -> Result<client::Step, client::Failure> {
        if challenge != proof(&self.0) {
            return Err(Violation::ServerProof.into());
        }
        Ok(client::Step::respond("", ExpectSuccess(self.0)))
    }

    fn success(self: Box<Self>) -> Result<client::Proven, client::Failure> {
        Err(Violation::ServerNotAuthenticated.into())
    }
}

struct ExpectSuccess(Authcid);

impl client::State for ExpectSuccess {
    fn challenge(self: Box<Self>, _: &[u8]) -> Result<client::Step, client::Failure> {
        Err(Violation::UnexpectedMessage.into())
    }

    fn success(self: Box<Self>) -> Result<client::Proven, client::Failure> {
        Ok(client::Proven::new(Some(self.0)).by_server())
    }
}
