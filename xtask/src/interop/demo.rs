//! A running `sasl demo`, or what prints as it does.

use std::io::{BufRead as _, BufReader, Read};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use super::credentials::token;
use super::matrix::{ACCOUNTS, Account};
use super::program::shown;

/// How long the demo may take until it listens: long, since only what fails waits for the end of it.
const START: Duration = Duration::from_secs(60);

/// How long the demo may take to say what it thinks of an attempt, likewise.
const WORD: Duration = Duration::from_secs(30);

/// The last line that the demo says before somebody comes.
const END_OF_GREETING: &str = "Stop with Ctrl-C.";

/// Killed when dropped, and only this child.
pub(crate) struct Demo {
    child: Child,
    address: SocketAddr,
    log: Log,
}

/// What the demo printed so far.
type Log = Arc<Mutex<String>>;

impl Demo {
    /// `sasl demo` of a protocol with an account beside its own, tokens for both, and these mechanisms.
    pub(crate) fn start(
        sasl: &Path,
        protocol: &str,
        Account { name, password }: &Account,
        mechanisms: &[&str],
        options: &[&str],
    ) -> Result<Self> {
        let mut command = Command::new(sasl);
        command
            .args(["demo", "--listen", &format!("{protocol}=127.0.0.1:0")])
            .args(["--account", &format!("{name}:{password}")])
            .args(options);
        for Account { name, password } in &ACCOUNTS {
            command.args(["--token", &format!("{}={name}", token(password))]);
        }
        for mechanism in mechanisms {
            command.args(["--mechanism", mechanism]);
        }
        Self::run(&mut command)
    }

    /// Whatever says where it listens, and of each attempt what came of it.
    pub(crate) fn run(command: &mut Command) -> Result<Self> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", shown(command)))?;
        let (sender, receiver) = mpsc::channel();
        let log = Log::default();
        follow(child.stdout.take(), &log, &sender);
        follow(child.stderr.take(), &log, &sender);

        // From here on the child is killed by whatever happens, the missing address included.
        let unspecified = SocketAddr::from(([0, 0, 0, 0], 0));
        let mut demo = Self {
            child,
            address: unspecified,
            log,
        };
        demo.address = receiver.recv_timeout(START).with_context(|| {
            format!(
                "{} does not say where it listens; it said:\n{}",
                shown(command),
                demo.log()
            )
        })?;
        Ok(demo)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn log(&self) -> String {
        self.log
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// How many attempts there were.
    pub(crate) fn attempts(&self) -> usize {
        attempts(&self.log()).len()
    }

    /// What it said of the attempts after so many. Its word may come a moment after its reply.
    pub(crate) fn attempts_after(&self, before: usize) -> Vec<String> {
        let deadline = Instant::now() + WORD;
        loop {
            let log = self.log();
            let attempts = attempts(&log);
            let new = attempts.get(before..).unwrap_or_default();
            if !new.is_empty() || Instant::now() > deadline {
                return new.iter().map(ToString::to_string).collect();
            }
            thread::sleep(Duration::from_millis(2));
        }
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // A child that has already ended is an error of `kill`, and as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads a stream of the demo to its end, so that the demo never waits for us, and reports the address when it comes by.
fn follow(stream: Option<impl Read + Send + 'static>, log: &Log, found: &Sender<SocketAddr>) {
    let Some(stream) = stream else { return };
    let (log, found) = (Arc::clone(log), found.clone());
    thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if let Some(address) = listening_on(&line) {
                // Nobody waits for a second address.
                let _ = found.send(address);
            }
            let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
            log.push_str(&line);
            log.push('\n');
        }
    });
}

/// The lines on attempts: those after the greeting.
fn attempts(log: &str) -> Vec<&str> {
    log.lines()
        .skip_while(|line| *line != END_OF_GREETING)
        .skip(1)
        .collect()
}

/// Finds `listening on 127.0.0.1:2525` in a line.
fn listening_on(line: &str) -> Option<SocketAddr> {
    let (_, rest) = line.split_once("listening on ")?;
    rest.split_whitespace()
        .next()?
        .trim_end_matches([',', ';', '.'])
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_found() {
        for line in [
            "listening on 127.0.0.1:2525",
            "sasl demo: listening on 127.0.0.1:2525 (SMTP)",
            "listening on 127.0.0.1:2525, users: user",
        ] {
            assert_eq!(listening_on(line).unwrap().port(), 2525, "{line}");
        }
        assert_eq!(
            listening_on("listening on [::1]:25").unwrap().to_string(),
            "[::1]:25"
        );
    }

    #[test]
    fn attempts_come_after_the_greeting() {
        let log = "listening on 127.0.0.1:1\naccount: user\nStop with Ctrl-C.\nuser is in\n";
        assert_eq!(attempts(log), ["user is in"]);
        assert!(attempts("listening on 127.0.0.1:1\n").is_empty());
    }

    #[test]
    fn other_lines_are_not_an_address() {
        for line in [
            "",
            "listening on",
            "listening on port 25",
            "listening on 127.0.0.1",
            "connection from 127.0.0.1:9",
        ] {
            assert_eq!(listening_on(line), None, "{line}");
        }
    }
}
