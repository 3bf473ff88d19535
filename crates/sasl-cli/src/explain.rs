//! `sasl explain`: a log of a login, and what was wrong with it. All that is not input and output is in `sasl-explain`.

mod terminal;

use std::fs::File;
use std::io::{self, IsTerminal as _, Read, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, ensure};
use sasl::{MechanismName, Password};
use sasl_explain::{Explanation, Login, MAX_LOG, Options, ReadError, TextStyle};
use sasl_password::limits;
use zeroize::Zeroizing;

use crate::secret::OneLine;

/// Explain a login in a log: what each message says, what was wrong, and whose fault it is.
///
/// Reads lines of SMTP, IMAP, POP3, ManageSieve, IRC or XMPP, with timestamps, `C:` and `S:` or arrows before them if need be, or
/// the messages of SASL alone, in base64 or as they are. Passwords, tokens and proofs are not shown.
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Args {
    /// The log, of 1 MiB at most; without it standard input
    #[arg(value_name = "FILE")]
    log: Option<PathBuf>,

    /// The mechanism, where the log does not say it: the messages alone, with the server first
    #[arg(long, value_name = "NAME")]
    mechanism: Option<String>,

    /// Print JSON: an object with an array of exchanges
    #[arg(long, conflicts_with = "html")]
    json: bool,

    /// Print one page of HTML that needs nothing else
    #[arg(long)]
    html: bool,

    /// Show passwords, tokens, proofs and keys
    #[arg(long)]
    reveal: bool,

    #[command(flatten)]
    password: PasswordArgs,

    #[command(flatten)]
    terminal: terminal::TerminalArgs,
}

#[derive(clap::Args)]
#[group(multiple = false)]
#[command(next_help_heading = "Password, to check proofs with")]
struct PasswordArgs {
    /// Read it from standard input, one line: the log is a FILE then
    #[arg(long, requires = "log")]
    password_stdin: bool,

    /// Read it from this file descriptor: one line
    #[arg(long, value_name = "N")]
    password_fd: Option<u32>,

    /// Read it from this file: one line
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

const AFTER_HELP: &str = "Examples:
  sasl explain < smtp.log
  sasl explain --mechanism LOGIN messages.txt
  sasl explain --html smtp.log > login.html
  sasl explain --password-file password.txt --json smtp.log
  printf 'C: AUTH PLAIN AHVzZXIA\\nS: 535 no\\n' | sasl explain

Exit status, by the last login in the log:
  0  explained, and it succeeded
  1  explained, and it failed, or the log ends before it is decided
  2  there is nothing to explain, or it cannot be read";

/// The exit status of what could not be explained.
const CANNOT: u8 = 2;

pub(crate) fn run(args: &Args) -> ExitCode {
    explained(args).unwrap_or_else(|error| {
        anstream::eprintln!("sasl: {error:#}");
        ExitCode::from(CANNOT)
    })
}

fn explained(args: &Args) -> Result<ExitCode> {
    let mut options = Options::default();
    if let Some(name) = &args.mechanism {
        let name = name.to_ascii_uppercase();
        ensure!(
            MechanismName::parse(&name).is_ok(),
            "--mechanism: that is not the name of a mechanism"
        );
        options = options.mechanism(&name);
    }
    if args.reveal {
        options = options.reveal();
    }
    if let Some(password) = args.password.read()? {
        options = options.password(password);
    }
    let log = args.read()?;
    let exchanges = sasl_explain::read(&log, options.mechanism.as_deref())?;
    let explanations: Vec<_> = exchanges
        .iter()
        .map(|exchange| sasl_explain::explain(exchange, &options))
        .collect();
    args.print(&explanations)?;
    let last = explanations.last().map(|last| last.verdict.login);
    Ok(ExitCode::from(u8::from(last != Some(Login::Ok))))
}

impl Args {
    fn read(&self) -> Result<Zeroizing<Vec<u8>>> {
        match &self.log {
            Some(path) => {
                let name = path.display().to_string();
                bounded(File::open(path).with_context(|| name.clone())?).context(name)
            }
            None => {
                let stdin = io::stdin();
                if stdin.is_terminal() {
                    anstream::eprintln!("Paste the log; Ctrl-D at the start of a line ends it.");
                }
                bounded(stdin.lock()).context("standard input")
            }
        }
    }

    fn print(&self, explanations: &[Explanation]) -> Result<()> {
        if self.json || self.html {
            let text = if self.json {
                sasl_explain::json(explanations)
            } else {
                sasl_explain::html(explanations)
            };
            return Ok(writeln!(io::stdout().lock(), "{}", text.trim_end())?);
        }
        let style: TextStyle = self.terminal.style();
        // It takes the colours out where nobody would see them.
        let mut out = anstream::stdout().lock();
        for (at, explanation) in explanations.iter().enumerate() {
            if explanations.len() > 1 {
                let number = at.saturating_add(1);
                let between = if at > 0 { "\n" } else { "" };
                writeln!(out, "{between}Exchange {number} of {}", explanations.len())?;
            }
            write!(out, "{}", sasl_explain::text(explanation, &style))?;
        }
        Ok(())
    }
}

impl PasswordArgs {
    fn read(&self) -> Result<Option<Password>> {
        let line = OneLine {
            noun: "password",
            most: limits::PASSWORD,
        };
        let secret = if self.password_stdin {
            line.stdin()?
        } else if let Some(number) = self.password_fd {
            line.fd(number)?
        } else if let Some(path) = &self.password_file {
            line.file(path)?
        } else {
            return Ok(None);
        };
        Ok(Some(Password::new(secret)))
    }
}

/// The whole log, in one buffer that is wiped. One octet more than may be is read, so that what is too long is found out.
fn bounded(from: impl Read) -> Result<Zeroizing<Vec<u8>>> {
    // The reader leaves no copy behind in a buffer that it outgrew: there is always room to read into.
    let mut log = Zeroizing::new(Vec::with_capacity(MAX_LOG.saturating_mul(2)));
    let most = u64::try_from(MAX_LOG)?.saturating_add(1);
    from.take(most).read_to_end(&mut log)?;
    ensure!(log.len() <= MAX_LOG, ReadError::TooLong);
    Ok(log)
}
