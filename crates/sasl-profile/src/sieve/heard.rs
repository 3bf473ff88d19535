//! What a client hears: lines, read.

use alloc::string::String;
use alloc::vec::Vec;

use sasl_core::{Malformed, Offer, Secret};

use super::string::Reader;
use crate::mail::{BASE64, decode};
use crate::names::offer;

/// Octets of the longest line of a server, without its end: success data as a literal, and words in quotes.
pub(super) const LINE: usize =
    "OK (SASL {12288}\r\n".len() + BASE64 + ") \"".len() + 1024 + "\"".len();

/// The last line of a response.
///
/// ```abnf
/// response-oknobye = ("OK" / "NO" / "BYE") [SP "(" resp-code ")"] [SP string] CRLF
/// ```
/// (RFC 5804 §4). The words are the server's own, unproven.
#[derive(Debug)]
pub struct Response {
    pub(super) kind: Kind,
    pub(super) code: Option<Code>,
    words: Secret,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Ok,
    No,
    Bye,
}

/// What a client makes something of (RFC 5804 §1.3).
///
/// ```abnf
/// resp-code          = "AUTH-TOO-WEAK" / "ENCRYPT-NEEDED" / "TRANSITION-NEEDED" / "TRYLATER" /
///                      resp-code-sasl / resp-code-referral / resp-code-ext
/// resp-code-sasl     = "SASL" SP string
/// resp-code-referral = "REFERRAL" SP sieveurl
/// resp-code-ext      = resp-code-name [SP extension-data]
/// ```
#[derive(Debug)]
pub(super) enum Code {
    EncryptNeeded,
    TryLater,
    /// A server, as it is written.
    Referral(Secret),
    /// Success data in base64.
    Sasl(Secret),
    /// What says no more than the words beside it.
    Other,
}

/// A line of a server.
#[derive(Debug)]
pub(super) enum Line {
    /// With the string behind it, if there is one: a capability, or a challenge.
    String(Secret, Option<Secret>),
    Response(Response),
}

impl Line {
    pub(super) fn parse(line: &[u8]) -> Result<Self, Malformed> {
        let mut reader = Reader::from_server(line);
        let parsed = match reader.peek() {
            Some(b'"' | b'{') => {
                let first = reader.string()?;
                let second = reader.take(b' ').then(|| reader.string()).transpose()?;
                Self::String(first, second)
            }
            _ => Self::Response(Response::read(&mut reader)?),
        };
        match reader.is_at_end() {
            true => Ok(parsed),
            false => Err(Malformed::Line),
        }
    }
}

impl Response {
    fn read(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        let word = reader.atom();
        let is = |name: &str| word.eq_ignore_ascii_case(name.as_bytes());
        let kind = match () {
            () if is("OK") => Kind::Ok,
            () if is("NO") => Kind::No,
            () if is("BYE") => Kind::Bye,
            () => return Err(Malformed::Line),
        };
        let (mut code, mut words) = (None, Secret::default());
        let mut more = reader.take(b' ');
        if more && reader.take(b'(') {
            code = Some(Code::read(reader)?);
            more = reader.take(b' ');
        }
        if more {
            words = reader.string()?;
        }
        Ok(Self { kind, code, words })
    }

    /// The words, to be shown with care, behind the server that they may refer to; a failure keeps the beginning of it.
    pub(super) fn said(&self) -> String {
        let mut said = String::new();
        if let Some(Code::Referral(server)) = &self.code {
            said.push_str(&String::from_utf8_lossy(server.expose()));
        }
        if !said.is_empty() && !self.words.is_empty() {
            said.push('\n');
        }
        said.push_str(&String::from_utf8_lossy(self.words.expose()));
        said
    }

    /// The data of a success. `None` is none, which is not an empty one.
    pub(super) fn data(&self) -> Result<Option<Secret>, Malformed> {
        match &self.code {
            Some(Code::Sasl(text)) => decode(text.expose()).map(Some),
            _ => Ok(None),
        }
    }
}

