//! The client's side of X-TOY once more, with a place for each flaw.

use sasl_core::client::{Failure, Mechanism, Proven, Start, State, Step};
use sasl_core::{
    Authcid, Authzid, CredentialKind, MechanismName, Password, Properties, Refused, Secret, Side,
    Unusable, Violation,
};
use sasl_toy::keys::{Keys, Said};
use sasl_toy::message::{Challenge, Hello, Nonce, Proof, REFUSAL};
use sasl_toy::{NAME, PROPERTIES};

use crate::flaw::Flaw;
use crate::server::without_authzid;

/// The client's side, with a flaw; without one it is sound.
#[derive(Clone, Copy)]
pub(crate) struct BrokenClient {
    pub(crate) flaw: Option<Flaw>,
}

impl BrokenClient {
    fn has(self, flaw: Flaw) -> bool {
        self.flaw == Some(flaw)
    }
}

impl Mechanism for BrokenClient {
    fn name(&self) -> MechanismName {
        NAME
    }

    fn properties(&self) -> Properties {
        if self.has(Flaw::HasOtherProperties) {
            return Properties::server_first();
        }
        PROPERTIES
    }

    fn needs(&self) -> &'static [CredentialKind] {
        &[CredentialKind::Password]
    }

    fn start(&self, start: Start<'_>) -> Result<Step, Failure> {
        let parts = start.credentials.into_parts();
        let mut hello = Hello {
            authzid: parts.authzid,
            authcid: parts.authcid.ok_or(Unusable::Credentials)?,
            device: Some("laptop".into()),
            nonce: if self.has(Flaw::HasAConstantNonce) {
                Nonce([7; 16])
            } else if self.has(Flaw::NeedsNoRandomness) {
                Nonce::draw(start.random).unwrap_or(Nonce([7; 16]))
            } else {
                Nonce::draw(start.random)?
            },
        };
        let password = parts.password.ok_or(Unusable::Credentials)?;
        if self.has(Flaw::KeepsTheAuthzidToItself) {
            hello.authzid = None;
        }
        if self.has(Flaw::SaysThePassword) {
            hello.device = Some(String::from_utf8_lossy(password.expose()).into());
        }
        let client = *self;
        let state = ExpectGreeting {
            hello,
            password,
            client,
        };
        if self.has(Flaw::SpeaksFirst) {
            return Ok(Step::respond(b"", state));
        }
        Ok(Step::wait(state))
    }
}

/// What `success` does in the states before the end.
fn too_early() -> Result<Proven, Failure> {
    Err(Violation::ServerNotAuthenticated.into())
}

struct ExpectGreeting {
    hello: Hello,
    password: Password,
    client: BrokenClient,
}

impl State for ExpectGreeting {
    fn challenge(self: Box<Self>, challenge: &[u8]) -> Result<Step, Failure> {
        if self.client.has(Flaw::PanicsOnAShortChallenge) {
            _ = &challenge[..16];
        }
        let greeting = Nonce::parse(challenge)?;
        let said = self.hello.encode();
        let mut proved = said.clone();
        if self.client.has(Flaw::DoesNotProveTheAuthzid) {
            proved = without_authzid(&said);
        }
        let state = ExpectChallenge {
            greeting,
            proved,
            start: *self,
        };
        Ok(Step::respond(said, state))
    }

    fn success(self: Box<Self>) -> Result<Proven, Failure> {
        too_early()
    }
}

struct ExpectChallenge {
    greeting: Nonce,
    /// The hello, as the proofs cover it.
    proved: Vec<u8>,
    start: ExpectGreeting,
}

impl State for ExpectChallenge {
    fn challenge(self: Box<Self>, challenge: &[u8]) -> Result<Step, Failure> {
        let challenge = Challenge::parse(challenge)?;
        Ok(Step::compute(move || Ok(self.prove(challenge))))
    }

    fn success(self: Box<Self>) -> Result<Proven, Failure> {
        too_early()
    }
}

impl ExpectChallenge {
    fn prove(self, challenge: Challenge) -> Step {
        let ExpectGreeting {
            hello,
            password,
            client,
        } = self.start;
        let keys = Keys::derive(&password, challenge);
        let said = Said::new(self.greeting, challenge, &self.proved);
        let mut authcid = hello.authcid;
        if client.has(Flaw::ShowsThePassword) {
            let shown = format!("{}:{}", authcid.as_str(), password.expose().escape_ascii());
            authcid = Authcid::parse(&shown).unwrap_or(authcid);
        }
        let proof = keys.prove(Side::Client, &said);
        Step::respond(
            &proof.0,
            ExpectServerProof {
                expected: keys.prove(Side::Server, &said),
                authcid,
                authzid: hello.authzid,
                client,
            },
        )
    }
}

struct ExpectServerProof {
    expected: Proof,
    authcid: Authcid,
    authzid: Option<Authzid>,
    client: BrokenClient,
}

impl State for ExpectServerProof {
    fn challenge(self: Box<Self>, challenge: &[u8]) -> Result<Step, Failure> {
        if challenge == REFUSAL {
            return Err(Failure::with_said(Refused::ByServer, "refused"));
        }
        let believes = self.client.has(Flaw::BelievesEveryProof)
            || self.client.has(Flaw::BelievesAnEmptyProof) && challenge.is_empty();
        if !believes && !Proof::parse(challenge)?.matches(&self.expected) {
            return Err(Violation::ServerProof.into());
        }
        if self.client.has(Flaw::ComputesAtTheEnd) {
            return Ok(Step::compute(move || Ok(Step::respond(b"", Proved(*self)))));
        }
        if self.client.has(Flaw::AnswersTheSuccessData) {
            return Ok(Step::respond(b"thanks", Proved(*self)));
        }
        Ok(Step::respond(Secret::default(), Proved(*self)))
    }

    fn success(self: Box<Self>) -> Result<Proven, Failure> {
        if self.client.has(Flaw::BelievesEverySuccess) {
            return Ok(Proven::new(Some(self.authcid))
                .acting_as(self.authzid)
                .by_server());
        }
        too_early()
    }
}

struct Proved(ExpectServerProof);

impl State for Proved {
    fn challenge(self: Box<Self>, _challenge: &[u8]) -> Result<Step, Failure> {
        if self.0.client.has(Flaw::GoesOnAfterTheEnd) {
            return Ok(Step::respond(b"", *self));
        }
        Err(Violation::UnexpectedMessage.into())
    }

    fn success(self: Box<Self>) -> Result<Proven, Failure> {
        Ok(Proven::new(Some(self.0.authcid))
            .acting_as(self.0.authzid)
            .by_server())
    }
}
