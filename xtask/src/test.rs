//! The tests that need no outside server, and the examples.

use anyhow::Result;
use xshell::{Shell, cmd};

use crate::no_std;

pub(crate) fn test(sh: &Shell) -> Result<()> {
    let no_std = no_std::PACKAGE;
    cmd!(
        sh,
        "cargo test --workspace --exclude {no_std} --all-features --locked --no-fail-fast"
    )
    .run()?;
    // What the README tells to run; each checks itself.
    for example in [
        "smtp_login",
        "own_protocol",
        "known_user",
        "imap_tls",
        "pooler",
    ] {
        cmd!(sh, "cargo run --quiet --locked -p sasl --example {example}").run()?;
    }
    Ok(())
}
