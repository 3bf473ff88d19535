//! The tests that need no outside server, and the examples.

use anyhow::Result;
use xshell::{Shell, cmd};

use crate::no_std;
use crate::workspace::Workspace;

pub(crate) fn test(sh: &Shell) -> Result<()> {
    let no_std = no_std::PACKAGE;
    cmd!(
        sh,
        "cargo test --workspace --exclude {no_std} --all-features --locked --no-fail-fast"
    )
    .run()?;
    // What the README tells to run; each checks itself.
    for library in Workspace::load(sh)?.libraries() {
        let name = &library.name;
        for example in library.examples() {
            cmd!(
                sh,
                "cargo run --quiet --locked -p {name} --example {example}"
            )
            .run()?;
        }
    }
    Ok(())
}
