//! Our client and a foreign server that stays up, with a script in Python between them.

use std::path::Path;

use anyhow::{Result, bail};
use xshell::Shell;

use super::certificates::{Certificates, argument};
use super::channel::ServerIs;
use super::daemon::Daemon;
use super::exchange::{End, play};
use super::matrix::{Cell, Side};
use super::python::Python;
use super::shim::Shim;
use super::{dovecot, postgres, slapd};

/// What starts one of them.
type Start = fn(&Shell, &Certificates) -> Result<Daemon>;

/// Those that are needed.
pub(crate) struct Daemons(Vec<(&'static str, Daemon)>);

impl Daemons {
    pub(crate) fn start(sh: &Shell, cells: &[Cell], certificates: &Certificates) -> Result<Self> {
        let start: [(_, Start); 3] = [
            ("dovecot", dovecot::start),
            ("postgres", postgres::start),
            ("slapd", slapd::start),
        ];
        let mut daemons = Vec::new();
        for (name, start) in start {
            if cells.iter().any(|cell| cell.peer == name) {
                daemons.push((name, start(sh, certificates)?));
            }
        }
        Ok(Self(daemons))
    }

    /// What came of it at our end, and at the peer's.
    pub(crate) fn play(
        &self,
        cell: &Cell,
        shim: &Path,
        python: &Python,
        certificates: &Certificates,
    ) -> Result<(End, End)> {
        let daemon = self.0.iter().find(|(name, _)| *name == cell.peer);
        let (Some((_, daemon)), Side::Client) = (daemon, cell.we_are) else {
            bail!(
                "nobody plays {} while we are the {:?}",
                cell.peer,
                cell.we_are
            );
        };
        let is_protected =
            cell.channel.client.is_some() || cell.channel.server_is != ServerIs::Open;
        let port = if is_protected {
            daemon.tls_port
        } else {
            daemon.port
        };
        let mut command = python.script(cell);
        command
            .args([cell.mechanism, cell.user])
            .args(["--port", &port.to_string()]);
        if is_protected {
            let authority = certificates.certificate("ca");
            command.args(["--authority", &argument(&authority)]);
        }
        if let Some(holder) = cell.external_identity() {
            let (certificate, key) = (certificates.certificate(holder), certificates.key(holder));
            command
                .args(["--certificate", &argument(&certificate)])
                .args(["--key", &argument(&key)]);
        }
        if let Some(name) = cell.channel.client {
            command.args(["--binding", name]);
        }
        let before = daemon.logged();
        let mut theirs = Shim::start(command)?;
        let binding = match cell.channel.client {
            Some(_) => Some(theirs.binding(cell.channel.same)?),
            None => None,
        };
        let ours = Shim::client(shim, cell, preparation(cell), binding)?;
        let (ours, mut theirs) = play(Box::new(ours), Box::new(theirs))?;
        theirs.transcript.push_str(&daemon.log_after(before));
        Ok((ours, theirs))
    }
}

/// `PostgreSQL` prepares what it keeps; Dovecot and Cyrus keep it as it is.
fn preparation(cell: &Cell) -> &'static str {
    match cell.peer {
        "postgres" => "saslprep",
        _ => "none",
    }
}
