//! The client's side of EXTERNAL.

use sasl_core::client::{Failure, Mechanism, Proven, Start, Step};
use sasl_core::{CredentialKind, MechanismName, Properties};

use crate::External;
use crate::message::Message;

/// The client's side of EXTERNAL (RFC 4422 appendix A): it sends whom it wants to act as, or nothing.
///
/// What the connection proves was presented when the connection was made; a name in the credentials is not sent.
#[derive(Debug, Clone, Copy, Default)]
#[must_use]
pub struct ExternalClient {
    _private: (),
}

impl Mechanism for ExternalClient {
    fn name(&self) -> MechanismName {
        External::NAME
    }

    fn properties(&self) -> Properties {
        External::PROPERTIES
    }

    fn needs(&self) -> &'static [CredentialKind] {
        &[CredentialKind::External]
    }

    fn start(&self, start: Start<'_>) -> Result<Step, Failure> {
        let message = Message {
            authzid: start.credentials.into_parts().authzid,
        };
        let octets = message.encode();
        let proven = Proven::new(None).acting_as(message.authzid);
        Ok(Step::last(octets, proven))
    }
}
