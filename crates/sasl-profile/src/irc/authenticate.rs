//! Messages of an exchange in pieces of 400 octets.

use core::mem;

use sasl_core::{Malformed, Secret};

use super::BASE64;
use crate::base64;
use crate::wire::Wire;

/// The most octets of base64 in a piece; one that has fewer is the last (sasl-3.1).
const PIECE: usize = 400;

/// A challenge or response.
///
/// ```abnf
/// regular-authenticate-set = *( "AUTHENTICATE" SP 400BASE64 CRLF )
///                            "AUTHENTICATE" SP ( 1*399BASE64 / "+" ) CRLF
/// ```
/// (sasl-3.1.)
pub(super) fn encode(data: &[u8]) -> Wire {
    let mut text = Wire::default();
    base64::encode(data, &mut text);
    let mut lines = Wire::default();
    for piece in text.chunks(PIECE) {
        push(piece, &mut lines);
    }
    // Nothing at all, or a last piece that looks as if it were none.
    if text.len().is_multiple_of(PIECE) {
        push(b"+", &mut lines);
    }
    lines
}

fn push(piece: &[u8], lines: &mut Wire) {
    lines.push(b"AUTHENTICATE ");
    lines.push(piece);
    lines.push(b"\r\n");
}

/// The pieces that came.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    text: Wire,
    too_long: bool,
}

impl Pieces {
    /// Takes one more piece. The message comes out with its last, and not before even if it is too long: what follows
    /// would be taken for something else.
    pub(super) fn push(&mut self, piece: &[u8]) -> Option<Result<Secret, Malformed>> {
        // sasl-3.1: a longer one is no piece; this is for 905 to say.
        self.too_long |= piece.len() > PIECE;
        if piece != b"+" {
            self.keep(piece);
        }
        if piece.len() == PIECE {
            return None;
        }
        let Self { text, too_long } = mem::take(self);
        Some(match too_long {
            true => Err(Malformed::TooLong),
            false if piece.is_empty() => Err(Malformed::Line),
            false => base64::decode(&text),
        })
    }

    fn keep(&mut self, piece: &[u8]) {
        self.too_long |= self.text.len().saturating_add(piece.len()) > BASE64;
        if self.too_long {
            self.text = Wire::default();
        } else {
            self.text.push(piece);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use alloc::vec::Vec;

    /// What comes of these pieces, of which only the last may be one.
    #[expect(
        clippy::panic_in_result_fn,
        reason = "the helpers of a test are meant to panic too"
    )]
    fn put_together(pieces: &[&[u8]]) -> Result<Secret, Malformed> {
        let mut all = Pieces::default();
        let (last, before) = pieces.split_last().unwrap();
        for piece in before {
            assert!(all.push(piece).is_none());
        }
        let whole = all.push(last).unwrap();
        assert!(all.text.is_empty() && !all.too_long, "nothing is left over");
        whole
    }

    #[test]
    fn what_is_no_message_is_refused() {
        let piece = [b'A'; PIECE];
        for (pieces, malformed) in [
            (&[&b""[..]][..], Malformed::Line),
            (&[b"="], Malformed::Base64),
            (&[b"++"], Malformed::Base64),
            (&[b"AAA"], Malformed::Base64),
            (&[&piece, b""], Malformed::Line),
            (&[&piece, b"A"], Malformed::Base64),
            (&[&piece, b"*"], Malformed::Base64),
            (&[&[b'A'; 401]], Malformed::TooLong),
            (&[&piece, &[b'A'; 404]], Malformed::TooLong),
        ] {
            let refused = put_together(pieces).unwrap_err();
            assert_eq!(refused, malformed, "{} pieces", pieces.len());
        }
    }

    #[test]
    fn all_pieces_together_have_a_limit() {
        let piece = [b'A'; PIECE];
        let pieces = |count: usize, last: &'static [u8]| {
            let mut pieces: Vec<&[u8]> = vec![&piece; count];
            pieces.push(last);
            put_together(&pieces)
        };
        assert_eq!(pieces(30, &[b'A'; 288]).unwrap().len(), BASE64 / 4 * 3);
        assert_eq!(pieces(30, &[b'A'; 292]).unwrap_err(), Malformed::TooLong);
        assert_eq!(pieces(31, b"+").unwrap_err(), Malformed::TooLong);
        assert_eq!(pieces(500, b"AAAA").unwrap_err(), Malformed::TooLong);
    }

    #[test]
    fn every_vector_passes() {
        let vectors: serde_json::Value =
            serde_json::from_str(include_str!("../../tests/data/irc.json")).unwrap();
        let mut count = 0;
        for vector in vectors.as_array().unwrap() {
            let octets = vector["octets"].as_u64().unwrap();
            let data = vec![b'A'; usize::try_from(octets).unwrap()];
            let lines = vector["lines"].as_array().unwrap();
            let lines: Vec<&str> = lines.iter().map(|line| line.as_str().unwrap()).collect();
            let mut expected = lines.join("\r\n").into_bytes();
            expected.extend(b"\r\n");
            assert_eq!(&*encode(&data), expected, "{octets}");
            let pieces = lines
                .iter()
                .map(|line| line.strip_prefix("AUTHENTICATE ").unwrap().as_bytes());
            let pieces: Vec<&[u8]> = pieces.collect();
            assert!(put_together(&pieces).unwrap().matches(&data), "{octets}");
            count += 1;
        }
        assert_eq!(count, 3);
    }

    #[test]
    fn what_was_encoded_is_put_together() {
        for len in [0, 1, 299, 300, 301, 599, 600, 601, 9216] {
            let data = vec![7; len];
            let lines = encode(&data);
            let lines = core::str::from_utf8(&lines).unwrap();
            let pieces = lines.split_terminator("\r\n");
            let pieces = pieces.map(|line| line.strip_prefix("AUTHENTICATE ").unwrap().as_bytes());
            let pieces: Vec<&[u8]> = pieces.collect();
            assert_eq!(pieces.len(), len.div_ceil(3) * 4 / PIECE + 1, "{len}");
            assert!(put_together(&pieces).unwrap().matches(&data), "{len}");
        }
    }
}
