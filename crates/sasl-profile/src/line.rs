//! Lines out of a stream of octets, with a limit on what a stranger can make this side keep.

use core::str;

use sasl_core::{Malformed, Secret};

use crate::wire::Wire;

/// Cuts a stream into lines.
///
/// A line ends with CR LF and with nothing else (RFC 5321 §2.3.8). Where one of two peers takes a lone CR or LF for the
/// end of a line and the other does not, what one of them sent as text is a command to the other ("SMTP smuggling").
/// So there is no way on after one: not to skip it, and not to wait for the CR LF that may never come.
///
/// A line above the limit is thrown away while it comes; the one after it is read again.
///
/// In a protocol with literals (RFC 3501 §4.3) a line goes on behind them: `LOGIN {4+}`, CR LF, four octets, which may be
/// anything, and the rest. The limit is for all of it. There a line that is too long ends it all, since what is a
/// literal behind it, and what a line, cannot be told any more.
#[derive(Debug)]
pub struct Lines {
    unread: Wire,
    /// Octets of `unread` that have been read, and are blank.
    start: usize,
    /// Up to here there is no line end.
    scanned: usize,
    limit: usize,
    literals: Literals,
    /// Up to here is what stands before a literal, and the literal.
    literal: usize,
    /// Octets of the literal, and of the CR LF before it, that are not scanned.
    skip: usize,
    too_long: bool,
    broken: Option<Malformed>,
}

/// Whether lines have literals in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Literals {
    None,
    /// As clients send them without being asked: `{n+}` (RFC 7888, RFC 5804 §4). What waits to be asked, `{n}`, is the
    /// end of a line here, for the server to refuse.
    FromClient,
    /// `{n}`.
    FromServer,
}

/// A line, as it came.
#[derive(Debug)]
pub(crate) enum Line {
    /// Its octets, without the line end.
    Whole(Secret),
    /// There was one, and it is gone.
    TooLong,
    /// There is no way on: a CR or LF stands alone, or a line is too long to know where it ends. All further lines are
    /// this one.
    Broken(Malformed),
}

impl Line {
    /// The octets, where there is no way on without them.
    pub(crate) fn whole(self) -> Result<Secret, Malformed> {
        match self {
            Self::Whole(octets) => Ok(octets),
            Self::TooLong => Err(Malformed::TooLong),
            Self::Broken(malformed) => Err(malformed),
        }
    }
}

enum End {
    CrLf,
    Alone,
}

impl Lines {
    /// For lines of up to `limit` octets, without their ends.
    pub(crate) fn new(limit: usize) -> Self {
        Self::with_literals(limit, Literals::None)
    }

    /// The same, with literals.
    pub(crate) fn with_literals(limit: usize, literals: Literals) -> Self {
        Self {
            unread: Wire::default(),
            start: 0,
            scanned: 0,
            limit,
            literals,
            literal: 0,
            skip: 0,
            too_long: false,
            broken: None,
        }
    }

    /// Takes what came in. Of a line that is too long nothing is kept; what comes after a whole line is.
    pub(crate) fn receive(&mut self, octets: &[u8]) {
        self.unread.drop_front(self.start);
        self.scanned = self.scanned.saturating_sub(self.start);
        self.literal = self.literal.saturating_sub(self.start);
        self.start = 0;
        // In pieces, so that a long line is thrown away before the next piece is kept.
        for piece in octets.chunks(self.limit.max(1)) {
            if self.broken.is_none() {
                self.unread.push(piece);
                let _ = self.find();
            }
        }
    }

    /// The next line, if it is here.
    pub(crate) fn next(&mut self) -> Option<Line> {
        let end = self.find();
        if let Some(malformed) = self.broken {
            self.skip_to(self.unread.len());
            return Some(Line::Broken(malformed));
        }
        match end? {
            // Whatever ends it: in pieces, nobody would have seen its end.
            _ if self.literals != Literals::None && self.len() > self.limit => {
                self.lose();
                Some(Line::Broken(Malformed::TooLong))
            }
            End::Alone => {
                self.broken = Some(Malformed::Line);
                self.skip_to(self.unread.len());
                Some(Line::Broken(Malformed::Line))
            }
            End::CrLf => {
                let text = self.unread.get(self.start..self.scanned);
                let text = text.unwrap_or_default();
                let line = if self.too_long || text.len() > self.limit {
                    Line::TooLong
                } else {
                    Line::Whole(Secret::from(text))
                };
                self.too_long = false;
                self.skip_to(self.scanned.saturating_add(2));
                Some(line)
            }
        }
    }

    /// Whether the next line is longer than the limit, though its end is not here.
    pub(crate) fn is_too_long(&self) -> bool {
        self.too_long
    }

    /// Whether nothing came that was not read.
    pub(crate) fn is_empty(&self) -> bool {
        self.start == self.unread.len() && !self.too_long && self.broken.is_none()
    }

