//! The tests that need no outside server.

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
    Ok(())
}
