//! `sasl passwd`: what a server keeps in the place of passwords, made, checked, converted and read.

mod bulk;
mod check;
mod convert;
mod form;
mod hash_text;
mod inspect;
mod lines;
mod make;
mod maker;
mod password;
mod reading;
mod texts;
mod verify;

use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;

/// Make, check, convert and read what servers keep of passwords.
///
/// A verifier is what a server checks a password against: a password hash, SCRAM keys, a CRAM-MD5 context.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  sasl passwd make
  sasl passwd make --scheme scram-sha-256 --iterations 65536 --format postgresql
  sasl passwd check '{SSHA}BMGsfICT0MuVK1h884teLirs83Uo8TNF'
  sasl passwd bulk users.csv --output verifiers.csv

Exit status: 0 yes or done; 1 no: a wrong password; 2 it cannot be told or done.")]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Make(make::Args),
    Check(check::Args),
    Convert(convert::Args),
    Inspect(inspect::Args),
    Bulk(Box<bulk::Args>),
}

/// The exit status of what could not be done, so that no script takes it for a wrong password.
const CANNOT: u8 = 2;

pub(crate) fn run(args: &Args) -> ExitCode {
    let done: Result<ExitCode> = match &args.command {
        Command::Make(args) => make::run(args),
        Command::Check(args) => check::run(args),
        Command::Convert(args) => convert::run(args),
        Command::Inspect(args) => inspect::run(args),
        Command::Bulk(args) => bulk::run(args),
    };
    done.unwrap_or_else(|error| {
        anstream::eprintln!("sasl: {error:#}");
        ExitCode::from(CANNOT)
    })
}
