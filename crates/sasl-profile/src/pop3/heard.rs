//! What a client hears: responses, read.

use core::mem;

use sasl_core::{Malformed, Offer, Secret};

use crate::mail::{BASE64, Listing};
use crate::names;

/// Octets of the longest line, without its end: a challenge. RFC 2449 §4 gives all others 512.
pub(super) const LINE: usize = "+ ".len() + BASE64;

/// A whole response.
///
/// ```abnf
/// single-line  = status [SP text] CRLF
/// status       = "+OK" / "-ERR"
/// continue-req = "+" SP [base64] CRLF
/// ```
/// (RFC 2449 §3, RFC 5034 §5). The text is the server's own, unproven.
#[derive(Debug)]
pub enum Said {
    Ok,
    /// With the text.
    Err(Secret),
    /// With what should be base64.
    Challenge(Secret),
    /// `+OK` with the lines behind it, as an answer to CAPA.
    Capabilities(Capabilities),
}

/// The lines of an answer to CAPA.
///
/// ```abnf
/// capa-resp   = "+OK" [SP text] CRLF *capability "." CRLF
/// capability  = capa-tag *(SP param) CRLF
/// ```
/// (RFC 2449 §5.)
#[derive(Debug, Default)]
pub struct Capabilities(Listing);

/// What was heard of an answer to CAPA, if that is what comes.
#[derive(Debug, Default)]
pub(super) struct Heard {
    listing: Option<Listing>,
}

impl Heard {
    /// Takes one more line. `listed` is whether lines follow a `+OK`; they come out with their end.
    pub(super) fn line(&mut self, line: &Secret, listed: bool) -> Result<Option<Said>, Malformed> {
        let Some(listing) = &mut self.listing else {
            return match Said::parse(line.expose()).ok_or(Malformed::Line)? {
                Said::Ok if listed => {
                    self.listing = Some(Listing::default());
                    Ok(None)
                }
                said => Ok(Some(said)),
            };
        };
        match line.expose() {
            b"." => {
                let listing = mem::take(&mut self.listing).unwrap_or_default();
                Ok(Some(Said::Capabilities(Capabilities(listing))))
            }
            // RFC 1939 §3: a line that begins with a dot has one more.
            [b'.', text @ ..] | text => listing.push(text).map(|()| None),
        }
    }
}

impl Said {
    /// RFC 1939 §3: the status is in upper case.
    fn parse(line: &[u8]) -> Option<Self> {
        let text = |rest: &[u8]| match rest {
            [] => Some(Secret::default()),
            [b' ', text @ ..] => Some(Secret::from(text)),
            _ => None,
        };
        if let Some(rest) = line.strip_prefix(b"+OK") {
            text(rest).map(|_| Self::Ok)
        } else if let Some(rest) = line.strip_prefix(b"-ERR") {
            text(rest).map(Self::Err)
        } else {
            // Servers leave the space away where nothing follows it.
            text(line.strip_prefix(b"+")?).map(Self::Challenge)
        }
    }
}

impl Capabilities {
    /// Whether STLS (RFC 2595 §4) is among them.
    pub(super) fn offers_stls(&self) -> bool {
        let mut lines = self.0.lines();
        lines.any(|line| line.trim_ascii_end().eq_ignore_ascii_case(b"STLS"))
    }

    /// The mechanisms, in the server's order.
    ///
    /// ```abnf
    /// sasl-capa = "SASL" *(SP sasl-mech)
    /// ```
    /// (RFC 2449 §6.3, RFC 5034 §3.)
    pub(super) fn offer(&self) -> Offer {
        let lists = self.0.lines().filter_map(|line| {
            let (tag, [b' ', rest @ ..]) = line.split_at_checked(4)? else {
                return None;
            };
            tag.eq_ignore_ascii_case(b"SASL").then_some(rest)
        });
        names::offer(lists.flat_map(|list| list.split(|octet| *octet == b' ')))
    }
}

