//! What to log in with: a secret that is there from the start, or is asked for when a mechanism wants it.

use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use sasl::{Authcid, Authzid, Builtin, CredentialKind, Credentials, Password, Secret, Token, ht};
use sasl_password::limits;

use crate::secret::OneLine;

const PASSWORD: OneLine = OneLine {
    noun: "password",
    most: limits::PASSWORD,
};

/// With what stands around it, it has to fit into one message.
const TOKEN: OneLine = OneLine {
    noun: "token",
    most: 12 * 1024,
};

#[derive(clap::Args)]
#[group(id = "secret", multiple = false)]
#[command(next_help_heading = "What to log in with, if not a password from a prompt")]
pub(crate) struct Args {
    /// Read the password from standard input: one line
    #[arg(long)]
    password_stdin: bool,

    /// Read the password from this file descriptor: one line
    #[arg(long, value_name = "N")]
    password_fd: Option<u32>,

    /// Read the password from this file: one line
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,

    /// Read a bearer token from standard input: one line
    #[arg(long)]
    token_stdin: bool,

    /// Read a bearer token from this file descriptor: one line
    #[arg(long, value_name = "N")]
    token_fd: Option<u32>,

    /// Read a bearer token from this file: one line
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
}

/// The secret, as far as it is there.
#[derive(Clone)]
enum Have {
    Password(Password),
    Token(Token),
    /// To be asked for.
    Nothing,
}

impl Args {
    fn read(&self) -> Result<Have> {
        let password = |line: Secret| Have::Password(Password::new(line));
        let token = |line: Secret| Have::Token(Token::new(line));
        if self.password_stdin {
            return PASSWORD.stdin().map(password);
        }
        if let Some(number) = self.password_fd {
            return PASSWORD.fd(number).map(password);
        }
        if let Some(path) = &self.password_file {
            return PASSWORD.file(path).map(password);
        }
        if self.token_stdin {
            return TOKEN.stdin().map(token);
        }
        if let Some(number) = self.token_fd {
            return TOKEN.fd(number).map(token);
        }
        if let Some(path) = &self.token_file {
            return TOKEN.file(path).map(token);
        }
        Ok(Have::Nothing)
    }
}

/// Who logs in, and with what.
#[derive(Clone)]
pub(crate) struct Login {
    pub(crate) user: Option<Authcid>,
    pub(crate) authzid: Option<Authzid>,
    have: Have,
    kinds: Vec<CredentialKind>,
}

impl Login {
    /// Puts together what there is. `named` are the mechanisms that were asked for, none if any will do.
    pub(crate) fn new(
        user: Option<&str>,
        authzid: Option<&str>,
        args: &Args,
        certificate: bool,
        named: &[&Builtin],
    ) -> Result<Self> {
        let login = Self {
            user: user
                .map(Authcid::parse)
                .transpose()
                .context("the user name")?,
            authzid: authzid
                .map(Authzid::parse)
                .transpose()
                .context("--authzid")?,
            kinds: Vec::new(),
            have: args.read()?,
        };
        let kinds = login.kinds_for(certificate, named);
        let nameless = kinds
            .iter()
            .all(|kind| !matches!(kind, CredentialKind::Password | CredentialKind::Other));
        ensure!(
            login.user.is_some() || nameless,
            "whose password? The URL has USER@, or there is --user"
        );
        Ok(Self { kinds, ..login })
    }

    /// The kinds of credentials that there are, or can be asked for.
    fn kinds_for(&self, certificate: bool, named: &[&Builtin]) -> Vec<CredentialKind> {
        use CredentialKind::{Anonymous, External, Other, Password, Token};

        let wanted = |kind: CredentialKind| {
            let mut named = named.iter();
            named.any(|mechanism| mechanism.client().needs().contains(&kind))
        };
        let mut kinds = Vec::new();
        match self.have {
            Have::Password(_) => kinds.push(Password),
            Have::Token(_) => kinds.push(Token),
            Have::Nothing if named.is_empty() && !certificate => kinds.push(Password),
            Have::Nothing => {
                kinds.extend([Password, Token].into_iter().filter(|kind| wanted(*kind)));
            }
        }
        // Hashed tokens are handed out by the service that takes them, and to be asked for by name.
        if wanted(Other) && !matches!(self.have, Have::Password(_)) {
            kinds.push(Other);
        }
        if certificate {
            kinds.push(External);
        }
        // A stranger has to say so.
        if wanted(Anonymous) {
            kinds.push(Anonymous);
        }
        kinds
    }

    /// See [`kinds_for`](Self::kinds_for).
    pub(crate) fn kinds(&self) -> &[CredentialKind] {
        &self.kinds
    }

    /// The kind of credentials that a mechanism that needs one of these gets.
    pub(crate) fn kind(&self, needs: &[CredentialKind]) -> Option<CredentialKind> {
        let mut kinds = self.kinds.iter().copied();
        kinds.find(|kind| needs.contains(kind))
    }

    /// What a mechanism that needs one of these gets, and the secret in it. It may wait at the terminal.
    pub(crate) fn obtain(&self, needs: &[CredentialKind]) -> Result<(Credentials, Option<Secret>)> {
        let kind = self.kind(needs);
        let user = || self.user.clone().context("there is no user name");
        let (credentials, secret) = match kind.context("there are no credentials of that kind")? {
            CredentialKind::Password => {
                let password = match &self.have {
                    Have::Password(password) => password.clone(),
                    _ => Password::new(asked(PASSWORD, "Password: ")?),
                };
                let secret = Secret::from(password.expose());
                (Credentials::password(user()?, password), Some(secret))
            }
            CredentialKind::Token => {
                let token = self.token()?;
                let secret = Secret::from(token.expose());
                let credentials = Credentials::token(token);
                let credentials = match &self.user {
                    Some(user) => credentials.with_authcid(user.clone()),
                    None => credentials,
                };
                (credentials, Some(secret))
            }
            CredentialKind::Other => {
                let token = self.token()?;
                let secret = Secret::from(token.expose());
                (ht::credentials(user()?, token), Some(secret))
            }
            CredentialKind::Anonymous => {
                let trace = self.user.as_ref().map_or("", Authcid::as_str);
                (Credentials::anonymous(trace), None)
            }
            _ => (Credentials::external(), None),
        };
        let credentials = match &self.authzid {
            Some(authzid) => credentials.acting_as(authzid.clone()),
            None => credentials,
        };
        Ok((credentials, secret))
    }

    fn token(&self) -> Result<Token> {
        match &self.have {
            Have::Token(token) => Ok(token.clone()),
            _ => Ok(Token::new(asked(TOKEN, "Token: ")?)),
        }
    }
}

fn asked(what: OneLine, question: &str) -> Result<Secret> {
    let [answer] = what.ask([question])?;
    Ok(answer)
}
