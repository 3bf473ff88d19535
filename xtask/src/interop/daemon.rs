//! Foreign servers that stay up, each without rights and in a directory of its own.

use std::fs::{self, File, OpenOptions};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use xshell::{Shell, TempDir, cmd};

use super::certificates::{Certificates, argument};
use super::program::{path, shown};

/// How long a server may take until it is up, and to go.
const PATIENCE: Duration = Duration::from_secs(15);

/// As whom the servers run for root, who may not be trusted with what comes from a socket: Debian's, without rights.
const NOBODY: [&str; 2] = ["nobody", "nogroup"];

/// What a server is given, and what it leaves: gone when dropped. It is not under the target directory, of which others may
/// see nothing.
pub(crate) struct Place {
    sh: Shell,
    directory: TempDir,
    is_root: bool,
    /// As whom the server runs.
    user: String,
    group: String,
}

impl Place {
    /// With the server's certificate, its key, and the authority.
    pub(crate) fn new(sh: &Shell, certificates: &Certificates) -> Result<Self> {
        let id = |of: &str| cmd!(sh, "id {of}").quiet().read();
        let is_root = id("-u")? == "0";
        let [user, group] = if is_root {
            NOBODY.map(str::to_owned)
        } else {
            [id("-un")?, id("-gn")?]
        };
        let place = Self {
            sh: sh.clone(),
            directory: sh.create_temp_dir()?,
            is_root,
            user,
            group,
        };
        place.hand_over(place.directory.path(), "755")?;
        place.write("server.pem", fs::read(certificates.certificate("server"))?)?;
        place.write("server.key", fs::read(certificates.key("server"))?)?;
        place.write("ca.pem", fs::read(certificates.certificate("ca"))?)?;
        Ok(place)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// The same as the argument of a command line.
    pub(crate) fn argument(&self, name: &str) -> String {
        argument(&self.path(name))
    }

    /// A file that only the server's user reads.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> Result<()> {
        let path = self.path(name);
        fs::write(&path, content)?;
        self.hand_over(&path, "600")
    }

    /// A directory of the server's user, and those above it.
    pub(crate) fn directory(&self, name: &str) -> Result<()> {
        let mut path = self.directory.path().to_owned();
        for part in Path::new(name) {
            path.push(part);
            if !path.exists() {
                fs::create_dir(&path)?;
                self.hand_over(&path, "700")?;
            }
        }
        Ok(())
    }

    /// Writes a configuration: `@HERE@`, `@USER@` and `@GROUP@` mean this place, and what else is named comes with its value.
    pub(crate) fn configure(
        &self,
        name: &str,
        template: &str,
        words: &[(&str, String)],
    ) -> Result<()> {
        let mut text = template
            .replace("@HERE@", &argument(self.directory.path()))
            .replace("@USER@", &self.user)
            .replace("@GROUP@", &self.group);
        for (word, value) in words {
            text = text.replace(word, value);
        }
        self.write(name, text)
    }

    /// A command of the server's user, which ends when we do, whatever ends us.
    pub(crate) fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "TERM"]);
        if self.is_root {
            command
                .arg(format!("--reuid={}", self.user))
                .arg(format!("--regid={}", self.group))
                .arg("--clear-groups");
        }
        command
            .arg(program.as_ref())
            .env("LC_ALL", "C.UTF-8")
            .env("PATH", path())
            .current_dir(self.directory.path())
            .stdin(Stdio::null());
        command
    }

    /// Runs such a command to its end.
    pub(crate) fn run(&self, command: &mut Command) -> Result<()> {
        let output = command
            .output()
            .with_context(|| format!("cannot run {}", shown(command)))?;
        ensure!(
            output.status.success(),
            "{}: {}\n{}{}",
            shown(command),
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(())
    }

    fn hand_over(&self, path: &Path, mode: &str) -> Result<()> {
        let Self {
            sh, user, group, ..
        } = self;
        cmd!(sh, "chmod {mode} {path}").quiet().run()?;
        if self.is_root {
            cmd!(sh, "chown {user}:{group} {path}").quiet().run()?;
        }
        Ok(())
    }

    /// Where the server writes what it does.
    fn log(&self) -> PathBuf {
        self.path("log")
    }
}

/// A port of loopback on which nobody listens.
pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// A running server. Stopped when dropped, and only it.
pub(crate) struct Daemon {
    child: Child,
    place: Place,
    /// With which signal it goes, and takes its own children along.
    farewell: &'static str,
    /// Where it listens without TLS at once, and with it.
    pub(crate) port: u16,
    pub(crate) tls_port: u16,
}

impl Daemon {
    /// Starts the server in the foreground of its place and waits until it listens.
    pub(crate) fn start(
        place: Place,
        command: &mut Command,
        farewell: &'static str,
        [port, tls_port]: [u16; 2],
    ) -> Result<Self> {
        place.write("log", "")?;
        let log = || OpenOptions::new().append(true).open(place.log());
        let child = command
            .stdout(log()?)
            .stderr(log()?)
            .spawn()
            .with_context(|| format!("cannot start {}", shown(command)))?;
        let mut daemon = Self {
            child,
            place,
            farewell,
            port,
            tls_port,
        };
        let deadline = Instant::now() + PATIENCE;
        for port in [port, tls_port] {
            while TcpStream::connect(SocketAddr::from(([127, 0, 0, 1], port))).is_err() {
                let ended = daemon.child.try_wait()?;
                if ended.is_some() || Instant::now() > deadline {
                    bail!(
                        "{} does not listen ({ended:?}); it said:\n{}",
                        shown(command),
                        daemon.log_after(0)
                    );
                }
                thread::sleep(Duration::from_millis(20));
            }
        }
        Ok(daemon)
    }

    /// How much it wrote.
    pub(crate) fn logged(&self) -> u64 {
        File::open(self.place.log())
            .and_then(|log| log.metadata())
            .map_or(0, |log| log.len())
    }

    /// What it wrote after so much, for people.
    pub(crate) fn log_after(&self, before: u64) -> String {
        let log = fs::read(self.place.log()).unwrap_or_default();
        let before = usize::try_from(before).unwrap_or(usize::MAX);
        String::from_utf8_lossy(log.get(before..).unwrap_or_default()).into_owned()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // A child that has already ended is an error here and there, and as good.
        let id = self.child.id().to_string();
        let _ = Command::new("kill")
            .args(["-s", self.farewell, &id])
            .stderr(Stdio::null())
            .status();
        let deadline = Instant::now() + PATIENCE;
        while matches!(self.child.try_wait(), Ok(None)) && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(10));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