/// Whether the text of a `-ERR` begins with this code, or with one that tells more of the same.
///
/// ```abnf
/// text      = *schar / resp-code *CHAR
/// resp-code = "[" resp-level *("/" resp-level) "]"
/// ```
/// (RFC 2449 §3.) Levels that are not known are left out of account, and so is case (§8).
pub(super) fn has_code(text: &str, name: &str) -> bool {
    let inside = text.strip_prefix('[').and_then(|text| text.split_once(']'));
    inside
        .and_then(|(code, _)| code.split_at_checked(name.len()))
        .is_some_and(|(code, detail)| {
            code.eq_ignore_ascii_case(name) && (detail.is_empty() || detail.starts_with('/'))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::string::String;
    use alloc::vec::Vec;

    fn offer(lines: &[&str]) -> String {
        let offer = capabilities(lines).offer();
        let names = offer.mechanisms().iter().map(|name| format!("{name}"));
        names.collect::<Vec<_>>().join(" ")
    }

    fn hear(lines: &[&str], listed: bool) -> Result<Option<Said>, Malformed> {
        let mut heard = Heard::default();
        let mut last = Ok(None);
        for line in lines {
            last = heard.line(&Secret::from(*line), listed);
            if !matches!(last, Ok(None)) {
                break;
            }
        }
        last
    }

    fn capabilities(lines: &[&str]) -> Capabilities {
        let lines: Vec<_> = ["+OK"].iter().chain(lines).chain(&["."]).copied().collect();
        match hear(&lines, true) {
            Ok(Some(Said::Capabilities(capabilities))) => capabilities,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_no_response_is_refused() {
        for line in [
            "", " ", "+ok", "-err", "+OKAY", "-ERROR", "+OK\tx", "OK", "ERR", "-", "+AAAA", " +OK",
            "* OK", "220 x", "SSH-2.0", ".", "+OK\0",
        ] {
            let heard = hear(&[line], false);
            assert!(matches!(heard, Err(Malformed::Line)), "{line:?}: {heard:?}");
        }
        let heard = hear(&["-"], true);
        assert!(matches!(heard, Err(Malformed::Line)));
    }

    #[test]
    fn a_challenge_is_no_status() {
        for (line, text) in [("+", ""), ("+ ", ""), ("+ OK", "OK"), ("+  ", " ")] {
            match hear(&[line], false) {
                Ok(Some(Said::Challenge(seen))) => assert!(seen.matches(text.as_bytes())),
                other => panic!("{line}: {other:?}"),
            }
        }
    }

    #[test]
    fn a_listing_has_its_limits() {
        let mut heard = Heard::default();
        let text = |text: &str| Secret::from(text);
        assert!(matches!(heard.line(&text("+OK"), true), Ok(None)));
        for _ in 0..256 {
            assert!(matches!(heard.line(&text("TOP"), true), Ok(None)));
        }
        let last = heard.line(&text("TOP"), true);
        assert!(matches!(last, Err(Malformed::TooLong)));
    }

    #[test]
    fn offers_are_read_without_regard_to_case() {
        assert_eq!(
            offer(&["TOP", "sasl plain Scram-sha-1", "SASL  X-A PLAIN"]),
            "PLAIN SCRAM-SHA-1 X-A"
        );
        for none in [
            "SASL",
            "SASL ",
            "SASLX PLAIN",
            "XSASL PLAIN",
            "SASL=PLAIN",
            "SASL n\u{e4}me",
        ] {
            assert_eq!(offer(&[none]), "", "{none}");
        }
    }

    #[test]
    fn a_listing_is_text_to_its_end() {
        let lines = ["+OK", "-ERR", "+ ", "", "..", "..SASL X-A", "SASL X-B"];
        assert_eq!(offer(&lines), "X-B");
    }

    #[test]
    fn stls_is_a_tag_of_its_own() {
        assert!(capabilities(&["TOP", "STLS"]).offers_stls());
        assert!(capabilities(&["stls "]).offers_stls());
        for other in ["STLSX", "XSTLS", "STLS now", "STARTTLS", "SASL STLS", ""] {
            assert!(!capabilities(&[other]).offers_stls(), "{other}");
        }
    }

    #[test]
    fn a_code_stands_at_the_beginning() {
        for text in ["[sys/temp] later", "[SYS/TEMP]", "[SYS/TEMP/DISK/2] full"] {
            assert!(has_code(text, "SYS/TEMP"), "{text}");
        }
        for none in [
            "",
            "SYS/TEMP",
            "[SYS/TEMP",
            " [SYS/TEMP] x",
            "x [SYS/TEMP]",
            "[SYS]",
            "[SYS/PERM]",
            "[SYS/TEMPX]",
            "[SYS/TEM\u{fc}]",
        ] {
            assert!(!has_code(none, "SYS/TEMP"), "{none}");
        }
    }
}
