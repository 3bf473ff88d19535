//! The client waits for the server's proof.

use alloc::boxed::Box;

use sasl_core::client::{Failure, Proven, State, Step};
use sasl_core::{Authzid, BindingName, DerivedKeys, Refused, Secret, Violation};

use crate::hash::Digest;
use crate::message::ServerFinal;

/// Waits for the server's proof. A success before it is refused, as in every state that is not the end: the check that
/// hand-written clients forget (RFC 5802 §3).
pub(super) struct ExpectServerFinal {
    /// What the server's signature must be.
    pub(super) signature: Digest,
    pub(super) binding: Option<BindingName>,
    pub(super) authzid: Option<Authzid>,
    pub(super) keys: DerivedKeys,
}

impl State for ExpectServerFinal {
    fn challenge(self: Box<Self>, challenge: &[u8]) -> Result<Step, Failure> {
        match ServerFinal::parse(challenge)? {
            ServerFinal::Verifier(signature) if self.signature.matches(signature.0.as_slice()) => {
                let proven = Proven::new(Some(self.keys.authcid.clone()))
                    .acting_as(self.authzid)
                    .by_server()
                    .with_keys(self.keys);
                let proven = match self.binding {
                    Some(binding) => proven.bound_to(binding),
                    None => proven,
                };
                Ok(Step::last(Secret::default(), proven))
            }
            ServerFinal::Verifier(_) => Err(Violation::ServerProof.into()),
            ServerFinal::Error(said) => Err(Failure::with_said(Refused::ByServer, said)),
        }
    }
}