    /// What came and was not read. Of a line that is too long there is nothing.
    pub(crate) fn unread(&self) -> &[u8] {
        self.unread.get(self.start..).unwrap_or_default()
    }

    /// What came and was not read, as it came.
    pub(crate) fn into_unread(mut self) -> Wire {
        self.unread.drop_front(self.start);
        self.unread
    }

    /// Looks for the end of the first line.
    fn find(&mut self) -> Option<End> {
        loop {
            let end = self.find_end();
            match end {
                Some(End::CrLf) if self.goes_on() => {}
                end => return end,
            }
        }
    }

    /// Looks for the next end of a line, behind the literal before it if there is one.
    fn find_end(&mut self) -> Option<End> {
        let here = self.unread.len().saturating_sub(self.scanned);
        let skipped = self.skip.min(here);
        self.skip = self.skip.saturating_sub(skipped);
        self.scanned = self.scanned.saturating_add(skipped);

        let rest = self.unread.get(self.scanned..).unwrap_or_default();
        let end = rest.iter().position(|octet| matches!(octet, b'\r' | b'\n'));
        self.scanned = self.scanned.saturating_add(end.unwrap_or(rest.len()));
        match rest.get(end.unwrap_or(rest.len())..).unwrap_or_default() {
            [b'\r', b'\n', ..] => Some(End::CrLf),
            [] | [b'\r'] => {
                if self.len() > self.limit {
                    self.lose();
                }
                None
            }
            _ => Some(End::Alone),
        }
    }

    /// Whether the line that ends here announces a literal, and goes on behind it.
    fn goes_on(&mut self) -> bool {
        let text = self.unread.get(self.literal..self.scanned);
        let Some(octets) = self.literals.announced(text.unwrap_or_default()) else {
            return false;
        };
        // The CR LF counts as a part of the line: it cannot be longer than that.
        let skip = octets.saturating_add(2);
        let end = self.scanned.saturating_add(skip);
        if end.saturating_sub(self.start) > self.limit {
            self.broken = Some(Malformed::TooLong);
            return false;
        }
        self.skip = skip;
        self.literal = end;
        true
    }

    /// Throws a line away that is too long, as far as it came.
    fn lose(&mut self) {
        match self.literals {
            Literals::None => self.too_long = true,
            _ => self.broken = Some(Malformed::TooLong),
        }
        self.skip_to(self.scanned);
        // A CR that waits for its LF moves to the front.
        self.unread.drop_front(self.start);
        (self.start, self.scanned, self.literal) = (0, 0, 0);
    }

    /// Octets of the line as far as it was looked through.
    fn len(&self) -> usize {
        self.scanned.saturating_sub(self.start)
    }

    fn skip_to(&mut self, end: usize) {
        self.unread.blank(self.start, end);
        (self.start, self.scanned, self.literal) = (end, end, end);
    }
}

