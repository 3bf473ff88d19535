//! The server's side of X-TOY once more, with a place for each flaw.

use sasl_core::server::{
    Ask, Failure, Mechanism, Proven, Start, State, Step, Supplied, server_first,
};
use sasl_core::{
    Authcid, Identity, Malformed, MechanismName, Properties, Refused, Side, Standing, Unusable,
    Verifier, mechanism_name,
};
use sasl_toy::keys::{Keys, Said, WANTS};
use sasl_toy::message::{Hello, Nonce, Proof, REFUSAL};
use sasl_toy::{Decoys, NAME, PROPERTIES};

use crate::flaw::Flaw;

/// The server's side, with a flaw; without one it is sound.
#[derive(Clone)]
pub(crate) struct BrokenServer {
    pub(crate) decoys: Decoys,
    pub(crate) flaw: Option<Flaw>,
}

impl BrokenServer {
    fn has(&self, flaw: Flaw) -> bool {
        self.flaw == Some(flaw)
    }
}

impl Mechanism for BrokenServer {
    fn name(&self) -> MechanismName {
        if self.has(Flaw::HasAnotherName) {
            return mechanism_name!("X-TOY-2");
        }
        NAME
    }

    fn properties(&self) -> Properties {
        PROPERTIES
    }

    fn start(&self, start: Start<'_>) -> Result<Step, Failure> {
        let greeting = if self.has(Flaw::GreetsWithAConstant) {
            Nonce([7; 16])
        } else if self.has(Flaw::DoesWithoutRandomness) {
            Nonce::draw(start.random).unwrap_or(Nonce([7; 16]))
        } else {
            Nonce::draw(start.random)?
        };
        let state = ExpectHello {
            greeting,
            known_user: start.known_user.cloned(),
            changing: if self.has(Flaw::GivesAStrangerANewSaltEachTime) {
                Nonce::draw(start.random)?
            } else {
                greeting
            },
            server: self.clone(),
        };
        if self.has(Flaw::TakesAnInitialResponse) {
            return Ok(Step::challenge(greeting.0, state));
        }
        if self.has(Flaw::SendsTooMuch) {
            return server_first(start.initial_response, vec![b'a'; 20_000], state);
        }
        server_first(start.initial_response, greeting.0.to_vec(), state)
    }
}

struct ExpectHello {
    greeting: Nonce,
    known_user: Option<Authcid>,
    /// Something that is another at each attempt.
    changing: Nonce,
    server: BrokenServer,
}

impl State for ExpectHello {
    fn respond(self: Box<Self>, response: &[u8]) -> Result<Step, Failure> {
        if self.server.has(Flaw::PanicsOnAShortMessage) {
            _ = &response[..3];
        }
        let mut hello = Hello::parse(response, self.known_user.as_ref())?;
        if self.server.has(Flaw::IgnoresTheKnownUser) {
            hello = Hello::parse(response, None)?;
        }
        if self.server.has(Flaw::DropsTheAuthzid) {
            hello.authzid = None;
        }
        let mut said = response.to_vec();
        if self.server.has(Flaw::DoesNotProveTheAuthzid) {
            said = without_authzid(&said);
        }
        Ok(Step::Ask(Ask::Lookup {
            authcid: hello.authcid.clone(),
            wants: if self.server.has(Flaw::WantsNothing) {
                &[]
            } else {
                WANTS
            },
            then: Box::new(move |supplied| self.ask_for_device(supplied, hello, &said)),
        }))
    }
}

impl ExpectHello {
    fn ask_for_device(
        self,
        Supplied {
            authcid, identity, ..
        }: Supplied,
        hello: Hello,
        said: &[u8],
    ) -> Result<Step, Failure> {
        let stranger = identity.is_none();
        if self.server.has(Flaw::RefusesAStrangerAtOnce) && stranger {
            return Err(Refused::Credentials.into());
        }
        if self.server.has(Flaw::GivesADisabledAccountAway)
            && identity
                .as_ref()
                .is_some_and(|identity| identity.standing() != Standing::Active)
        {
            return Err(Refused::Disabled.into());
        }
        let decoy = if self.server.has(Flaw::GivesStrangersOneSalt) {
            self.server.decoys.keys(&Authcid::parse("stranger")?)
        } else {
            self.server.decoys.keys(&authcid)
        };
        let found = identity.as_ref().and_then(Keys::of);
        let genuine = found.is_some();
        let mut keys = found.unwrap_or(decoy);
        if self.server.has(Flaw::GivesAStrangerANewSaltEachTime) && !genuine {
            keys.challenge.salt = self.changing.0;
        }

        let mut challenge = keys.challenge.encode();
        if self.server.has(Flaw::GivesAStrangerAShorterChallenge) && !genuine {
            challenge.truncate(16);
        }
        let expect = ExpectProof {
            said: Said::new(self.greeting, keys.challenge, said),
            stranger,
            known: self.known_user.is_some(),
            genuine,
            keys,
            verifier: verifier(identity.as_ref()),
            flaw: self.server.flaw,
            hello,
        };
        if self.server.has(Flaw::DoesNotAskAboutAStranger) && stranger {
            return Ok(Step::challenge(challenge, expect));
        }
        Ok(Step::Ask(Ask::Other {
            question: Box::new(()),
            then: Box::new(move |_| Ok(Step::challenge(challenge, expect))),
        }))
    }
}

