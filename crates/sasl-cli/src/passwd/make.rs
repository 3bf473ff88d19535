//! `sasl passwd make`: a verifier of a password.

use std::io::Write as _;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use base64::engine::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::maker::MakerArgs;
use super::password::{Asked, Source};

/// Make a verifier of a password, which is asked for
#[derive(clap::Args)]
#[command(after_help = "Examples:
  sasl passwd make
  sasl passwd make --scheme scram-sha-256 --iterations 65536 --format postgresql
  sasl passwd make --scheme bcrypt --cost 12 --format dovecot --password-fd 3 3< password.txt")]
pub(super) struct Args {
    #[command(flatten)]
    maker: MakerArgs,

    /// The salt, instead of a random one: 16 octets, 12 for sha512-crypt, 1 to 1024 for SCRAM
    #[arg(long, value_name = "BASE64", help_heading = "How it is made")]
    salt: Option<String>,

    #[command(flatten)]
    source: Source,
}

pub(super) fn run(args: &Args) -> Result<ExitCode> {
    let mut maker = args.maker.maker()?;
    if let Some(salt) = &args.salt {
        let salt = STANDARD.decode(salt).context("--salt is not base64")?;
        maker = maker.with_salt(&salt)?;
    }
    let password = args.source.obtain(Asked::Twice)?;
    let text = maker.make(&password)?;
    writeln!(anstream::stdout(), "{}", *text)?;
    Ok(ExitCode::SUCCESS)
}
