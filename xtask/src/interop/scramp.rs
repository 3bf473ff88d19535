//! scramp in a virtual environment of its own.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use xshell::{Shell, cmd};

use crate::tools;

/// What pip is to install.
const REQUIREMENTS: &str = "tests/interop/requirements.txt";

/// Makes the environment, or finds it as the requirements have it: its Python.
pub(crate) fn python(sh: &Shell, directory: &Path) -> Result<PathBuf> {
    let python = directory.join("bin/python");
    // Written last: an environment that was left half made has none.
    let installed = directory.join("requirements.txt");
    let wanted = sh.read_file(REQUIREMENTS)?;
    if installed.exists() && python.exists() && sh.read_file(&installed)? == wanted {
        return Ok(python);
    }
    tools::debian(sh, &[("python3", "python3-venv")])?;
    if cmd!(sh, "python3 -c 'import ensurepip'")
        .quiet()
        .ignore_stderr()
        .run()
        .is_err()
    {
        // Debian keeps it apart from python3; it is no program, so its name is missing for sure.
        tools::debian(sh, &[("ensurepip", "python3-venv")])?;
    }
    cmd!(sh, "python3 -m venv --clear {directory}").run()?;
    cmd!(
        sh,
        "{python} -m pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes --requirement {REQUIREMENTS}"
    )
    .run()
    .context("pip could not install scramp")?;
    sh.write_file(&installed, wanted)?;
    Ok(python)
}
