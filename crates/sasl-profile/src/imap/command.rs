//! What a client can ask for: command lines, read.

use core::str;

use sasl_core::MechanismName;

use crate::mail::{BASE64, split};

/// Octets of the longest tag that is echoed. Real ones have less than ten.
pub(super) const TAG: usize = 64;

/// Octets of the longest command line, without its end: AUTHENTICATE with the longest name and the longest base64.
pub(super) const LINE: usize =
    TAG + " AUTHENTICATE ".len() + MechanismName::MAX + " ".len() + BASE64;

/// Takes the tag off.
///
/// ```abnf
/// command    = tag SP command-name [SP arguments] CRLF
/// tag        = 1*<any ASTRING-CHAR except "+">
/// ASTRING-CHAR  = ATOM-CHAR / "]"
/// atom-specials = "(" / ")" / "{" / SP / CTL / "%" / "*" / DQUOTE / "\" / "]"
/// ```
/// (RFC 3501 §9, RFC 9051 §9.) `None` where there is none that could be echoed: the answer would not be one line, or look like
/// something else. A line of one word has none either: it may be a response, or a password, that nobody waits for.
pub(super) fn tagged(line: &[u8]) -> Option<(&str, &[u8])> {
    let (tag, rest) = split(line);
    let valid = tag.len() <= TAG && tag.iter().all(|octet| is_tag_char(*octet));
    match str::from_utf8(tag).ok()? {
        "" => None,
        tag if valid && tag.len() < line.len() => Some((tag, rest)),
        _ => None,
    }
}

fn is_tag_char(octet: u8) -> bool {
    octet.is_ascii_graphic() && !b"(){%*\"\\+".contains(&octet)
}

/// A command behind its tag, as far as logging in tells commands apart. Names are read without regard to case
/// (RFC 3501 §9).
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Command<'a> {
    Capability,
    Noop,
    Logout,
    /// RFC 2971.
    Id,
    StartTls,
    /// With all that stands behind the name.
    Authenticate(&'a [u8]),
    /// What it says is nobody's business here.
    Login,
    /// What needs a login first.
    Mail,
    /// It announces a literal and waits to be asked for it.
    Literal,
    /// Something stands behind a command that takes nothing, or nothing where there should be something.
    Arguments,
    /// Not a command.
    Unknown,
}

impl<'a> Command<'a> {
    pub(super) fn parse(text: &'a [u8]) -> Self {
        if waits_for_literal(text) {
            return Self::Literal;
        }
        let (name, arguments) = split(text);
        let is = |other: &str| name.eq_ignore_ascii_case(other.as_bytes());
        // A space that nothing follows is too much as well.
        let bare = |command| match name.len() == text.len() {
            true => command,
            false => Self::Arguments,
        };
        let with_arguments = |command| match arguments {
            [] => Self::Arguments,
            _ => command,
        };
        match () {
            () if is("CAPABILITY") => bare(Self::Capability),
            () if is("NOOP") => bare(Self::Noop),
            () if is("LOGOUT") => bare(Self::Logout),
            () if is("STARTTLS") => bare(Self::StartTls),
            () if is("ID") => with_arguments(Self::Id),
            () if is("AUTHENTICATE") => Self::Authenticate(arguments),
            () if is("LOGIN") => Self::Login,
            () if MAIL.into_iter().any(is) => Self::Mail,
            () => Self::Unknown,
        }
    }
}

/// RFC 3501 §6.3 and §6.4, RFC 9051 §6.3 and §6.4.
const MAIL: [&str; 26] = [
    "APPEND",
    "CHECK",
    "CLOSE",
    "COPY",
    "CREATE",
    "DELETE",
    "ENABLE",
    "EXAMINE",
    "EXPUNGE",
    "FETCH",
    "IDLE",
    "LIST",
    "LSUB",
    "MOVE",
    "NAMESPACE",
    "RENAME",
    "SEARCH",
    "SELECT",
    "SORT",
    "STATUS",
    "STORE",
    "SUBSCRIBE",
    "THREAD",
    "UID",
    "UNSELECT",
    "UNSUBSCRIBE",
];

