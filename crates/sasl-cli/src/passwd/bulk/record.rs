//! The input of `sasl passwd bulk`: users and their passwords.

#[cfg(test)]
mod tests;

use std::io::{self, BufRead};

use clap::ValueEnum;
use sasl::stored::{self, HashError, ReadError, Reading};
use sasl::{Password, Verifier};
use zeroize::Zeroizing;

use super::csv;
use crate::passwd::lines::{Ending, Line, Lines};

/// How users and passwords stand in a line.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Layout {
    /// `user,password`, as RFC 4180 has it, but for line breaks in quotes
    Csv,
    /// `user:password`, as in passwd files; `{PLAIN}` may stand before the password
    Passwd,
}

/// How the input is read.
#[derive(Clone, Copy)]
pub(super) struct Rules {
    pub(super) layout: Layout,
    /// Whether a password may look like a verifier.
    pub(super) literal: bool,
}

/// A line that is a record. User and rest are as they stand there.
pub(super) struct Record {
    pub(super) user: Vec<u8>,
    pub(super) password: Password,
    /// With what separates it from the password.
    pub(super) rest: Vec<u8>,
    pub(super) ending: Ending,
}

/// Why a line is no record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bad(pub(super) &'static str);

/// A line that is not to be left out.
pub(super) struct Entry {
    pub(super) number: u64,
    /// Octets of the input up to its end.
    pub(super) end: u64,
    pub(super) record: Result<Record, Bad>,
}

/// The records of a stream.
pub(super) struct Records<R> {
    lines: Lines<R>,
    rules: Rules,
    /// What was looked at and not taken.
    ahead: Option<Entry>,
}

impl<R: BufRead> Records<R> {
    pub(super) fn new(from: R, rules: Rules) -> Self {
        Self {
            lines: Lines::new(from),
            rules,
            ahead: None,
        }
    }

    /// Octets that were read so far, in whole lines.
    pub(super) fn end(&self) -> u64 {
        self.lines.end()
    }

    /// The first line, which is for people, with its line break.
    pub(super) fn header(&mut self) -> io::Result<Vec<u8>> {
        let line = self.lines.next()?;
        let text = line.and_then(|line| Some((without_mark(&line)?, line.ending)));
        Ok(text.map_or_else(Vec::new, |(text, ending)| [text, ending.octets()].concat()))
    }

    /// What comes next, which stays.
    pub(super) fn peek(&mut self) -> io::Result<Option<&Entry>> {
        if self.ahead.is_none() {
            self.ahead = self.next()?;
        }
        Ok(self.ahead.as_ref())
    }

    /// Empty lines and comments are left out.
    pub(super) fn next(&mut self) -> io::Result<Option<Entry>> {
        if let Some(entry) = self.ahead.take() {
            return Ok(Some(entry));
        }
        let rules = self.rules;
        loop {
            let Some(line) = self.lines.next()? else {
                return Ok(None);
            };
            let record = match without_mark(&line) {
                None => Err(Bad("the line is too long")),
                Some(b"") => continue,
                Some([b'#', ..]) if rules.layout == Layout::Passwd => continue,
                Some(text) => rules.record(text, line.ending),
            };
            return Ok(Some(Entry {
                number: line.number,
                end: line.end,
                record,
            }));
        }
    }
}

/// The text without the byte order mark that some programs put before the first line.
fn without_mark<'a>(line: &Line<'a>) -> Option<&'a [u8]> {
    let text = line.text?;
    let rest = text
        .strip_prefix(b"\xef\xbb\xbf")
        .filter(|_| line.number == 1);
    Some(rest.unwrap_or(text))
}

impl Layout {
    /// The user at the beginning of a line and what follows it, without what separates them.
    pub(super) fn user(self, line: &[u8]) -> Option<(&[u8], &[u8])> {
        match self {
            Self::Csv => {
                let (user, rest) = csv::split_first(line)?;
                Some((user, rest.strip_prefix(b",")?))
            }
            Self::Passwd => {
                let colon = line.iter().position(|octet| *octet == b':')?;
                let (user, rest) = line.split_at_checked(colon)?;
                Some((user, rest.strip_prefix(b":")?))
            }
        }
    }

    /// The field after the user, and the rest with what separates it.
    fn second(self, rest: &[u8]) -> Option<(Zeroizing<Vec<u8>>, &[u8])> {
        match self {
            Self::Csv => {
                let (field, rest) = csv::split_first(rest)?;
                csv::are_fields(rest).then(|| (csv::unquote(field), rest))
            }
            Self::Passwd => {
                let end = rest.iter().position(|octet| *octet == b':');
                let (field, rest) = rest.split_at_checked(end.unwrap_or(rest.len()))?;
                Some((Zeroizing::new(field.to_vec()), rest))
            }
        }
    }

