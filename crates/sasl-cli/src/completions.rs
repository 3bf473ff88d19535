//! `sasl completions`: what a shell offers behind `sasl` and a tab.

use std::io::{self, Write as _};
use std::process::ExitCode;

use anyhow::Result;
use clap_complete::Shell;

/// Print completions for a shell.
///
/// The script goes to standard output: put it where the shell looks for such, or have it read at the start.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  sasl completions bash > ~/.local/share/bash-completion/completions/sasl
  sasl completions zsh > ~/.zfunc/_sasl    # with ~/.zfunc in fpath, before compinit
  sasl completions fish > ~/.config/fish/completions/sasl.fish
  source <(sasl completions bash)          # for this shell only")]
pub(crate) struct Args {
    /// Whose completions
    #[arg(value_enum)]
    shell: Shell,
}

pub(crate) fn run(args: &Args, mut command: clap::Command) -> Result<ExitCode> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "sasl", &mut script);
    io::stdout().write_all(&script)?;
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Cli;
    use clap::{CommandFactory as _, ValueEnum as _};

    #[test]
    fn every_shell_hears_of_every_command() {
        for shell in Shell::value_variants() {
            let (mut command, mut script) = (Cli::command(), Vec::new());
            clap_complete::generate(*shell, &mut command, "sasl", &mut script);
            let script = String::from_utf8(script).unwrap();
            for command in Cli::command().get_subcommands() {
                assert!(script.contains(command.get_name()), "{shell} {command}");
            }
        }
    }
}
