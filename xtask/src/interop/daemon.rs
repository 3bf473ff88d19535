//! Foreign servers that stay up, each without rights and in a directory of its own.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{self, Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::mpsc::{self, Sender};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use xshell::{Shell, TempDir};

use super::certificates::{Certificates, argument};
use super::program::{path, shown};

/// How long a server may take until it is up, and to go.
const PATIENCE: Duration = Duration::from_secs(15);

/// How long a server may take to write down what it has done: not long, since whoever waits for what does not come waits for all of it.
const WORD: Duration = Duration::from_secs(5);

/// The file of that.
const LOG: &str = "log";

const LOOPBACK: Ipv4Addr = Ipv4Addr::LOCALHOST;

/// The ports that servers get.
const FIRST_PORT: u16 = 20_000;
const PORTS: u16 = 10_000;

/// As whom the servers run for root, who may not be trusted with what comes from a socket: Debian's, without rights.
const NOBODY: [&str; 2] = ["nobody", "nogroup"];

/// What a server is given, and what it leaves: gone when dropped. It is not under the target directory, of which others may
/// see nothing.
pub(crate) struct Place {
    directory: TempDir,
    is_root: bool,
    /// As whom the server runs.
    user: String,
    group: String,
}

impl Place {
    /// With the server's certificate, its key, and the authority.
    pub(crate) fn new(certificates: &Certificates) -> Result<Self> {
        let is_root = is_root()?;
        let [user, group] = if is_root {
            NOBODY.map(str::to_owned)
        } else {
            [id("-un")?, id("-gn")?]
        };
        let place = Self {
            directory: Shell::new()?.create_temp_dir()?,
            is_root,
            user,
            group,
        };
        place.hand_over(place.directory.path(), 0o755)?;
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
        self.hand_over(&path, 0o600)
    }

