//! What a client can ask for: command lines, read.

use crate::mail::{AUTH_LINE, split};

/// Octets of the longest command line, without its end. RFC 2449 §4 gives a command 255 octets with its end, and AUTH
/// keeps to that as well (RFC 5034 §4); servers that take more lose nothing.
pub(super) const LINE: usize = AUTH_LINE;

/// A command line (RFC 1939 §3), as far as logging in tells commands apart.
///
/// ```abnf
/// capa = "CAPA" CRLF
/// stls = "STLS" CRLF
/// auth = "AUTH" [SP sasl-mech [SP initial-response]] CRLF
/// ```
/// Keywords are read without regard to case.
#[derive(Debug)]
pub(super) enum Command<'a> {
    Capa,
    /// With all that stands behind the keyword.
    Stls(&'a [u8]),
    /// Without a mechanism.
    AuthList,
    /// With all that stands behind the keyword.
    Auth(&'a [u8]),
    /// USER, PASS or APOP.
    Password,
    Noop,
    Quit,
    /// What is about mail.
    Mail,
    /// Not a command, or not in printable ASCII.
    Unknown,
}

impl<'a> Command<'a> {
    pub(super) fn parse(line: &'a [u8]) -> Self {
        // RFC 1939 §3: keywords and arguments are printable ASCII.
        if !line.iter().all(|octet| matches!(octet, b' '..=b'~')) {
            return Self::Unknown;
        }
        let (keyword, arguments) = split(line);
        let is = |name: &str| keyword.eq_ignore_ascii_case(name.as_bytes());
        match () {
            () if is("CAPA") => Self::Capa,
            () if is("STLS") => Self::Stls(arguments),
            () if is("AUTH") && keyword.len() == line.len() => Self::AuthList,
            () if is("AUTH") => Self::Auth(arguments),
            () if is("USER") || is("PASS") || is("APOP") => Self::Password,
            () if is("NOOP") => Self::Noop,
            () if is("QUIT") => Self::Quit,
            () if ["STAT", "LIST", "RETR", "DELE", "RSET", "TOP", "UIDL"]
                .into_iter()
                .any(is) =>
            {
                Self::Mail
            }
            () => Self::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_lines_are_no_commands() {
        for line in [
            "",
            " ",
            " CAPA",
            "CAPA\t",
            "CAP",
            "CAPAS",
            "AUTH\0PLAIN",
            "USER m\u{e4}x",
            "STLS\u{1b}[2J",
            "*",
            "+OK",
            "STARTTLS",
            "GET / HTTP/1.1",
        ] {
            let read = Command::parse(line.as_bytes());
            assert!(matches!(read, Command::Unknown), "{line:?}: {read:?}");
        }
    }

    #[test]
    fn auth_with_a_space_is_no_question() {
        assert!(matches!(Command::parse(b"auth"), Command::AuthList));
        assert!(matches!(Command::parse(b"AUTH "), Command::Auth(b"")));
    }
}
