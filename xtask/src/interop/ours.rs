//! Our servers for foreign clients.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use super::certificates::{Certificates, argument};
use super::channel::{Library, Tls};
use super::client::{Client, Door, Kit};
use super::demo::Demo;
use super::exchange::End;
use super::matrix::{Cell, Side, UNPREPARED};
use super::parallel::Pool;

/// As many of each kind as are used at once.
pub(crate) struct Ours {
    /// Where the programs are.
    programs: PathBuf,
    /// All that clients use: what a client may fall back to must always be there.
    mechanisms: Vec<&'static str>,
    demos: Pool<Kind, Demo>,
}

/// What makes one demo another than the next.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Kind {
    protocol: &'static str,
    tls: Option<Tls>,
    by: Library,
    /// Without OAUTHBEARER, which curl takes wherever it is offered.
    has_only_xoauth2: bool,
}

impl Ours {
    pub(crate) fn new(programs: PathBuf, cells: &[Cell]) -> Self {
        let cells = cells.iter().filter(|cell| is_at_a_demo(cell));
        let mut mechanisms: Vec<_> = cells.map(|cell| cell.mechanism).collect();
        mechanisms.sort_unstable();
        mechanisms.dedup();
        Self {
            programs,
            mechanisms,
            demos: Pool::new(),
        }
    }

    /// What the demo says of a login, and what the client.
    pub(crate) fn play(&self, client: Client, cell: &Cell, kit: Kit<'_>) -> Result<(End, End)> {
        let kind = Kind {
            protocol: cell.form(),
            tls: cell.channel.tls,
            by: cell.channel.by,
            has_only_xoauth2: cell.mechanism == "XOAUTH2",
        };
        let start = || self.start(&kind, kit.certificates);
        self.demos.with(kind, start, |demo| {
            let door = Door {
                protocol: kind.protocol,
                address: demo.address(),
                socket: None,
            };
            let before = demo.attempts();
            let theirs = client.play(cell, &door, kit)?.end;
            let ours = match cell.asks_server(&theirs.verdict) {
                true => demo.attempts_after(before).join("; "),
                false => String::new(),
            };
            let ours = End {
                transcript: format!("the demo: {ours}\n"),
                verdict: ours,
            };
            Ok((ours, theirs))
        })
    }

    fn start(&self, kind: &Kind, certificates: &Certificates) -> Result<Demo> {
        let certificate = argument(&certificates.certificate("server"));
        let key = argument(&certificates.key("server"));
        if kind.by == Library::OpenSsl {
            let mut openssl = Command::new(self.programs.join("examples/openssl_server"));
            return Demo::run(openssl.args([&certificate, &key]));
        }
        let authority = argument(&certificates.certificate("ca"));
        let mut options = Vec::new();
        if let Some(tls) = kind.tls {
            let when = if tls.at_once { "implicit" } else { "starttls" };
            options.extend(["--tls", when, "--tls-version", tls.version.number()]);
            options.extend(["--cert", &certificate, "--key", &key]);
            options.extend(["--client-ca", &authority]);
        }
        let mechanisms = match kind.has_only_xoauth2 {
            true => &["XOAUTH2"],
            false => &*self.mechanisms,
        };
        Demo::start(
            &self.programs.join("sasl"),
            kind.protocol,
            &UNPREPARED,
            mechanisms,
            &options,
        )
    }
}

/// A foreign client logs in to `sasl demo`.
pub(crate) fn is_at_a_demo(cell: &Cell) -> bool {
    cell.we_are == Side::Server
        && !cell.form().is_empty()
        && Client::named(cell.program()).is_some()
}
