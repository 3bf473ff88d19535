//! What a cell means for mechanisms that have no password.

use super::base64::encode;
use super::dovecot;
use super::matrix::{ACCOUNTS, Cell, Password};

/// The name by which a client does not say who it is: the protocol has named its user before.
const NAMED_BEFORE: &str = "";

impl Cell {
    /// The client's password, or what it has in its place.
    pub(crate) fn client_secret(&self) -> String {
        let password = self.client_password();
        match (self.mechanism, self.password) {
            ("OAUTHBEARER" | "XOAUTH2", _) if matches!(self.program(), "dovecot" | "postfix") => {
                self.signed_token()
            }
            ("OAUTHBEARER" | "XOAUTH2", _) => token(password),
            // A trace cannot be wrong, but it can be none (RFC 4505 §2).
            ("ANONYMOUS", Password::Wrong) => format!("@{}", self.user),
            ("ANONYMOUS", _) => self.user.to_owned(),
            _ => password.to_owned(),
        }
    }

    /// The password of the account, or what the server has in its place.
    pub(crate) fn server_secret(&self) -> String {
        let password = self.account().password;
        match self.mechanism {
            "OAUTHBEARER" | "XOAUTH2" => token(password),
            _ => password.to_owned(),
        }
    }

    /// For Dovecot, by which a wrong token is one that somebody else has signed.
    fn signed_token(&self) -> String {
        let key = match self.password {
            Password::Wrong => dovecot::OTHER_KEY,
            _ => dovecot::KEY,
        };
        dovecot::token(self.account().name, &key)
    }

    /// The name in our client's messages.
    pub(crate) fn authcid(&self) -> &'static str {
        match self.program() {
            "postgres" => NAMED_BEFORE,
            _ => self.user,
        }
    }

    /// Who the client is, as the channel has proven it to the server.
    pub(crate) fn external_identity(&self) -> Option<&'static str> {
        (self.mechanism == "EXTERNAL").then_some(self.user)
    }

    /// Whom the client asks to act as.
    pub(crate) fn authzid(&self) -> Option<String> {
        let name = match (self.mechanism, self.password) {
            ("EXTERNAL", Password::Right) => self.user,
            ("EXTERNAL", Password::Wrong) => {
                let mut others = ACCOUNTS.iter().map(|account| account.name);
                others.find(|name| *name != self.user)?
            }
            _ => return None,
        };
        Some(match self.program() {
            // RFC 4513 §5.2.1.8.
            "slapd" => format!("u:{name}"),
            _ => name.to_owned(),
        })
    }
}

/// A bearer token, which is ASCII (RFC 6750 §2.1).
pub(crate) fn token(password: &str) -> String {
    encode(password.as_bytes())
}
