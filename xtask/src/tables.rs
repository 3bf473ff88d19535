//! `cargo xtask tables`: the tables of `sasl-prep` and what its tests compare with, out of Python's Unicode 3.2.

use std::path::Path;

use anyhow::{Context as _, bail};
use xshell::{Shell, cmd};

use crate::tools;

const SCRIPT: &str = include_str!("tables.py");

/// What the script is asked for, and where it goes.
const FILES: [(&str, &str); 3] = [
    ("tables", "crates/sasl-prep/src/tables.rs"),
    ("scalars", "crates/sasl-prep/tests/data/scalars.txt"),
    ("strings", "crates/sasl-prep/tests/data/strings.txt"),
];

/// Writes the generated files, or with `check` only says whether those in the tree are still what would be written.
pub(crate) fn tables(sh: &Shell, check: bool) -> anyhow::Result<()> {
    tools::debian(sh, &[("python3", "python3")])?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .context("xtask stands in the workspace")?;
    for (what, file) in FILES {
        let wanted = generate(sh, what)?;
        let path = root.join(file);
        if !check {
            sh.write_file(&path, wanted)?;
        } else if sh.read_file(&path)? != wanted {
            bail!("{file} is not what `cargo xtask tables` writes");
        }
    }
    Ok(())
}

fn generate(sh: &Shell, what: &str) -> anyhow::Result<String> {
    let output = cmd!(sh, "python3 - {what}")
        .stdin(SCRIPT)
        .quiet()
        .output()?;
    Ok(String::from_utf8(output.stdout)?)
}
