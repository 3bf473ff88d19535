//! Lines without what loggers write before them.

use crate::exchange::Side;

/// A line of the log.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'a> {
    /// From 1.
    pub(super) number: usize,
    pub(super) mark: Option<Mark>,
    /// Which connection it is of, where the log says it: the process that wrote it, `smtpd[4711]:`, or the like.
    pub(super) of: Option<&'a str>,
    /// Without the mark, and without what stood before it.
    pub(super) text: &'a str,
}

/// Who speaks, as the log marks it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    By(Side),
    /// An arrow away, by which most loggers mean what they sent.
    Away,
    /// An arrow back.
    Back,
}

impl Line<'_> {
    /// Who speaks, if arrows away are the client's, or the server's.
    pub(super) fn side(&self, away: Side) -> Option<Side> {
        self.mark.map(|mark| match mark {
            Mark::By(side) => side,
            Mark::Away => away,
            Mark::Back => away.other(),
        })
    }
}

/// The most words before a mark.
const MAX_PREFIX: usize = 12;

/// The arrows, longest first. They are words of their own.
const AWAY: &[&str] = &[">>>", "-->", "==>", "~~>", "->", "=>", "~>", ">>", ">"];
const BACK: &[&str] = &[
    "<<<", "<--", "<==", "<~~", "<**", "<-", "<=", "<~", "<*", "<<", "<",
];

/// The marks that are words, longest first. Which side sends is found out as with arrows.
const NAMED: &[(&str, Mark)] = &[
    ("client -> server:", Mark::By(Side::Client)),
    ("server -> client:", Mark::By(Side::Server)),
    ("client:", Mark::By(Side::Client)),
    ("server:", Mark::By(Side::Server)),
    ("client>", Mark::By(Side::Client)),
    ("server>", Mark::By(Side::Server)),
    ("[client]", Mark::By(Side::Client)),
    ("[server]", Mark::By(Side::Server)),
    ("received:", Mark::Back),
    ("reply:", Mark::Back),
    ("recv:", Mark::Back),
    ("send:", Mark::Away),
    ("sent:", Mark::Away),
    ("c:", Mark::By(Side::Client)),
    ("s:", Mark::By(Side::Server)),
    ("c>", Mark::By(Side::Client)),
    ("s>", Mark::By(Side::Server)),
    ("[c]", Mark::By(Side::Client)),
    ("[s]", Mark::By(Side::Server)),
    ("(c)", Mark::By(Side::Client)),
    ("(s)", Mark::By(Side::Server)),
];

pub(super) fn lines(text: &str) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        let (mark, text) = take_apart(line);
        if mark.is_some() || !text.is_empty() {
            let before = line.len().saturating_sub(text.len());
            lines.push(Line {
                number: at.saturating_add(1),
                mark,
                of: line.get(..before).and_then(connection),
                text,
            });
        }
    }
    lines
}

/// What in front of a line names the connection: a process, `smtpd[4711]:`, or what Thunderbird writes before its marks.
fn connection(before: &str) -> Option<&str> {
    before
        .split_ascii_whitespace()
        .take(MAX_PREFIX)
        .find_map(|word| {
            let (process, number) = word.strip_suffix("]:")?.rsplit_once('[')?;
            let numbered = !number.is_empty() && number.bytes().all(|octet| octet.is_ascii_digit());
            (numbered && !process.is_empty()).then_some(word)
        })
        .or_else(|| {
            before
                .split_ascii_whitespace()
                .find_map(mozilla)
                .map(|(_, of)| of)
        })
}

/// `7f00:mail.example:NA:SendData:`, Thunderbird's: the mark, and which connection.
fn mozilla(word: &str) -> Option<(Mark, &str)> {
    let sent = word.strip_suffix(":SendData:").map(|of| (Mark::Away, of));
    let read = || word.strip_suffix(":CreateNewLineFromSocket:");
    sent.or_else(|| read().map(|of| (Mark::Back, of)))
}

