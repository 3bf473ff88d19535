//! `sasl man`: manual pages, out of the same words as `--help`.

use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};

/// Print a manual page, or write them all to a folder.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  sasl man | man -l -
  sasl man passwd make | man -l -
  sasl man --output ~/.local/share/man/man1")]
pub(crate) struct Args {
    /// The command that the page is about, such as `passwd make`; without one it is `sasl` itself
    #[arg(value_name = "COMMAND", conflicts_with = "output")]
    command: Vec<String>,

    /// Write every page to this folder, which is made if need be: sasl.1, sasl-passwd.1, sasl-passwd-make.1
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
}

pub(crate) fn run(args: &Args, command: clap::Command) -> Result<ExitCode> {
    let command = named(command);
    match &args.output {
        Some(folder) => {
            fs::create_dir_all(folder)
                .with_context(|| format!("cannot make {}", folder.display()))?;
            for (name, page) in pages(&command)? {
                let path = folder.join(format!("{name}.1"));
                fs::write(&path, page)
                    .with_context(|| format!("cannot write {}", path.display()))?;
            }
        }
        None => {
            let mut found = &command;
            for name in &args.command {
                match found.find_subcommand(name) {
                    Some(command) => found = command,
                    None => bail!("there is no command `{name}`: see sasl --help"),
                }
            }
            io::stdout().write_all(&page(found)?)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The command with the full names of those in it, and without `help`, which has no page.
fn named(command: clap::Command) -> clap::Command {
    let mut command = without_help(command);
    command.build();
    command
}

fn without_help(command: clap::Command) -> clap::Command {
    command
        .disable_help_subcommand(true)
        .mut_subcommands(without_help)
}

/// Every page with its name, the deepest last.
fn pages(command: &clap::Command) -> Result<Vec<(String, Vec<u8>)>> {
    let name = command
        .get_display_name()
        .unwrap_or_else(|| command.get_name());
    let mut all = vec![(name.to_owned(), page(command)?)];
    for command in command.get_subcommands() {
        all.extend(pages(command)?);
    }
    Ok(all)
}

fn page(command: &clap::Command) -> Result<Vec<u8>> {
    let mut page = Vec::new();
    let man = Man::new(command.clone()).source(concat!("sasl ", env!("CARGO_PKG_VERSION")));
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut page)?;
    }
    if let Some(words) = command.get_after_help() {
        after(&words.to_string()).to_writer(&mut page)?;
    }
    Ok(page)
}

/// What stands behind the options in `--help`, its lines as they are: commands to be copied, and tables.
fn after(words: &str) -> Roff {
    let mut roff = Roff::new();
    let mut begins = true;
    for line in words.lines() {
        match line.split_once(':') {
            // Each part begins with its name, as "Examples:" or "Exit status: 0 yes".
            Some((name, rest)) if begins && !line.starts_with(' ') => {
                roff.control("SH", [name.to_uppercase().as_str()]);
                roff.control("nf", []);
                if !rest.is_empty() {
                    roff.text([roman(rest.trim_start())]);
                }
                begins = false;
            }
            _ if line.is_empty() => {
                roff.control("fi", []);
                begins = true;
            }
            _ => {
                begins = false;
                roff.text([roman(line.strip_prefix("  ").unwrap_or(line))]);
            }
        }
    }
    roff.control("fi", []);
    roff
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Cli;
    use clap::CommandFactory as _;

    #[test]
    fn every_command_has_a_page_that_names_it() {
        let pages = pages(&named(Cli::command())).unwrap();
        let names: Vec<_> = pages.iter().map(|(name, _)| name.as_str()).collect();
        for name in [
            "sasl",
            "sasl-demo",
            "sasl-passwd",
            "sasl-passwd-make",
            "sasl-man",
        ] {
            assert!(names.contains(&name), "{names:?}");
        }
        for (name, page) in &pages {
            let page = String::from_utf8(page.clone()).unwrap();
            let title = name.replace('-', "\\-");
            assert!(page.contains(&title), "{name}: {page}");
            assert!(page.contains(".SH SYNOPSIS"), "{name}");
        }
    }

    #[test]
    fn examples_keep_their_lines() {
        let words = "Examples:\n  sasl a\n  .sasl b\n\nExit status: 0 yes";
        let page = after(words).to_roff();
        let [_, examples] = page.split(".SH EXAMPLES\n").collect::<Vec<_>>()[..] else {
            panic!("{page}");
        };
        assert!(
            examples.starts_with(".nf\nsasl a\n\\&.sasl b\n.fi\n"),
            "{page}"
        );
        assert!(
            examples.contains(".SH \"EXIT STATUS\"\n.nf\n0 yes\n.fi"),
            "{page}"
        );
    }
}
