//! Foreign clients against our servers and foreign servers against our clients, wrong passwords among them.
//!
//! What is expected is the table in `tests/interop/README.md`; a cell that is expected and not seen is a failure.

mod base64;
mod certificates;
mod channel;
mod credentials;
mod cyrus;
mod daemon;
mod demo;
mod dovecot;
mod exchange;
mod gsasl;
mod matrix;
mod passwd;
mod postgres;
mod program;
mod python;
mod relay;
mod shim;
mod slapd;
mod smtp;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Result, bail, ensure};
use xshell::{Shell, cmd};

use self::certificates::{Certificates, argument};
use self::channel::ServerIs;
use self::cyrus::{Home, Sample};
use self::demo::Demo;
use self::exchange::{End, play};
use self::gsasl::Gsasl;
use self::matrix::{Cell, Seen, Side, UNPREPARED};
use self::python::Python;
use self::relay::Daemons;
use self::shim::Shim;
use self::smtp::Client;
use crate::tools;
use crate::workspace::Workspace;

/// What the peers are run with: pairs of program and Debian package.
const PROGRAMS: &[(&str, &str)] = &[
    ("/usr/lib/dovecot/imap", "dovecot-imapd"),
    ("argon2", "argon2"),
    ("curl", "curl"),
    ("gsasl", "gsasl"),
    ("htpasswd", "apache2-utils"),
    ("ldapwhoami", "ldap-utils"),
    ("mkpasswd", "whois"),
    ("msmtp", "msmtp"),
    ("openssl", "openssl"),
    ("postgres", "postgresql"),
    ("sasl-sample-client", "sasl2-bin"),
    // Cyrus's mechanisms come with it.
    ("saslpasswd2", "libsasl2-modules"),
    ("slapd", "slapd"),
    ("swaks", "swaks"),
];

/// The peers that log in to our servers over SMTP.
const MAIL_CLIENTS: [&str; 4] = ["curl", "gsasl", "msmtp", "swaks"];

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Play the cells of this peer only, or `passwd`: verifiers; may be repeated
    #[arg(long, value_name = "PEER")]
    peer: Vec<String>,
}

pub(crate) fn interop(sh: &Shell, args: &Args) -> Result<()> {
    let start = Instant::now();
    let mut cells = matrix::cells()?;
    // All, whichever peers are played: what a client may fall back to must always be there.
    let mechanisms = mail_mechanisms(&cells);
    let with_verifiers = args.peer.is_empty() || args.peer.iter().any(|peer| peer == passwd::NAME);
    if !args.peer.is_empty() {
        cells.retain(|cell| args.peer.iter().any(|peer| peer == cell.peer));
        ensure!(
            !cells.is_empty() || with_verifiers,
            "no such peer: {}",
            args.peer.join(", ")
        );
    }
    let stage = Stage::set(sh, &cells, &mechanisms)?;
    let setting = start.elapsed();

    println!(
        "{:<8} {:<6} {:<19} {:<6} {:<8} {:<33} we say | the peer says",
        "peer", "we are", "mechanism", "user", "password", "channel"
    );
    let mut red = Vec::new();
    for cell in &cells {
        let (ours, theirs) = match stage.play(cell) {
            Ok(ends) => ends,
            Err(error) => {
                println!("{cell} not played   <-- RED");
                red.push(format!("{cell} not played: {error:#}"));
                continue;
            }
        };
        let seen = Seen {
            ours: ours.verdict,
            theirs: theirs.verdict,
        };
        if seen == cell.expected {
            println!("{cell} {seen}");
        } else {
            println!("{cell} {seen}   <-- RED, expected: {}", cell.expected);
            let transcripts = [ours.transcript, theirs.transcript].concat();
            red.push(format!("{cell} {seen}\n{transcripts}"));
        }
    }
    println!(
        "{} cells in {:.1} s, after {:.1} s of preparation",
        cells.len(),
        (start.elapsed() - setting).as_secs_f64(),
        setting.as_secs_f64()
    );
    if with_verifiers {
        red.extend(passwd::play(sh, &stage)?);
    }
    ensure!(red.is_empty(), "not as expected:\n{}", red.join("\n"));
    Ok(())
}

/// All that the cells are played with.
struct Stage {
    shim: PathBuf,
    certificates: Certificates,
    servers: Servers,
    cyrus: Home,
    python: Python,
    daemons: Daemons,
}

impl Stage {
    fn set(sh: &Shell, cells: &[Cell], mechanisms: &[&str]) -> Result<Self> {
        let path = sh.push_env("PATH", program::path());
        tools::debian(sh, PROGRAMS)?;
        drop(path);
        cmd!(sh, "cargo build --package sasl-cli --locked").run()?;
        cmd!(
            sh,
            "cargo build --package sasl-tests --bin sasl-shim --locked"
        )
        .run()?;
        cmd!(
            sh,
            "cargo build --package sasl-tests --example openssl_server --locked"
        )
        .run()?;
        let target = Workspace::load(sh)?.target_directory;
        let home = target.join("interop");
        let python = Python::set(sh, &home.join("venv"))?;
        python.compare_names(sh)?;
        let certificates = Certificates::new(sh, home.join("certificates"))?;
        Ok(Self {
            shim: target.join("debug/sasl-shim"),
            servers: Servers::start(&target.join("debug"), mechanisms, &certificates)?,
            daemons: Daemons::start(sh, cells, &certificates)?,
            certificates,
            cyrus: Home::new(sh, home.join("cyrus"))?,
            python,
        })
    }

