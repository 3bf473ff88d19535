//! The one door for base64 (RFC 4648 §4): the standard alphabet, padding required, pad bits zero, nothing between.

use alloc::vec;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sasl_core::{Malformed, Secret};

use crate::wire::{Wire, wipe};

/// Decodes what a peer sent.
///
/// ```abnf
/// base64          = base64-terminal / ( 1*(4base64-CHAR) [base64-terminal] )
/// base64-char     = ALPHA / DIGIT / "+" / "/"
/// base64-terminal = (2base64-char "==") / (3base64-char "=")
/// ```
/// (RFC 4954 §8; the empty string, an empty response, is also taken.) Anything else is refused and not skipped (§4).
pub(crate) fn decode(text: &[u8]) -> Result<Secret, Malformed> {
    let mut octets = vec![0; base64::decoded_len_estimate(text.len())];
    match STANDARD.decode_slice(text, &mut octets) {
        Ok(len) => {
            octets.truncate(len);
            Ok(Secret::new(octets))
        }
        Err(_) => {
            // What came before the mistake may be half a password.
            wipe(octets);
            Err(Malformed::Base64)
        }
    }
}

/// Adds `octets` to `wire`, encoded.
pub(crate) fn encode(octets: &[u8], wire: &mut Wire) {
    let text = STANDARD.encode(octets);
    wire.push(text.as_bytes());
    wipe(text.into_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_canonical_is_refused() {
        for text in [
            "=",
            "====",
            "A",
            "AB",
            "ABC",
            "AA=",
            "AA===",
            "AAA=BBB=",
            "=AAA",
            "A=AA",
            "AB==",     // pad bits
            "AAB=",     // pad bits
            "AA==AA==", // two strings in one
            "AAAA\n",
            "AA AA",
            " AAAA",
            "AAAA\r",
            "AA-_",
            "*",
            "AAAA\0",
            "\u{ff21}AAA",
            "user pencil",
        ] {
            assert!(
                matches!(decode(text.as_bytes()), Err(Malformed::Base64)),
                "{text:?}"
            );
        }
    }

    #[test]
    fn every_vector_passes() {
        let vectors: serde_json::Value =
            serde_json::from_str(include_str!("../tests/data/base64.json")).unwrap();
        let (mut taken, mut refused) = (0, 0);
        for vector in vectors.as_array().unwrap() {
            let input = vector["input"].as_str().unwrap();
            match (
                vector["outcome"].as_str().unwrap(),
                decode(input.as_bytes()),
            ) {
                ("accept", Ok(octets)) => {
                    let again = STANDARD.encode(octets.expose());
                    assert_eq!(vector["output_b64"].as_str(), Some(&*again));
                    taken += 1;
                }
                ("reject", Err(Malformed::Base64)) => refused += 1,
                (expected, seen) => panic!("{vector}: not {expected} but {seen:?}"),
            }
        }
        assert_eq!((taken, refused), (4, 8));
    }

    #[test]
    fn what_was_encoded_is_decoded() {
        for octets in [&b""[..], b"\0", b"\0user\0pencil", &[255; 100], &[0; 3072]] {
            let mut wire = Wire::from("334 ");
            encode(octets, &mut wire);
            let text = wire.strip_prefix(b"334 ").unwrap();
            assert_eq!(decode(text).unwrap().expose(), octets);
        }
        assert!(
            decode(b"AHVzZXIAcGVuY2ls")
                .unwrap()
                .matches(b"\0user\0pencil")
        );
    }
}
