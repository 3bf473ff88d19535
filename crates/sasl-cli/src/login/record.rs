//! The messages of an exchange, kept as they pass: between the mechanism and whatever protocol carries it.

use std::sync::{Arc, Mutex, PoisonError};

use sasl::client::{Failure, Mechanism, Proven, Start, State, Step};
use sasl::{CredentialKind, MechanismName, Properties, Secret};

/// Who sent a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sender {
    Client,
    Server,
}

/// A message of the mechanism, without what the protocol puts around it.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) sender: Sender,
    pub(crate) octets: Secret,
}

/// The messages so far, in order. Clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Record(Arc<Mutex<Vec<Message>>>);

impl Record {
    fn note(&self, sender: Sender, octets: &[u8]) {
        let mut messages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        messages.push(Message {
            sender,
            octets: Secret::from(octets),
        });
    }

    /// A copy of them.
    pub(crate) fn messages(&self) -> Vec<Message> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The mechanism, its messages kept here.
    pub(crate) fn of(&self, mechanism: Box<dyn Mechanism>) -> Recorded {
        Recorded {
            mechanism,
            record: self.clone(),
        }
    }

    fn step(self, step: Step) -> Step {
        match step {
            Step::Respond(data, state) => {
                if let Some(data) = &data {
                    self.note(Sender::Client, data.expose());
                }
                let record = self;
                Step::Respond(data, Box::new(Heard { state, record }))
            }
            Step::Last(data, proven) => {
                self.note(Sender::Client, data.expose());
                Step::Last(data, proven)
            }
            Step::Compute(job) => Step::compute(move || Ok(self.step(job()?))),
        }
    }
}

/// A mechanism whose messages are kept.
pub(crate) struct Recorded {
    mechanism: Box<dyn Mechanism>,
    record: Record,
}

impl Mechanism for Recorded {
    fn name(&self) -> MechanismName {
        self.mechanism.name()
    }

    fn properties(&self) -> Properties {
        self.mechanism.properties()
    }

    fn needs(&self) -> &'static [CredentialKind] {
        self.mechanism.needs()
    }

    fn start(&self, start: Start<'_>) -> Result<Step, Failure> {
        Ok(self.record.clone().step(self.mechanism.start(start)?))
    }
}

/// A state whose challenge is kept.
struct Heard {
    state: Box<dyn State>,
    record: Record,
}

impl State for Heard {
    fn challenge(self: Box<Self>, challenge: &[u8]) -> Result<Step, Failure> {
        self.record.note(Sender::Server, challenge);
        Ok(self.record.step(self.state.challenge(challenge)?))
    }

    fn success(self: Box<Self>) -> Result<Proven, Failure> {
        self.state.success()
    }

    fn failure(self: Box<Self>) -> Failure {
        self.state.failure()
    }
}