fn take_apart(line: &str) -> (Option<Mark>, &str) {
    // A mark may be glued to what it marks at the start, and nowhere else.
    if let Some((mark, rest)) = named(line, true).or_else(|| arrow(line)) {
        return (Some(mark), unquoted(peer(rest)));
    }
    let mut rest = line;
    for _ in 0..MAX_PREFIX {
        if super::detect::speaker(rest).is_some() {
            break;
        }
        let Some((_, behind)) = rest.split_once(char::is_whitespace) else {
            break;
        };
        rest = behind.trim_start();
        let (word, behind) = super::word(rest);
        if let Some((mark, _)) = mozilla(word) {
            return (Some(mark), behind);
        }
        if let Some((mark, text)) = named(rest, false).or_else(|| arrow(rest)) {
            let before = line.get(..line.len().saturating_sub(rest.len()));
            if !before.is_some_and(|before| is_prose(before, rest)) {
                return (Some(mark), unquoted(peer(text)));
            }
        }
    }
    (None, without_time(line))
}

/// Whether a mark is only one more word: `Copyright (c)`, as in every licence, or Postfix's `auth reply:`.
fn is_prose(before: &str, mark: &str) -> bool {
    let common = ["(", "[", "rec", "re", "sen"].iter().any(|start| {
        mark.get(..start.len())
            .is_some_and(|word| super::is(word, start))
    });
    let last = before
        .split_ascii_whitespace()
        .next_back()
        .unwrap_or_default();
    let level = ["debug", "info", "trace", "verbose"]
        .iter()
        .any(|level| super::is(level, last));
    common && !level && !last.is_empty() && last.bytes().all(|octet| octet.is_ascii_alphabetic())
}

fn named(text: &str, glued: bool) -> Option<(Mark, &str)> {
    NAMED.iter().find_map(|(mark, marked)| {
        let (found, rest) = text.split_at_checked(mark.len())?;
        let ends = rest.is_empty() || rest.starts_with(char::is_whitespace);
        (found.eq_ignore_ascii_case(mark) && (glued || ends)).then(|| (*marked, rest.trim_start()))
    })
}

fn arrow(text: &str) -> Option<(Mark, &str)> {
    let (word, rest) = super::word(text);
    // Some write the protocol or a number before it: `SMTP<<`, `4>`.
    let stem = word.trim_start_matches(|c: char| c.is_ascii_alphanumeric());
    let word = if word.len().saturating_sub(stem.len()) <= 5 {
        stem
    } else {
        word
    };
    if AWAY.contains(&word) {
        Some((Mark::Away, rest))
    } else if BACK.contains(&word) {
        Some((Mark::Back, rest))
    } else {
        None
    }
}

/// Behind its arrows Postfix names the peer, as `host[192.0.2.1]:`.
fn peer(text: &str) -> &str {
    match super::word(text) {
        (peer, rest) if peer.ends_with("]:") && peer.contains('[') => rest,
        _ => text,
    }
}

/// Without the quotes and the line end that Python shows octets with.
fn unquoted(text: &str) -> &str {
    let quoted = text
        .strip_prefix('b')
        .filter(|rest| rest.starts_with(['\'', '"']))
        .unwrap_or(text);
    let inside = ['\'', '"']
        .into_iter()
        .find_map(|quote| quoted.strip_prefix(quote)?.strip_suffix(quote));
    match inside {
        // ManageSieve's strings are quoted too, and have no line end.
        Some(inside) if inside.ends_with("\\n") || quoted.len() < text.len() => {
            let inside = inside.strip_suffix("\\n").unwrap_or(inside);
            inside.strip_suffix("\\r").unwrap_or(inside)
        }
        _ => text,
    }
}

