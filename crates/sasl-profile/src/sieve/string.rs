//! Strings, read and written.

use alloc::format;
use alloc::vec::Vec;
use core::str;

use sasl_core::{Malformed, Secret};

use crate::base64;
use crate::line::Literals;
use crate::wire::{Wire, wipe};

/// The most octets between the quotes, as they are written (RFC 5804 §4).
const QUOTED: usize = 1024;

/// Reads a line from its front.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    rest: &'a [u8],
    literals: Literals,
}

impl<'a> Reader<'a> {
    /// For what a client sent.
    pub(super) fn from_client(line: &'a [u8]) -> Self {
        Self {
            rest: line,
            literals: Literals::FromClient,
        }
    }

    /// For what a server sent.
    pub(super) fn from_server(line: &'a [u8]) -> Self {
        Self {
            rest: line,
            literals: Literals::FromServer,
        }
    }

    /// Whether all was read.
    pub(super) fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next octet, which stays.
    pub(super) fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// Takes this octet, if it is the next.
    pub(super) fn take(&mut self, octet: u8) -> bool {
        let after = self.rest.strip_prefix(&[octet]);
        self.rest = after.unwrap_or(self.rest);
        after.is_some()
    }

    /// Takes what stands before the next octet that no atom has, which may be nothing.
    ///
    /// ```abnf
    /// atom         = 1*1024ATOM-CHAR
    /// ATOM-SPECIAL = "(" / ")" / "{" / SP / CTL / DQUOTE / "\"
    /// ```
    pub(super) fn atom(&mut self) -> &'a [u8] {
        let special = |octet: &u8| {
            matches!(octet, b'(' | b')' | b'{' | b'"' | b'\\') || !octet.is_ascii_graphic()
        };
        let end = self.rest.iter().position(special);
        let (atom, rest) = self.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        atom
    }

    /// Takes a string.
    ///
    /// ```abnf
    /// string      = quoted / literal-c2s / literal-s2c
    /// quoted      = DQUOTE *1024QUOTED-CHAR DQUOTE   ; limited to 1024 octets between the <">s
    /// QUOTED-CHAR = SAFE-UTF8-CHAR / "\" ( DQUOTE / "\" )
    /// literal-c2s = "{" number "+}" CRLF *OCTET
    /// literal-s2c = "{" number "}" CRLF *OCTET
    /// number      = ( NZDIGIT *DIGIT ) / "0"
    /// ```
    /// (RFC 5804 §4.) Each side has its own literals.
    pub(super) fn string(&mut self) -> Result<Secret, Malformed> {
        if self.take(b'"') {
            self.quoted()
        } else if self.take(b'{') {
            self.literal()
        } else {
            Err(Malformed::Line)
        }
    }

    fn quoted(&mut self) -> Result<Secret, Malformed> {
        let mut text = Vec::with_capacity(self.rest.len().min(QUOTED));
        let read = self.quoted_into(&mut text);
        // What came before the mistake may be half a password.
        let text = Secret::new(text);
        read?;
        match str::from_utf8(text.expose()) {
            Ok(_) => Ok(text),
            Err(_) => Err(Malformed::Utf8),
        }
    }

    /// What is written is never longer than what it stands for, so that the buffer does not grow.
    fn quoted_into(&mut self, text: &mut Vec<u8>) -> Result<(), Malformed> {
        let mut octets = self.rest.iter();
        let mut left = QUOTED;
        loop {
            let octet = match octets.next().ok_or(Malformed::Line)? {
                b'"' => break,
                b'\\' => {
                    left = left.checked_sub(1).ok_or(Malformed::TooLong)?;
                    match octets.next() {
                        Some(octet @ (b'"' | b'\\')) => *octet,
                        _ => return Err(Malformed::Line),
                    }
                }
                0 => return Err(Malformed::Nul),
                b'\r' | b'\n' => return Err(Malformed::Line),
                octet => *octet,
            };
            left = left.checked_sub(1).ok_or(Malformed::TooLong)?;
            text.push(octet);
        }
        self.rest = octets.as_slice();
        Ok(())
    }

    fn literal(&mut self) -> Result<Secret, Malformed> {
        let end = self.rest.iter().position(|octet| !octet.is_ascii_digit());
        let (digits, rest) = self.split_at(end.unwrap_or(self.rest.len()));
        let octets = rest
            .strip_prefix(self.mark())
            .and_then(|rest| rest.strip_prefix(b"\r\n"))
            .ok_or(Malformed::Line)?;
        if matches!(digits, [] | [b'0', _, ..]) {
            return Err(Malformed::Line);
        }
        let len = str::from_utf8(digits)
            .ok()
            .and_then(|text| text.parse().ok());
        // The line has its limit, and so has what is in it.
        let parts = len.and_then(|len| octets.split_at_checked(len));
        let (literal, rest) = parts.ok_or(Malformed::TooLong)?;
        self.rest = rest;
        Ok(Secret::from(literal))
    }

    /// What stands behind the number of a literal.
    fn mark(&self) -> &'static [u8] {
        mark(self.literals)
    }

    fn split_at(&self, at: usize) -> (&'a [u8], &'a [u8]) {
        self.rest.split_at_checked(at).unwrap_or((self.rest, &[]))
    }
}

fn mark(literals: Literals) -> &'static [u8] {
    match literals {
        Literals::FromClient => b"+}",
        Literals::FromServer | Literals::None => b"}",
    }
}

