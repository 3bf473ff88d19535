//! What a client hears: replies, read.

use alloc::string::String;
use core::{mem, str};

use sasl_core::{Malformed, Offer, Secret};

use crate::mail::{BASE64, Listing};
use crate::names;

/// Octets of the longest reply line, without its end: a challenge.
pub(super) const LINE: usize = "334 ".len() + BASE64;

/// A whole reply.
///
/// ```abnf
/// Reply-line = *( Reply-code "-" [ textstring ] CRLF ) Reply-code [ SP textstring ] CRLF
/// Reply-code = %x32-35 %x30-35 %x30-39
/// ```
/// (RFC 5321 §4.2). The text is the server's own, unproven, and not always the ASCII that the grammar asks for.
#[derive(Debug)]
pub struct Reply {
    pub(super) code: u16,
    /// The texts of at least one line.
    text: Listing,
}

/// A reply of which not all lines are there.
#[derive(Debug, Default)]
pub(super) struct Heard {
    code: Option<u16>,
    text: Listing,
}

impl Heard {
    /// Takes one more line; a reply comes out with its last.
    pub(super) fn line(&mut self, line: &Secret) -> Result<Option<Reply>, Malformed> {
        let (code, is_last, text) = split(line.expose()).ok_or(Malformed::Line)?;
        // RFC 5321 §4.2.1: all lines have the same code.
        if self.code.is_some_and(|before| before != code) {
            return Err(Malformed::Line);
        }
        self.text.push(text)?;
        self.code = Some(code);
        Ok(is_last.then(|| Reply {
            code,
            text: mem::take(self).text,
        }))
    }
}

/// A line's code, whether it is the last, and its text.
fn split(line: &[u8]) -> Option<(u16, bool, &[u8])> {
    let (code, rest) = line.split_at_checked(3)?;
    if !matches!(code, [b'2'..=b'5', b'0'..=b'5', b'0'..=b'9']) {
        return None;
    }
    let code = str::from_utf8(code).ok()?.parse().ok()?;
    match rest {
        // RFC 5321 §4.2: servers should send the space; clients must do without.
        [] => Some((code, true, rest)),
        [b' ', text @ ..] => Some((code, true, text)),
        [b'-', text @ ..] => Some((code, false, text)),
        _ => None,
    }
}

impl Reply {
    /// The text, if it is one line.
    pub(super) fn only_line(&self) -> Option<&[u8]> {
        self.text.only_line()
    }

    /// The text, to be shown with care; a failure keeps the beginning of it.
    pub(super) fn said(&self) -> String {
        self.text.said()
    }

    /// Whether STARTTLS (RFC 3207 §4) is in an answer to EHLO.
    pub(super) fn offers_starttls(&self) -> bool {
        // The first line is the server's name.
        let mut keywords = self.text.lines().skip(1);
        keywords.any(|line| line.trim_ascii_end().eq_ignore_ascii_case(b"STARTTLS"))
    }

    /// The mechanisms in an answer to EHLO, in the server's order.
    ///
    /// ```abnf
    /// auth-keyword = "AUTH" 1*( SP sasl-mech )
    /// ```
    /// (RFC 4954 §3.) Servers for old clients say `AUTH=` as well, or instead: it means the same.
    pub(super) fn offer(&self) -> Offer {
        // The first line is the server's name.
        let lists = self.text.lines().skip(1).filter_map(|line| {
            let (keyword, [b' ' | b'=', rest @ ..]) = line.split_at_checked(4)? else {
                return None;
            };
            keyword.eq_ignore_ascii_case(b"AUTH").then_some(rest)
        });
        names::offer(lists.flat_map(|list| list.split(|octet| *octet == b' ')))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::vec::Vec;

    fn hear(lines: &[&str]) -> Result<Option<Reply>, Malformed> {
        let mut heard = Heard::default();
        let mut last = Ok(None);
        for line in lines {
            last = heard.line(&Secret::from(*line));
            if !matches!(last, Ok(None)) {
                break;
            }
        }
        last
    }

    #[test]
    fn what_is_no_reply_is_refused() {
        for lines in [
            &[""][..],
            &["23"],
            &["abc"],
            &["235x"],
            &["235_2.7.0"],
            &["135 x"],
            &["635 x"],
            &["265 x"],
            &[" 235 x"],
            &["+235 x"],
            &["250-a", "251 b"],
            &["250-a", "250-b", "350 c"],
            &["250-a", ""],
            &["SSH-2.0"],
        ] {
            assert!(matches!(hear(lines), Err(Malformed::Line)), "{lines:?}");
        }
    }

    #[test]
    fn a_reply_has_its_limits() {
        let mut heard = Heard::default();
        let text = |text: &str| Secret::from(text);
        for _ in 0..256 {
            assert!(matches!(heard.line(&text("250-")), Ok(None)));
        }
        assert!(matches!(heard.line(&text("250 ")), Err(Malformed::TooLong)));
        let long = format!("250-{}", "x".repeat(12_288));
        let mut heard = Heard::default();
        for _ in 0..5 {
            assert!(matches!(heard.line(&text(&long)), Ok(None)));
        }
        assert!(matches!(heard.line(&text(&long)), Err(Malformed::TooLong)));
    }

    #[test]
    fn offers_are_read_in_both_forms() {
        let offer = |lines: &[&str]| {
            let offer = hear(lines).unwrap().unwrap().offer();
            offer
                .mechanisms()
                .iter()
                .map(|name| format!("{name}"))
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(
            offer(&["250-host", "250-auth plain Scram-sha-1", "250 HELP"]),
            "PLAIN SCRAM-SHA-1"
        );
        assert_eq!(
            offer(&["250-host", "250-AUTH=LOGIN PLAIN", "250 AUTH PLAIN  X-A"]),
            "LOGIN PLAIN X-A"
        );
        for none in [
            "AUTHX PLAIN",
            "AUTH",
            "AUTH ",
            "XAUTH PLAIN",
            "AUTH n\u{e4}me",
        ] {
            assert_eq!(offer(&["250-host", &format!("250 {none}")]), "", "{none}");
        }
        assert_eq!(offer(&["250 AUTH PLAIN"]), "", "that is the host name");
    }

    #[test]
    fn starttls_is_a_keyword_of_its_own() {
        let offers = |lines: &[&str]| hear(lines).unwrap().unwrap().offers_starttls();
        assert!(offers(&["250-host", "250-SIZE", "250 STARTTLS"]));
        assert!(offers(&["250-host", "250-starttls ", "250 HELP"]));
        assert!(!offers(&["250 STARTTLS"]), "that is the host name");
        for other in ["STARTTLSX", "XSTARTTLS", "START TLS", "STARTTLS now", ""] {
            assert!(!offers(&["250-host", &format!("250 {other}")]), "{other}");
        }
    }

    #[test]
    fn a_reply_may_end_with_its_code() {
        let reply = hear(&["334"]).unwrap().unwrap();
        assert_eq!((reply.code, reply.only_line()), (334, Some(&b""[..])));
        let reply = hear(&["535-5.7.8 no", "535 5.7.8 really"])
            .unwrap()
            .unwrap();
        assert_eq!(reply.said(), "5.7.8 no\n5.7.8 really");
        assert!(reply.only_line().is_none());
    }
}
