//! The client waits for the server's proof, and then for the protocol's word.

use alloc::boxed::Box;

use sasl_core::client::{Failure, Proven, State, Step};
use sasl_core::{Authzid, BindingName, DerivedKeys, Malformed, Refused, Secret, Violation};

use super::server_first::MAX;
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
        if challenge.len() > MAX {
            return Err(Malformed::TooLong.into());
        }
        match ServerFinal::parse(challenge)? {
            ServerFinal::Verifier(signature) if self.signature.matches(signature.0.as_slice()) => {
                let Self {
                    binding,
                    authzid,
                    keys,
                    ..
                } = *self;
                Ok(Step::respond(
                    Secret::default(),
                    ExpectSuccess {
                        binding,
                        authzid,
                        keys,
                    },
                ))
            }
            ServerFinal::Verifier(_) => Err(Violation::ServerProof.into()),
            ServerFinal::Error(said) => Err(Failure::with_said(Refused::ByServer, said)),
        }
    }
}

/// The server has proved itself; waits for the protocol's word.
struct ExpectSuccess {
    binding: Option<BindingName>,
    authzid: Option<Authzid>,
    keys: DerivedKeys,
}

impl State for ExpectSuccess {
    fn challenge(self: Box<Self>, _challenge: &[u8]) -> Result<Step, Failure> {
        Err(Violation::UnexpectedMessage.into())
    }

    fn success(self: Box<Self>) -> Result<Proven, Failure> {
        let proven = Proven::new(Some(self.keys.authcid.clone()))
            .acting_as(self.authzid)
            .by_server()
            .with_keys(self.keys);
        Ok(match self.binding {
            Some(binding) => proven.bound_to(binding),
            None => proven,
        })
    }
}
