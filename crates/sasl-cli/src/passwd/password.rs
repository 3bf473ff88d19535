//! Where a password comes from: a prompt, a file descriptor, a file, standard input.

use std::path::PathBuf;

use anyhow::{Result, ensure};
use sasl::Password;
use sasl_password::limits;

use crate::secret::OneLine;

/// What is longer, no scheme takes.
const PASSWORD: OneLine = OneLine {
    noun: "password",
    most: limits::PASSWORD,
};

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
        let line = if self.password_stdin {
            PASSWORD.stdin()?
        } else if let Some(number) = self.password_fd {
            PASSWORD.fd(number)?
        } else if let Some(path) = &self.password_file {
            PASSWORD.file(path)?
        } else if let Some(password) = &self.insecure_password {
            PASSWORD.line(password.as_bytes())?
        } else if asked == Asked::Once {
            let [line] = PASSWORD.ask(["Password: "])?;
            line
        } else {
            let [line, again] = PASSWORD.ask(["Password: ", "The same again: "])?;
            ensure!(again.matches(line.expose()), "the two passwords differ");
            line
        };
        Ok(Password::new(line))
    }
}
