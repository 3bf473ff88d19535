//! Every chore of the workspace, as `cargo xtask <command>`: one module per chore, no shell scripts.
//!
//! CI runs these same commands (`.ci/run`), so what is green here is green there.

mod bench;
mod bench_passwd;
mod ci;
mod counts;
mod deny;
mod fuzz;
mod interop;
mod no_std;
mod tables;
mod test;
mod tools;
mod workspace;

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::{Parser, Subcommand};
use xshell::Shell;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Not by returning it: that would add a backtrace of the chore to what a tool has said already.
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let chore = Cli::parse().chore;
    let sh = Shell::new()?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .context("xtask has no parent directory")?;
    sh.change_dir(root);
    match chore {
        Chore::Bench { check } => bench::bench(&sh, !check),
        Chore::BenchPasswd => bench_passwd::bench_passwd(&sh),
        Chore::Ci(args) => ci::ci(&sh, &args),
        Chore::Counts => counts::counts(&sh),
        Chore::Deny => deny::deny(&sh),
        Chore::Fuzz(args) => fuzz::fuzz(&sh, &args),
        Chore::Interop(args) => interop::interop(&sh, &args),
        Chore::NoStd => no_std::no_std(&sh),
        Chore::Tables { check } => tables::tables(&sh, check),
        Chore::Test => test::test(&sh),
    }
}

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    about = "Every chore of the workspace"
)]
struct Cli {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Measure against the limits and other crates, and write BENCHMARKS.md
    Bench {
        /// Write nothing
        #[arg(long)]
        check: bool,
    },
    /// Measure `sasl passwd bulk` beside the bare functions, on one core and on all, and its memory
    BenchPasswd,
    /// Run every check that needs no outside server
    Ci(ci::Args),
    /// Count the crates that the libraries bring along, and refuse C among them
    Counts,
    /// Check licences, duplicate versions and sources of every dependency
    Deny,
    /// Build the fuzz targets and run each of them for a while
    Fuzz(fuzz::Args),
    /// Play foreign clients and servers against ours
    Interop(interop::Args),
    /// Link and run the program without std
    NoStd,
    /// Generate the tables of SASLprep
    Tables {
        /// Write nothing; fail when the checked-in tables differ
        #[arg(long)]
        check: bool,
    },
    /// Run every test that needs no outside server
    Test,
}