    /// What came of it at our end, and at the peer's.
    fn play(&self, cell: &Cell) -> Result<(End, End)> {
        let last = cell.peer == "cyrus -l";
        match (cell.peer, cell.we_are) {
            ("curl", Side::Server) => self.mail(Client::Curl, cell),
            ("gsasl", Side::Server) => self.mail(Client::Gsasl, cell),
            ("msmtp", Side::Server) => self.mail(Client::Msmtp, cell),
            ("swaks", Side::Server) => self.mail(Client::Swaks, cell),
            ("gsasl", Side::Client) => {
                let ours = Shim::client(&self.shim, cell, "saslprep", None)?;
                play(Box::new(ours), Box::new(Gsasl::server(cell)?))
            }
            ("cyrus" | "cyrus -l", Side::Client) => {
                let ours = Shim::client(&self.shim, cell, "none", None)?;
                let theirs = Sample::server(&self.cyrus, cell, last)?;
                play(Box::new(ours), Box::new(theirs))
            }
            ("cyrus" | "cyrus -l", Side::Server) => {
                let ours = Shim::server(&self.shim, cell, "none")?;
                let theirs = Sample::client(&self.cyrus, cell, last)?;
                let (theirs, ours) = play(Box::new(theirs), Box::new(ours))?;
                Ok((ours, theirs))
            }
            ("aiosasl" | "pysasl" | "scramp", _) => self.python.play(&self.shim, cell),
            ("dovecot" | "postgres" | "slapd", _) => {
                let Self {
                    shim,
                    python,
                    certificates,
                    ..
                } = self;
                self.daemons.play(cell, shim, python, certificates)
            }
            (peer, side) => bail!("nobody plays {peer} while we are the {side:?}"),
        }
    }

    fn mail(&self, client: Client, cell: &Cell) -> Result<(End, End)> {
        let server = self.servers.of(cell);
        client.play(cell, server, &self.certificates)
    }
}

/// What mail clients use in these cells.
fn mail_mechanisms(cells: &[Cell]) -> Vec<&'static str> {
    let cells = cells
        .iter()
        .filter(|cell| MAIL_CLIENTS.contains(&cell.peer) && cell.we_are == Side::Server);
    let mechanisms: BTreeSet<_> = cells.map(|cell| cell.mechanism).collect();
    mechanisms.into_iter().collect()
}

/// Our servers for mail clients.
struct Servers {
    open: Demo,
    tls12: Demo,
    tls13: Demo,
    implicit: Demo,
    openssl: Demo,
    /// Without OAUTHBEARER, which curl takes wherever it is offered.
    open_xoauth2: Demo,
    tls13_xoauth2: Demo,
}

impl Servers {
    fn start(programs: &Path, mechanisms: &[&str], certificates: &Certificates) -> Result<Self> {
        let certificate = argument(&certificates.certificate("server"));
        let key = argument(&certificates.key("server"));
        let demo = |tls: &[&str], mechanisms: &[&str]| {
            let mut options: Vec<_> = tls.iter().map(ToString::to_string).collect();
            if !tls.is_empty() {
                let authority = argument(&certificates.certificate("ca"));
                let files = [
                    "--cert",
                    &certificate,
                    "--key",
                    &key,
                    "--client-ca",
                    &authority,
                ];
                options.extend(files.map(str::to_owned));
            }
            Demo::start(&programs.join("sasl"), &UNPREPARED, mechanisms, &options)
        };
        let tls12 = ["--tls", "starttls", "--tls-version", "1.2"];
        let tls13 = ["--tls", "starttls", "--tls-version", "1.3"];
        let mut openssl = Command::new(programs.join("examples/openssl_server"));
        Ok(Self {
            open: demo(&[], mechanisms)?,
            tls12: demo(&tls12, mechanisms)?,
            tls13: demo(&tls13, mechanisms)?,
            implicit: demo(&["--tls", "implicit"], mechanisms)?,
            open_xoauth2: demo(&[], &["XOAUTH2"])?,
            tls13_xoauth2: demo(&tls13, &["XOAUTH2"])?,
            openssl: Demo::run(openssl.args([&certificate, &key]))?,
        })
    }

    fn of(&self, cell: &Cell) -> &Demo {
        match cell.channel.server_is {
            ServerIs::Open if cell.mechanism == "XOAUTH2" => &self.open_xoauth2,
            ServerIs::Tls13 if cell.mechanism == "XOAUTH2" => &self.tls13_xoauth2,
            ServerIs::Open => &self.open,
            ServerIs::Tls12 => &self.tls12,
            ServerIs::Tls13 => &self.tls13,
            ServerIs::Implicit => &self.implicit,
            ServerIs::OpenSsl => &self.openssl,
        }
    }
}
