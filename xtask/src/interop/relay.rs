//! Foreign servers that many may use at once, since they say in their own protocol whom they let in: our client, with a
//! script in Python between them, or a foreign client.

use std::path::Path;
use std::thread;

use anyhow::{Context as _, Result, bail};

use super::certificates::argument;
use super::channel::Version;
use super::client::{Client, Door, Kit};
use super::daemon::Daemon;
use super::exchange::{End, play};
use super::matrix::{Cell, Side};
use super::shim::{Shim, is_in};
use super::{dovecot, postgres, prosody, slapd};

/// Those that are needed.
pub(crate) struct Daemons(Vec<(&'static str, Daemon)>);

/// What starts one of them.
type Start = fn(Kit<'_>) -> Result<Daemon>;

const START: [(&str, Start); 5] = [
    ("dovecot", |kit| {
        dovecot::start(kit.certificates, Version::V13)
    }),
    ("postgres", |kit| postgres::start(kit.certificates)),
    ("prosody", |kit| prosody::start(kit.certificates)),
    ("slapd", |kit| {
        slapd::start(kit.certificates, slapd::Binding::EndPoint)
    }),
    ("slapd unique", |kit| {
        slapd::start(kit.certificates, slapd::Binding::Unique)
    }),
];

impl Daemons {
    pub(crate) fn start(cells: &[Cell], kit: Kit<'_>) -> Result<Self> {
        let needed = START.map(|(name, start)| {
            let is_needed = cells
                .iter()
                .any(|cell| cell.peer == name && cell.we_are != Side::Absent(Client::Sasl));
            is_needed.then_some((name, start))
        });
        thread::scope(|scope| {
            let starting: Vec<_> = needed
                .into_iter()
                .flatten()
                .map(|(name, start)| (name, scope.spawn(move || start(kit))))
                .collect();
            let started = starting.into_iter().map(|(name, daemon)| {
                let Ok(daemon) = daemon.join() else {
                    bail!("{name} could not be started");
                };
                Ok((name, daemon?))
            });
            started.collect::<Result<_>>().map(Self)
        })
    }

    fn of(&self, cell: &Cell) -> Result<&Daemon> {
        let found = self.0.iter().find(|(name, _)| *name == cell.peer);
        let (_, daemon) = found.with_context(|| format!("nobody starts {}", cell.peer))?;
        Ok(daemon)
    }

    /// Our client: what came of it at our end, and at the peer's.
    pub(crate) fn play(&self, cell: &Cell, shim: &Path, kit: Kit<'_>) -> Result<(End, End)> {
        let daemon = self.of(cell)?;
        let door = door(daemon, cell)?;
        let mut command = kit.python.script(cell);
        command
            .args([cell.mechanism, cell.user])
            .args(["--port", &door.address.port().to_string()]);
        if let Some(socket) = &door.socket {
            command.args(["--socket", &argument(socket)]);
        }
        if let Some(version) = version(cell) {
            let authority = kit.certificates.certificate("ca");
            command
                .args(["--authority", &argument(&authority)])
                .args(["--tls", version.number()]);
            if let Some(holder) = cell.external_identity() {
                let certificate = kit.certificates.certificate(holder);
                let key = kit.certificates.key(holder);
                command
                    .args(["--certificate", &argument(&certificate)])
                    .args(["--key", &argument(&key)]);
            }
        }
        if cell.channel.is_at_once() {
            command.arg("--at-once");
        }
        if let Some(name) = cell.channel.client {
            command.args(["--binding", name]);
        }
        if cell.peer == "slapd unique" {
            command.arg("--unique");
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

    /// A foreign client: what it says, and what it was told of who it is.
    pub(crate) fn play_foreign(
        &self,
        client: Client,
        cell: &Cell,
        kit: Kit<'_>,
    ) -> Result<(End, End)> {
        let daemon = self.of(cell)?;
        let before = daemon.logged();
        let played = client.play(cell, &door(daemon, cell)?, kit)?;
        let verdict = match is_in(&played.end.verdict) {
            true => format!("in as {}", client.identity(&played.output)?),
            false => "nobody".to_owned(),
        };
        let theirs = End {
            verdict,
            transcript: daemon.log_after(before),
        };
        Ok((played.end, theirs))
    }
}

/// The version of TLS that a cell has, also where its channel is called by a binding.
fn version(cell: &Cell) -> Option<Version> {
    let channel = &cell.channel;
    match channel.client {
        // It is tls-unique too.
        Some(_) if cell.peer == "slapd unique" => Some(Version::V12),
        // There is none in TLS 1.3 (RFC 8446 appendix C.5).
        Some("tls-unique") => Some(Version::V12),
        Some(_) => Some(channel.version().unwrap_or(Version::V13)),
        None => channel.version(),
    }
}

/// Where a cell goes in.
pub(crate) fn door(daemon: &Daemon, cell: &Cell) -> Result<Door> {
    let is_protected = version(cell).is_some();
    let (protocol, port) = match (cell.program(), is_protected) {
        ("postgres", _) => ("postgres", "postgres"),
        ("prosody", _) if cell.channel.is_at_once() => ("xmpp", "xmpps"),
        ("prosody", _) => ("xmpp", "xmpp"),
        ("slapd", true) if cell.channel.is_at_once() || cell.channel.client.is_some() => {
            ("ldap", "ldaps")
        }
        ("slapd", _) => ("ldap", "ldap"),
        ("dovecot", true) => ("imap", "imaps"),
        ("dovecot", false) => ("imap", "imap"),
        (other, _) => bail!("{other} has no door"),
    };
    Ok(Door {
        protocol,
        address: daemon.address(port)?,
        socket: cell.channel.is_local.then(|| daemon.path(slapd::SOCKET)),
    })
}

/// `PostgreSQL` and Prosody prepare what they keep or what they get; Dovecot and Cyrus keep it as it is.
fn preparation(cell: &Cell) -> &'static str {
    match cell.program() {
        "postgres" | "prosody" => "saslprep",
        _ => "none",
    }
}
