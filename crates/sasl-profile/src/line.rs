//! Lines out of a stream of octets, with a limit on what a stranger can make this side keep.

use sasl_core::{Malformed, Secret};

use crate::wire::Wire;

/// Cuts a stream into lines.
///
/// A line ends with CR LF and with nothing else (RFC 5321 §2.3.8). Where one of two peers takes a lone CR or LF for the
/// end of a line and the other does not, what one of them sent as text is a command to the other ("SMTP smuggling").
/// So there is no way on after one: not to skip it, and not to wait for the CR LF that may never come.
///
/// A line above the limit is thrown away while it comes; the one after it is read again.
#[derive(Debug)]
pub struct Lines {
    unread: Wire,
    /// Octets of `unread` that have been read, and are blank.
    start: usize,
    /// Up to here there is no line end.
    scanned: usize,
    limit: usize,
    too_long: bool,
    broken: bool,
}

/// A line, as it came.
#[derive(Debug)]
pub(crate) enum Line {
    /// Its octets, without the line end.
    Whole(Secret),
    /// There was one, and it is gone.
    TooLong,
    /// A CR or LF stands alone. All further lines are this one.
    BadEnd,
}

impl Line {
    /// The octets, where there is no way on without them.
    pub(crate) fn whole(self) -> Result<Secret, Malformed> {
        match self {
            Self::Whole(octets) => Ok(octets),
            Self::TooLong => Err(Malformed::TooLong),
            Self::BadEnd => Err(Malformed::Line),
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
        Self {
            unread: Wire::default(),
            start: 0,
            scanned: 0,
            limit,
            too_long: false,
            broken: false,
        }
    }

    /// Takes what came in. Of a line that is too long nothing is kept; what comes after a whole line is.
    pub(crate) fn receive(&mut self, octets: &[u8]) {
        self.unread.drop_front(self.start);
        self.scanned = self.scanned.saturating_sub(self.start);
        self.start = 0;
        // In pieces, so that a long line is thrown away before the next piece is kept.
        for piece in octets.chunks(self.limit.max(1)) {
            if !self.broken {
                self.unread.push(piece);
                let _ = self.find();
            }
        }
    }

    /// The next line, if it is here.
    pub(crate) fn next(&mut self) -> Option<Line> {
        if self.broken {
            return Some(Line::BadEnd);
        }
        match self.find()? {
            End::Alone => {
                self.broken = true;
                self.skip_to(self.unread.len());
                Some(Line::BadEnd)
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
        self.start == self.unread.len() && !self.too_long && !self.broken
    }

    /// What came and was not read, as it came.
    pub(crate) fn into_unread(mut self) -> Wire {
        self.unread.drop_front(self.start);
        self.unread
    }

    /// Looks for the end of the first line.
    fn find(&mut self) -> Option<End> {
        let rest = self.unread.get(self.scanned..).unwrap_or_default();
        let end = rest.iter().position(|octet| matches!(octet, b'\r' | b'\n'));
        self.scanned = self.scanned.saturating_add(end.unwrap_or(rest.len()));
        match rest.get(end.unwrap_or(rest.len())..).unwrap_or_default() {
            [b'\r', b'\n', ..] => Some(End::CrLf),
            [] | [b'\r'] => {
                if self.scanned.saturating_sub(self.start) > self.limit {
                    self.too_long = true;
                    self.skip_to(self.scanned);
                    // A CR that waits for its LF moves to the front.
                    self.unread.drop_front(self.start);
                    (self.start, self.scanned) = (0, 0);
                }
                None
            }
            _ => Some(End::Alone),
        }
    }

    fn skip_to(&mut self, end: usize) {
        self.unread.blank(self.start, end);
        (self.start, self.scanned) = (end, end);
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
                Line::BadEnd => {
                    seen.push("(bad end)".into());
                    break;
                }
            });
        }
        seen
    }

    /// The same lines however the octets are cut.
    fn check(octets: &[u8], expected: &[&str]) {
        for size in 1..=octets.len() {
            let mut lines = Lines::new(8);
            let mut seen = Vec::new();
            for chunk in octets.chunks(size) {
                lines.receive(chunk);
                seen.extend(all(&mut lines));
                seen.dedup_by(|later, earlier| later == "(bad end)" && earlier == later);
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
