//! Foreign clients against our servers and foreign servers against our clients, wrong passwords among them.
//!
//! What is expected is the tables in `tests/interop/matrix.md`; a cell that is expected and not seen is a failure.

mod base64;
mod beyond;
mod certificates;
mod channel;
mod client;
mod credentials;
mod cyrus;
mod daemon;
mod demo;
mod dovecot;
mod exchange;
mod gsasl;
mod matrix;
mod ours;
mod parallel;
mod passwd;
mod postfix;
mod postgres;
mod program;
mod prosody;
mod python;
mod real;
mod relay;
mod shim;
mod slapd;

use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Result, bail, ensure};
use xshell::{Shell, cmd};

use self::certificates::Certificates;
use self::client::{Client, Kit};
use self::cyrus::{Home, Sample};
use self::exchange::{End, play};
use self::gsasl::Gsasl;
use self::matrix::{Cell, Seen, Side};
use self::ours::Ours;
use self::python::Python;
use self::real::Logging;
use self::relay::Daemons;
use self::shim::Shim;
use crate::tools;
use crate::workspace::Workspace;

/// What the peers are run with: pairs of program and Debian package.
const PROGRAMS: &[(&str, &str)] = &[
    ("/usr/lib/dovecot/imap", "dovecot-imapd"),
    ("/usr/lib/dovecot/managesieve", "dovecot-managesieved"),
    ("/usr/lib/dovecot/pop3", "dovecot-pop3d"),
    ("/usr/lib/dovecot/submission", "dovecot-submissiond"),
    // swaks has TLS only with it.
    ("/usr/share/doc/libnet-ssleay-perl", "libnet-ssleay-perl"),
    ("argon2", "argon2"),
    ("curl", "curl"),
    ("gsasl", "gsasl"),
    ("htpasswd", "apache2-utils"),
    ("ldapwhoami", "ldap-utils"),
    ("mkpasswd", "whois"),
    ("msmtp", "msmtp"),
    ("openssl", "openssl"),
    ("postfix", "postfix"),
    ("postgres", "postgresql"),
    ("prosody", "prosody"),
    ("sasl-sample-client", "sasl2-bin"),
    // Cyrus's mechanisms come with it.
    ("saslpasswd2", "libsasl2-modules"),
    ("slapd", "slapd"),
    ("swaks", "swaks"),
];

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Play the cells of this peer only, or `passwd`: verifiers; may be repeated
    #[arg(long, value_name = "PEER")]
    peer: Vec<String>,
}

pub(crate) fn interop(sh: &Shell, args: &Args) -> Result<()> {
    let start = Instant::now();
    let all = matrix::cells()?;
    let mut cells = all.clone();
    let with_verifiers = args.peer.is_empty() || args.peer.iter().any(|peer| peer == passwd::NAME);
    if !args.peer.is_empty() {
        let is_wanted = |cell: &Cell, peer: &String| peer == cell.peer || peer == cell.program();
        cells.retain(|cell| args.peer.iter().any(|peer| is_wanted(cell, peer)));
        ensure!(
            !cells.is_empty() || with_verifiers,
            "no such peer: {}",
            args.peer.join(", ")
        );
    }
    let beyond = beyond::cells(&all, &cells);
    let stage = Stage::set(sh, &all, &cells)?;
    let setting = start.elapsed();

    println!(
        "{:<18} {:<10} {:<19} {:<6} {:<8} {:<33} we say | the peer says",
        "peer", "we are", "mechanism", "user", "password", "channel"
    );
    let mut red = Vec::new();
    parallel::each(
        &cells,
        |cell| stage.play(cell),
        |cell, played| {
            let (ours, theirs) = match played {
                Ok(ends) => ends,
                Err(error) => {
                    println!("{cell} not played   <-- RED");
                    red.push(format!("{cell} not played: {error:#}"));
                    return;
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
        },
    );
    let mut new = Vec::new();
    parallel::each(
        &beyond,
        |cell| stage.play(cell),
        |cell, played| {
            if let Ok((ours, theirs)) = played {
                let seen = Seen {
                    ours: ours.verdict,
                    theirs: theirs.verdict,
                };
                if beyond::has_passed(cell, &seen) {
                    new.push(format!("new, since no row has it: {cell} {seen}"));
                }
            }
        },
    );
    println!(
        "{} more that no row has, of which {} pass",
        beyond.len(),
        new.len()
    );
    for line in new {
        println!("{line}");
    }
    println!(
        "{} cells in {:.1} s, after {:.1} s of preparation",
        cells.len(),
        (start.elapsed() - setting).as_secs_f64(),
        setting.as_secs_f64()
    );
    if with_verifiers {
        red.extend(passwd::play(&stage)?);
    }
    ensure!(red.is_empty(), "not as expected:\n{}", red.join("\n"));
    Ok(())
}

/// All that the cells are played with.
struct Stage {
    sasl: PathBuf,
    shim: PathBuf,
    certificates: Certificates,
    ours: Ours,
    cyrus: Home,
    python: Python,
    daemons: Daemons,
    logging: Logging,
}

impl Stage {
    /// For these cells, out of all.
    fn set(sh: &Shell, all: &[Cell], cells: &[Cell]) -> Result<Self> {
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
        let sasl = target.join("debug/sasl");
        let kit = Kit {
            certificates: &certificates,
            python: &python,
            sasl: &sasl,
        };
        Ok(Self {
            shim: target.join("debug/sasl-shim"),
            ours: Ours::new(target.join("debug"), all),
            daemons: Daemons::start(cells, kit)?,
            logging: Logging::new(),
            cyrus: Home::new(sh, home.join("cyrus"))?,
            certificates,
            python,
            sasl,
        })
    }

    /// What came of it at our end, and at the peer's.
    fn play(&self, cell: &Cell) -> Result<(End, End)> {
        let kit = Kit {
            certificates: &self.certificates,
            python: &self.python,
            sasl: &self.sasl,
        };
        let last = cell.peer == "cyrus -l";
        match (cell.program(), cell.we_are) {
            (_, Side::Absent(client)) if Logging::has(cell) => self.logging.play(client, cell, kit),
            (_, Side::Absent(client)) => self.daemons.play_foreign(client, cell, kit),
            (peer, Side::Server) if ours::is_at_a_demo(cell) => match Client::named(peer) {
                Some(client) => self.ours.play(client, cell, kit),
                None => bail!("no such client: {peer}"),
            },
            ("gsasl", Side::Client) => {
                let ours = Shim::client(&self.shim, cell, "saslprep", None)?;
                play(Box::new(ours), Box::new(Gsasl::server(cell)?))
            }
            ("cyrus", Side::Client) => {
                let ours = Shim::client(&self.shim, cell, "none", None)?;
                let theirs = Sample::server(&self.cyrus, cell, last)?;
                play(Box::new(ours), Box::new(theirs))
            }
            ("cyrus", Side::Server) => {
                let ours = Shim::server(&self.shim, cell, "none")?;
                let theirs = Sample::client(&self.cyrus, cell, last)?;
                let (theirs, ours) = play(Box::new(theirs), Box::new(ours))?;
                Ok((ours, theirs))
            }
            ("aiosasl" | "pysasl" | "scramp", _) => self.python.play(&self.shim, cell),
            ("dovecot" | "postgres" | "prosody" | "slapd", Side::Client) => {
                self.daemons.play(cell, &self.shim, kit)
            }
            (peer, side) => bail!("nobody plays {peer} while we are the {side:?}"),
        }
    }
}
