//! What a client can ask for: command lines, read.

use sasl_core::{Error, Malformed, MechanismName, Secret, Unusable};

use super::string::Reader;
use crate::mail::{BASE64, decode};
use crate::names::fold;
use crate::server::{Answer, AuthCommand};

/// Octets of the longest command line, without its end: AUTHENTICATE with the longest name and the longest base64, both
/// as literals.
pub(super) const LINE: usize =
    "AUTHENTICATE {20+}\r\n".len() + MechanismName::MAX + " {12288+}\r\n".len() + BASE64;

/// A command line (RFC 5804 §4), as far as logging in tells commands apart.
///
/// ```abnf
/// command-authenticate = "AUTHENTICATE" SP auth-type [SP string] *(CRLF string)
/// command-capability   = "CAPABILITY"
/// command-logout       = "LOGOUT"
/// command-noop         = "NOOP" [SP string]
/// command-starttls     = "STARTTLS"
/// ```
/// Strings in ABNF have no case.
#[derive(Debug)]
pub(super) enum Command<'a> {
    /// With all that stands behind the word.
    Authenticate(&'a [u8]),
    Capability,
    Logout,
    /// With its tag, if there is one.
    Noop(Option<Secret>),
    StartTls,
    /// One of those, with other arguments than it has.
    Arguments,
    /// What a login is needed for.
    Script,
    Unknown,
}

impl<'a> Command<'a> {
    pub(super) fn parse(line: &'a [u8]) -> Self {
        let end = line.iter().position(|octet| *octet == b' ');
        let (word, arguments) = line
            .split_at_checked(end.unwrap_or(line.len()))
            .unwrap_or_default();
        let is = |name: &str| word.eq_ignore_ascii_case(name.as_bytes());
        let alone = |command| match arguments {
            [] => command,
            _ => Self::Arguments,
        };
        match () {
            () if is("AUTHENTICATE") => Self::Authenticate(arguments),
            () if is("CAPABILITY") => alone(Self::Capability),
            () if is("LOGOUT") => alone(Self::Logout),
            () if is("STARTTLS") => alone(Self::StartTls),
            () if is("NOOP") => match tag(arguments) {
                Ok(tag) => Self::Noop(tag),
                Err(_) => Self::Arguments,
            },
            () if [
                "CHECKSCRIPT",
                "DELETESCRIPT",
                "GETSCRIPT",
                "HAVESPACE",
                "LISTSCRIPTS",
                "PUTSCRIPT",
                "RENAMESCRIPT",
                "SETACTIVE",
                "UNAUTHENTICATE",
            ]
            .into_iter()
            .any(is) =>
            {
                Self::Script
            }
            () => Self::Unknown,
        }
    }
}

/// Reads what stands behind `NOOP`.
fn tag(arguments: &[u8]) -> Result<Option<Secret>, Malformed> {
    let mut reader = Reader::from_client(arguments);
    if reader.is_at_end() {
        return Ok(None);
    }
    let tag = argument(&mut reader)?;
    reader
        .is_at_end()
        .then_some(Some(tag))
        .ok_or(Malformed::Line)
}

/// Reads what stands behind `AUTHENTICATE`.
///
/// ```abnf
/// auth-arguments = SP string [SP string]
/// ```
/// (RFC 5804 §2.1; in §4 the name is always quoted.) It is read without regard to case, and kept in upper case.
pub(super) fn auth(arguments: &[u8]) -> Result<AuthCommand, Error> {
    let mut reader = Reader::from_client(arguments);
    let name = argument(&mut reader)?;
    let initial_response = match reader.is_at_end() {
        true => None,
        false => Some(argument(&mut reader)?),
    };
    if !reader.is_at_end() {
        return Err(Malformed::Line.into());
    }
    // What cannot be a name is the name of nothing that is offered.
    let mechanism = fold(name.expose()).ok_or(Unusable::Mechanism)?;
    // An empty string is an empty response (RFC 5804 §2.1).
    let initial_response = initial_response
        .map(|text| decode(text.expose()))
        .transpose()?;
    Ok(AuthCommand {
        mechanism,
        initial_response,
    })
}

/// Reads a line in an exchange: one string.
pub(super) fn response(line: &[u8]) -> Answer {
    let mut reader = Reader::from_client(line);
    match reader.string() {
        Err(malformed) => Answer::Response(Err(malformed)),
        Ok(_) if !reader.is_at_end() => Answer::Response(Err(Malformed::Line)),
        // RFC 5804 §2.1.
        Ok(text) if text.expose() == b"*" => Answer::Cancel,
        Ok(text) => Answer::Response(decode(text.expose())),
    }
}