    /// The verifier in a line that was written before.
    pub(super) fn verifier(self, line: &[u8]) -> Option<Zeroizing<String>> {
        let (_, rest) = self.user(line)?;
        let (field, _) = self.second(rest)?;
        str::from_utf8(&field)
            .ok()
            .map(|text| Zeroizing::new(text.to_owned()))
    }

    /// Whether this is how the line of a record begins, as far as it is known before its verifier is made.
    pub(super) fn begins(self, record: &Record, line: &[u8]) -> bool {
        let separator = match self {
            Self::Csv => b',',
            Self::Passwd => b':',
        };
        let known = record.user.iter().chain([&separator]);
        known.zip(line).all(|(known, octet)| known == octet)
    }

    /// The line of a record.
    pub(super) fn line(self, record: &Record, verifier: &str) -> Vec<u8> {
        let mut line = Vec::new();
        line.extend_from_slice(&record.user);
        match self {
            Self::Csv => {
                line.push(b',');
                csv::push_field(&mut line, verifier);
            }
            Self::Passwd => {
                line.push(b':');
                line.extend_from_slice(verifier.as_bytes());
            }
        }
        line.extend_from_slice(&record.rest);
        line.extend_from_slice(record.ending.octets());
        line
    }

    /// Whether a verifier can stand in a line.
    pub(super) fn can_hold(self, verifier: &str) -> bool {
        self == Self::Csv || !verifier.contains(':')
    }
}

impl Rules {
    fn record(self, line: &[u8], ending: Ending) -> Result<Record, Bad> {
        let (user, rest) = self.layout.user(line).ok_or(Bad(match self.layout {
            Layout::Csv => "the line is not `user,password`, with quotes as RFC 4180 has them",
            Layout::Passwd => "the line is not `user:password`",
        }))?;
        if matches!(user, b"" | b"\"\"") {
            return Err(Bad("the user is empty"));
        }
        if line.iter().any(|octet| matches!(octet, b'\0' | b'\r')) {
            return Err(Bad("there is a NUL or a carriage return in the line"));
        }
        let (password, rest) = self
            .layout
            .second(rest)
            .ok_or(Bad("the fields are not quoted as RFC 4180 has it"))?;
        Ok(Record {
            user: user.to_vec(),
            password: self.password(&password)?,
            rest: rest.to_vec(),
            ending,
        })
    }

    /// A verifier that stands where the password should would be hashed once more, and let nobody in.
    fn password(self, field: &[u8]) -> Result<Password, Bad> {
        const ALREADY: Bad =
            Bad("the password looks like a verifier; with --literal it is taken as it is");
        if field.is_empty() {
            return Err(Bad("the password is empty"));
        }
        let (false, Ok(text)) = (self.literal, str::from_utf8(field)) else {
            return Ok(Password::new(field));
        };
        let in_file = self.layout == Layout::Passwd;
        if in_file && (matches!(text, "*" | "!" | "!!" | "*LK*" | "x") || text.starts_with("!$")) {
            return Err(Bad(
                "the account is locked; with --literal this is taken for its password",
            ));
        }
        match stored::read(text, &Reading::new()) {
            Ok(verifiers) => match verifiers.as_slice() {
                [Verifier::ClearText(password)] if in_file => Ok(password.clone()),
                [Verifier::ClearText(_)] => Ok(Password::new(field)),
                _ => Err(ALREADY),
            },
            // What many a password looks like.
            Err(ReadError::Hash(
                HashError::Locked
                | HashError::DesCrypt
                | HashError::BsdiCrypt
                | HashError::TextTooLong,
            )) => Ok(Password::new(field)),
            Err(ReadError::Hash(HashError::Unknown)) if !(in_file && is_tagged(text)) => {
                Ok(Password::new(field))
            }
            Err(_) => Err(ALREADY),
        }
    }
}

/// `{SCHEME}`, of whatever scheme: what Dovecot and LDAP never take for a password.
fn is_tagged(text: &str) -> bool {
    text.strip_prefix('{')
        .is_some_and(|rest| rest.contains('}'))
}

impl Ending {
    /// What ends the line that is written: one more line can only follow an ended one.
    fn octets(self) -> &'static [u8] {
        match self {
            Self::CrLf => b"\r\n",
            Self::Lf | Self::Missing => b"\n",
        }
    }
}
