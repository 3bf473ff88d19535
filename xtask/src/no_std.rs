//! Links and runs `tests/no-std`, a program without std that logs in through the facade.
//!
//! A crate that pulls std in brings a second panic handler, and the program cannot be built. That this check is able to
//! fail is itself checked: with std asked for, the build has to fail, and for that reason.

use anyhow::{Context as _, Result, bail, ensure};
use xshell::{Shell, cmd};

use crate::workspace::Workspace;

pub(crate) const PACKAGE: &str = "sasl-no-std";

/// The profile of the root manifest: a program without std cannot unwind.
pub(crate) const PROFILE: &str = "no-std";

pub(crate) fn no_std(sh: &Shell) -> Result<()> {
    cmd!(
        sh,
        "cargo build --package {PACKAGE} --profile {PROFILE} --locked"
    )
    .run()?;
    let program = Workspace::load(sh)?
        .target_directory
        .join(PROFILE)
        .join(PACKAGE);
    cmd!(sh, "{program}")
        .quiet()
        .run()
        .context("the exchange without std failed")?;
    println!("{PACKAGE}: linked without std, and its exchange succeeded");

    let with_std = cmd!(
        sh,
        "cargo build --package {PACKAGE} --profile {PROFILE} --locked --features with-std"
    )
    .ignore_status();
    let output = with_std.output()?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(
        !output.status.success(),
        "{PACKAGE} was built with std in its graph: this check proves nothing"
    );
    if !has_second_panic_handler(&errors) {
        bail!("{PACKAGE} with std failed for another reason than std's panic handler:\n{errors}");
    }
    println!("{PACKAGE}: with std it cannot be built, as it should be");
    Ok(())
}

/// Whether rustc refused the program because std, too, has a panic handler.
fn has_second_panic_handler(errors: &str) -> bool {
    errors
        .lines()
        .any(|line| line.contains("duplicate lang item") && line.contains("panic_impl"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_for_a_failed_build() {
        assert!(has_second_panic_handler(
            "error[E0152]: found duplicate lang item `panic_impl`\n --> src/main.rs:1"
        ));
        assert!(!has_second_panic_handler(
            "error[E0425]: cannot find value `panic_impl` in this scope"
        ));
        assert!(!has_second_panic_handler(
            "error: linking with `cc` failed: exit status: 1"
        ));
    }
}
