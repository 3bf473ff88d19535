//! Where an output that was interrupted goes on.

use std::fs::File;
use std::io::{BufRead, BufReader};

use anyhow::{Context as _, Result, bail, ensure};
use sasl::Password;

use super::progress::Progress;
use super::record::{Layout, Record, Records};
use crate::passwd::lines::{Ending, LONGEST, Line, Lines};
use crate::passwd::maker::{Likeness, Maker};

/// What the output was made with.
pub(super) struct Place<'a> {
    pub(super) layout: Layout,
    pub(super) header: Option<&'a [u8]>,
    pub(super) maker: &'a Maker,
}

impl Place<'_> {
    /// Goes through the input up to the last complete line of the output, and returns how many octets of the output these lines have.
    /// Bad lines on the way are reported again.
    ///
    /// # Errors
    /// When it is not the output of this input: its users have to be those of the good lines, in their order, and the last verifier has to be its
    /// password's. An incomplete line has to be the beginning of the next one, so that what is no output is not taken away. And when it
    /// was begun with other options: one file never has verifiers of two kinds.
    pub(super) fn find(
        &self,
        output: &File,
        records: &mut Records<impl BufRead>,
        progress: &mut Progress,
    ) -> Result<u64> {
        // A verifier can be longer than the password was.
        let mut lines = Lines::up_to(LONGEST.saturating_mul(2), BufReader::new(output));
        let mut kept = 0;
        let mut last = None;
        while let Some(line) = lines.next()? {
            let Line { number, end, .. } = line;
            let foreign = || format!("line {number} is no line of this output");
            let text = line.text.with_context(foreign)?;
            let header = self.header.filter(|_| number == 1);
            if line.ending == Ending::Missing {
                match header {
                    Some(header) => ensure!(header.starts_with(text), foreign()),
                    None => {
                        let begun = |record: &Record| self.layout.begins(record, text);
                        self.seek(begun, records, progress).with_context(foreign)?;
                    }
                }
                break;
            }
            if let Some(header) = header {
                let same = header.strip_prefix(text).is_some_and(is_line_break);
                ensure!(same, "line 1 is not the header of the input");
            } else {
                let (user, _) = self.layout.user(text).with_context(foreign)?;
                let verifier = self.layout.verifier(text).with_context(foreign)?;
                let likeness = self.maker.likeness(&verifier).with_context(foreign)?;
                begun_alike(likeness).with_context(|| format!("line {number}"))?;
                let password = self.password_of(user, records, progress);
                last = Some((
                    verifier,
                    password.with_context(|| format!("line {number}"))?,
                ));
            }
            kept = end;
        }
        if let Some((verifier, password)) = last {
            let fits = self.maker.fits(&verifier, &password);
            ensure!(
                fits.context("its last verifier")?,
                "its last verifier is not the one of the user's password in the input"
            );
        }
        Ok(kept)
    }

    /// The password in the next good line of the input, which has to be this user's.
    fn password_of(
        &self,
        user: &[u8],
        records: &mut Records<impl BufRead>,
        progress: &mut Progress,
    ) -> Result<Password> {
        self.seek(|record| record.user == user, records, progress)?;
        let record = records.next()?.and_then(|entry| entry.record.ok());
        Ok(record.context(NONE_LEFT)?.password)
    }

    /// Goes to the next good line of the input, which has to be this one.
    fn seek(
        &self,
        is_this: impl Fn(&Record) -> bool,
        records: &mut Records<impl BufRead>,
        progress: &mut Progress,
    ) -> Result<()> {
        while let Some(entry) = records.peek()? {
            let number = entry.number;
            match &entry.record {
                Err(bad) => progress.bad(number, bad.0),
                Ok(record) if is_this(record) => return Ok(()),
                // Another user's good line would be in the output.
                Ok(record) => match self.maker.make(&record.password) {
                    Ok(_) => bail!("line {number} of the input is another user's"),
                    Err(reason) => progress.bad(number, &format!("{reason:#}")),
                },
            }
            records.next()?;
        }
        bail!(NONE_LEFT)
    }
}

const NONE_LEFT: &str = "the input has no such user left";

fn begun_alike(likeness: Likeness) -> Result<()> {
    let (what, options) = match likeness {
        Likeness::Same => return Ok(()),
        Likeness::OtherScheme => ("scheme", "--scheme"),
        Likeness::OtherCost => ("cost", "--iterations, --memory, --lanes and --cost"),
        Likeness::OtherPreparation => ("preparation", "--prep"),
        Likeness::OtherFormat => ("format", "--format"),
    };
    bail!("it was made with another {what}; give {options} as when the output was begun")
}

fn is_line_break(rest: &[u8]) -> bool {
    matches!(rest, b"\n" | b"\r\n")
}
