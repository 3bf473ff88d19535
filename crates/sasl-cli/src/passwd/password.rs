//! Where a password comes from: a prompt, a file descriptor, a file, standard input.

use std::fs::File;
use std::io::{self, ErrorKind, IsTerminal as _, Read};
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail, ensure};
use sasl::Password;
use sasl_password::limits;
use zeroize::Zeroizing;

/// Octets that are read at most. So much more than a password may have that every read leaves more room than the 8 KiB that the
/// standard library buffers: a read of so many goes past its buffer, which nobody would wipe.
const ROOM: usize = 16 * 1024;

#[derive(clap::Args)]
#[group(multiple = false)]
#[command(next_help_heading = "Where the password comes from, if not from a prompt")]
pub(super) struct Source {
    /// Read it from standard input: one line
    #[arg(long)]
    password_stdin: bool,

    /// Read it from this file descriptor: one line
    #[arg(long, value_name = "N")]
    password_fd: Option<u32>,

    /// Read it from this file: one line
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,

    /// Take this one. INSECURE: everybody on this machine can read it in the list of processes
    #[arg(long, value_name = "PASSWORD")]
    insecure_password: Option<String>,
}

/// How often a prompt asks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    Once,
    /// Nobody sees what is typed: for a password that is new.
    Twice,
}

impl Source {
    pub(super) fn obtain(&self, asked: Asked) -> Result<Password> {
        if self.password_stdin {
            let stdin = io::stdin();
            ensure!(
                !stdin.is_terminal(),
                "standard input is a terminal, which would show the password: without --password-stdin it does not"
            );
            return read(stdin.lock()).context("standard input");
        }
        if let Some(number) = self.password_fd {
            let file = File::open(format!("/dev/fd/{number}"));
            return file
                .map_err(anyhow::Error::from)
                .and_then(read)
                .with_context(|| format!("file descriptor {number}"));
        }
        if let Some(path) = &self.password_file {
            let file = File::open(path);
            return file
                .map_err(anyhow::Error::from)
                .and_then(read)
                .with_context(|| path.display().to_string());
        }
        if let Some(password) = &self.insecure_password {
            return one_line(password.as_bytes());
        }
        prompt(asked)
    }
}

#[cfg(unix)]
fn prompt(asked: Asked) -> Result<Password> {
    use super::prompt::Terminal;

    let mut terminal = Terminal::open().context(
        "no terminal to ask at; see --password-stdin, --password-fd and --password-file",
    )?;
    let password = one_line(&terminal.ask("Password: ")?)?;
    if asked == Asked::Twice {
        let again = terminal.ask("The same again: ")?;
        let same = one_line(&again).is_ok_and(|again| again.matches(password.expose()));
        ensure!(same, "the two passwords differ");
    }
    Ok(password)
}

#[cfg(not(unix))]
fn prompt(_: Asked) -> Result<Password> {
    bail!("no prompt on this system; see --password-stdin and --password-file")
}

fn read(mut from: impl Read) -> Result<Password> {
    let mut octets = Zeroizing::new(vec![0; ROOM]);
    let mut len: usize = 0;
    loop {
        let room = octets.get_mut(len..).unwrap_or_default();
        match from.read(room) {
            Ok(0) => break,
            Ok(read) => len = len.saturating_add(read),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
        // And a line break.
        ensure!(len <= limits::PASSWORD.saturating_add(2), TOO_LONG);
    }
    one_line(octets.get(..len).unwrap_or_default())
}

const TOO_LONG: &str = "the password is longer than any scheme takes";

/// The password without the line break at its end. Nothing is cut off silently: a second line is an error.
fn one_line(octets: &[u8]) -> Result<Password> {
    let line = match octets {
        [line @ .., b'\r', b'\n'] | [line @ .., b'\n'] => line,
        line => line,
    };
    if line.is_empty() {
        bail!("the password is empty");
    }
    ensure!(!line.contains(&b'\n'), "more than one line");
    ensure!(line.len() <= limits::PASSWORD, TOO_LONG);
    Ok(Password::new(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_one_password_is_refused() {
        let long = vec![b'x'; limits::PASSWORD + 1];
        for octets in [
            b"".as_slice(),
            b"\n",
            b"\r\n",
            b"pencil\n\n",
            b"pencil\nink",
            b"pencil\nink\n",
            b"\npencil",
            &long,
        ] {
            assert!(read(octets).is_err(), "{:?}", octets.get(..8));
            assert!(one_line(octets).is_err(), "{:?}", octets.get(..8));
        }
        assert!(read(io::repeat(b'x')).is_err());
    }

    #[test]
    fn one_line_break_at_the_end_is_not_the_password() {
        for (octets, password) in [
            (b"pencil".as_slice(), b"pencil".as_slice()),
            (b"pencil\n", b"pencil"),
            (b"pencil\r\n", b"pencil"),
            (b"pencil\r", b"pencil\r"),
            (b" pen\tcil ", b" pen\tcil "),
            (b"\xff\0", b"\xff\0"),
        ] {
            assert!(read(octets).unwrap().matches(password), "{octets:?}");
        }
        let longest = vec![b'x'; limits::PASSWORD];
        assert!(read(longest.as_slice()).unwrap().matches(&longest));
    }

    #[test]
    fn it_may_come_in_pieces() {
        let pieces = b"pen".chain(b"ci".as_slice()).chain(b"l\n".as_slice());
        assert!(read(pieces).unwrap().matches(b"pencil"));
    }
}