struct ExpectProof {
    hello: Hello,
    said: Said,
    stranger: bool,
    known: bool,
    genuine: bool,
    keys: Keys,
    verifier: Vec<u8>,
    flaw: Option<Flaw>,
}

impl State for ExpectProof {
    fn respond(self: Box<Self>, response: &[u8]) -> Result<Step, Failure> {
        if self.has(Flaw::AcceptsAnEmptyProof) && response.is_empty() {
            return Ok(self.accept());
        }
        if self.has(Flaw::AcceptsTheStartOfAProof) && !response.is_empty() {
            let expected = self.keys.prove(Side::Client, &self.said);
            if expected.0.starts_with(response) {
                return Ok(self.accept());
            }
        }
        let mut response = response;
        if self.has(Flaw::AcceptsMoreThanAProof) {
            response = response.get(..32).unwrap_or(response);
        }
        let proof = Proof::parse(response)?;
        if self.has(Flaw::DoesNotWorkForAStranger) && self.stranger {
            return Err(self.refuse());
        }
        Ok(Step::compute(move || self.verify(&proof)))
    }
}

impl ExpectProof {
    fn has(&self, flaw: Flaw) -> bool {
        self.flaw == Some(flaw)
    }

    fn verify(self, proof: &Proof) -> Result<Step, Failure> {
        let expected = self.keys.prove(Side::Client, &self.said);
        let right = expected.matches(proof) & self.genuine;
        let first = self.has(Flaw::ComparesOneOctet) && expected.0.first() == proof.0.first();
        let known = self.has(Flaw::TakesAKnownUserForProven) && self.known;
        if right || first || known || self.has(Flaw::ForgetsTheProof) {
            return Ok(self.accept());
        }
        Err(self.refuse())
    }

    fn accept(self) -> Step {
        let proof = self.keys.prove(Side::Server, &self.said).0.to_vec();
        let proven = Proven::new(self.hello.authcid.clone()).parting(REFUSAL.to_vec());
        let proven = proven.acting_as(self.hello.authzid.clone());
        if self.has(Flaw::ProvesItselfBeforeTheAuthorization) {
            return Step::challenge(proof, ExpectNothing(proven));
        }
        if self.has(Flaw::TakesTheAuthzidForTheAuthcid)
            && let Some(authzid) = self.hello.authzid.clone()
            && let Ok(authcid) = Authcid::parse(authzid.as_str())
        {
            let proven = Proven::new(authcid).acting_as(Some(authzid));
            return Step::Proven(proven.additional_data(proof));
        }
        if self.has(Flaw::ComputesForEver) {
            return compute_for_ever();
        }
        if self.has(Flaw::DoesNotProveItself) {
            return Step::Proven(proven);
        }
        Step::Proven(proven.additional_data(proof))
    }

    fn refuse(&self) -> Failure {
        if self.has(Flaw::CallsAWrongProofMalformed) {
            return Malformed::Message.into();
        }
        if self.has(Flaw::RefusesAStrangerInSilence) && self.stranger {
            return Refused::Credentials.into();
        }
        if self.has(Flaw::RefusesAStrangerForAnotherReason) && self.stranger {
            return Failure::with_parting(Unusable::Credentials, REFUSAL.to_vec());
        }
        if self.has(Flaw::TellsTheVerifier) {
            return Failure::with_parting(Refused::Credentials, self.verifier.clone());
        }
        Failure::with_parting(Refused::Credentials, REFUSAL.to_vec())
    }
}

/// Only a server that has proved itself too early waits for this.
struct ExpectNothing(Proven);

impl State for ExpectNothing {
    fn respond(self: Box<Self>, response: &[u8]) -> Result<Step, Failure> {
        if response.is_empty() {
            return Ok(Step::Proven(self.0));
        }
        Err(Malformed::Message.into())
    }
}

fn compute_for_ever() -> Step {
    Step::compute(|| Ok(compute_for_ever()))
}

fn verifier(identity: Option<&Identity>) -> Vec<u8> {
    match identity.and_then(|identity| identity.verifiers().first()) {
        Some(Verifier::Other(other)) => other.data.expose().to_vec(),
        _ => REFUSAL.to_vec(),
    }
}

/// A hello from its first NUL on.
pub(crate) fn without_authzid(hello: &[u8]) -> Vec<u8> {
    hello
        .iter()
        .copied()
        .skip_while(|octet| *octet != 0)
        .collect()
}
