//! The peers in Python, in a virtual environment of their own. Each speaks the lines of `sasl-shim`.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};
use xshell::{Shell, cmd};

use super::exchange::{End, play};
use super::matrix::{Cell, Password, Side};
use super::program::command;
use super::shim::{Shim, client_binding, server_binding};
use crate::tools;

/// What pip is to install, as wheels.
const WHEELS: &str = "tests/interop/requirements.txt";

/// What pip is to install after that and out of sources, since there are no wheels.
const SOURCES: &str = "tests/interop/requirements-sources.txt";

/// Where the peers' scripts are.
const SCRIPTS: &str = "tests/interop";

/// The names of pysasl and aiosasl, as they were when they were looked up.
const NAMES: &str = "tests/data/python-names.txt";

/// The environment, and the scripts.
pub(crate) struct Python {
    python: PathBuf,
    scripts: PathBuf,
}

impl Python {
    /// Makes the environment, or finds it as the requirements have it.
    pub(crate) fn set(sh: &Shell, directory: &Path) -> Result<Self> {
        let python = directory.join("bin/python");
        let scripts = sh.current_dir().join(SCRIPTS);
        // Written last: an environment that was left half made has none.
        let installed = directory.join("requirements.txt");
        let wanted = [sh.read_file(WHEELS)?, sh.read_file(SOURCES)?].concat();
        if installed.exists() && python.exists() && sh.read_file(&installed)? == wanted {
            return Ok(Self { python, scripts });
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
        let install = [
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--require-hashes",
            // The list is complete, and has not all that somebody could want.
            "--no-deps",
        ];
        cmd!(
            sh,
            "{python} -m pip {install...} --only-binary :all: --requirement {WHEELS}"
        )
        .run()
        .context("pip could not install the peers")?;
        // Built by what was just installed: pip would fetch something to build with that has no hash.
        cmd!(
            sh,
            "{python} -m pip {install...} --no-build-isolation --requirement {SOURCES}"
        )
        .run()
        .context("pip could not install the peers that have no wheel")?;
        sh.write_file(&installed, wanted)?;
        Ok(Self { python, scripts })
    }

    /// Looks the names of pysasl and aiosasl up and compares them with the list that `docs/coming-from-python.md` is held to.
    pub(crate) fn compare_names(&self, sh: &Shell) -> Result<()> {
        let Self { python, scripts } = self;
        let script = scripts.join("python_names.py");
        let seen = cmd!(sh, "{python} -B {script}").quiet().read()?;
        ensure!(
            seen.trim_end() == sh.read_file(NAMES)?.trim_end(),
            "{NAMES} is not what tests/interop/python_names.py prints"
        );
        Ok(())
    }

    /// Plays a cell with the script of its peer.
    pub(crate) fn play(&self, shim: &Path, cell: &Cell) -> Result<(End, End)> {
        match cell.we_are {
            Side::Client => {
                let ours =
                    Shim::client(shim, cell, preparation(cell), client_binding(&cell.channel))?;
                play(Box::new(ours), Box::new(Shim::start(self.server(cell))?))
            }
            Side::Absent(client) => bail!("nobody plays {} with {}", client.name(), cell.peer),
            Side::Server if cell.password == Password::Forged => {
                bail!("{} has no proof to forge as client", cell.peer)
            }
            Side::Server => {
                let ours = Shim::server(shim, cell, preparation(cell))?;
                let theirs = Shim::start(self.client_of(cell))?;
                let (theirs, ours) = play(Box::new(theirs), Box::new(ours))?;
                Ok((ours, theirs))
            }
        }
    }

    fn client_of(&self, cell: &Cell) -> Command {
        let mut command = self.script(cell);
        command
            .args(["client", cell.mechanism, cell.user])
            .arg(cell.client_secret());
        if let Some(authzid) = cell.authzid() {
            command.args(["--authzid", &authzid]);
        }
        if let Some(binding) = client_binding(&cell.channel) {
            command.args(["--binding", &binding]);
        }
        command
    }

    fn server(&self, cell: &Cell) -> Command {
        let mut command = self.script(cell);
        command
            .args(["server", cell.mechanism, cell.account().name])
            .arg(cell.server_secret());
        if let Some(identity) = cell.external_identity() {
            command.args(["--external-identity", identity]);
        }
        if let Some(binding) = server_binding(&cell.channel) {
            command.args(["--binding", &binding]);
        }
        if cell.password == Password::Forged {
            command.arg("--forged");
        }
        command
    }

    /// passlib, which is no peer but makes verifiers and checks them.
    pub(crate) fn passlib(&self) -> Command {
        let mut command = command(&self.python);
        command.arg("-B").arg(self.scripts.join("passlib_peer.py"));
        command
    }

    /// A script that logs in to a server by itself.
    pub(crate) fn client(&self, script: &str) -> Command {
        let mut command = command(&self.python);
        command.arg("-B").arg(self.scripts.join(script));
        command
    }

    /// The script of the peer.
    pub(crate) fn script(&self, cell: &Cell) -> Command {
        let mut command = command(&self.python);
        command
            .arg("-B")
            .arg(self.scripts.join(format!("{}_peer.py", cell.program())));
        command
    }
}

/// pysasl's server keeps passwords as they are, and puts them into CRAM-MD5 as they are, while its client prepares them:
/// it cannot always log in to itself.
fn preparation(cell: &Cell) -> &'static str {
    match (cell.peer, cell.we_are) {
        ("pysasl", Side::Client) => "none",
        _ => "saslprep",
    }
}