/// Without the timestamps at its start.
fn without_time(line: &str) -> &str {
    let mut rest = line;
    for _ in 0..MAX_PREFIX {
        let (word, behind) = super::word(rest);
        let bare = word.trim_matches(|c| matches!(c, '[' | ']' | '(' | ')' | ','));
        let bracketed = bare.len() < word.len();
        let digits = bare.starts_with(|c: char| c.is_ascii_digit())
            && bare
                .chars()
                .all(|c| c.is_ascii_digit() || ":.-/TZ+,".contains(c));
        // Seconds of the epoch have ten digits before the point, and no code of a server has as many.
        let epoch = bare.find('.').is_some_and(|point| point >= 10);
        let time =
            bare.contains(':') || bare.matches(['-', '/']).count() == 2 || bracketed || epoch;
        if !(digits && time) || behind.is_empty() {
            break;
        }
        rest = behind;
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(line: &str) -> (Option<Mark>, &str) {
        take_apart(line)
    }

    #[test]
    fn marks_are_found() {
        let client = Some(Mark::By(Side::Client));
        let server = Some(Mark::By(Side::Server));
        for (line, mark, text) in [
            ("C: AUTH PLAIN", client, "AUTH PLAIN"),
            ("S:334 ", server, "334 "),
            ("client: biws", client, "biws"),
            ("2026-01-02 10:11:12.345 S: 334 abc", server, "334 abc"),
            ("Jan  2 10:11:12 mx app[1]: debug C: *", client, "*"),
            ("> AUTH LOGIN", Some(Mark::Away), "AUTH LOGIN"),
            (" ~> dXNlcg==", Some(Mark::Away), "dXNlcg=="),
            ("<~  334 VXNlcm5hbWU6", Some(Mark::Back), "334 VXNlcm5hbWU6"),
            ("<** 535 no", Some(Mark::Back), "535 no"),
            (
                "smtpd[7]: < mail[192.0.2.1]: AUTH PLAIN",
                Some(Mark::Back),
                "AUTH PLAIN",
            ),
            ("SMTP>> AUTH LOGIN", Some(Mark::Away), "AUTH LOGIN"),
            ("  SMTP<< 334 ", Some(Mark::Back), "334"),
            ("4< 235 ok", Some(Mark::Back), "235 ok"),
            (
                "2026-01-02 10:11:12 CLIENT -> SERVER: AUTH LOGIN",
                client,
                "AUTH LOGIN",
            ),
            (
                "2026-01-02 10:11:12\tSERVER -> CLIENT: 334 VXNl",
                server,
                "334 VXNl",
            ),
            (
                "send: 'AUTH PLAIN AHVz\\r\\n'",
                Some(Mark::Away),
                "AUTH PLAIN AHVz",
            ),
            ("reply: b'535 no\\r\\n'", Some(Mark::Back), "535 no"),
            ("S: \"YWJj\"", server, "\"YWJj\""),
            ("[12:00:01] 235 ok", None, "235 ok"),
            ("2026-01-02T10:11:12Z 334 abc", None, "334 abc"),
            ("<auth mechanism='PLAIN'>", None, "<auth mechanism='PLAIN'>"),
            (
                "535 5.7.8 Error: S: C: no",
                None,
                "535 5.7.8 Error: S: C: no",
            ),
            ("n,,n=user,r=abc", None, "n,,n=user,r=abc"),
            ("C:", client, ""),
            ("1700000001.123456 334 abc", None, "334 abc"),
            (
                "2026-01-02 10:11:12.345 UTC - [Parent 1: IMAP]: I/IMAP 7f:mail.example:NA:SendData: 2 NOOP",
                Some(Mark::Away),
                "2 NOOP",
            ),
            (
                "UTC - [Parent 1: IMAP]: I/IMAP 7f:mail.example:NA:CreateNewLineFromSocket: +",
                Some(Mark::Back),
                "+",
            ),
            (
                "Copyright (c) the authors",
                None,
                "Copyright (c) the authors",
            ),
            ("2026-01-02 (c) AUTH PLAIN", client, "AUTH PLAIN"),
            ("10:11:12 DEBUG send: AUTH", Some(Mark::Away), "AUTH"),
            (
                "smtpd[7]: handle_reply: auth reply: CONT?1?VXNl",
                None,
                "smtpd[7]: handle_reply: auth reply: CONT?1?VXNl",
            ),
        ] {
            let (found, rest) = parts(line.trim());
            assert_eq!((found, rest.trim()), (mark, text.trim()), "{line}");
        }
    }
}
