//! All checks one after the other, each with its time. A failing one does not hide what the next would have said.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use clap::ValueEnum;
use xshell::{Cmd, Shell, cmd};

use crate::workspace::Workspace;
use crate::{counts, deny, no_std, tables, test, tools};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Run this step only (may be repeated)
    #[arg(long, value_name = "NAME")]
    step: Vec<Step>,
    /// Leave this step out (may be repeated)
    #[arg(long, value_name = "NAME")]
    skip: Vec<Step>,
}

/// In the order in which they run.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Step {
    Fmt,
    Clippy,
    Test,
    Docs,
    Features,
    NoStd,
    Counts,
    Tables,
    Deny,
}

pub(crate) fn ci(sh: &Shell, args: &Args) -> Result<()> {
    let mut report = Vec::new();
    for &step in Step::value_variants()
        .iter()
        .filter(|step| args.wants(**step))
    {
        println!("\n=== {} ===", step.name());
        let start = Instant::now();
        let result = step.run(sh);
        let time = start.elapsed();
        match &result {
            Ok(()) => println!("{}: ok, {}", step.name(), seconds(time)),
            Err(error) => println!("{}: FAILED, {}: {error:#}", step.name(), seconds(time)),
        }
        report.push((step, result.is_ok(), time));
    }

    println!("\n=== summary ===");
    for (step, passed, time) in &report {
        let verdict = if *passed { "ok" } else { "FAILED" };
        println!("{:<10} {:>8}  {verdict}", step.name(), seconds(*time));
    }
    let failed: Vec<String> = report
        .iter()
        .filter(|(_, passed, _)| !passed)
        .map(|(step, ..)| step.name())
        .collect();
    ensure!(failed.is_empty(), "failed: {}", failed.join(", "));
    Ok(())
}

impl Args {
    fn wants(&self, step: Step) -> bool {
        (self.step.is_empty() || self.step.contains(&step)) && !self.skip.contains(&step)
    }
}

impl Step {
    fn name(self) -> String {
        self.to_possible_value()
            .map(|value| value.get_name().to_owned())
            .unwrap_or_default()
    }

    fn run(self, sh: &Shell) -> Result<()> {
        match self {
            Step::Fmt => fmt(sh),
            Step::Clippy => clippy(sh),
            Step::Test => test::test(sh),
            Step::Docs => docs(sh),
            Step::Features => features(sh),
            Step::NoStd => no_std::no_std(sh),
            Step::Counts => counts::counts(sh),
            Step::Tables => tables::tables(sh, true),
            Step::Deny => deny::deny(sh),
        }
    }
}

/// The fuzz targets and the benchmarks are workspaces of their own, so cargo has to be pointed at them.
const OTHER_MANIFESTS: [&str; 2] = ["tests/fuzz/Cargo.toml", "tests/peers/Cargo.toml"];

fn fmt(sh: &Shell) -> Result<()> {
    tools::component(sh, "rustfmt", "fmt")?;
    let members = cmd!(sh, "cargo fmt --all --check");
    let others =
        OTHER_MANIFESTS.map(|manifest| cmd!(sh, "cargo fmt --manifest-path {manifest} --check"));
    run_all([members].into_iter().chain(others))
}

/// Package by package: in one run over the workspace, a package would see the features that its neighbours ask for.
fn clippy(sh: &Shell) -> Result<()> {
    tools::component(sh, "clippy", "clippy")?;
    let workspace = Workspace::load(sh)?;
    let members = workspace.members().map(|package| {
        let name = &package.name;
        let clippy = cmd!(sh, "cargo clippy --quiet --locked --package {name}");
        if name == no_std::PACKAGE {
            // With all features and all targets it would have std.
            clippy.args(["--profile", no_std::PROFILE])
        } else {
            clippy.args(["--all-targets", "--all-features"])
        }
    });
    let others = OTHER_MANIFESTS.map(|manifest| {
        cmd!(
            sh,
            "cargo clippy --quiet --locked --manifest-path {manifest} --all-targets"
        )
    });
    run_all(
        members
            .chain(others)
            .map(|clippy| clippy.args(["--", "-D", "warnings"])),
    )
}

fn docs(sh: &Shell) -> Result<()> {
    let no_std = no_std::PACKAGE;
    cmd!(
        sh,
        "cargo doc --quiet --no-deps --workspace --exclude {no_std} --all-features --locked"
    )
    .env("RUSTDOCFLAGS", "-D warnings")
    .run()?;
    Ok(())
}

/// Every library with every pair of its features. `--lib`: the tests may use whatever their crate offers.
fn features(sh: &Shell) -> Result<()> {
    tools::HACK.ensure(sh)?;
    tools::component(sh, "clippy", "clippy")?;
    run_all(Workspace::load(sh)?.libraries().map(|library| {
        let name = &library.name;
        cmd!(
            sh,
            "cargo hack --feature-powerset --depth 2 clippy --quiet --locked --package {name} --lib"
        )
        .args(["--", "-D", "warnings"])
    }))
}

/// Runs every command, also after one has failed, so that all there is to mend is seen at once.
fn run_all<'a>(commands: impl IntoIterator<Item = Cmd<'a>>) -> Result<()> {
    let failed: Vec<String> = commands
        .into_iter()
        .filter_map(|command| command.run().err())
        .map(|error| error.to_string())
        .collect();
    ensure!(failed.is_empty(), "{}", failed.join("\n"));
    Ok(())
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}