impl Code {
    /// Reads what stands behind the parenthesis that opens, and the one that closes.
    fn read(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        let name = reader.atom();
        // RFC 5804 §1.3: what stands behind a slash is for who knows it, and says more of the same.
        let known = name.split(|octet| *octet == b'/').next();
        let is =
            |other: &str| known.is_some_and(|known| known.eq_ignore_ascii_case(other.as_bytes()));
        let code = match () {
            () if name.is_empty() => return Err(Malformed::Line),
            () if is("ENCRYPT-NEEDED") => Self::EncryptNeeded,
            () if is("TRYLATER") => Self::TryLater,
            () if is("SASL") => Self::Sasl(parameter(reader)?),
            () if is("REFERRAL") => Self::Referral(parameter(reader)?),
            () => {
                skip(reader)?;
                return Ok(Self::Other);
            }
        };
        match reader.take(b')') {
            true => Ok(code),
            false => Err(Malformed::Line),
        }
    }
}

/// A URL stands there without quotes (RFC 5804 §4), or with them.
fn parameter(reader: &mut Reader<'_>) -> Result<Secret, Malformed> {
    if !reader.take(b' ') {
        return Err(Malformed::Line);
    }
    match reader.peek() {
        Some(b'"' | b'{') => reader.string(),
        _ => match reader.atom() {
            [] => Err(Malformed::Line),
            atom => Ok(Secret::from(atom)),
        },
    }
}

/// Passes over what belongs to a code that is not known (RFC 5804 §4: it must be tolerated), to the parenthesis that closes.
///
/// ```abnf
/// extension-data = extension-item *(SP extension-item)
/// extension-item = extend-token / string / number / "(" [extension-data] ")"
/// ```
fn skip(reader: &mut Reader<'_>) -> Result<(), Malformed> {
    let mut open = 1_usize;
    while open > 0 {
        match reader.peek() {
            Some(b'"' | b'{') => drop(reader.string()?),
            _ if reader.take(b'(') => open = open.saturating_add(1),
            _ if reader.take(b')') => open = open.saturating_sub(1),
            _ if reader.take(b' ') => {}
            _ if !reader.atom().is_empty() => {}
            _ => return Err(Malformed::Line),
        }
    }
    Ok(())
}

/// Capabilities (RFC 5804 §1.7), as far as logging in needs them.
///
/// ```abnf
/// single-capability = string [SP string] CRLF
/// sasl-mechs        = string   ; space-separated
/// ```
#[derive(Debug, Default)]
pub(super) struct Capabilities {
    /// Lists of names.
    mechanisms: Vec<Secret>,
    pub(super) starttls: bool,
    lines: usize,
    octets: usize,
}

impl Capabilities {
    /// The most lines; real ones have a dozen.
    const LINES: usize = 256;
    /// The most octets of all lines.
    const OCTETS: usize = 64 * 1024;

    /// Takes one more, of a line of so many octets. Names have no case.
    pub(super) fn take(
        &mut self,
        name: &Secret,
        value: Option<Secret>,
        octets: usize,
    ) -> Result<(), Malformed> {
        self.lines = self.lines.saturating_add(1);
        self.octets = self.octets.saturating_add(octets);
        if self.lines > Self::LINES || self.octets > Self::OCTETS {
            return Err(Malformed::TooLong);
        }
        if name.expose().eq_ignore_ascii_case(b"STARTTLS") {
            self.starttls = true;
        }
        if let Some(value) = value
            && name.expose().eq_ignore_ascii_case(b"SASL")
        {
            self.mechanisms.push(value);
        }
        Ok(())
    }

