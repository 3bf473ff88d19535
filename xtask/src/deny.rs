//! Licences, duplicate versions and sources of every dependency; the rules are in `deny.toml`.

use anyhow::Result;
use xshell::{Shell, cmd};

use crate::tools;

pub(crate) fn deny(sh: &Shell) -> Result<()> {
    tools::DENY.ensure(sh)?;
    // Offline, cargo-deny reads the crates of every platform and fetches none.
    cmd!(sh, "cargo fetch --locked --quiet").run()?;
    cmd!(
        sh,
        "cargo deny --offline --locked check bans licenses sources"
    )
    .run()?;
    Ok(())
}
