//! Mail clients that log in to `sasl demo`.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result};

use super::demo::Demo;
use super::exchange::End;
use super::matrix::Cell;
use super::program::{command, shown};

/// Seconds that a client waits for the server.
const PATIENCE: &str = "10";

/// A foreign client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Client {
    Curl,
    Gsasl,
    Msmtp,
    Swaks,
}

impl Client {
    /// Has it log in: what the demo says of it, and what the client.
    pub(crate) fn play(self, cell: &Cell, demo: &Demo) -> Result<(End, End)> {
        let before = demo.attempts();
        let mut command = self.command(cell, demo.address());
        let output = command
            .stdin(Stdio::null())
            .output()
            .with_context(|| format!("cannot run {}", shown(&command)))?;
        let [stdout, stderr] =
            [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
        let theirs = End {
            verdict: self.verdict(output.status.code()),
            transcript: format!("{}\n{stdout}{stderr}", shown(&command)),
        };
        let ours = demo.attempts_after(before).join("; ");
        let ours = End {
            transcript: format!("the demo: {ours}\n"),
            verdict: ours,
        };
        Ok((ours, theirs))
    }

    fn command(self, cell: &Cell, server: SocketAddr) -> Command {
        let (host, port) = (server.ip().to_string(), server.port().to_string());
        let (mechanism, user, password) = (cell.mechanism, cell.user, cell.client_password());
        let mut command = command(Path::new(match self {
            Self::Curl => "curl",
            Self::Gsasl => "gsasl",
            Self::Msmtp => "msmtp",
            Self::Swaks => "swaks",
        }));
        match self {
            // Without a mail to send, curl says HELP after the login.
            Self::Curl => command
                .args(["--silent", "--show-error", "--max-time", PATIENCE])
                .args(["--url", &format!("smtp://{server}")])
                .args(["--user", &format!("{user}:{password}")])
                .args(["--login-options", &format!("AUTH={mechanism}")]),
            Self::Gsasl => command
                .args(["--smtp", &format!("--connect={server}")])
                .args(["--no-starttls", "--no-cb", "--mechanism", mechanism])
                .args(["--authentication-id", user, "--password", password]),
            // With a host on the command line, no configuration is read. An empty mail goes as far as MAIL FROM.
            Self::Msmtp => command
                .args(["--host", &host, "--port", &port, "--tls=off"])
                .args(["--timeout", PATIENCE, "--user", user])
                .args(["--auth", &mechanism.to_ascii_lowercase()])
                .args(["--passwordeval", &format!("printf %s '{password}'")])
                .args(["--from=user@localhost", "user@localhost"]),
            Self::Swaks => command
                .args(["--timeout", PATIENCE, "--server", &host, "--port", &port])
                .args(["--auth", mechanism, "--quit-after", "AUTH"])
                .args(["--auth-user", user, "--auth-password", password]),
        };
        command
    }

    /// Each client's exit status for "the server let me in" and for "it did not". gsasl has one for all that goes wrong;
    /// what the demo says beside it tells a refusal from the rest.
    fn verdict(self, code: Option<i32>) -> String {
        match (self, code) {
            (Self::Curl | Self::Gsasl | Self::Swaks, Some(0)) => "in".to_owned(),
            // EX_DATAERR: the mail that comes after the login is not taken.
            (Self::Msmtp, Some(65)) => "in".to_owned(),
            (Self::Curl, Some(67)) | (Self::Gsasl, Some(1)) | (Self::Swaks, Some(28)) => {
                "refused".to_owned()
            }
            // EX_NOPERM.
            (Self::Msmtp, Some(77)) => "refused".to_owned(),
            (_, Some(code)) => format!("exit {code}"),
            (_, None) => "killed".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_refusal_is_a_refusal() {
        assert_eq!(Client::Curl.verdict(Some(67)), "refused");
        assert_eq!(Client::Curl.verdict(Some(28)), "exit 28");
        assert_eq!(Client::Swaks.verdict(Some(28)), "refused");
        assert_eq!(Client::Swaks.verdict(None), "killed");
        assert_eq!(Client::Msmtp.verdict(Some(0)), "exit 0");
    }
}