    /// A directory of the server's user, and those above it.
    pub(crate) fn directory(&self, name: &str) -> Result<()> {
        let mut path = self.directory.path().to_owned();
        for part in Path::new(name) {
            path.push(part);
            if !path.exists() {
                fs::create_dir(&path)?;
                self.hand_over(&path, 0o700)?;
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

    /// A command of our own user, which may be root. It ends when we do, by a shell that passes it on: who takes another
    /// user's rights, be it for a moment, is no longer told (`prctl(2)`, `PR_SET_PDEATHSIG`).
    pub(crate) fn privileged(program: &str) -> Command {
        const PASS_ON: &str = "\"$@\" & child=$!; trap 'kill \"$child\"' TERM; wait; wait";
        let mut command = Command::new("setpriv");
        command
            .args(["--pdeathsig", "TERM", "sh", "-c", PASS_ON, "sh", program])
            .stdin(Stdio::null());
        command
    }

    /// The same as [`Self::configure`], for whoever wants to read it.
    pub(crate) fn configure_for_all(
        &self,
        name: &str,
        template: &str,
        words: &[(&str, String)],
    ) -> Result<()> {
        self.configure(name, template, words)?;
        fs::set_permissions(self.path(name), Permissions::from_mode(0o644))?;
        Ok(())
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

    fn hand_over(&self, path: &Path, mode: u32) -> Result<()> {
        fs::set_permissions(path, Permissions::from_mode(mode))?;
        if self.is_root {
            let Self { user, group, .. } = self;
            let owner = format!("{user}:{group}");
            self.run(Command::new("chown").arg(owner).arg(path))?;
        }
        Ok(())
    }

    /// Where the server writes what it does.
    fn log(&self) -> PathBuf {
        self.path(LOG)
    }
}

/// Whether somebody listens there. Nobody connects to find out, which would be in the server's log.
fn is_listening(port: u16) -> Result<bool> {
    // `proc(5)`: number, local address, remote address, state. The address is in the octet order of the machine.
    let address = format!("{:08X}:{port:04X}", u32::from_ne_bytes(LOOPBACK.octets()));
    Ok(fs::read_to_string("/proc/net/tcp")?.lines().any(|line| {
        let mut words = line.split_whitespace().skip(1);
        words.next() == Some(&address) && words.nth(1) == Some("0A")
    }))
}

/// Starts a program from a thread that lives as long as we do: to the program, whose parent has ended is who has lost that
/// thread (`prctl(2)`, `PR_SET_PDEATHSIG`).
fn spawn(command: Command) -> Result<Child> {
    type Order = (Command, Sender<io::Result<Child>>);
    static KEEPER: OnceLock<Mutex<Sender<Order>>> = OnceLock::new();
    let keeper = KEEPER.get_or_init(|| {
        let (orders, receiver) = mpsc::channel::<Order>();
        thread::spawn(move || {
            for (mut command, done) in receiver {
                // Whoever asked waits for the answer.
                let _ = done.send(command.spawn());
            }
        });
        Mutex::new(orders)
    });
    let (done, child) = mpsc::channel();
    keeper
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .send((command, done))?;
    Ok(child.recv()??)
}

fn id(of: &str) -> Result<String> {
    let output = Command::new("id").arg(of).output()?;
    Ok(String::from_utf8(output.stdout)?.trim_end().to_owned())
}

pub(crate) fn is_root() -> Result<bool> {
    Ok(id("-u")? == "0")
}

/// Ports of loopback on which nobody listens, each given out once. They are below those that the system gives to whoever
/// connects, which may take one before its server does.
pub(crate) fn free_port() -> Result<u16> {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    // Where two of us begin is not the same.
    let shift = u16::try_from(process::id() % 80)? * 100;
    for _ in 0..PORTS {
        let next = NEXT.fetch_add(1, Ordering::Relaxed).wrapping_add(shift);
        let port = FIRST_PORT + next % PORTS;
        if TcpListener::bind((LOOPBACK, port)).is_ok() {
            return Ok(port);
        }
    }
    bail!("no port is free")
}

/// A running server. Stopped when dropped, and only it.
pub(crate) struct Daemon {
    child: Child,
    place: Place,
    /// With which signal it goes, and takes its own children along.
    farewell: &'static str,
    /// Where it listens, and for what.
    ports: Vec<(&'static str, u16)>,
}

impl Daemon {
    /// Starts the server in the foreground of its place and waits until it listens.
    pub(crate) fn start(
        place: Place,
        mut command: Command,
        farewell: &'static str,
        ports: &[(&'static str, u16)],
    ) -> Result<Self> {
        place.write(LOG, "")?;
        let log = || OpenOptions::new().append(true).open(place.log());
        command.stdout(log()?).stderr(log()?);
        let shown = shown(&command);
        let child = spawn(command).with_context(|| format!("cannot start {shown}"))?;
        let mut daemon = Self {
            child,
            place,
            farewell,
            ports: ports.to_vec(),
        };
        let deadline = Instant::now() + PATIENCE;
        for (_, port) in ports {
            while !is_listening(*port)? {
                let ended = daemon.child.try_wait()?;
                if ended.is_some() || Instant::now() > deadline {
                    bail!(
                        "{shown} does not listen ({ended:?}); it said:\n{}",
                        daemon.log_after(0)
                    );
                }
                thread::sleep(Duration::from_millis(20));
            }
        }
        Ok(daemon)
    }

    /// Where it listens for something.
    pub(crate) fn address(&self, name: &str) -> Result<SocketAddr> {
        let found = self.ports.iter().find(|(other, _)| *other == name);
        let (_, port) = found.with_context(|| format!("nobody listens for {name}"))?;
        Ok((LOOPBACK, *port).into())
    }

    /// A file of its place.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.place.path(name)
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

    /// What it wrote after so much, as far as somebody can make something of it. Its word may come a moment after its reply.
    pub(crate) fn said<T>(&self, before: u64, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        let deadline = Instant::now() + WORD;
        loop {
            let said = read(&self.log_after(before));
            if said.is_some() || Instant::now() > deadline {
                return said;
            }
            thread::sleep(Duration::from_millis(5));
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_listens_is_seen() {
        let listener = TcpListener::bind((LOOPBACK, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        assert!(is_listening(port).unwrap());
        drop(listener);
        assert!(!is_listening(port).unwrap());
    }
}
