//! `sasl passwd check`: whether a password is the one of a verifier.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};

use super::password::{Asked, Source};
use super::reading::{ReadingArgs, Unread};
use super::verify::Question;

/// Check a password against a verifier of any form
///
/// What the text is it says itself: a password hash, SCRAM keys of any server, a CRAM-MD5 context, clear text.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  sasl passwd check '{SSHA}BMGsfICT0MuVK1h884teLirs83Uo8TNF'
  echo pencil | sasl passwd check '{SSHA}BMGsfICT0MuVK1h884teLirs83Uo8TNF' --password-stdin
  echo pencil | sasl passwd check '{MD5}qPaDC855Copn/C6E4SCTug==' --dialect ldap --password-stdin

Exit status: 0 the password is right; 1 it is wrong; 2 it cannot be told.")]
pub(super) struct Args {
    #[command(flatten)]
    verifier: Verifier,

    /// Say nothing but by the exit status
    #[arg(long)]
    quiet: bool,

    #[command(flatten)]
    source: Source,

    #[command(flatten)]
    reading: ReadingArgs,
}

#[derive(clap::Args)]
#[group(required = true, multiple = false)]
struct Verifier {
    /// The verifier
    #[arg(value_name = "TEXT")]
    text: Option<String>,

    /// The verifier, said by name
    #[arg(long, value_name = "TEXT")]
    verifier: Option<String>,

    /// Read the verifier from the first line of this file
    #[arg(long, value_name = "FILE")]
    verifier_file: Option<PathBuf>,
}

impl Verifier {
    fn text(&self) -> Result<String> {
        let Some(path) = &self.verifier_file else {
            let text = self.text.as_ref().or(self.verifier.as_ref());
            return Ok(text.cloned().unwrap_or_default());
        };
        let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
        Ok(text.lines().next().unwrap_or_default().to_owned())
    }
}

pub(super) fn run(args: &Args) -> Result<ExitCode> {
    let text = args.verifier.text()?;
    let question = Question {
        text: &text,
        reading: args.reading.reading(),
        dialect: args.reading.dialect(),
        preparation: args.reading.preparation(),
    };
    // What cannot be read need not be asked for.
    sasl::stored::read(&text, &question.reading)
        .map_err(Unread)
        .context("the verifier")?;
    let password = args.source.obtain(Asked::Once)?;
    let right = question.answer(&password).context("it cannot be told")?;
    if !args.quiet {
        let word = if right { "right" } else { "wrong" };
        writeln!(anstream::stdout(), "the password is {word}")?;
    }
    Ok(if right {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