fn argument(reader: &mut Reader<'_>) -> Result<Secret, Malformed> {
    if !reader.take(b' ') {
        return Err(Malformed::Line);
    }
    reader.string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::string::String;

    fn auth(arguments: &str) -> Result<(String, Option<Secret>), Error> {
        super::auth(arguments.as_bytes())
            .map(|auth| (format!("{}", auth.mechanism), auth.initial_response))
    }

    #[test]
    fn hostile_lines_are_no_commands() {
        for line in [
            "",
            " ",
            " NOOP",
            "NO",
            "NOOPS",
            "NOOP\t",
            "NOOP\"x\"",
            "AUTHENTICATE\0",
            "AUTHENTICATE\"PLAIN\"",
            "\"NOOP\"",
            "\"*\"",
            "GET / HTTP/1.1",
            "EHLO a",
        ] {
            let read = Command::parse(line.as_bytes());
            assert!(matches!(read, Command::Unknown), "{line:?}: {read:?}");
        }
        for line in [
            "LOGOUT ",
            "LOGOUT now",
            "CAPABILITY \"\"",
            "STARTTLS ",
            "STARTTLS {0+}\r\n",
            "NOOP ",
            "NOOP x",
            "NOOP \"a\" \"b\"",
            "NOOP  \"a\"",
            "NOOP \"a\" ",
        ] {
            let read = Command::parse(line.as_bytes());
            assert!(matches!(read, Command::Arguments), "{line:?}: {read:?}");
        }
    }

    #[test]
    fn hostile_arguments_are_refused() {
        for arguments in [
            "",
            " ",
            " PLAIN",
            "\"PLAIN\"",
            "  \"PLAIN\"",
            " \"PLAIN\" ",
            " \"PLAIN\" =",
            " \"PLAIN\" AAAA",
            " \"PLAIN\"  \"\"",
            " \"PLAIN\"\"\"",
            " \"PLAIN\" \"\" ",
            " \"PLAIN\" \"\" \"\"",
            " \"PLAIN\" {4}\r\nAAAA",
            " (\"PLAIN\")",
        ] {
            let error = auth(arguments).unwrap_err();
            assert_eq!(error, Malformed::Line.into(), "{arguments:?}");
        }
        for response in [
            "\"=\"",
            "\"*\"",
            "\"AAA\"",
            "{4+}\r\nAA\r\n",
            "\"AAAA AAAA\"",
        ] {
            let error = auth(&format!(" \"PLAIN\" {response}")).unwrap_err();
            assert_eq!(error, Malformed::Base64.into(), "{response:?}");
        }
        for name in [
            "\"\"",
            "\"PL AIN\"",
            "\"ABCDEFGHIJKLMNOPQRSTU\"",
            "\"PLA\\\"IN\"",
            "{1+}\r\n\0",
        ] {
            let error = auth(&format!(" {name}")).unwrap_err();
            assert_eq!(error, Unusable::Mechanism.into(), "{name:?}");
        }
        let long = format!(
            " \"PLAIN\" {{{}+}}\r\n{}",
            BASE64 + 4,
            "A".repeat(BASE64 + 4)
        );
        assert_eq!(auth(&long).unwrap_err(), Malformed::TooLong.into());
        let quoted = format!(" \"PLAIN\" \"{}\"", "A".repeat(1028));
        assert_eq!(auth(&quoted).unwrap_err(), Malformed::TooLong.into());
    }

    #[test]
    fn an_empty_initial_response_is_not_none() {
        let (name, response) = auth(" \"scram-Sha-256\"").unwrap();
        assert_eq!(name, "SCRAM-SHA-256");
        assert!(response.is_none());
        for empty in [" \"EXTERNAL\" \"\"", " {8+}\r\nEXTERNAL {0+}\r\n"] {
            let (name, response) = auth(empty).unwrap();
            assert_eq!(name, "EXTERNAL");
            assert!(response.unwrap().is_empty());
        }
        let (_, response) = auth(" \"plain\" {16+}\r\nAHVzZXIAcGVuY2ls").unwrap();
        assert!(response.unwrap().matches(b"\0user\0pencil"));
    }

    #[test]
    fn a_star_cancels_in_any_form_and_alone() {
        for star in ["\"*\"", "{1+}\r\n*"] {
            assert!(
                matches!(response(star.as_bytes()), Answer::Cancel),
                "{star:?}"
            );
        }
        for other in ["*", "\"*\" ", "\"**\"", "\"\\*\"", "{1}\r\n*"] {
            let read = response(other.as_bytes());
            assert!(matches!(read, Answer::Response(Err(_))), "{other:?}");
        }
    }

    #[test]
    fn the_longest_command_fits_its_line() {
        let (name, base64) = ("A".repeat(20), "A".repeat(BASE64));
        let line = format!("AUTHENTICATE {{20+}}\r\n{name} {{12288+}}\r\n{base64}");
        assert_eq!(line.len(), LINE);
        let Command::Authenticate(arguments) = Command::parse(line.as_bytes()) else {
            panic!()
        };
        assert!(super::auth(arguments).is_ok());
    }
}
