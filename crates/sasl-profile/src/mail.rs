//! What the mail protocols have in common.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use sasl_core::{Error, Malformed, MechanismName, Secret, Unusable};

use crate::base64;
use crate::names::fold;
use crate::server::{Answer, AuthCommand};
use crate::wire::Wire;

/// The most octets of base64 in one line: "sufficient […] for handling of deployed authentication mechanisms"
/// (RFC 4954 §4).
pub(crate) const BASE64: usize = 12_288;

/// Octets of the longest AUTH command, without its end: the longest name and the longest base64.
pub(crate) const AUTH_LINE: usize = "AUTH ".len() + MechanismName::MAX + " ".len() + BASE64;

/// A name for a greeting. What cannot stand there, and might end the line, is left out.
pub(crate) fn host(name: &str) -> Box<str> {
    let name: String = name.chars().filter(char::is_ascii_graphic).collect();
    if name.is_empty() {
        "localhost".into()
    } else {
        name.into_boxed_str()
    }
}

/// Reads what stands behind `AUTH`.
///
/// ```abnf
/// auth-arguments   = SP sasl-mech [SP initial-response]
/// initial-response = base64 / "="
/// ```
/// (RFC 4954 §8, RFC 5034 §5), which have no case in letters but in base64: the name is kept in upper case.
pub(crate) fn auth_arguments(arguments: &[u8]) -> Result<AuthCommand, Error> {
    if arguments.is_empty() {
        return Err(Malformed::Line.into());
    }
    let (name, rest) = split(arguments);
    // What cannot be a name is the name of nothing that is offered.
    let mechanism = fold(name).ok_or(Unusable::Mechanism)?;
    let initial_response = match rest {
        [] if name.len() == arguments.len() => None,
        b"=" => Some(Secret::default()),
        // A space with nothing behind it, or a second space.
        [] | [b' ', ..] => return Err(Malformed::Line.into()),
        text => Some(decode(text)?),
    };
    Ok(AuthCommand {
        mechanism,
        initial_response,
    })
}

/// Reads base64 within its limit.
pub(crate) fn decode(text: &[u8]) -> Result<Secret, Malformed> {
    if text.len() > BASE64 {
        return Err(Malformed::TooLong);
    }
    base64::decode(text)
}

/// What a line in an exchange is.
pub(crate) fn answer(line: &[u8]) -> Answer {
    match line {
        // RFC 4954 §4, RFC 5034 §4, RFC 3501 §6.2.2.
        b"*" => Answer::Cancel,
        // `=` is an empty response as an initial one only: here it is bad base64.
        text => Answer::Response(decode(text)),
    }
}

/// At the first space.
pub(crate) fn split(line: &[u8]) -> (&[u8], &[u8]) {
    let mut parts = line.splitn(2, |octet| *octet == b' ');
    let first = parts.next().unwrap_or_default();
    (first, parts.next().unwrap_or_default())
}

/// `AUTH` with an initial response, if the line has at most `limit` octets with its end.
pub(crate) fn auth_with(mechanism: MechanismName, initial: &[u8], limit: usize) -> Option<Wire> {
    let mut command = auth(mechanism);
    command.push(b" ");
    push_initial(initial, &mut command);
    let command = command.end_line();
    (command.len() <= limit).then_some(command)
}

/// `AUTH` and the mechanism's name.
pub(crate) fn auth(mechanism: MechanismName) -> Wire {
    let mut command = Wire::from("AUTH ");
    command.push(mechanism.as_str().as_bytes());
    command
}

/// Adds an initial response in base64.
pub(crate) fn push_initial(initial: &[u8], command: &mut Wire) {
    match initial {
        // RFC 4954 §4, RFC 5034 §4: empty, and not absent.
        [] => command.push(b"="),
        data => base64::encode(data, command),
    }
}

/// A response: one line of base64.
pub(crate) fn response(data: &[u8]) -> Wire {
    let mut line = Wire::default();
    base64::encode(data, &mut line);
    line.end_line()
}

/// The lines of a long reply, with a limit on what a server can make a client keep.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    lines: Vec<Secret>,
    octets: usize,
}

impl Listing {
    /// The most lines; real replies have a dozen.
    const LINES: usize = 256;
    /// The most octets of all lines.
    const OCTETS: usize = 64 * 1024;

    pub(crate) fn push(&mut self, line: &[u8]) -> Result<(), Malformed> {
        self.octets = self.octets.saturating_add(line.len());
        if self.lines.len() >= Self::LINES || self.octets > Self::OCTETS {
            return Err(Malformed::TooLong);
        }
        self.lines.push(Secret::from(line));
        Ok(())
    }

    pub(crate) fn lines(&self) -> impl Iterator<Item = &[u8]> {
        self.lines.iter().map(Secret::expose)
    }

    /// The line, if it is one.
    pub(crate) fn only_line(&self) -> Option<&[u8]> {
        match self.lines.as_slice() {
            [line] => Some(line.expose()),
            _ => None,
        }
    }

    /// The text, to be shown with care; a failure keeps the beginning of it.
    pub(crate) fn said(&self) -> String {
        let mut said = String::new();
        for line in self.lines() {
            if !said.is_empty() {
                said.push('\n');
            }
            said.push_str(&String::from_utf8_lossy(line));
        }
        said
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    fn auth(arguments: &str) -> Result<(String, Option<Secret>), Error> {
        auth_arguments(arguments.as_bytes())
            .map(|auth| (format!("{}", auth.mechanism), auth.initial_response))
    }

    #[test]
    fn a_host_name_cannot_end_its_line() {
        assert_eq!(&*host("a.example\r\n250 b"), "a.example250b");
        assert_eq!(&*host("[127.0.0.1]"), "[127.0.0.1]");
        assert_eq!(&*host("\u{fc}\n"), "localhost");
    }

    #[test]
    fn hostile_arguments_are_refused() {
        for arguments in ["", "PLAIN ", "PLAIN  =", "PLAIN  AAAA"] {
            assert_eq!(
                auth(arguments).unwrap_err(),
                Malformed::Line.into(),
                "{arguments:?}"
            );
        }
        for arguments in [
            "PLAIN ==",
            "PLAIN *",
            "PLAIN AAA",
            "PLAIN AAAA AAAA",
            "PLAIN = ",
        ] {
            assert_eq!(
                auth(arguments).unwrap_err(),
                Malformed::Base64.into(),
                "{arguments:?}"
            );
        }
        for arguments in [" ", "+", "PL(AIN", "ABCDEFGHIJKLMNOPQRSTU", "PLAIN\u{df}"] {
            assert_eq!(
                auth(arguments).unwrap_err(),
                Unusable::Mechanism.into(),
                "{arguments:?}"
            );
        }
        let long = format!("PLAIN {}", "A".repeat(BASE64 + 4));
        assert_eq!(auth(&long).unwrap_err(), Malformed::TooLong.into());
    }

    #[test]
    fn an_empty_initial_response_is_not_none() {
        let (name, response) = auth("scram-Sha-256").unwrap();
        assert_eq!(name, "SCRAM-SHA-256");
        assert!(response.is_none());
        let (_, response) = auth("EXTERNAL =").unwrap();
        assert!(response.unwrap().is_empty());
        let (_, response) = auth("plain AHVzZXIAcGVuY2ls").unwrap();
        assert!(response.unwrap().matches(b"\0user\0pencil"));
    }
}
