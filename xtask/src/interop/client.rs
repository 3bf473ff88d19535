//! Foreign clients that log in to servers, ours or foreign ones.

mod login;
mod mail;
mod others;
mod script;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use super::certificates::{Certificates, argument};
use super::exchange::End;
use super::matrix::Cell;
use super::program::{command, fed, shown};
use super::python::Python;

/// Seconds that a client waits for the server.
const PATIENCE: &str = "10";

/// A foreign client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Client {
    Curl,
    Gsasl,
    Imaplib,
    Ldapwhoami,
    Msmtp,
    Poplib,
    Psql,
    /// Our own, by `sasl login`.
    Sasl,
    Sievelib,
    Slixmpp,
    Smtplib,
    Swaks,
}

/// Where a client logs in.
pub(crate) struct Door {
    /// `smtp`, `imap` and so on.
    pub(crate) protocol: &'static str,
    pub(crate) address: SocketAddr,
    /// The same without a network, where there is one.
    pub(crate) socket: Option<PathBuf>,
}

/// What clients are run with.
#[derive(Clone, Copy)]
pub(crate) struct Kit<'a> {
    pub(crate) certificates: &'a Certificates,
    pub(crate) python: &'a Python,
    /// Our command.
    pub(crate) sasl: &'a Path,
}

/// What came of it for the client.
pub(crate) struct Played {
    pub(crate) end: End,
    /// What it printed.
    pub(crate) output: String,
}

impl Client {
    const ALL: [Self; 12] = [
        Self::Curl,
        Self::Gsasl,
        Self::Imaplib,
        Self::Ldapwhoami,
        Self::Msmtp,
        Self::Poplib,
        Self::Psql,
        Self::Sasl,
        Self::Sievelib,
        Self::Slixmpp,
        Self::Smtplib,
        Self::Swaks,
    ];

