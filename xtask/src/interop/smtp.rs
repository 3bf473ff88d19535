//! Mail clients that log in to our servers.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result};

use super::certificates::{Certificates, argument};
use super::channel::{Channel, ServerIs};
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
    pub(crate) fn play(
        self,
        cell: &Cell,
        demo: &Demo,
        certificates: &Certificates,
    ) -> Result<(End, End)> {
        let before = demo.attempts();
        let mut command = self.command(cell, demo.address(), certificates);
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

    fn command(self, cell: &Cell, server: SocketAddr, certificates: &Certificates) -> Command {
        let mut command = command(Path::new(match self {
            Self::Curl => "curl",
            Self::Gsasl => "gsasl",
            Self::Msmtp => "msmtp",
            Self::Swaks => "swaks",
        }));
        match self {
            Self::Curl => curl(&mut command, cell, server, certificates),
            Self::Gsasl => gsasl(&mut command, cell, server, certificates),
            Self::Msmtp => msmtp(&mut command, cell, server, certificates),
            Self::Swaks => swaks(&mut command, cell, server),
        }
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

/// Without a mail to send, it says HELP after the login.
fn curl(command: &mut Command, cell: &Cell, server: SocketAddr, certificates: &Certificates) {
    let (mechanism, user, secret) = (cell.mechanism, cell.user, &*cell.client_secret());
    let scheme = match cell.channel.server_is {
        ServerIs::Implicit => "smtps",
        _ => "smtp",
    };
    command
        .args(["--silent", "--show-error", "--max-time", PATIENCE])
        .args(["--url", &format!("{scheme}://{server}")])
        .args(["--login-options", &format!("AUTH={mechanism}")]);
    if let Some(authority) = authority(cell, certificates) {
        command.args(["--ssl-reqd", "--cacert", &authority]);
    }
    match mechanism {
        "OAUTHBEARER" | "XOAUTH2" => {
            command.args(["--user", &format!("{user}:"), "--oauth2-bearer", secret])
        }
        "EXTERNAL" => command
            .args([
                "--user",
                &format!("{}:", cell.authzid().unwrap_or_default()),
            ])
            .args(["--cert", &argument(&certificates.certificate(user))])
            .args(["--key", &argument(&certificates.key(user))]),
        _ => command.args(["--user", &format!("{user}:{secret}")]),
    };
}

/// It refuses to leave a channel unbound that it can bind, unless it is told to.
fn gsasl(command: &mut Command, cell: &Cell, server: SocketAddr, certificates: &Certificates) {
    let (mechanism, user, secret) = (cell.mechanism, cell.user, &*cell.client_secret());
    command.args([
        "--smtp",
        &format!("--connect={server}"),
        "--mechanism",
        mechanism,
    ]);
    match authority(cell, certificates) {
        None => command.arg("--no-starttls"),
        // It begins with TLS by itself. Told to, it does so twice.
        Some(authority) => command.arg(format!("--x509-ca-file={authority}")),
    };
    if !mechanism.ends_with("-PLUS") {
        command.arg("--no-cb");
    }
    match mechanism {
        "ANONYMOUS" => command.args(["--anonymous-token", secret]),
        "EXTERNAL" => {
            let (certificate, key) = (certificates.certificate(user), certificates.key(user));
            command
                .args(["--authorization-id", cell.authzid().unwrap_or_default()])
                .arg(format!("--x509-cert-file={}", argument(&certificate)))
                .arg(format!("--x509-key-file={}", argument(&key)))
        }
        _ => command.args(["--authentication-id", user, "--password", secret]),
    };
}

/// With a host on the command line, no configuration is read. An empty mail goes as far as MAIL FROM.
fn msmtp(command: &mut Command, cell: &Cell, server: SocketAddr, certificates: &Certificates) {
    let (host, port) = (server.ip().to_string(), server.port().to_string());
    command
        .args(["--host", &host, "--port", &port, "--timeout", PATIENCE])
        // Its value is optional: as a word of its own it would be an address, and msmtp would choose.
        .arg(format!("--auth={}", cell.mechanism.to_ascii_lowercase()))
        .args(["--from=user@localhost", "user@localhost"]);
    match cell.mechanism {
        // Its user is whom it asks to act as.
        "EXTERNAL" => command
            .args(["--user", cell.authzid().unwrap_or_default()])
            .args([
                "--tls-cert-file",
                &argument(&certificates.certificate(cell.user)),
            ])
            .args(["--tls-key-file", &argument(&certificates.key(cell.user))]),
        _ => command.args(["--user", cell.user]).args([
            "--passwordeval",
            &format!("printf %s '{}'", cell.client_secret()),
        ]),
    };
    match authority(cell, certificates) {
        None => command.arg("--tls=off"),
        Some(authority) => command.args(["--tls=on", &format!("--tls-trust-file={authority}")]),
    };
    if cell.channel.server_is == ServerIs::Implicit {
        command.arg("--tls-starttls=off");
    }
}

fn swaks(command: &mut Command, cell: &Cell, server: SocketAddr) {
    let (host, port) = (server.ip().to_string(), server.port().to_string());
    command
        .args(["--timeout", PATIENCE, "--server", &host, "--port", &port])
        .args(["--auth", cell.mechanism, "--quit-after", "AUTH"])
        .args(["--auth-user", cell.user])
        .args(["--auth-password", &cell.client_secret()]);
}

/// The authority that the client trusts; `None` without TLS.
fn authority(cell: &Cell, certificates: &Certificates) -> Option<String> {
    let Channel {
        server_is, trusted, ..
    } = cell.channel;
    let name = if trusted { "ca" } else { "stranger" };
    (server_is != ServerIs::Open).then(|| argument(&certificates.certificate(name)))
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
