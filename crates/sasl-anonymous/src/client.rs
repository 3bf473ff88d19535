//! The client's side of ANONYMOUS.

use sasl_core::client::{Failure, Mechanism, Proven, Start, Step};
use sasl_core::{CredentialKind, MechanismName, Properties, Secret, Unusable};

use crate::Anonymous;
use crate::message::Message;

/// The client's side of ANONYMOUS (RFC 4505): it sends the trace as it is, after refusing what no server may take.
#[derive(Debug, Clone, Copy, Default)]
#[must_use]
pub struct AnonymousClient {
    _private: (),
}

impl Mechanism for AnonymousClient {
    fn name(&self) -> MechanismName {
        Anonymous::NAME
    }

    fn properties(&self) -> Properties {
        Anonymous::PROPERTIES
    }

    fn needs(&self) -> &'static [CredentialKind] {
        &[CredentialKind::Anonymous]
    }

    fn start(&self, start: Start<'_>) -> Result<Step, Failure> {
        let credentials = start.credentials.into_parts();
        let trace = credentials.trace.ok_or(Unusable::Credentials)?;
        let message = Message::of(&trace)?;
        Ok(Step::last(
            Secret::from(message.as_str()),
            Proven::new(None),
        ))
    }
}
