//! Foreign clients against our servers and foreign servers against our clients, wrong passwords among them.
//!
//! What is expected is the table in `tests/interop/README.md`; a cell that is expected and not seen is a failure.

mod base64;
mod credentials;
mod cyrus;
mod demo;
mod exchange;
mod gsasl;
mod matrix;
mod program;
mod python;
mod shim;
mod smtp;

use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Result, bail, ensure};
use xshell::{Shell, cmd};

use self::cyrus::{Home, Sample};
use self::demo::Demo;
use self::exchange::{End, play};
use self::gsasl::Gsasl;
use self::matrix::{Cell, Seen, Side, UNPREPARED};
use self::python::Python;
use self::shim::Shim;
use self::smtp::Client;
use crate::tools;
use crate::workspace::Workspace;

/// What the peers are run with: pairs of program and Debian package.
const PROGRAMS: &[(&str, &str)] = &[
    ("curl", "curl"),
    ("gsasl", "gsasl"),
    ("msmtp", "msmtp"),
    ("sasl-sample-client", "sasl2-bin"),
    // Cyrus's mechanisms come with it.
    ("saslpasswd2", "libsasl2-modules"),
    ("swaks", "swaks"),
];

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Play the cells of this peer only; may be repeated
    #[arg(long, value_name = "PEER")]
    peer: Vec<String>,
}

pub(crate) fn interop(sh: &Shell, args: &Args) -> Result<()> {
    let start = Instant::now();
    let mut cells = matrix::cells()?;
    if !args.peer.is_empty() {
        cells.retain(|cell| args.peer.iter().any(|peer| peer == cell.peer));
        ensure!(!cells.is_empty(), "no such peer: {}", args.peer.join(", "));
    }
    let stage = Stage::set(sh)?;
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
    ensure!(red.is_empty(), "not as expected:\n{}", red.join("\n"));
    Ok(())
}

/// All that the cells are played with.
struct Stage {
    shim: PathBuf,
    demo: Demo,
    cyrus: Home,
    python: Python,
}

impl Stage {
    fn set(sh: &Shell) -> Result<Self> {
        let path = sh.push_env("PATH", program::path());
        tools::debian(sh, PROGRAMS)?;
        drop(path);
        cmd!(sh, "cargo build --package sasl-cli --locked").run()?;
        cmd!(
            sh,
            "cargo build --package sasl-tests --bin sasl-shim --locked"
        )
        .run()?;
        let target = Workspace::load(sh)?.target_directory;
        let home = target.join("interop");
        let python = Python::set(sh, &home.join("venv"))?;
        python.compare_names(sh)?;
        Ok(Self {
            shim: target.join("debug/sasl-shim"),
            demo: Demo::start(&target.join("debug/sasl"), &UNPREPARED)?,
            cyrus: Home::new(sh, home.join("cyrus"))?,
            python,
        })
    }

    /// What came of it at our end, and at the peer's.
    fn play(&self, cell: &Cell) -> Result<(End, End)> {
        let last = cell.peer == "cyrus -l";
        match (cell.peer, cell.we_are) {
            ("curl", Side::Server) => Client::Curl.play(cell, &self.demo),
            ("gsasl", Side::Server) => Client::Gsasl.play(cell, &self.demo),
            ("msmtp", Side::Server) => Client::Msmtp.play(cell, &self.demo),
            ("swaks", Side::Server) => Client::Swaks.play(cell, &self.demo),
            ("gsasl", Side::Client) => {
                let ours = Shim::client(&self.shim, cell, "saslprep")?;
                play(Box::new(ours), Box::new(Gsasl::server(cell)?))
            }
            ("cyrus" | "cyrus -l", Side::Client) => {
                let ours = Shim::client(&self.shim, cell, "none")?;
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
            (peer, side) => bail!("nobody plays {peer} while we are the {side:?}"),
        }
    }
}
