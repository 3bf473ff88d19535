//! A program that is talked to line by line.

use std::env;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Output, Stdio};

use anyhow::{Context as _, Result, bail, ensure};

use super::postgres;

/// Seconds after which a program that waits for something is killed.
const DEADLINE: &str = "15";

/// A command that is given up after a while, and that reads its arguments as UTF-8 wherever it runs.
pub(crate) fn command(program: &Path) -> Command {
    let mut command = Command::new("timeout");
    command
        .args(["--kill-after=1", DEADLINE])
        .arg(program)
        .env("LC_ALL", "C.UTF-8")
        .env("PATH", path());
    command
}

/// Where programs are: for Debian's users who are not root, without `sbin`, and for nobody with `PostgreSQL`'s.
pub(crate) fn path() -> String {
    let mut path = format!("{}:/usr/sbin", env::var("PATH").unwrap_or_default());
    for directory in postgres::programs() {
        let _ = write!(path, ":{}", directory.display());
    }
    path
}

/// A command as one would type it, but for the quotes.
pub(crate) fn shown(command: &Command) -> String {
    let program = [command.get_program()].into_iter();
    let words = program.chain(command.get_args());
    let words: Vec<_> = words.map(OsStr::to_string_lossy).collect();
    words.join(" ")
}

/// Runs a program to its end with this for its input.
pub(crate) fn fed(command: &mut Command, input: &str) -> Result<Output> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {}", shown(command)))?;
    if let Some(mut stdin) = child.stdin.take() {
        // One that does not read has ended already.
        let _ = stdin.write_all(input.as_bytes());
    }
    Ok(child.wait_with_output()?)
}

/// A running program. It has to end when its input does, or at the deadline.
pub(crate) struct Program {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    errors: ChildStderr,
    transcript: String,
}

/// What is left of a program.
pub(crate) struct Ended {
    /// The exit status, if it was not killed.
    pub(crate) code: Option<i32>,
    pub(crate) errors: String,
    /// All that passed, for people.
    pub(crate) transcript: String,
}

impl Program {
    pub(crate) fn start(mut command: Command) -> Result<Self> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot run {}", shown(&command)))?;
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (input, Some(output), Some(errors)) = pipes else {
            bail!("no pipes to {}", shown(&command));
        };
        Ok(Self {
            child,
            input,
            output: BufReader::new(output),
            errors,
            transcript: format!("{}\n", shown(&command)),
        })
    }

    /// Sends a line. A program that has ended does not hear it, which shows when it is listened to.
    pub(crate) fn say(&mut self, line: &str) {
        let _ = writeln!(self.transcript, "  < {line}");
        if let Some(input) = &mut self.input {
            let _ = writeln!(input, "{line}").and_then(|()| input.flush());
        }
    }

    /// The next line; `None` at the end.
    pub(crate) fn hear(&mut self) -> Result<Option<String>> {
        let mut line = Vec::new();
        if self.output.read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&line).trim_end().to_owned();
        let _ = writeln!(self.transcript, "  > {line}");
        Ok(Some(line))
    }

    /// Says nothing more.
    pub(crate) fn close(&mut self) {
        drop(self.input.take());
    }

    /// Waits for its end, with nothing more to say to it.
    pub(crate) fn end(mut self) -> Result<Ended> {
        self.close();
        while self.hear()?.is_some() {}
        let mut errors = Vec::new();
        self.errors.read_to_end(&mut errors)?;
        let errors = String::from_utf8_lossy(&errors).into_owned();
        let code = self.child.wait()?.code();
        let _ = writeln!(self.transcript, "{errors}  = {code:?}");
        ensure!(
            code != Some(127),
            "a program is missing:\n{}",
            self.transcript
        );
        Ok(Ended {
            code,
            errors,
            transcript: self.transcript,
        })
    }
}

impl Ended {
    /// The last thing that it complained of, without what it puts before and, in brackets, after it.
    pub(crate) fn complaint(&self) -> String {
        let line = self.errors.lines().last().unwrap_or("no complaint");
        let end = line.rsplit(": ").next().unwrap_or(line);
        let (complaint, _) = end.split_once(" (").unwrap_or((end, ""));
        complaint.to_owned()
    }
}
