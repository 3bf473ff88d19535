//! The matrix: who logs in how, and what is to come of it. A new peer is a [`Client`] and its rows.

use std::fmt;
use std::net::SocketAddr;
use std::process::Command;

/// Seconds that a client waits for the server.
const PATIENCE: &str = "10";

/// Seconds after which a client that waits for something else is killed.
const DEADLINE: &str = "15";

/// A user of the demo.
#[derive(Clone, Copy)]
pub(crate) struct Account {
    pub(crate) name: &'static str,
    pub(crate) password: &'static str,
}

/// The demo's own user.
const USER: Account = Account {
    name: "user",
    password: "pencil",
};

/// Not ASCII, and not in the form that `SASLprep` gives it: № becomes No.
const UNPREPARED: Account = Account {
    name: "üser",
    password: "pass wörd№",
};

/// The same user with the prepared password. RFC 4616 §2: both are prepared before they are compared.
const PREPARED: Account = Account {
    name: "üser",
    password: "pass wördNo",
};

/// What the demo is told beside its own user.
pub(crate) const ACCOUNTS: &[Account] = &[UNPREPARED];

/// One cell.
pub(crate) struct Row {
    pub(crate) client: Client,
    mechanism: &'static str,
    user: &'static str,
    password: &'static str,
    pub(crate) expected: Outcome,
}

pub(crate) const MATRIX: &[Row] = &[
    Row::right(Client::Curl, "PLAIN", USER),
    Row::wrong(Client::Curl, "PLAIN", USER),
    Row::right(Client::Curl, "PLAIN", UNPREPARED),
    Row::right(Client::Curl, "PLAIN", PREPARED),
    Row::wrong(Client::Curl, "PLAIN", UNPREPARED),
    Row::unknown(Client::Curl, "PLAIN"),
    Row::right(Client::Swaks, "PLAIN", USER),
    Row::wrong(Client::Swaks, "PLAIN", USER),
    Row::right(Client::Swaks, "PLAIN", UNPREPARED),
    Row::right(Client::Swaks, "PLAIN", PREPARED),
    Row::wrong(Client::Swaks, "PLAIN", UNPREPARED),
    Row::unknown(Client::Swaks, "PLAIN"),
];

impl Row {
    const fn right(
        client: Client,
        mechanism: &'static str,
        Account { name, password }: Account,
    ) -> Self {
        Self {
            client,
            mechanism,
            user: name,
            password,
            expected: Outcome::LoggedIn,
        }
    }

    const fn wrong(client: Client, mechanism: &'static str, Account { name, .. }: Account) -> Self {
        Self {
            client,
            mechanism,
            user: name,
            password: "pencils",
            expected: Outcome::Refused,
        }
    }

    const fn unknown(client: Client, mechanism: &'static str) -> Self {
        Self {
            client,
            mechanism,
            user: "nobody",
            password: "pencil",
            expected: Outcome::Refused,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    LoggedIn,
    Refused,
    /// Neither: the exit status, if the peer was not killed.
    Failed(Option<i32>),
}

/// A foreign client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Client {
    Curl,
    Swaks,
}

impl Client {
    /// The client trying what the row says, given up after a while.
    pub(crate) fn command(self, row: &Row, server: SocketAddr) -> Command {
        let Row {
            mechanism,
            user,
            password,
            ..
        } = row;
        let mut command = Command::new("timeout");
        command.args(["--kill-after=1", DEADLINE]);
        match self {
            // Without a mail to send, curl says HELP after the login.
            Self::Curl => command
                .args(["curl", "--silent", "--show-error", "--max-time", PATIENCE])
                .args(["--url", &format!("smtp://{server}")])
                .args(["--user", &format!("{user}:{password}")])
                .args(["--login-options", &format!("AUTH={mechanism}")]),
            Self::Swaks => command
                .args(["swaks", "--timeout", PATIENCE])
                .args([
                    "--server",
                    &server.ip().to_string(),
                    "--port",
                    &server.port().to_string(),
                ])
                .args([
                    "--auth",
                    mechanism,
                    "--auth-user",
                    user,
                    "--auth-password",
                    password,
                ])
                .args(["--quit-after", "AUTH"]),
        };
        command
    }

    /// Each client's exit status for "the server did not let me in".
    pub(crate) fn outcome(self, code: Option<i32>) -> Outcome {
        match (self, code) {
            (_, Some(0)) => Outcome::LoggedIn,
            (Self::Curl, Some(67)) | (Self::Swaks, Some(28)) => Outcome::Refused,
            (_, code) => Outcome::Failed(code),
        }
    }
}

impl fmt::Display for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Curl => "curl",
            Self::Swaks => "swaks",
        })
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LoggedIn => f.pad("logged in"),
            Self::Refused => f.pad("refused"),
            Self::Failed(Some(code)) => f.pad(&format!("exit {code}")),
            Self::Failed(None) => f.pad("killed"),
        }
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            client,
            mechanism,
            user,
            password,
            expected,
        } = self;
        write!(
            f,
            "{client:<8} {mechanism:<10} {user:<6} {password:<16} {expected:<10}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_client_is_seen_both_let_in_and_refused() {
        for client in [Client::Curl, Client::Swaks] {
            let expects = |outcome| {
                MATRIX.iter().any(|row| {
                    row.client.to_string() == client.to_string() && row.expected == outcome
                })
            };
            assert!(
                expects(Outcome::LoggedIn) && expects(Outcome::Refused),
                "{client}"
            );
        }
    }

    #[test]
    fn only_a_refusal_is_a_refusal() {
        assert_eq!(Client::Curl.outcome(Some(67)), Outcome::Refused);
        assert_eq!(Client::Curl.outcome(Some(28)), Outcome::Failed(Some(28)));
        assert_eq!(Client::Swaks.outcome(Some(28)), Outcome::Refused);
        assert_eq!(Client::Swaks.outcome(None), Outcome::Failed(None));
    }
}
