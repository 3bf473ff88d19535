//! The octets of a message, out of what stands for it in the log.

use base64::Engine;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use zeroize::Zeroizing;

use crate::exchange::{Base64Fault, Base64FaultKind, Payload};
use crate::family::Shape;

/// The most characters of one message that are decoded.
const MAX: usize = 128 * 1024;

/// Takes what decoders of base64 are strict about.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A message of a protocol that carries base64. `=` means an empty one in some places.
pub(super) fn encoded(text: &str) -> Payload {
    let text = text.trim();
    if text.is_empty() {
        return Payload::of(b"");
    }
    if is_left_out(text) {
        return empty(None, text.len());
    }
    if let Ok(octets) = STANDARD.decode(text.as_bytes().get(..MAX).unwrap_or(text.as_bytes())) {
        return Payload {
            characters: text.len(),
            ..Payload::of(&Zeroizing::new(octets))
        };
    }
    // Some logs show what was in the base64.
    if is_raw(text) {
        return raw(text);
    }
    let fault = fault(text);
    let lenient: Zeroizing<String> = Zeroizing::new(
        text.chars()
            .filter(|c| !c.is_whitespace())
            .map(|c| match c {
                '-' => '+',
                '_' => '/',
                other => other,
            })
            .collect(),
    );
    let octets = LENIENT.decode(lenient.as_bytes()).ok().map(Zeroizing::new);
    // Without its white space it has to be base64; a name and a password with a blank between them seldom are.
    let fault = match fault.kind {
        Base64FaultKind::Space if octets.is_none() || !lenient.len().is_multiple_of(4) => {
            Base64Fault {
                kind: Base64FaultKind::Character,
                ..fault
            }
        }
        _ => fault,
    };
    let payload = octets.map(|octets| Payload::of(&octets));
    Payload {
        fault: Some(fault),
        characters: text.chars().count(),
        ..payload.unwrap_or_else(|| empty(Some(fault), text.len()))
    }
}

/// An initial response, in which `=` is an empty one.
pub(super) fn initial(text: &str) -> Payload {
    match text.trim() {
        "=" => Payload {
            equals: true,
            ..Payload::of(b"")
        },
        text => encoded(text),
    }
}

/// A later message, in which `=` is not.
pub(super) fn later(text: &str) -> Payload {
    let payload = encoded(text);
    Payload {
        equals: text.trim() == "=",
        ..payload
    }
}

/// A message as it is, with the octets that are no text escaped as loggers do.
pub(super) fn raw(text: &str) -> Payload {
    let mut octets = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let escape = [
            ("\\x00", 0),
            ("\\x01", 1),
            ("\\u0000", 0),
            ("\\u0001", 1),
            ("\\u{0}", 0),
            ("\\u{1}", 1),
            ("\\000", 0),
            ("\\001", 1),
            ("\\0", 0),
            ("^A", 1),
            ("^@", 0),
            ("<NUL>", 0),
            ("[NUL]", 0),
        ];
        let found = escape
            .iter()
            .find_map(|(mark, octet)| Some((*octet, rest.strip_prefix(mark)?)));
        if let Some((octet, behind)) = found {
            octets.push(octet);
            rest = behind;
        } else {
            let mut buffer = Zeroizing::new([0; 4]);
            octets.extend_from_slice(first.encode_utf8(buffer.as_mut_slice()).as_bytes());
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
        }
    }
    Payload {
        characters: text.chars().count(),
        ..Payload::of(&octets)
    }
}

/// Whether a text is a message itself, by its shape.
pub(super) fn is_raw(text: &str) -> bool {
    let payload = raw(text);
    payload.octets().and_then(Shape::of).is_some()
}

