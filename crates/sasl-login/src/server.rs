//! The server's side of LOGIN.

use alloc::boxed::Box;

use sasl_core::server::{Failure, Mechanism, Proven, Start, State, Step, server_first};
use sasl_core::{Authcid, MechanismName, Password, Preparation, Properties, Refused};
use sasl_prep::{presented_authcid, presented_password};

use crate::Login;
use crate::message::{Passwd, Prompt, Username};

/// The server's side of LOGIN (draft-murchison-sasl-login-00 §2.2): it has the password checked by the application, or by
/// the server's password verifier against what the application found.
#[derive(Debug, Clone, Copy)]
#[must_use]
pub struct LoginServer {
    preparation: Preparation,
    initial_username: bool,
}

impl Default for LoginServer {
    fn default() -> Self {
        Self {
            preparation: Login::PREPARATION,
            initial_username: false,
        }
    }
}

impl LoginServer {
    /// Sets how names and passwords are prepared before they are compared: by default with SASLprep, as PLAIN does, and not
    /// at all where that cannot be done, since passwords may be binary here.
    pub fn preparation(mut self, preparation: Preparation) -> Self {
        self.preparation = preparation;
        self
    }

    /// Takes the user name from an initial response, where there is one that is not empty, and asks for the password alone.
    ///
    /// The server speaks first, and an initial response ends an exchange (RFC 4422 §3): that is the default. Clients
    /// that send their name with the command all the same are many (.NET's `SmtpClient`, Python's `smtplib`, curl with
    /// `--sasl-ir`): a mail server will want this. An empty initial response counts as none then.
    pub fn username_in_initial_response(mut self) -> Self {
        self.initial_username = true;
        self
    }
}

impl Mechanism for LoginServer {
    fn name(&self) -> MechanismName {
        Login::NAME
    }

    fn properties(&self) -> Properties {
        Login::PROPERTIES
    }

    fn start(&self, start: Start<'_>) -> Result<Step, Failure> {
        let state = ExpectUsername {
            preparation: self.preparation,
            known_user: start.known_user.cloned(),
        };
        let ask = Prompt::Username.as_str().into();
        match start.initial_response {
            Some([]) if self.initial_username => server_first(None, ask, state),
            Some(username) if self.initial_username => Box::new(state).respond(username),
            initial_response => server_first(initial_response, ask, state),
        }
    }
}

/// Waits for the user name.
struct ExpectUsername {
    preparation: Preparation,
    known_user: Option<Authcid>,
}

impl State for ExpectUsername {
    fn respond(self: Box<Self>, response: &[u8]) -> Result<Step, Failure> {
        let username = Username::parse(response)?;
        // What cannot be prepared verifies nothing, as in PLAIN (RFC 4616 §2).
        let (authcid, presented) = match self.known_user {
            Some(user) => (user, None),
            None => presented_authcid(self.preparation, Authcid::parse(username.as_str())?)
                .map_err(|_| Refused::Credentials)?,
        };
        // Asked of everybody: what the store has about the name is not known yet.
        Ok(Step::challenge(
            Prompt::Password.as_str(),
            ExpectPassword {
                preparation: self.preparation,
                authcid,
                presented,
            },
        ))
    }
}

/// Waits for the password.
struct ExpectPassword {
    preparation: Preparation,
    authcid: Authcid,
    presented: Option<Authcid>,
}

impl State for ExpectPassword {
    fn respond(self: Box<Self>, response: &[u8]) -> Result<Step, Failure> {
        let Self {
            preparation,
            authcid,
            presented,
        } = *self;
        let passwd = Passwd::parse(response)?;
        let password = presented_password(preparation, Password::new(passwd.encode()))
            .map_err(|_| Refused::Credentials)?;
        Ok(Step::password(authcid, password, |authcid| {
            Ok(Step::Proven(Proven::new(authcid).presented(presented)))
        }))
    }
}