    /// The program's, and in the table the client's.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Curl => "curl",
            Self::Gsasl => "gsasl",
            Self::Imaplib => "imaplib",
            Self::Ldapwhoami => "ldapwhoami",
            Self::Msmtp => "msmtp",
            Self::Poplib => "poplib",
            Self::Psql => "psql",
            Self::Sasl => "sasl",
            Self::Sievelib => "sievelib",
            Self::Slixmpp => "slixmpp",
            Self::Smtplib => "smtplib",
            Self::Swaks => "swaks",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|client| client.name() == name)
    }

    /// Has it log in.
    pub(crate) fn play(self, cell: &Cell, door: &Door, kit: Kit<'_>) -> Result<Played> {
        let mut command = self.command(cell, door, kit);
        let input = match self {
            Self::Sasl => cell.client_secret(),
            _ => String::new(),
        };
        let output = fed(&mut command, &input)?;
        let [stdout, stderr] =
            [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
        Ok(Played {
            end: End {
                verdict: match self {
                    Self::Sasl => login::verdict(output.status.code(), &stdout, cell)?,
                    _ => self.verdict(output.status.code(), &stderr),
                },
                transcript: format!("{}\n{stdout}{stderr}", shown(&command)),
            },
            output: stdout.into_owned(),
        })
    }

    /// Whom the server takes the client for, out of what the client printed of it.
    pub(crate) fn identity(self, output: &str) -> Result<String> {
        let output = output.trim_end();
        let name = match self {
            Self::Psql => Some(output),
            Self::Ldapwhoami => output
                .strip_prefix("dn:uid=")
                .and_then(|name| name.strip_suffix(",dc=localhost")),
            Self::Slixmpp => output.split_once('@').map(|(name, _)| name),
            _ => None,
        };
        let name = name.with_context(|| format!("nobody is named in {output:?}"))?;
        Ok(name.to_owned())
    }

    fn command(self, cell: &Cell, door: &Door, kit: Kit<'_>) -> Command {
        let mut command = match self {
            Self::Imaplib | Self::Poplib | Self::Sievelib | Self::Slixmpp | Self::Smtplib => {
                kit.python.client(script::NAME)
            }
            Self::Sasl => command(kit.sasl),
            program => command(Path::new(program.name())),
        };
        match self {
            Self::Curl => mail::curl(&mut command, cell, door, kit.certificates),
            Self::Gsasl => mail::gsasl(&mut command, cell, door, kit.certificates),
            Self::Msmtp => mail::msmtp(&mut command, cell, door, kit.certificates),
            Self::Swaks => mail::swaks(&mut command, cell, door, kit.certificates),
            Self::Ldapwhoami => others::ldapwhoami(&mut command, cell, door, kit.certificates),
            Self::Psql => others::psql(&mut command, cell, door, kit.certificates),
            Self::Sasl => login::arguments(&mut command, cell, door, kit.certificates),
            Self::Imaplib | Self::Poplib | Self::Sievelib | Self::Slixmpp | Self::Smtplib => {
                command.arg(self.name());
                script::arguments(&mut command, cell, door, kit.certificates);
            }
        }
        command
    }

    /// Each client's exit status for "the server let me in" and for "it did not". gsasl has one for all that goes wrong;
    /// what the server says beside it tells a refusal from the rest. So has psql, which says what it is.
    fn verdict(self, code: Option<i32>, complaint: &str) -> String {
        match (self, code) {
            // EX_DATAERR: the mail that comes after the login is not taken.
            (Self::Msmtp, Some(65)) => "in".to_owned(),
            (Self::Msmtp, Some(0)) => "exit 0".to_owned(),
            (_, Some(0)) => "in".to_owned(),
            (Self::Curl, Some(67)) | (Self::Gsasl, Some(1)) | (Self::Swaks, Some(28)) => {
                "refused".to_owned()
            }
            // EX_NOPERM.
            (Self::Msmtp, Some(77)) => "refused".to_owned(),
            // invalidCredentials (RFC 4511 appendix A).
            (Self::Ldapwhoami, Some(49)) => "refused".to_owned(),
            (Self::Psql, Some(2)) if complaint.contains(others::PSQL_REFUSED) => {
                "refused".to_owned()
            }
            (
                Self::Imaplib | Self::Poplib | Self::Sievelib | Self::Slixmpp | Self::Smtplib,
                Some(3),
            ) => "refused".to_owned(),
            (_, Some(code)) => format!("exit {code}"),
            (_, None) => "killed".to_owned(),
        }
    }
}

/// The authority that the client trusts; `None` without TLS.
fn authority(cell: &Cell, certificates: &Certificates) -> Option<String> {
    let name = if cell.channel.trusted {
        "ca"
    } else {
        "stranger"
    };
    cell.channel
        .tls
        .map(|_| argument(&certificates.certificate(name)))
}

/// The certificate by which the client says who it is, where the mechanism is that, and its key.
fn own_certificate(cell: &Cell, certificates: &Certificates) -> Option<[String; 2]> {
    cell.external_identity().map(|holder| {
        [certificates.certificate(holder), certificates.key(holder)].map(|path| argument(&path))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_refusal_is_a_refusal() {
        assert_eq!(Client::Curl.verdict(Some(67), ""), "refused");
        assert_eq!(Client::Curl.verdict(Some(28), ""), "exit 28");
        assert_eq!(Client::Swaks.verdict(Some(28), ""), "refused");
        assert_eq!(Client::Swaks.verdict(None, ""), "killed");
        assert_eq!(Client::Msmtp.verdict(Some(0), ""), "exit 0");
        assert_eq!(Client::Psql.verdict(Some(2), "no such host"), "exit 2");
        assert_eq!(Client::Smtplib.verdict(Some(1), ""), "exit 1");
    }

    #[test]
    fn a_client_is_found_by_its_name() {
        for client in Client::ALL {
            assert_eq!(Client::named(client.name()), Some(client));
        }
    }
}