    /// The mechanisms, in the server's order.
    pub(super) fn offer(&self) -> Offer {
        let lists = self.mechanisms.iter().map(Secret::expose);
        offer(lists.flat_map(|list| list.split(|octet| *octet == b' ')))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    fn parse(line: &str) -> Result<Line, Malformed> {
        Line::parse(line.as_bytes())
    }

    fn response(line: &str) -> Response {
        match parse(line) {
            Ok(Line::Response(response)) => response,
            other => panic!("{line:?}: {other:?}"),
        }
    }

    #[test]
    fn what_is_no_line_is_refused() {
        for line in [
            "",
            " ",
            "OKAY",
            " OK",
            "OK ",
            "OK  \"a\"",
            "OK a",
            "OK \"a\" ",
            "OK \"a\" \"b\"",
            "OK (",
            "OK ()",
            "OK ( SASL)",
            "OK (SASL)",
            "OK (SASL )",
            "OK (SASL \"\"",
            "OK (SASL \"\" \"\")",
            "OK (SASL \"\")\"a\"",
            "OK (SASL \"\") (TAG \"\")",
            "OK(SASL \"\")",
            "OK \"a\" (SASL \"\")",
            "NO (X (Y)",
            "NO (X \"a)",
            "NO (X \\)",
            "NO (REFERRAL)",
            "NO (REFERRAL )",
            "NO (TRYLATER 1)",
            "\"a\" ",
            "\"a\"  \"b\"",
            "\"a\" \"b\" \"c\"",
            "\"a\"\"b\"",
            "\"a",
            "{3}\r\nab",
            "{1+}\r\na",
            "* OK ready",
            "220 ready",
            "SSH-2.0",
        ] {
            let error = parse(line).map(drop).unwrap_err();
            assert!(
                matches!(error, Malformed::Line | Malformed::TooLong),
                "{line:?}"
            );
        }
    }

    #[test]
    fn codes_are_read_and_unknown_ones_are_passed_over() {
        for other in [
            "NO",
            "no (QUOTA/MAXSIZE) \"full\"",
            "NO (AUTH-TOO-WEAK)",
            "NO (X-A 1 \"a)\" (b (c) ()) {3}\r\n)\r\n)",
            "NO {3}\r\na\"b",
        ] {
            let read = response(other);
            assert_eq!(read.kind, Kind::No, "{other:?}");
            assert!(matches!(read.code, None | Some(Code::Other)), "{other:?}");
        }
        for later in ["NO (TryLater)", "NO (TRYLATER/DISK/2) \"full\""] {
            let read = response(later);
            assert!(matches!(read.code, Some(Code::TryLater)), "{later}");
        }
        for other in ["NO (TRYLATERX)", "NO (X/TRYLATER)"] {
            let read = response(other);
            assert!(matches!(read.code, Some(Code::Other)), "{other}");
        }
        let read = response("Bye (ENCRYPT-NEEDED) \"x\"");
        assert_eq!(read.kind, Kind::Bye);
        assert!(matches!(read.code, Some(Code::EncryptNeeded)));
        let deep = format!("NO (X {}{})", "(".repeat(5000), ")".repeat(5000));
        assert!(matches!(response(&deep).code, Some(Code::Other)));
    }

    #[test]
    fn success_data_is_base64_in_any_string() {
        for (line, data) in [
            ("OK", None),
            ("OK (WARNINGS) \"x\"", None),
            ("OK (SASL \"\")", Some(&b""[..])),
            ("OK (sasl \"d2hvPw==\") \"in\"", Some(b"who?")),
            ("OK (SASL {8}\r\nd2hvPw==) \"in\"", Some(b"who?")),
        ] {
            let read = response(line).data().unwrap();
            assert_eq!(read.as_ref().map(Secret::expose), data, "{line:?}");
        }
        for bad in ["\"=\"", "\"d2hvPw\"", "\"who?\"", "{10}\r\nd2hv\r\nPw=="] {
            let read = response(&format!("OK (SASL {bad})")).data();
            assert!(matches!(read, Err(Malformed::Base64)), "{bad:?}");
        }
    }

    #[test]
    fn a_referral_is_the_first_of_the_words() {
        for line in [
            "BYE (REFERRAL sieve://b.example) \"Try it there\"",
            "BYE (REFERRAL \"sieve://b.example\") \"Try it there\"",
        ] {
            assert_eq!(response(line).said(), "sieve://b.example\nTry it there");
        }
        assert_eq!(response("NO (REFERRAL x)").said(), "x");
        assert_eq!(response("NO").said(), "");
    }

    #[test]
    fn capabilities_have_their_limits() {
        let name = Secret::from("X");
        let mut many = Capabilities::default();
        for _ in 0..256 {
            assert!(many.take(&name, None, 3).is_ok());
        }
        assert!(many.take(&name, None, 3).is_err());
        let mut long = Capabilities::default();
        assert!(long.take(&name, None, 65_536).is_ok());
        assert!(long.take(&name, None, 1).is_err());
    }

    #[test]
    fn mechanisms_are_read_in_any_case_and_once() {
        let mut seen = Capabilities::default();
        for (name, value) in [
            ("SASLX", "X-NONE"),
            ("sasl", "plain  Scram-sha-1 n\u{e4}me PLAIN"),
            ("StartTls", ""),
        ] {
            let value = Secret::from(value);
            seen.take(&Secret::from(name), Some(value), 9).unwrap();
        }
        assert!(seen.starttls);
        let names = seen.offer();
        let names: Vec<_> = names
            .mechanisms()
            .iter()
            .map(|name| format!("{name}"))
            .collect();
        assert_eq!(names, ["PLAIN", "SCRAM-SHA-1"]);
    }
}
