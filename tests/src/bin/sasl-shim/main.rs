//! One SASL exchange over standard input and output, so that anything outside can play the other side.
//!
//! ```text
//! sasl-shim client --mechanism NAME [options]
//! sasl-shim server --mechanism NAME [options]
//! ```
//!
//! A DATA field is `-` for absent, `=` for present but empty, otherwise standard base64 with padding. Exit status: 0
//! success, 1 the exchange failed, 2 wrong arguments or a malformed line, 89 not implemented.

mod args;
mod client;
mod hashed_token;
mod line;
mod mechanism;
mod server;

use std::process::ExitCode;

/// How the process ends.
enum End {
    /// The exchange succeeded.
    Success,
    /// The exchange failed, and the failure has been printed.
    Failed,
    /// The arguments or a line make no sense.
    Usage(String),
    /// There is no such mechanism, or no such feature yet.
    Missing(String),
}

impl From<End> for ExitCode {
    fn from(end: End) -> Self {
        match end {
            End::Success => Self::SUCCESS,
            End::Failed => Self::from(1),
            End::Usage(why) => {
                eprintln!("sasl-shim: {why}");
                Self::from(2)
            }
            End::Missing(what) => {
                eprintln!("sasl-shim: not implemented: {what}");
                Self::from(89)
            }
        }
    }
}

impl From<lexopt::Error> for End {
    fn from(error: lexopt::Error) -> Self {
        Self::Usage(error.to_string())
    }
}

fn main() -> ExitCode {
    run().unwrap_or_else(|end| end).into()
}

fn run() -> Result<End, End> {
    let mut parser = lexopt::Parser::from_env();
    let side = match parser.next()? {
        Some(lexopt::Arg::Value(side)) => side,
        _ => {
            return Err(End::Usage(
                "the first argument is `client` or `server`".into(),
            ));
        }
    };
    match side.to_str() {
        Some("client") => client::run(&args::Client::parse(parser)?),
        Some("server") => server::run(&args::Server::parse(parser)?),
        _ => Err(End::Usage(
            "the first argument is `client` or `server`".into(),
        )),
    }
}
