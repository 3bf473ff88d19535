//! The client's side of CRAM-MD5.

use alloc::boxed::Box;

use sasl_core::client::{Failure, Mechanism, Proven, Start, State, Step};
use sasl_core::{
    Authcid, CramMd5Context, CredentialKind, MechanismName, Preparation, Properties, Unusable,
};
use sasl_prep::{PrepError, presented_authcid};

use crate::CramMd5;
use crate::hmac::{derive_context, sign};
use crate::message::{Challenge, Response};

/// The client's side of CRAM-MD5 (RFC 2195 §2).
#[derive(Debug, Clone, Copy)]
#[must_use]
pub struct CramMd5Client {
    preparation: Preparation,
}

impl Default for CramMd5Client {
    fn default() -> Self {
        Self {
            preparation: CramMd5::PREPARATION,
        }
    }
}

impl CramMd5Client {
    /// Sets how the name and the password are prepared, as the server does: not at all by default
    /// (see [`CramMd5Server::preparation`](crate::CramMd5Server::preparation)).
    pub fn preparation(mut self, preparation: Preparation) -> Self {
        self.preparation = preparation;
        self
    }
}

impl Mechanism for CramMd5Client {
    fn name(&self) -> MechanismName {
        CramMd5::NAME
    }

    fn properties(&self) -> Properties {
        CramMd5::PROPERTIES
    }

    fn needs(&self) -> &'static [CredentialKind] {
        &[CredentialKind::Password]
    }

    fn start(&self, start: Start<'_>) -> Result<Step, Failure> {
        let credentials = start.credentials.into_parts();
        let (Some(authcid), Some(password)) = (credentials.authcid, credentials.password) else {
            return Err(Unusable::Credentials.into());
        };
        if authcid.is_ignored() {
            return Err(Unusable::EmptyName.into());
        }
        let (username, _) =
            presented_authcid(self.preparation, authcid.clone()).map_err(|fault| match fault {
                PrepError::Empty => Unusable::EmptyName,
                PrepError::TooLong => Unusable::TooLong,
                _ => Unusable::Preparation,
            })?;
        // The password itself is not needed any more, and not kept.
        let context = derive_context(&password, self.preparation)?;
        Ok(Step::wait(ExpectChallenge {
            authcid,
            username,
            context,
        }))
    }
}

/// Waits for the one challenge.
struct ExpectChallenge {
    authcid: Authcid,
    /// As it is sent.
    username: Authcid,
    context: CramMd5Context,
}

impl State for ExpectChallenge {
    fn challenge(self: Box<Self>, challenge: &[u8]) -> Result<Step, Failure> {
        let challenge = Challenge::parse(challenge)?;
        let digest = sign(&self.context, challenge.as_bytes()).ok_or(Unusable::Confused)?;
        let response = Response {
            username: self.username.as_str(),
            digest,
        };
        let octets = response.encode()?;
        Ok(Step::last(octets, Proven::new(Some(self.authcid))))
    }
}
