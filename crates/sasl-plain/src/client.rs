//! The client's side of PLAIN.

use core::str;

use sasl_core::client::{Failure, Mechanism, Proven, Start, Step};
use sasl_core::{Authzid, CredentialKind, MechanismName, Preparation, Properties, Unusable};
use sasl_prep::may_present;

use crate::Plain;
use crate::message::Message;

/// The client's side of PLAIN (RFC 4616).
#[derive(Debug, Clone, Copy, Default)]
#[must_use]
pub struct PlainClient {
    preparation: Preparation,
}

impl PlainClient {
    /// Sets what is refused here because no server that prepares so could accept it: by default what SASLprep cannot
    /// prepare, or prepares to nothing.
    ///
    /// What is sent is the name and the password as they are; to prepare them is the server's part (RFC 4616 §2).
    pub fn preparation(mut self, preparation: Preparation) -> Self {
        self.preparation = preparation;
        self
    }
}

impl Mechanism for PlainClient {
    fn name(&self) -> MechanismName {
        Plain::NAME
    }

    fn properties(&self) -> Properties {
        Plain::PROPERTIES
    }

    fn needs(&self) -> &'static [CredentialKind] {
        &[CredentialKind::Password]
    }

    fn start(&self, start: Start<'_>) -> Result<Step, Failure> {
        let credentials = start.credentials.into_parts();
        let (Some(authcid), Some(password)) = (credentials.authcid, credentials.password) else {
            return Err(Unusable::Credentials.into());
        };
        // The grammar wants UTF-8 (RFC 4616 §2: passwd = 1*SAFE).
        let passwd = str::from_utf8(password.expose()).map_err(|_| Unusable::Characters)?;
        let authzid = credentials.authzid;
        let message = Message {
            authzid: authzid.as_ref().map_or("", Authzid::as_str),
            authcid: authcid.as_str(),
            passwd,
        };
        let octets = message.encode()?;
        may_present(self.preparation, &authcid, &password)?;
        Ok(Step::last(
            octets,
            Proven::new(Some(authcid)).acting_as(authzid),
        ))
    }
}
