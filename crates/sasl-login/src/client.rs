//! The client's side of LOGIN.

use alloc::boxed::Box;

use sasl_core::client::{Failure, Mechanism, Proven, Start, State, Step};
use sasl_core::{
    Authcid, CredentialKind, MechanismName, Preparation, Properties, Secret, Unusable,
};
use sasl_prep::may_present;

use crate::Login;
use crate::message::{Passwd, Username};

/// The client's side of LOGIN (draft-murchison-sasl-login-00 §2.1).
///
/// It answers the first challenge with the name and the second with the password, whatever they say, and a third one not
/// at all.
#[derive(Debug, Clone, Copy)]
#[must_use]
pub struct LoginClient {
    preparation: Preparation,
}

impl Default for LoginClient {
    fn default() -> Self {
        Self {
            preparation: Login::PREPARATION,
        }
    }
}

impl LoginClient {
    /// Sets what is refused here because no server that prepares so could accept it: by default nothing but what is empty.
    ///
    /// What is sent is the name and the password as they are; to prepare them is the server's part.
    pub fn preparation(mut self, preparation: Preparation) -> Self {
        self.preparation = preparation;
        self
    }
}

impl Mechanism for LoginClient {
    fn name(&self) -> MechanismName {
        Login::NAME
    }

    fn properties(&self) -> Properties {
        Login::PROPERTIES
    }

    fn needs(&self) -> &'static [CredentialKind] {
        &[CredentialKind::Password]
    }

    fn start(&self, start: Start<'_>) -> Result<Step, Failure> {
        let credentials = start.credentials.into_parts();
        let (Some(authcid), Some(password)) = (credentials.authcid, credentials.password) else {
            return Err(Unusable::Credentials.into());
        };
        // All of it before the first byte: a name that is sent in vain is a name that was told.
        Username::new(authcid.as_str())?;
        let passwd = Passwd::new(password.expose())?.encode();
        may_present(self.preparation, &authcid, &password)?;
        Ok(Step::wait(ExpectUsernamePrompt { authcid, passwd }))
    }
}

/// Waits to be asked for the name.
struct ExpectUsernamePrompt {
    authcid: Authcid,
    passwd: Secret,
}

impl State for ExpectUsernamePrompt {
    fn challenge(self: Box<Self>, _prompt: &[u8]) -> Result<Step, Failure> {
        let username = Username::new(self.authcid.as_str())?.encode();
        let Self { authcid, passwd } = *self;
        Ok(Step::respond(
            username,
            ExpectPasswordPrompt { authcid, passwd },
        ))
    }
}

/// Waits to be asked for the password.
struct ExpectPasswordPrompt {
    authcid: Authcid,
    passwd: Secret,
}

impl State for ExpectPasswordPrompt {
    fn challenge(self: Box<Self>, _prompt: &[u8]) -> Result<Step, Failure> {
        Ok(Step::last(self.passwd, Proven::new(Some(self.authcid))))
    }
}
