//! Text line by line, whatever it is and however much: a line that is too long costs no memory.

use std::io::{self, BufRead, ErrorKind};

use zeroize::Zeroizing;

/// Octets that a line of input has at most: more than any password or verifier, with room for what stands beside it.
pub(super) const LONGEST: usize = 16 * 1024;

/// The lines of a stream.
pub(super) struct Lines<R> {
    from: R,
    longest: usize,
    line: Zeroizing<Vec<u8>>,
    number: u64,
    end: u64,
}

/// One line, without what ends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line<'a> {
    /// From 1.
    pub(super) number: u64,
    /// Octets of the stream up to its end.
    pub(super) end: u64,
    /// `None` when it is too long.
    pub(super) text: Option<&'a [u8]>,
    pub(super) ending: Ending,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// The stream ends before the line does.
    Missing,
    Lf,
    CrLf,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(from: R) -> Self {
        Self::up_to(LONGEST, from)
    }

    /// With lines of so many octets at most.
    pub(super) fn up_to(longest: usize, from: R) -> Self {
        Self {
            from,
            longest,
            // At full size at once: a vector that grows would leave copies behind.
            line: Zeroizing::new(Vec::with_capacity(longest)),
            number: 0,
            end: 0,
        }
    }

    /// Octets of the stream up to the end of the last line that was read.
    pub(super) fn end(&self) -> u64 {
        self.end
    }

    pub(super) fn next(&mut self) -> io::Result<Option<Line<'_>>> {
        self.line.clear();
        let mut too_long = false;
        let mut any = false;
        let ended = loop {
            let available = match self.from.fill_buf() {
                Ok(available) => available,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if available.is_empty() {
                break false;
            }
            any = true;
            let found = available.iter().position(|octet| *octet == b'\n');
            let part = available.get(..found.unwrap_or(available.len()));
            let part = part.unwrap_or_default();
            let room = self.longest.saturating_sub(self.line.len());
            if part.len() > room {
                too_long = true;
            } else {
                self.line.extend_from_slice(part);
            }
            let used = part.len().saturating_add(usize::from(found.is_some()));
            self.from.consume(used);
            let used = u64::try_from(used).unwrap_or(u64::MAX);
            self.end = self.end.saturating_add(used);
            if found.is_some() {
                break true;
            }
        };
        if !any {
            return Ok(None);
        }
        self.number = self.number.saturating_add(1);
        let (text, ending) = match (self.line.as_slice(), ended) {
            ([text @ .., b'\r'], true) => (text, Ending::CrLf),
            (text, true) => (text, Ending::Lf),
            (text, false) => (text, Ending::Missing),
        };
        Ok(Some(Line {
            number: self.number,
            end: self.end,
            text: (!too_long).then_some(text),
            ending,
        }))
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    type Seen = Vec<(u64, Option<Vec<u8>>, Ending)>;

    fn lines(text: &[u8], buffer: usize) -> Seen {
        let mut lines = Lines::new(BufReader::with_capacity(buffer, text));
        let mut seen = Vec::new();
        while let Some(line) = lines.next().unwrap() {
            seen.push((line.end, line.text.map(<[u8]>::to_vec), line.ending));
        }
        seen
    }

    #[test]
    fn lines_end_in_three_ways() {
        for buffer in [1, 2, 3, 100] {
            let text = b"a\r\n\nb\rc\n\xff";
            let expected = [
                (3, Some(b"a".to_vec()), Ending::CrLf),
                (4, Some(b"".to_vec()), Ending::Lf),
                (8, Some(b"b\rc".to_vec()), Ending::Lf),
                (9, Some(b"\xff".to_vec()), Ending::Missing),
            ];
            assert_eq!(lines(text, buffer), expected);
        }
        assert_eq!(lines(b"", 10), []);
        assert_eq!(lines(b"\n", 10), [(1, Some(b"".to_vec()), Ending::Lf)]);
    }

    #[test]
    fn a_line_that_is_too_long_is_one_line_all_the_same() {
        let long = [vec![b'x'; LONGEST + 1], b"\nnext\n".to_vec()].concat();
        let next = Some(b"next".to_vec());
        for buffer in [10, 100_000] {
            let seen = lines(&long, buffer);
            let [(_, None, Ending::Lf), (_, text, Ending::Lf)] = seen.as_slice() else {
                panic!("{seen:?}");
            };
            assert_eq!(*text, next);
        }
        let longest = vec![b'x'; LONGEST];
        assert_eq!(
            lines(&longest, 100),
            [(16 * 1024, Some(longest.clone()), Ending::Missing)]
        );
    }

    #[test]
    fn memory_does_not_grow() {
        let mut lines = Lines::new(BufReader::new(io::Read::take(io::repeat(b'x'), 10_000_000)));
        let line = lines.next().unwrap().unwrap();
        assert_eq!((line.text, line.end), (None, 10_000_000));
        assert_eq!(lines.line.capacity(), LONGEST);
    }
}
