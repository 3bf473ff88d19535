//! What a client can ask for: command lines, read.

use sasl_core::{Error, Malformed, MechanismName, Secret, Unusable};

use super::BASE64;
use crate::base64;
use crate::names::fold;
use crate::server::AuthCommand;

/// Octets of the longest command line, without its end: AUTH with the longest name and the longest base64.
pub(super) const LINE: usize = "AUTH ".len() + MechanismName::MAX + " ".len() + BASE64;

/// A command line (RFC 5321 §4.1.1), as far as logging in tells commands apart.
///
/// ```abnf
/// ehlo     = "EHLO" SP ( Domain / address-literal ) CRLF
/// helo     = "HELO" SP Domain CRLF
/// lhlo     = "LHLO" SP Domain CRLF
/// starttls = "STARTTLS" CRLF
/// auth     = "AUTH" SP sasl-mech [SP initial-response] CRLF
/// ```
/// Verbs are read without regard to case (RFC 5321 §2.4). LHLO is LMTP's (RFC 2033 §4.1).
#[derive(Debug)]
pub(super) enum Command<'a> {
    Ehlo,
    Helo,
    Lhlo,
    /// EHLO, HELO or LHLO without a name.
    Nameless,
    /// With all that stands behind the verb.
    StartTls(&'a [u8]),
    /// With all that stands behind the verb.
    Auth(&'a [u8]),
    Noop,
    Rset,
    Help,
    Vrfy,
    Quit,
    /// What sends mail, or otherwise needs a login first.
    Mail,
    /// Known, and not offered.
    Unimplemented,
    /// Not a command, or not in printable ASCII.
    Unknown,
}

impl<'a> Command<'a> {
    pub(super) fn parse(line: &'a [u8]) -> Self {
        // RFC 5321 §2.4: commands are ASCII. A NUL, a tab or an escape sequence has no business in them.
        if !line.iter().all(|octet| matches!(octet, b' '..=b'~')) {
            return Self::Unknown;
        }
        let (verb, arguments) = split(line);
        let is = |name: &str| verb.eq_ignore_ascii_case(name.as_bytes());
        match () {
            () if is("EHLO") || is("HELO") || is("LHLO") => match arguments.trim_ascii() {
                [] => Self::Nameless,
                _ if is("EHLO") => Self::Ehlo,
                _ if is("HELO") => Self::Helo,
                _ => Self::Lhlo,
            },
            () if is("STARTTLS") => Self::StartTls(arguments),
            () if is("AUTH") => Self::Auth(arguments),
            () if is("NOOP") => Self::Noop,
            () if is("RSET") => Self::Rset,
            () if is("HELP") => Self::Help,
            () if is("VRFY") => Self::Vrfy,
            () if is("QUIT") => Self::Quit,
            () if ["MAIL", "RCPT", "DATA", "BDAT", "ETRN", "BURL"]
                .into_iter()
                .any(is) =>
            {
                Self::Mail
            }
            () if is("EXPN") => Self::Unimplemented,
            () => Self::Unknown,
        }
    }
}

/// Reads what stands behind `AUTH`.
///
/// ```abnf
/// auth-arguments   = SP sasl-mech [SP initial-response]
/// initial-response = base64 / "="
/// ```
/// (RFC 4954 §8). The name is read without regard to case (§4), and kept in upper case.
pub(super) fn auth(arguments: &[u8]) -> Result<AuthCommand, Error> {
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
pub(super) fn decode(text: &[u8]) -> Result<Secret, Malformed> {
    if text.len() > BASE64 {
        return Err(Malformed::TooLong);
    }
    base64::decode(text)
}

/// At the first space.
fn split(line: &[u8]) -> (&[u8], &[u8]) {
    let mut parts = line.splitn(2, |octet| *octet == b' ');
    let first = parts.next().unwrap_or_default();
    (first, parts.next().unwrap_or_default())
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
            "NOOP\t",
            "NO",
            "NOOPS",
            "AUTH\0PLAIN",
            "EHLO\u{e4}",
            "EHLO a\u{1b}[2J",
            "*",
            "GET / HTTP/1.1",
        ] {
            let read = Command::parse(line.as_bytes());
            assert!(matches!(read, Command::Unknown), "{line:?}: {read:?}");
        }
        assert!(matches!(Command::parse(b"EHLO"), Command::Nameless));
        assert!(matches!(Command::parse(b"HELO   "), Command::Nameless));
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

    #[test]
    fn the_longest_command_fits_its_line() {
        let line = format!("AUTH {} {}", "A".repeat(20), "A".repeat(BASE64));
        assert_eq!(line.len(), LINE);
        let Command::Auth(arguments) = Command::parse(line.as_bytes()) else {
            panic!()
        };
        assert!(super::auth(arguments).is_ok());
    }
}