/// Adds `octets` in base64, as a string of a client or a server.
pub(super) fn encode(octets: &[u8], literals: Literals, wire: &mut Wire) {
    let mut text = Wire::default();
    base64::encode(octets, &mut text);
    write(&text, literals, wire);
}

/// Adds a string of a client or a server: quoted if it can be, else as a literal.
pub(super) fn write(text: &[u8], literals: Literals, wire: &mut Wire) {
    let special = |octet: &&u8| matches!(octet, b'"' | b'\\');
    let len = text
        .len()
        .saturating_add(text.iter().filter(special).count());
    let is_plain = !text.iter().any(|octet| matches!(octet, 0 | b'\r' | b'\n'));
    if len <= QUOTED && is_plain && str::from_utf8(text).is_ok() {
        let mut quoted = Vec::with_capacity(len.saturating_add(2));
        quoted.push(b'"');
        for octet in text {
            if special(&octet) {
                quoted.push(b'\\');
            }
            quoted.push(*octet);
        }
        quoted.push(b'"');
        wire.push(&quoted);
        wipe(quoted);
    } else {
        wire.push(format!("{{{}", text.len()).as_bytes());
        wire.push(mark(literals));
        wire.push(b"\r\n");
        wire.push(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::String;

    fn read(text: &[u8]) -> Result<Secret, Malformed> {
        let mut reader = Reader::from_client(text);
        let string = reader.string()?;
        reader
            .is_at_end()
            .then_some(string)
            .ok_or(Malformed::Message)
    }

    #[test]
    fn what_is_no_string_is_refused() {
        for text in [
            &b""[..],
            b"x",
            b"\"",
            b"\"x",
            b"\"x\\\"",
            b"\"\\x\"",
            b"\"\\n\"",
            b"\"\\",
            b"\"a\r\nb\"",
            b"\"a\nb\"",
            b"'x'",
            b"NIL",
            b"{",
            b"{3+}",
            b"{3+}\n",
            b"{3+}abc",
            b"{3}\r\nabc",
            b"{+}\r\n",
            b"{03+}\r\nabc",
            b"{00+}\r\n",
            b"{-1+}\r\n",
            b"{+3+}\r\nabc",
            b"{3 +}\r\nabc",
            b"{3++}\r\nabc",
        ] {
            let shown = String::from_utf8_lossy(text);
            assert!(matches!(read(text), Err(Malformed::Line)), "{shown:?}");
        }
        assert!(matches!(read(b"\"a\0\""), Err(Malformed::Nul)));
        for text in [
            &b"\"\xff\""[..],
            b"\"\xc0\x80\"",
            b"\"\xed\xa0\x80\"",
            b"\"\xe4\"",
        ] {
            assert!(matches!(read(text), Err(Malformed::Utf8)), "{text:?}");
        }
        for text in [&b"{4+}\r\nabc"[..], b"{99999999999999999999999+}\r\nabc"] {
            assert!(matches!(read(text), Err(Malformed::TooLong)), "{text:?}");
        }
        let mut server = Reader::from_server(b"{3+}\r\nabc");
        assert!(matches!(server.string(), Err(Malformed::Line)));
    }

    #[test]
    fn quotes_hold_1024_octets() {
        for (text, fits) in [
            ("a".repeat(1024), true),
            ("a".repeat(1025), false),
            ("\\\"".repeat(512), true),
            ("\\\"".repeat(512) + "a", false),
            ("a".repeat(1023) + "\\\"", false),
            ("\u{e4}".repeat(512), true),
            ("\u{e4}".repeat(513), false),
        ] {
            let quoted = format!("\"{text}\"");
            match read(quoted.as_bytes()) {
                Ok(_) => assert!(fits, "{text}"),
                Err(error) => assert_eq!((error, fits), (Malformed::TooLong, false), "{text}"),
            }
        }
    }

    #[test]
    fn what_was_written_is_read() {
        let cases: [&[u8]; 9] = [
            b"",
            b"*",
            b"a\"b\\c",
            b"\xc3\xa4\t\x7f",
            b"a\r\nb",
            b"\0",
            b"\xff",
            &[b'a'; 1024],
            &[b'a'; 1025],
        ];
        for text in cases {
            for literals in [Literals::FromClient, Literals::FromServer] {
                let mut wire = Wire::default();
                write(text, literals, &mut wire);
                wire.push(b" {9}");
                let mut reader = Reader {
                    rest: &wire,
                    literals,
                };
                assert_eq!(reader.string().unwrap().expose(), text);
                assert_eq!(reader.rest, b" {9}");
            }
        }
    }

    #[test]
    fn long_strings_are_literals() {
        let written = |len: usize| {
            let mut wire = Wire::default();
            write(&[b'a'; 2000][..len], Literals::FromClient, &mut wire);
            wire.len()
        };
        assert_eq!(written(1024), 1026);
        assert_eq!(written(1025), "{1025+}\r\n".len() + 1025);
    }

    #[test]
    fn atoms_end_before_what_is_special() {
        for (text, atom) in [
            ("OK", "OK"),
            ("AUTH-TOO-WEAK)", "AUTH-TOO-WEAK"),
            ("QUOTA/MAXSIZE x", "QUOTA/MAXSIZE"),
            ("sieve://a.example/)", "sieve://a.example/"),
            ("a\u{e4}", "a"),
            ("a\t", "a"),
            ("\"a\"", ""),
            ("(", ""),
            ("", ""),
        ] {
            let mut reader = Reader::from_server(text.as_bytes());
            assert_eq!(reader.atom(), atom.as_bytes());
        }
    }
}