impl Literals {
    /// The octets of the literal that a line ends with the announcement of.
    ///
    /// ```abnf
    /// literal-c2s = "{" number "+}" CRLF *OCTET
    /// literal-s2c = "{" number "}" CRLF *OCTET
    /// ```
    /// (RFC 5804 §4.)
    fn announced(self, line: &[u8]) -> Option<usize> {
        let line = match self {
            Self::None => return None,
            Self::FromClient => line.strip_suffix(b"+}")?,
            Self::FromServer => line.strip_suffix(b"}")?,
        };
        let digits = line.rsplit(|octet| *octet == b'{').next()?;
        // A brace that opens is there.
        if digits.len() == line.len() || !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        match digits {
            [] => None,
            // More than any limit.
            digits => Some(str::from_utf8(digits).ok()?.parse().unwrap_or(usize::MAX)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::String;
    use alloc::vec;
    use alloc::vec::Vec;

    fn all(lines: &mut Lines) -> Vec<String> {
        let mut seen = Vec::new();
        while let Some(line) = lines.next() {
            seen.push(match line {
                Line::Whole(text) => String::from_utf8(text.expose().to_vec()).unwrap(),
                Line::TooLong => "(too long)".into(),
                Line::Broken(malformed) => {
                    seen.push(match malformed {
                        Malformed::TooLong => "(broken: too long)".into(),
                        _ => "(bad end)".into(),
                    });
                    break;
                }
            });
        }
        seen
    }

    fn check(octets: &[u8], expected: &[&str]) {
        check_with(8, Literals::None, octets, expected);
    }

    /// The same lines however the octets are cut.
    fn check_with(limit: usize, literals: Literals, octets: &[u8], expected: &[&str]) {
        for size in 1..=octets.len() {
            let mut lines = Lines::with_literals(limit, literals);
            let mut seen = Vec::new();
            for chunk in octets.chunks(size) {
                lines.receive(chunk);
                seen.extend(all(&mut lines));
                seen.dedup_by(|later, earlier| later.starts_with("(b") && earlier == later);
            }
            assert_eq!(seen, expected, "in chunks of {size}");
        }
    }

    #[test]
    fn only_cr_lf_ends_a_line() {
        check(b"a\nb\r\n", &["(bad end)"]);
        check(b"\nb\r\n", &["(bad end)"]);
        check(b"a\rb\r\n", &["(bad end)"]);
        check(b"a\r\r\nb\r\n", &["(bad end)"]);
        check(b"a\n\r\nb\r\n", &["(bad end)"]);
        check(b"ok\r\n.\n.\r\n", &["ok", "(bad end)"]);
        check(b"0123456789\n\r\n", &["(bad end)"]);
        check(b"0123456789\rx\r\n", &["(bad end)"]);
    }

    #[test]
    fn a_long_line_is_lost_and_the_next_is_not() {
        check(b"012345678\r\nb\r\n", &["(too long)", "b"]);
        check(b"01234567\r\nb\r\n", &["01234567", "b"]);
        check(
            b"0123456789012345678901234567890\r\n\r\n012345678\r\nc\r\n",
            &["(too long)", "", "(too long)", "c"],
        );
    }

    #[test]
    fn lines_keep_their_octets() {
        check(b"a\r\n\r\nb c\0\r\n", &["a", "", "b c\0"]);
        check(b"no end", &[]);
        check(b"half\r", &[]);
    }

    #[test]
    fn a_line_goes_on_behind_a_literal() {
        let client = |octets: &[u8], expected: &[&str]| {
            check_with(32, Literals::FromClient, octets, expected);
        };
        client(b"A {3+}\r\na\r\n b\r\nC\r\n", &["A {3+}\r\na\r\n b", "C"]);
        client(b"{0+}\r\n\r\nC\r\n", &["{0+}\r\n", "C"]);
        client(b"{1+}\r\nx{2+}\r\nyz\r\n", &["{1+}\r\nx{2+}\r\nyz"]);
        // What looks like one inside a literal is none.
        client(b"{4+}\r\n{9+}\r\nC\r\n", &["{4+}\r\n{9+}", "C"]);
        client(b"{4+}\r\n\n\r\0\n\r\nC\r\n", &["{4+}\r\n\n\r\0\n", "C"]);
        // A server's, or none at all.
        client(b"{3}\r\nC\r\n", &["{3}", "C"]);
        client(
            b"{+}\r\n{-1+}\r\n3+}\r\n{3+} \r\n",
            &["{+}", "{-1+}", "3+}", "{3+} "],
        );
        check_with(32, Literals::FromServer, b"{1}\r\n\n!\r\n", &["{1}\r\n\n!"]);
        check_with(32, Literals::FromServer, b"{1+}\r\nC\r\n", &["{1+}", "C"]);
        check_with(32, Literals::None, b"{1+}\r\nC\r\n", &["{1+}", "C"]);
    }

    #[test]
    fn behind_a_long_line_with_literals_there_is_no_way_on() {
        let client = |octets: &[u8]| {
            check_with(16, Literals::FromClient, octets, &["(broken: too long)"]);
        };
        client(b"{99999999999999999999999+}\r\nC\r\n");
        client(b"{9999+}\r\nC\r\n");
        client(b"{10+}\r\n0123456789\r\nC\r\n");
        client(b"01234567890123456 {3+}\r\nC\r\nD\r\n");
        client(b"{3+}\r\n\r\n\r0123456789 {3+}\r\nC\r\nD\r\n");
        client(b"01234567890123456\r\nC\r\n");
        client(b"01234567890123456\nC\r\n");
        client(b"01234567890123456\rC\r\n");
    }

    #[test]
    fn a_mebibyte_without_an_end_takes_no_memory() {
        for size in [1, 7, 4096, 1 << 20] {
            let limit = 12_314;
            let mut lines = Lines::new(limit);
            for chunk in vec![b'A'; 1 << 20].chunks(size) {
                lines.receive(chunk);
                assert!(lines.next().is_none());
                assert!(lines.unread.capacity() <= 4 * limit, "{size}");
            }
            assert!(lines.is_too_long());
            assert!(!lines.is_empty());
            lines.receive(b"A\r\nNOOP\r\n");
            assert_eq!(all(&mut lines), ["(too long)", "NOOP"]);
            assert!(!lines.is_too_long());
            assert!(lines.is_empty());
        }
    }

    #[test]
    fn what_was_read_is_blank() {
        let mut lines = Lines::new(64);
        lines.receive(b"secret\r\nrest");
        assert_eq!(all(&mut lines), ["secret"]);
        assert_eq!(&lines.unread[..8], [0; 8]);
        assert!(!lines.is_empty());
        assert_eq!(&*lines.into_unread(), b"rest");
    }
}
