//! The client's side of X-TOY.

use alloc::boxed::Box;
use alloc::vec::Vec;

use sasl_core::client::{Failure, Mechanism, Proven, Start, State, Step};
use sasl_core::{
    Authcid, Authzid, CredentialKind, MechanismName, Password, Properties, Refused, Secret, Side,
    Unusable, Violation, limits,
};

use crate::keys::{Keys, Said};
use crate::message::{Challenge, Hello, Nonce, Proof, REFUSAL};
use crate::{NAME, PROPERTIES};

/// The client's side.
#[derive(Debug, Clone, Default)]
pub struct ToyClient {
    device: Option<Box<str>>,
}

impl ToyClient {
    /// A client that does not say which device it runs on.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the device that it says it runs on.
    #[must_use]
    pub fn with_device(mut self, device: &str) -> Self {
        self.device = Some(device.into());
        self
    }
}

impl Mechanism for ToyClient {
    fn name(&self) -> MechanismName {
        NAME
    }

    fn properties(&self) -> Properties {
        PROPERTIES
    }

    fn needs(&self) -> &'static [CredentialKind] {
        &[CredentialKind::Password]
    }

    fn start(&self, start: Start<'_>) -> Result<Step, Failure> {
        let parts = start.credentials.into_parts();
        let authcid = parts.authcid.ok_or(Unusable::Credentials)?;
        let password = parts.password.ok_or(Unusable::Credentials)?;
        if password.is_empty() {
            return Err(Unusable::EmptySecret.into());
        }
        let device = self.device.as_deref().unwrap_or_default();
        if device.contains('\0') {
            return Err(Unusable::Characters.into());
        }
        if device.len() > limits::NAME {
            return Err(Unusable::TooLong.into());
        }
        let hello = Hello {
            authzid: parts.authzid,
            authcid,
            device: self.device.clone(),
            nonce: Nonce::draw(start.random)?,
        };
        Ok(Step::wait(ExpectGreeting { hello, password }))
    }
}

struct ExpectGreeting {
    hello: Hello,
    password: Password,
}

impl State for ExpectGreeting {
    fn challenge(self: Box<Self>, challenge: &[u8]) -> Result<Step, Failure> {
        let greeting = Nonce::parse(challenge)?;
        let said = self.hello.encode();
        Ok(Step::respond(
            said.clone(),
            ExpectChallenge {
                greeting,
                said,
                hello: self.hello,
                password: self.password,
            },
        ))
    }

    fn success(self: Box<Self>) -> Result<Proven, Failure> {
        Err(Violation::ServerNotAuthenticated.into())
    }
}

struct ExpectChallenge {
    greeting: Nonce,
    /// The hello as it was sent.
    said: Vec<u8>,
    hello: Hello,
    password: Password,
}

impl State for ExpectChallenge {
    fn challenge(self: Box<Self>, challenge: &[u8]) -> Result<Step, Failure> {
        let challenge = Challenge::parse(challenge)?;
        Ok(Step::compute(move || Ok(self.prove(challenge))))
    }

    fn success(self: Box<Self>) -> Result<Proven, Failure> {
        Err(Violation::ServerNotAuthenticated.into())
    }
}

impl ExpectChallenge {
    fn prove(self, challenge: Challenge) -> Step {
        let keys = Keys::derive(&self.password, challenge);
        let said = Said::new(self.greeting, challenge, &self.said);
        let proof = keys.prove(Side::Client, &said);
        // Computed before it is needed: it may come with the success, and then nothing heavy can be done any more.
        let expected = keys.prove(Side::Server, &said);
        Step::respond(
            &proof.0,
            ExpectServerProof {
                expected,
                authcid: self.hello.authcid,
                authzid: self.hello.authzid,
            },
        )
    }
}

struct ExpectServerProof {
    expected: Proof,
    authcid: Authcid,
    authzid: Option<Authzid>,
}

impl State for ExpectServerProof {
    fn challenge(self: Box<Self>, challenge: &[u8]) -> Result<Step, Failure> {
        if challenge == REFUSAL {
            return Err(Failure::with_said(Refused::ByServer, "refused"));
        }
        if !Proof::parse(challenge)?.matches(&self.expected) {
            return Err(Violation::ServerProof.into());
        }
        Ok(Step::respond(
            Secret::default(),
            Proved {
                authcid: self.authcid,
                authzid: self.authzid,
            },
        ))
    }

    fn success(self: Box<Self>) -> Result<Proven, Failure> {
        Err(Violation::ServerNotAuthenticated.into())
    }
}

/// The server has proved itself: nothing but its success may follow.
struct Proved {
    authcid: Authcid,
    authzid: Option<Authzid>,
}

impl State for Proved {
    fn challenge(self: Box<Self>, _challenge: &[u8]) -> Result<Step, Failure> {
        Err(Violation::UnexpectedMessage.into())
    }

    fn success(self: Box<Self>) -> Result<Proven, Failure> {
        Ok(Proven::new(Some(self.authcid))
            .acting_as(self.authzid)
            .by_server())
    }
}
