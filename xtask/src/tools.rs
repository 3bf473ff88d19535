//! What the chores need beside cargo itself, installed where it is missing.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use xshell::{Shell, cmd};

/// A cargo subcommand, in the version that these chores were written against.
pub(crate) struct Tool {
    subcommand: &'static str,
    package: &'static str,
    version: &'static str,
}

pub(crate) const DENY: Tool = Tool {
    subcommand: "deny",
    package: "cargo-deny",
    version: "0.20.2",
};
pub(crate) const FUZZ: Tool = Tool {
    subcommand: "fuzz",
    package: "cargo-fuzz",
    version: "0.13.2",
};
pub(crate) const HACK: Tool = Tool {
    subcommand: "hack",
    package: "cargo-hack",
    version: "0.6.46",
};

impl Tool {
    /// Installs the tool if there is none. Another version of it is somebody's choice: it is used, and named.
    pub(crate) fn ensure(&self, sh: &Shell) -> Result<()> {
        let Tool {
            subcommand,
            package,
            version,
        } = self;
        match cmd!(sh, "cargo {subcommand} --version")
            .quiet()
            .ignore_stderr()
            .read()
        {
            Ok(seen) if seen.split_whitespace().any(|word| word == *version) => {}
            Ok(seen) => println!("note: {seen} instead of {version}"),
            Err(_) => cmd!(sh, "cargo install --locked {package}@{version}")
                .run()
                .with_context(|| format!("{package} is missing and could not be installed"))?,
        }
        Ok(())
    }
}

/// Adds a component (`clippy`, `rustfmt`) of the toolchain in use if it is missing.
pub(crate) fn component(sh: &Shell, name: &str, subcommand: &str) -> Result<()> {
    if cmd!(sh, "cargo {subcommand} --version")
        .quiet()
        .ignore_stdout()
        .ignore_stderr()
        .run()
        .is_err()
    {
        cmd!(sh, "rustup component add {name}")
            .run()
            .with_context(|| format!("{name} is missing"))?;
    }
    Ok(())
}

/// Installs the nightly toolchain if there is none: sanitizers are not to be had on a stable one.
pub(crate) fn nightly(sh: &Shell) -> Result<()> {
    if cmd!(sh, "cargo +nightly --version")
        .quiet()
        .ignore_stdout()
        .ignore_stderr()
        .run()
        .is_err()
    {
        cmd!(sh, "rustup toolchain install nightly --profile minimal")
            .run()
            .context("fuzzing needs the toolchain `nightly`")?;
    }
    Ok(())
}

/// What Debian asks before it starts a daemon that it has installed.
const POLICY: &str = "/usr/sbin/policy-rc.d";

/// While it lives, what is installed is not started: we run daemons ourselves, and stop them. Somebody's own policy stays.
struct NoDaemons {
    is_ours: bool,
}

impl NoDaemons {
    fn new(sh: &Shell) -> Result<Self> {
        let is_ours = !Path::new(POLICY).exists();
        if is_ours {
            fs::write(POLICY, "#!/bin/sh\nexit 101\n")?;
            cmd!(sh, "chmod 755 {POLICY}").quiet().run()?;
        }
        Ok(Self { is_ours })
    }
}

impl Drop for NoDaemons {
    fn drop(&mut self) {
        if self.is_ours {
            let _ = fs::remove_file(POLICY);
        }
    }
}

/// Installs those Debian packages of which the program is missing: pairs of program, or any file by its path, and package.
pub(crate) fn debian(sh: &Shell, wanted: &[(&str, &str)]) -> Result<()> {
    let missing: Vec<&str> = wanted
        .iter()
        .filter(|(program, _)| {
            if Path::new(program).is_absolute() {
                return !Path::new(program).exists();
            }
            cmd!(sh, "which {program}")
                .quiet()
                .ignore_stdout()
                .run()
                .is_err()
        })
        .map(|&(_, package)| package)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.join(" ");
    let uid = cmd!(sh, "id -u").quiet().read()?;
    anyhow::ensure!(
        uid == "0",
        "missing: {names}. Not root, so install them: apt-get install {names}"
    );
    let _policy = NoDaemons::new(sh)?;
    cmd!(sh, "apt-get update --quiet").ignore_stdout().run()?;
    cmd!(
        sh,
        "apt-get install --yes --quiet --no-install-recommends {missing...}"
    )
    .env("DEBIAN_FRONTEND", "noninteractive")
    .ignore_stdout()
    .run()
    .with_context(|| format!("could not install {names}"))
}
