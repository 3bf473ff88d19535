//! `cargo xtask bench`: the libraries beside their own cryptography and beside other crates, into `BENCHMARKS.md`.
//!
//! The measuring is done by `tests/peers`, two sides in one process and interleaved, so that the ratios hold on a noisy
//! machine where the times do not. Here the limits are checked and the tables written.

mod clean_build;
mod facts;
mod limits;
mod tables;

use std::path::PathBuf;
use std::thread;

use anyhow::{Context as _, Result, ensure};
use xshell::{Shell, cmd};

use self::clean_build::CleanBuild;
use self::facts::Facts;
use crate::tools;

/// The workspace that measures.
pub(crate) const PEERS: &str = "tests/peers";

const FILE: &str = "BENCHMARKS.md";

/// What must not make this build another one than everybody's.
pub(crate) const FOREIGN_FLAGS: &[&str] = &[
    "RUSTFLAGS",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_BUILD_RUSTFLAGS",
    "RUSTC_WRAPPER",
];

/// Measures everything and fails when a limit is missed. With `write`, the tables are written first, missed or not.
pub(crate) fn bench(sh: &Shell, write: bool) -> Result<()> {
    tools::debian(sh, &[("valgrind", "valgrind")])?;
    let mut build = cmd!(
        sh,
        "cargo build --release --locked --manifest-path {PEERS}/Cargo.toml"
    );
    for flag in FOREIGN_FLAGS {
        build = build.env_remove(flag);
    }
    build.run()?;
    let programs = target_directory(sh)?.join("release");

    let mut facts = Facts::default();
    for name in ["time", "heap"] {
        let program = programs.join(name);
        facts.read(&cmd!(sh, "{program}").read()?)?;
    }
    let enumeration = Enumeration::count(sh, &programs.join("enumeration"))?;
    let builds = CleanBuild::measure_all(sh)?;

    let report = tables::Report {
        facts: &facts,
        enumeration: &enumeration,
        builds: &builds,
        rustc: &rustc(sh)?,
        cores: thread::available_parallelism().map_or(1, usize::from),
    };
    let limits = limits::check(&facts, &enumeration, &builds)?;
    let rendered = report.render(&limits)?;
    for (name, table) in &rendered {
        println!("\n{name}\n{table}");
    }
    if write {
        let text = tables::replace(&sh.read_file(FILE)?, &rendered)?;
        sh.write_file(FILE, text)?;
    }
    let missed: Vec<String> = limits
        .iter()
        .filter(|limit| !limit.is_met())
        .map(ToString::to_string)
        .collect();
    ensure!(missed.is_empty(), "missed:\n{}", missed.join("\n"));
    Ok(())
}

pub(crate) fn target_directory(sh: &Shell) -> Result<PathBuf> {
    let json = cmd!(
        sh,
        "cargo metadata --format-version 1 --no-deps --manifest-path {PEERS}/Cargo.toml"
    )
    .quiet()
    .read()?;
    let metadata: serde_json::Value = serde_json::from_str(&json)?;
    metadata
        .get("target_directory")
        .and_then(serde_json::Value::as_str)
        .map(PathBuf::from)
        .context("cargo metadata has another form than expected")
}

/// The version alone: `rustc 1.95.0 (59807616e 2026-04-14)`.
fn rustc(sh: &Shell) -> Result<String> {
    let version = cmd!(sh, "rustc --version").quiet().read()?;
    version
        .split_whitespace()
        .nth(1)
        .map(str::to_owned)
        .context("rustc has no version")
}

/// The instructions of one refused server exchange.
struct Enumeration {
    /// Of an account that the store has made for this exchange, and that is freed in it.
    known: f64,
    /// Of one that the store keeps.
    kept: f64,
    unknown: f64,
}

impl Enumeration {
    fn count(sh: &Shell, program: &PathBuf) -> Result<Self> {
        let temporary = sh.create_temp_dir()?;
        let out = temporary.path().join("callgrind.out");
        let instructions = |case: &str| -> Result<f64> {
            // In an argument of its own, for its asterisks.
            let toggle = "--toggle-collect=*refused_exchange*";
            let said = cmd!(
                sh,
                "valgrind --tool=callgrind {toggle} --callgrind-out-file={out} {program} {case}"
            )
            .read_stderr()?;
            facts::collected(&said).with_context(|| format!("callgrind counted nothing:\n{said}"))
        };
        Ok(Self {
            known: instructions("known")?,
            kept: instructions("kept")?,
            unknown: instructions("unknown")?,
        })
    }

    /// How far an unknown user is apart from a known one, whichever is farther, as a part of the greater number.
    fn difference(&self) -> f64 {
        let apart = |known: f64| (known - self.unknown).abs() / known.max(self.unknown);
        apart(self.known).max(apart(self.kept))
    }
}
