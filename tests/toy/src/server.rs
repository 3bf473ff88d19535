//! The server's side of X-TOY.

use alloc::boxed::Box;
use alloc::vec::Vec;

use sasl_core::server::{
    Ask, Denial, Failure, Mechanism, Proven, Start, State, Step, Supplied, server_first,
};
use sasl_core::{Authcid, MechanismName, Properties, Refused, Side, Unusable};

use crate::decoys::Decoys;
use crate::keys::{Keys, Said, WANTS};
use crate::message::{Hello, Nonce, Proof, REFUSAL};
use crate::{NAME, PROPERTIES};

/// The server's side.
#[derive(Debug, Clone)]
pub struct ToyServer {
    decoys: Decoys,
}

impl ToyServer {
    /// A server that treats users who do not exist like these.
    #[must_use]
    pub fn new(decoys: Decoys) -> Self {
        Self { decoys }
    }
}

impl Mechanism for ToyServer {
    fn name(&self) -> MechanismName {
        NAME
    }

    fn properties(&self) -> Properties {
        PROPERTIES
    }

    fn start(&self, start: Start<'_>) -> Result<Step, Failure> {
        let greeting = Nonce::draw(start.random)?;
        let state = ExpectHello {
            greeting,
            known_user: start.known_user.cloned(),
            decoys: self.decoys.clone(),
        };
        server_first(start.initial_response, greeting.0.to_vec(), state)
    }
}

/// What the application is asked besides: does this user have this device? Answered with [`DeviceKnown`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeviceQuestion {
    /// Who wants in, without having proved anything yet.
    pub authcid: Authcid,
    /// On which device, in the client's own words; `None` when it did not say.
    pub device: Option<Box<str>>,
}

/// The answer to a [`DeviceQuestion`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeviceKnown {
    /// Then the user may come in.
    Yes,
    /// Then not, and hears so after the proof.
    No,
}

struct ExpectHello {
    greeting: Nonce,
    known_user: Option<Authcid>,
    decoys: Decoys,
}

impl State for ExpectHello {
    fn respond(self: Box<Self>, response: &[u8]) -> Result<Step, Failure> {
        let hello = Hello::parse(response, self.known_user.as_ref())?;
        let said = response.to_vec();
        Ok(Step::Ask(Ask::Lookup {
            authcid: hello.authcid.clone(),
            wants: WANTS,
            then: Box::new(move |supplied| self.ask_for_device(supplied, hello, said)),
        }))
    }
}

impl ExpectHello {
    fn ask_for_device(
        self,
        supplied: Supplied,
        hello: Hello,
        said: Vec<u8>,
    ) -> Result<Step, Failure> {
        // Derived for everybody, so that it takes no longer for those who do not exist.
        let decoy = self.decoys.keys(&supplied.authcid);
        let found = supplied.identity.as_ref().and_then(Keys::of);
        let genuine = found.is_some();
        let keys = found.unwrap_or(decoy);

        let question = DeviceQuestion {
            authcid: supplied.authcid,
            device: hello.device.clone(),
        };
        Ok(Step::Ask(Ask::Other {
            question: Box::new(question),
            then: Box::new(move |answer| {
                let device = answer.downcast().map_err(|_| Unusable::Answer)?;
                let challenge = keys.challenge.encode();
                Ok(Step::challenge(
                    challenge,
                    ExpectProof {
                        said: Said::new(self.greeting, keys.challenge, &said),
                        hello,
                        device: *device,
                        genuine,
                        keys,
                    },
                ))
            }),
        }))
    }
}

struct ExpectProof {
    hello: Hello,
    said: Said,
    device: DeviceKnown,
    /// Whether the keys are an account's, and not made up.
    genuine: bool,
    keys: Keys,
}

impl State for ExpectProof {
    fn respond(self: Box<Self>, response: &[u8]) -> Result<Step, Failure> {
        let proof = Proof::parse(response)?;
        Ok(Step::compute(move || self.verify(&proof)))
    }
}

impl ExpectProof {
    fn verify(self, proof: &Proof) -> Result<Step, Failure> {
        let expected = self.keys.prove(Side::Client, &self.said);
        // Both are looked at in any case.
        if !(expected.matches(proof) & self.genuine) {
            return Err(Failure::with_parting(
                Refused::Credentials,
                REFUSAL.to_vec(),
            ));
        }
        let denial = match self.device {
            DeviceKnown::Yes => None,
            DeviceKnown::No => Some(Denial::NotPermitted),
        };
        let proof = self.keys.prove(Side::Server, &self.said);
        Ok(Step::Proven(
            Proven::new(self.hello.authcid)
                .acting_as(self.hello.authzid)
                .additional_data(proof.0.to_vec())
                .parting(REFUSAL.to_vec())
                .denied(denial),
        ))
    }
}