/// Whether a line ends with `{n}` (RFC 3501 §4.3). A client then waits to be told to go on, and is not. What comes without
/// waiting, `{n+}`, has been read together with its line.
fn waits_for_literal(text: &[u8]) -> bool {
    let Some(text) = text.strip_suffix(b"}") else {
        return false;
    };
    let digits = text.rsplit(|octet| *octet == b'{').next();
    digits.is_some_and(|digits| {
        digits.len() < text.len() && !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail;
    use alloc::format;

    #[test]
    fn hostile_tags_are_not_echoed() {
        for line in [
            "",
            " ",
            " NOOP",
            "+ NOOP",
            "* NOOP",
            "A+ NOOP",
            "A* NOOP",
            "(A NOOP",
            "A) NOOP",
            "A{ NOOP",
            "A% NOOP",
            "A\" NOOP",
            "A\\ NOOP",
            "A\t NOOP",
            "A\0 NOOP",
            "A\r\nB NOOP",
            "dXNlciBwZW5jaWw=",
            "NOOP",
            "\u{e4} NOOP",
            "A\u{7f} NOOP",
        ] {
            assert_eq!(tagged(line.as_bytes()), None, "{line:?}");
        }
        assert_eq!(tagged(format!("{} NOOP", "A".repeat(65)).as_bytes()), None);
        let longest = "A".repeat(64);
        let line = format!("{longest} NOOP");
        assert_eq!(tagged(line.as_bytes()), Some((&*longest, &b"NOOP"[..])));
        assert_eq!(tagged(b"A}].1 "), Some(("A}].1", &b""[..])));
    }

    #[test]
    fn hostile_lines_are_no_commands() {
        for text in [
            "",
            " NOOP",
            "NOO",
            "NOOPS",
            "NOOP\t",
            "NOOP\0",
            "NOOP\r\n",
            "LOGIN{3+}\r\na b",
            "{4+}\r\nNOOP",
            "*",
            "UNAUTHENTICATE",
        ] {
            assert_eq!(
                Command::parse(text.as_bytes()),
                Command::Unknown,
                "{text:?}"
            );
        }
        for text in [
            "NOOP ",
            "NOOP x",
            "CAPABILITY {1+}\r\nx",
            "LOGOUT now",
            "STARTTLS ",
            "ID",
            "ID ",
        ] {
            assert_eq!(
                Command::parse(text.as_bytes()),
                Command::Arguments,
                "{text:?}"
            );
        }
        for text in ["LOGIN {4}", "{0}", "AUTHENTICATE {5}", "x ~{99999999999}"] {
            assert_eq!(
                Command::parse(text.as_bytes()),
                Command::Literal,
                "{text:?}"
            );
        }
        for text in ["LOGIN {}", "LOGIN 4}", "LOGIN {-4}", "LOGIN {4} "] {
            assert_eq!(Command::parse(text.as_bytes()), Command::Login, "{text:?}");
        }
    }

    #[test]
    fn names_are_read_in_any_case() {
        assert_eq!(Command::parse(b"nOOp"), Command::Noop);
        assert_eq!(Command::parse(b"id NIL"), Command::Id);
        assert_eq!(Command::parse(b"uid fetch 1 all"), Command::Mail);
        assert_eq!(
            Command::parse(b"Authenticate plain ="),
            Command::Authenticate(b"plain =")
        );
    }

    #[test]
    fn the_longest_command_fits_its_line() {
        let (tag, name) = ("A".repeat(TAG), "A".repeat(MechanismName::MAX));
        let line = format!("{tag} AUTHENTICATE {name} {}", "A".repeat(BASE64));
        assert_eq!(line.len(), LINE);
        let (_, text) = tagged(line.as_bytes()).unwrap();
        let Command::Authenticate(arguments) = Command::parse(text) else {
            panic!()
        };
        assert!(mail::auth_arguments(arguments).is_ok());
    }
}
