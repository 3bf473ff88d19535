//! The server's side of ANONYMOUS.

use alloc::boxed::Box;

use sasl_core::server::{Failure, Mechanism, Proven, Start, State, Step, client_first};
use sasl_core::{MechanismName, Properties};

use crate::Anonymous;
use crate::message::Message;

/// The server's side of ANONYMOUS (RFC 4505): it has the application say whether a stranger may come in, and as which
/// account.
#[derive(Debug, Clone, Copy, Default)]
#[must_use]
pub struct AnonymousServer {
    _private: (),
}

impl Mechanism for AnonymousServer {
    fn name(&self) -> MechanismName {
        Anonymous::NAME
    }

    fn properties(&self) -> Properties {
        Anonymous::PROPERTIES
    }

    fn start(&self, start: Start<'_>) -> Result<Step, Failure> {
        client_first(start.initial_response, ExpectMessage)
    }
}

/// Waits for the one message.
struct ExpectMessage;

impl State for ExpectMessage {
    fn respond(self: Box<Self>, response: &[u8]) -> Result<Step, Failure> {
        let message = Message::parse(response)?;
        Ok(Step::anonymous(message.as_str(), |account| {
            Ok(Step::Proven(Proven::new(account)))
        }))
    }
}
