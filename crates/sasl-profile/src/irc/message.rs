//! Lines, read.

use alloc::vec::Vec;

/// A line.
///
/// ```abnf
/// message  = ["@" tags SP] [":" source SP] command *( SP middle ) [SP ":" trailing]
/// command  = 1*ALPHA / 3DIGIT
/// ```
/// (RFC 2812 §2.3.1, message-tags.) There are no more than 15 parameters. Tags and source are read over: nobody
/// asked for tags, and on this connection there is but one source.
#[derive(Debug)]
pub(super) struct Message<'a> {
    command: &'a [u8],
    params: Vec<&'a [u8]>,
}

impl<'a> Message<'a> {
    /// The most parameters; the last has the rest of the line.
    const PARAMS: usize = 15;

    pub(super) fn parse(line: &'a [u8]) -> Option<Self> {
        // RFC 2812 §2.3.1: there is no NUL. CR and LF end lines.
        if line.contains(&0) {
            return None;
        }
        let line = without(line, b'@')?;
        let line = without(line, b':')?;
        let (command, mut rest) = word(line);
        let is_word = !command.is_empty() && command.iter().all(u8::is_ascii_alphabetic);
        let is_numeric = command.len() == 3 && command.iter().all(u8::is_ascii_digit);
        if !is_word && !is_numeric {
            return None;
        }
        let mut params = Vec::new();
        while !rest.is_empty() {
            match rest {
                [b':', trailing @ ..] => {
                    params.push(trailing);
                    break;
                }
                last if params.len().saturating_add(1) == Self::PARAMS => {
                    params.push(last);
                    break;
                }
                _ => {
                    let (param, after) = word(rest);
                    params.push(param);
                    rest = after;
                }
            }
        }
        Some(Self { command, params })
    }

    /// Whether the command is this one, in any case.
    pub(super) fn is(&self, command: &str) -> bool {
        self.command.eq_ignore_ascii_case(command.as_bytes())
    }

    /// The command, if it is a numeric.
    pub(super) fn numeric(&self) -> Option<u16> {
        core::str::from_utf8(self.command).ok()?.parse().ok()
    }

    pub(super) fn params(&self) -> &[&'a [u8]] {
        &self.params
    }

    /// The last parameter: text, or a list.
    pub(super) fn last(&self) -> &'a [u8] {
        self.params.last().copied().unwrap_or_default()
    }
}

/// The line behind its first word, if that begins with `mark`. There has to be something behind it.
fn without(line: &[u8], mark: u8) -> Option<&[u8]> {
    if line.first() != Some(&mark) {
        return Some(line);
    }
    let (_, rest) = word(line);
    (!rest.is_empty()).then_some(rest)
}

/// The first word, and what stands behind the spaces after it.
fn word(line: &[u8]) -> (&[u8], &[u8]) {
    let end = line.iter().position(|octet| *octet == b' ');
    let (word, rest) = line
        .split_at_checked(end.unwrap_or(line.len()))
        .unwrap_or((line, &[]));
    let spaces = rest.iter().take_while(|octet| **octet == b' ').count();
    (word, rest.get(spaces..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::String;
    use alloc::{format, vec};

    fn parse(line: &str) -> Option<Vec<String>> {
        let message = Message::parse(line.as_bytes())?;
        let parts = [message.command]
            .into_iter()
            .chain(message.params.iter().copied());
        Some(
            parts
                .map(|part| String::from_utf8_lossy(part).into())
                .collect(),
        )
    }

    #[test]
    fn what_is_no_message_is_refused() {
        for line in [
            "",
            " ",
            " PING x",
            ":",
            ":source",
            ":source ",
            "@tag",
            "@tag :source",
            "PI\0NG",
            "PING x\0",
            "90",
            "9000",
            "9O3",
            "PING\t",
            "+OK",
            "*",
            "=",
            "250-x",
            ": :",
            "@ @ ",
        ] {
            assert_eq!(parse(line), None, "{line:?}");
        }
    }

    #[test]
    fn parameters_are_words_but_for_the_last() {
        for (line, parts) in [
            ("PING", vec!["PING"]),
            ("PING ", vec!["PING"]),
            ("PING :", vec!["PING", ""]),
            ("CAP  LS   302 ", vec!["CAP", "LS", "302"]),
            (":a CAP * LS :x y ", vec!["CAP", "*", "LS", "x y "]),
            ("@t=1;u :a!b@c 903 n ::x", vec!["903", "n", ":x"]),
            ("A b:c d", vec!["A", "b:c", "d"]),
        ] {
            assert_eq!(parse(line).unwrap(), parts, "{line:?}");
        }
        let many = format!("A{}", " b".repeat(400));
        assert_eq!(parse(&many).unwrap().len(), 16);
    }
}
