//! Verifiers to look at: given as arguments, or lines of standard input.

use std::io;

use anyhow::Result;

use super::lines::Lines;

#[derive(clap::Args)]
pub(super) struct Texts {
    /// The verifiers. Without any, lines are read from standard input
    #[arg(value_name = "TEXT")]
    texts: Vec<String>,
}

/// Why a line is no text.
pub(super) const NO_TEXT: &str = "the line is not UTF-8, or too long for any verifier";

impl Texts {
    /// Calls `look` for every text with its number, from 1; empty lines are none.
    pub(super) fn each(&self, mut look: impl FnMut(u64, Option<&str>) -> Result<()>) -> Result<()> {
        if !self.texts.is_empty() {
            return (1..)
                .zip(&self.texts)
                .try_for_each(|(number, text)| look(number, Some(text)));
        }
        let mut lines = Lines::new(io::stdin().lock());
        while let Some(line) = lines.next()? {
            if line.text != Some(b"") {
                look(
                    line.number,
                    line.text.and_then(|text| str::from_utf8(text).ok()),
                )?;
            }
        }
        Ok(())
    }
}
