//! Lets foreign clients log in to `sasl demo`, and sees the wrong passwords refused.
//!
//! What is expected is the table in `interop/matrix.rs`; a cell that is expected and not seen is a failure.

mod demo;
mod matrix;

use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use xshell::{Shell, cmd};

use self::demo::Demo;
use self::matrix::{ACCOUNTS, MATRIX, Outcome, Row};
use crate::tools;
use crate::workspace::Workspace;

/// What the peers are run with: pairs of program and Debian package.
const PROGRAMS: &[(&str, &str)] = &[("curl", "curl"), ("swaks", "swaks")];

pub(crate) fn interop(sh: &Shell) -> Result<()> {
    let start = Instant::now();
    tools::debian(sh, PROGRAMS)?;
    cmd!(sh, "cargo build --package sasl-cli --locked").run()?;
    let sasl = Workspace::load(sh)?.target_directory.join("debug/sasl");
    let demo = Demo::start(&sasl, ACCOUNTS)?;

    println!(
        "{:<8} {:<10} {:<6} {:<16} {:<10} seen",
        "client", "mechanism", "user", "password", "expected"
    );
    let mut red = Vec::new();
    for row in MATRIX {
        let (seen, output) = play(row, &demo)?;
        let verdict = if seen == row.expected {
            ""
        } else {
            "   <-- RED"
        };
        println!("{row} {seen}{verdict}");
        if seen != row.expected {
            red.push(format!("{row} {seen}\n{output}"));
        }
    }
    println!(
        "{} cells in {:.1} s",
        MATRIX.len(),
        start.elapsed().as_secs_f64()
    );
    ensure!(
        red.is_empty(),
        "not as expected:\n{}\nthe demo said:\n{}",
        red.join("\n"),
        demo.log()
    );
    Ok(())
}

/// Runs one peer: what came of it, and what the peer printed.
fn play(row: &Row, demo: &Demo) -> Result<(Outcome, String)> {
    let mut command = row.client.command(row, demo.address());
    let output = command
        .output()
        .with_context(|| format!("cannot run {}", row.client))?;
    let text = [output.stdout, output.stderr]
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .concat();
    Ok((row.client.outcome(output.status.code()), text))
}
