//! `sasl passwd convert`: the same verifier in the text of another program.

use std::io::Write as _;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use sasl::stored::{self, Reading};
use sasl::{Preparation, Verifier};
use zeroize::Zeroizing;

use super::CANNOT;
use super::form::Form;
use super::maker::SchemeArgs;
use super::reading::{ReadingArgs, Unread};
use super::texts::{NO_TEXT, Texts};

/// Write verifiers as another program reads them
///
/// Keys and hashes stay what they are: all that can change is their text. Of clear text, verifiers are made. Of a text that holds
/// keys of several hashes, those are written that the other program knows.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  sasl passwd convert --to ldap '$2y$05$ulAaqHkPnPvjvmLdoQEcF.3DOsZHnkOFZnucW1an2f2q9SptJIE7u'
  sasl passwd convert --to postgresql '{PLAIN}pencil'
  sasl passwd convert --to dovecot < hashes.txt

Exit status: 0 all were converted; 2 at least one was not.")]
pub(super) struct Args {
    #[command(flatten)]
    texts: Texts,

    /// Whom they are written for
    #[arg(long, value_enum, value_name = "FORMAT")]
    to: Form,

    #[command(flatten)]
    reading: ReadingArgs,

    #[command(flatten)]
    scheme: SchemeArgs,
}

pub(super) fn run(args: &Args) -> Result<ExitCode> {
    let reading = args.reading.reading();
    let mut out = anstream::stdout().lock();
    let mut code = ExitCode::SUCCESS;
    args.texts.each(|number, text| {
        let converted = text
            .context(NO_TEXT)
            .and_then(|text| convert(args, text, &reading));
        match converted {
            Ok(converted) => {
                for text in &converted.texts {
                    writeln!(out, "{}", **text)?;
                }
                if converted.lost {
                    anstream::eprintln!(
                        "sasl: line {number}: that the password was not prepared with SASLprep is not in the text any more"
                    );
                }
            }
            Err(error) => {
                code = ExitCode::from(CANNOT);
                anstream::eprintln!("sasl: line {number}: {error:#}");
            }
        }
        Ok(())
    })?;
    Ok(code)
}

struct Converted {
    texts: Vec<Zeroizing<String>>,
    /// Whether the new text leaves out how the password was prepared, and it was not as everybody thinks.
    lost: bool,
}

fn convert(args: &Args, text: &str, reading: &Reading) -> Result<Converted> {
    let mut converted = Converted {
        texts: Vec::new(),
        lost: false,
    };
    let mut unfit = None;
    for verifier in stored::read(text, reading).map_err(Unread)? {
        let written = match &verifier {
            Verifier::ClearText(password) => {
                let preparation = args.reading.preparation();
                args.scheme.maker(args.to, preparation)?.make(password)?
            }
            verifier => match args.to.write(verifier, args.reading.dialect()) {
                Ok(written) => written,
                Err(reason) => {
                    unfit = Some(reason);
                    continue;
                }
            },
        };
        converted.texts.push(written);
        if let Verifier::Scram(keys) = &verifier {
            converted.lost |= args.to != Form::Canonical
                && keys.preparation != Preparation::Saslprep
                && keys.preparation != args.to.scram_preparation();
        }
    }
    match unfit {
        Some(reason) if converted.texts.is_empty() => Err(reason.into()),
        _ => Ok(converted),
    }
}
