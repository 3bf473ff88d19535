//! What a client can ask for: command lines, read.

use crate::mail::{AUTH_LINE, split};

/// Octets of the longest command line, without its end.
pub(super) const LINE: usize = AUTH_LINE;

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::{self, BASE64};
    use alloc::format;

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
    fn the_longest_command_fits_its_line() {
        let line = format!("AUTH {} {}", "A".repeat(20), "A".repeat(BASE64));
        assert_eq!(line.len(), LINE);
        let Command::Auth(arguments) = Command::parse(line.as_bytes()) else {
            panic!()
        };
        assert!(mail::auth_arguments(arguments).is_ok());
    }
}
