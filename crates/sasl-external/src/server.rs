//! The server's side of EXTERNAL.

use alloc::boxed::Box;

use sasl_core::server::{Failure, Mechanism, Proven, Start, State, Step, client_first};
use sasl_core::{Authcid, MechanismName, Properties, Unusable};

use crate::External;
use crate::message::Message;

/// The server's side of EXTERNAL (RFC 4422 appendix A): it has the application say whose the identity of the channel is.
#[derive(Debug, Clone, Copy, Default)]
#[must_use]
pub struct ExternalServer {
    _private: (),
}

impl Mechanism for ExternalServer {
    fn name(&self) -> MechanismName {
        External::NAME
    }

    fn properties(&self) -> Properties {
        External::PROPERTIES
    }

    fn start(&self, start: Start<'_>) -> Result<Step, Failure> {
        // RFC 4422 §A.1: without external credentials the exchange fails, whatever the message says. A certificate that
        // lacks the field which the name is taken from may have left an empty one.
        let identity = start
            .channel
            .external_identity()
            .and_then(|identity| Authcid::parse(identity).ok())
            .ok_or(Unusable::ExternalIdentity)?;
        client_first(start.initial_response, ExpectMessage { identity })
    }
}

/// Waits for the one message.
struct ExpectMessage {
    /// What the channel has proven.
    identity: Authcid,
}

impl State for ExpectMessage {
    fn respond(self: Box<Self>, response: &[u8]) -> Result<Step, Failure> {
        let Message { authzid } = Message::parse(response)?;
        let asked = authzid.clone();
        Ok(Step::external(self.identity, asked, move |account| {
            Ok(Step::Proven(Proven::new(account).acting_as(authzid)))
        }))
    }
}
