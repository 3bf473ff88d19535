//! The `sasl` command.

mod certificate;
mod completions;
mod demo;
mod explain;
mod login;
mod man;
mod mechanisms;
mod passwd;
mod prep;
mod redact;
mod secret;
mod tls;
mod xmpp_stream;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

/// Try, demonstrate and examine SASL logins (RFC 4422).
#[derive(Parser)]
#[command(name = "sasl", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Completions(completions::Args),
    Demo(Box<demo::Args>),
    Explain(Box<explain::Args>),
    Login(Box<login::Args>),
    Man(man::Args),
    Mechanisms(mechanisms::Args),
    Passwd(passwd::Args),
}

#[tokio::main]
async fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Completions(args) => completions::run(&args, Cli::command()),
        Command::Demo(args) => demo::run(*args).await,
        Command::Explain(args) => Ok(explain::run(&args)),
        Command::Login(args) => Ok(login::run(*args).await),
        Command::Man(args) => man::run(&args, Cli::command()),
        Command::Mechanisms(args) => mechanisms::run(&args),
        Command::Passwd(args) => Ok(passwd::run(&args)),
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            anstream::eprintln!("sasl: {error:#}");
            // It could not be done, which is not the same as a login that failed.
            ExitCode::from(2)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_options_do_not_contradict_each_other() {
        Cli::command().debug_assert();
    }
}
