//! What the terminal can show.

use std::env;

use sasl_explain::{Glyphs, TextStyle};

#[derive(clap::Args)]
#[command(next_help_heading = "Terminal")]
pub(super) struct TerminalArgs {
    /// The columns, 40 to 120; otherwise those of the terminal
    #[arg(long, value_name = "COLUMNS", value_parser = clap::value_parser!(u16).range(40..=120))]
    width: Option<u16>,

    /// Draw with ASCII alone, as is done where the locale is not UTF-8
    #[arg(long)]
    ascii: bool,
}

impl TerminalArgs {
    pub(super) fn style(&self) -> TextStyle {
        let width = self.width.or_else(columns).map_or(80, usize::from);
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
            .into_iter()
            .filter_map(|name| env::var(name).ok())
            .find(|value| !value.is_empty());
        let glyphs = if self.ascii || !is_utf8(locale.as_deref()) {
            Glyphs::Ascii
        } else {
            Glyphs::Unicode
        };
        TextStyle::default().width(width).glyphs(glyphs).colored()
    }
}

/// Whether a locale is of UTF-8. Where there are no locales, terminals are.
fn is_utf8(locale: Option<&str>) -> bool {
    match locale {
        Some(locale) => {
            let locale = locale.to_ascii_lowercase();
            locale.contains("utf-8") || locale.contains("utf8")
        }
        None => cfg!(not(unix)),
    }
}

#[cfg(unix)]
fn columns() -> Option<u16> {
    let size = rustix::termios::tcgetwinsize(std::io::stdout()).ok();
    size.map(|size| size.ws_col)
        .filter(|columns| *columns > 0)
        .or_else(from_environment)
}

#[cfg(not(unix))]
fn columns() -> Option<u16> {
    from_environment()
}

fn from_environment() -> Option<u16> {
    env::var("COLUMNS").ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locales_are_told_apart() {
        assert!(is_utf8(Some("de_DE.UTF-8")) && is_utf8(Some("C.utf8")));
        assert!(
            !is_utf8(Some("C")) && !is_utf8(Some("POSIX")) && !is_utf8(Some("de_DE.ISO-8859-1"))
        );
    }
}
