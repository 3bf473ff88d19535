//! A secret that is one line, and where it comes from: a prompt, a file descriptor, a file, standard input.

#[cfg(unix)]
mod prompt;

use std::fs::File;
use std::io::{self, ErrorKind, IsTerminal as _, Read};
use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};
use sasl::Secret;
use zeroize::Zeroizing;

/// So much more than a secret may have is read at most that every read leaves more room than the 8 KiB that the standard library
/// buffers: a read of so many goes past its buffer, which nobody would wipe.
const ROOM: usize = 12 * 1024;

/// A kind of secret, of one line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OneLine {
    /// What it is called, as in `--password-stdin`.
    pub(crate) noun: &'static str,
    /// The most octets it has.
    pub(crate) most: usize,
}

impl OneLine {
    /// Standard input, which must be no terminal: that would show it.
    pub(crate) fn stdin(self) -> Result<Secret> {
        let stdin = io::stdin();
        let noun = self.noun;
        ensure!(
            !stdin.is_terminal(),
            "standard input is a terminal, which would show the {noun}: without --{noun}-stdin it does not"
        );
        self.read(stdin.lock()).context("standard input")
    }

    /// A file descriptor that the caller has opened.
    pub(crate) fn fd(self, number: u32) -> Result<Secret> {
        let file = File::open(format!("/dev/fd/{number}"));
        file.map_err(anyhow::Error::from)
            .and_then(|file| self.read(file))
            .with_context(|| format!("file descriptor {number}"))
    }

    pub(crate) fn file(self, path: &Path) -> Result<Secret> {
        let file = File::open(path);
        file.map_err(anyhow::Error::from)
            .and_then(|file| self.read(file))
            .with_context(|| path.display().to_string())
    }

    /// Asks these at the terminal, which does not show what is typed.
    #[cfg(unix)]
    pub(crate) fn ask<const N: usize>(self, questions: [&str; N]) -> Result<[Secret; N]> {
        let noun = self.noun;
        let mut terminal = prompt::Terminal::open().with_context(|| {
            format!("no terminal to ask at; see --{noun}-stdin, --{noun}-fd and --{noun}-file")
        })?;
        let mut answers = Vec::with_capacity(N);
        for question in questions {
            answers.push(self.line(&terminal.ask(question)?)?);
        }
        // As many answers as questions.
        answers
            .try_into()
            .map_err(|_| io::Error::from(ErrorKind::UnexpectedEof).into())
    }

    #[cfg(not(unix))]
    pub(crate) fn ask<const N: usize>(self, _: [&str; N]) -> Result<[Secret; N]> {
        let noun = self.noun;
        bail!("no prompt on this system; see --{noun}-stdin and --{noun}-file")
    }

    fn read(self, mut from: impl Read) -> Result<Secret> {
        let mut octets = Zeroizing::new(vec![0; self.most.saturating_add(ROOM)]);
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
            self.measure(len, self.most.saturating_add(2))?;
        }
        self.line(octets.get(..len).unwrap_or_default())
    }

    /// The secret without the line break at its end. Nothing is cut off silently: a second line is an error.
    pub(crate) fn line(self, octets: &[u8]) -> Result<Secret> {
        let line = match octets {
            [line @ .., b'\r', b'\n'] | [line @ .., b'\n'] => line,
            line => line,
        };
        if line.is_empty() {
            bail!("the {} is empty", self.noun);
        }
        ensure!(!line.contains(&b'\n'), "more than one line");
        self.measure(line.len(), self.most)?;
        Ok(Secret::from(line))
    }

    fn measure(self, len: usize, most: usize) -> Result<()> {
        ensure!(
            len <= most,
            "the {} is longer than {} octets",
            self.noun,
            self.most
        );
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWORD: OneLine = OneLine {
        noun: "password",
        most: 4096,
    };

    #[test]
    fn what_is_not_one_secret_is_refused() {
        let long = vec![b'x'; PASSWORD.most + 1];
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
            assert!(PASSWORD.read(octets).is_err(), "{:?}", octets.get(..8));
            assert!(PASSWORD.line(octets).is_err(), "{:?}", octets.get(..8));
        }
        assert!(PASSWORD.read(io::repeat(b'x')).is_err());
    }

    #[test]
    fn one_line_break_at_the_end_is_not_the_secret() {
        for (octets, password) in [
            (b"pencil".as_slice(), b"pencil".as_slice()),
            (b"pencil\n", b"pencil"),
            (b"pencil\r\n", b"pencil"),
            (b"pencil\r", b"pencil\r"),
            (b" pen\tcil ", b" pen\tcil "),
            (b"\xff\0", b"\xff\0"),
        ] {
            assert!(
                PASSWORD.read(octets).unwrap().matches(password),
                "{octets:?}"
            );
        }
        let longest = vec![b'x'; PASSWORD.most];
        assert!(PASSWORD.read(longest.as_slice()).unwrap().matches(&longest));
    }

    #[test]
    fn it_may_come_in_pieces() {
        let pieces = b"pen".chain(b"ci".as_slice()).chain(b"l\n".as_slice());
        assert!(PASSWORD.read(pieces).unwrap().matches(b"pencil"));
    }
}