/// Whether a logger left something out: `****`, `[redacted]`, `<hidden>`.
fn is_left_out(text: &str) -> bool {
    let stars = text.len() > 1
        && text
            .chars()
            .all(|c| matches!(c, '*' | '.' | '…' | '•' | 'x' | 'X'));
    let enclosed = [('[', ']'), ('<', '>'), ('(', ')')]
        .into_iter()
        .any(|(open, close)| {
            let inside = text
                .strip_prefix(open)
                .and_then(|text| text.strip_suffix(close));
            inside.is_some_and(|word| {
                let known = [
                    "redact",
                    "hidden",
                    "secret",
                    "password",
                    "removed",
                    "omitted",
                    "credential",
                    "data",
                    "token",
                ];
                let word = word.to_ascii_lowercase();
                known.iter().any(|known| word.contains(known)) && !word.contains(['@', ','])
            })
        });
    // Thunderbird's words.
    let suppressed = text
        .get(..19)
        .is_some_and(|start| start.eq_ignore_ascii_case("logging suppressed "));
    stars && text.chars().count() > 2
        || enclosed
        || suppressed
        || text.eq_ignore_ascii_case("redacted")
}

/// What a decoder stumbles over first.
fn fault(text: &str) -> Base64Fault {
    let mut at: usize = 0;
    let mut padded = None;
    for character in text.chars() {
        at = at.saturating_add(1);
        let kind = match character {
            '-' | '_' => Base64FaultKind::UrlSafe,
            '=' => {
                padded.get_or_insert(at);
                continue;
            }
            c if c.is_whitespace() => Base64FaultKind::Space,
            c if !(c.is_ascii_alphanumeric() || matches!(c, '+' | '/')) => {
                Base64FaultKind::Character
            }
            _ => match padded {
                Some(at) => {
                    return Base64Fault {
                        kind: Base64FaultKind::Padding,
                        at,
                    };
                }
                None => continue,
            },
        };
        return Base64Fault { kind, at };
    }
    let whole = at.is_multiple_of(4) && padded.is_none_or(|padded| at.saturating_sub(padded) < 2);
    if whole {
        // Before the padding, if there is one.
        let last = padded.map_or(at, |padded| padded.saturating_sub(1));
        return Base64Fault {
            kind: Base64FaultKind::TrailingBits,
            at: last,
        };
    }
    Base64Fault {
        kind: Base64FaultKind::Padding,
        at: padded.unwrap_or(at),
    }
}

fn empty(fault: Option<Base64Fault>, characters: usize) -> Payload {
    Payload {
        octets: None,
        fault,
        characters,
        equals: false,
        guessed: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_found_where_it_is() {
        use Base64FaultKind::{Character, Padding, Space, TrailingBits, UrlSafe};
        for (text, kind, at) in [
            ("ab!d", Character, 3),
            ("ab-_", UrlSafe, 3),
            ("ab cd", Space, 3),
            ("ab cde", Character, 3),
            ("YWI", Padding, 3),
            ("YQ=", Padding, 3),
            ("YW=I", Padding, 3),
            ("=", Padding, 1),
            ("YR==", TrailingBits, 2),
            ("YWJ=", TrailingBits, 3),
        ] {
            let payload = encoded(text);
            assert_eq!(payload.fault, Some(Base64Fault { kind, at }), "{text}");
        }
        // With their fault they are read as they were meant.
        for text in ["YWI", "YW I=", "YWJ="] {
            assert_eq!(encoded(text).octets(), Some(&b"ab"[..]), "{text}");
        }
    }

    #[test]
    fn the_rest_is_what_it_is() {
        assert_eq!(encoded("").octets(), Some(&b""[..]));
        assert_eq!(encoded("YWI=").octets(), Some(&b"ab"[..]));
        assert!(initial("=").equals && initial("=").fault.is_none());
        assert!(later("=").equals && later("=").fault.is_some());
        for hidden in [
            "****",
            "[redacted]",
            "<hidden>",
            "...",
            "[REDACTED 24 bytes]",
            "Logging suppressed for this command (it probably contained authentication information)",
        ] {
            assert!(encoded(hidden).is_hidden(), "{hidden}");
        }
        assert_eq!(encoded("n,,n=a,r=b").octets(), Some(&b"n,,n=a,r=b"[..]));
        assert_eq!(raw("\\0a\\x00b^A").octets(), Some(&b"\0a\0b\x01"[..]));
    }
}
