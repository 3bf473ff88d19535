//! The small forms that the texts are made of: numbers, base64 in its variants, hexadecimal. Each value has one form.

use alloc::string::String;
use alloc::vec::Vec;

use base64ct::{Base64, Base64Bcrypt, Base64ShaCrypt, Base64Unpadded, Encoding};
use zeroize::Zeroizing;

use crate::error::HashError;

/// A number in decimal: digits only, without a leading zero.
pub(crate) fn decimal(text: &str) -> Result<u32, HashError> {
    let digits = text.bytes().all(|octet| octet.is_ascii_digit());
    let leading_zero = text.starts_with('0') && text != "0";
    if text.is_empty() || !digits || leading_zero {
        return Err(HashError::Syntax);
    }
    // What does not fit is not the cost of any scheme.
    text.parse().map_err(|_| HashError::Cost)
}

/// The fields of a text between its dollars, all of them and no more.
pub(crate) fn fields<const N: usize>(text: &str) -> Result<[&str; N], HashError> {
    let mut parts = text.split('$');
    let mut found = [""; N];
    for place in &mut found {
        *place = parts.next().ok_or(HashError::Syntax)?;
    }
    match parts.next() {
        None => Ok(found),
        Some(_) => Err(HashError::Syntax),
    }
}

/// What stands behind `name=` in the next of some parameters.
pub(crate) fn parameter<'a>(
    parameters: &mut impl Iterator<Item = &'a str>,
    name: &str,
) -> Result<u32, HashError> {
    parameters
        .next()
        .and_then(|parameter| parameter.strip_prefix(name)?.strip_prefix('='))
        .ok_or(HashError::Syntax)
        .and_then(decimal)
}

/// How octets are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Coding {
    /// RFC 4648 §4, padded.
    Base64,
    /// RFC 4648 §4 without padding, as the PHC string format has it.
    Unpadded,
    /// passlib's: without padding, and with `.` for `+`.
    Ab64,
    /// crypt(3)'s: `./0-9A-Za-z`, low bits first.
    Crypt,
    /// bcrypt's: `./A-Za-z0-9`, high bits first.
    Bcrypt,
    /// Hexadecimal, lower case.
    Hex,
}

impl Coding {
    pub(crate) fn decode(self, text: &str) -> Result<Zeroizing<Vec<u8>>, HashError> {
        let decoded = match self {
            Self::Base64 => Base64::decode_vec(text),
            Self::Unpadded => Base64Unpadded::decode_vec(text),
            Self::Crypt => Base64ShaCrypt::decode_vec(text),
            Self::Bcrypt => Base64Bcrypt::decode_vec(text),
            Self::Ab64 => {
                if text.contains('+') {
                    return Err(HashError::Encoding);
                }
                Base64Unpadded::decode_vec(&Zeroizing::new(text.replace('.', "+")))
            }
            Self::Hex => return unhex(text).map(Zeroizing::new),
        };
        decoded.map(Zeroizing::new).map_err(|_| HashError::Encoding)
    }

    pub(crate) fn encode(self, octets: &[u8]) -> Zeroizing<String> {
        Zeroizing::new(match self {
            Self::Base64 => Base64::encode_string(octets),
            Self::Unpadded => Base64Unpadded::encode_string(octets),
            Self::Crypt => Base64ShaCrypt::encode_string(octets),
            Self::Bcrypt => Base64Bcrypt::encode_string(octets),
            Self::Ab64 => {
                let text = Zeroizing::new(Base64Unpadded::encode_string(octets));
                text.replace('+', ".")
            }
            Self::Hex => octets
                .iter()
                .flat_map(|octet| [octet >> 4, octet & 0xf])
                .filter_map(|digit| char::from_digit(digit.into(), 16))
                .collect(),
        })
    }

    /// Decodes what must have this many octets.
    pub(crate) fn decode_digest(
        self,
        text: &str,
        len: usize,
    ) -> Result<Zeroizing<Vec<u8>>, HashError> {
        let digest = self.decode(text)?;
        if digest.len() == len {
            Ok(digest)
        } else {
            Err(HashError::Digest)
        }
    }
}

fn unhex(text: &str) -> Result<Vec<u8>, HashError> {
    let mut octets = Vec::with_capacity(text.len().div_ceil(2));
    for pair in text.as_bytes().chunks(2) {
        let [high, low] = pair else {
            return Err(HashError::Encoding);
        };
        octets.push(digit(*high)? << 4 | digit(*low)?);
    }
    Ok(octets)
}

fn digit(octet: u8) -> Result<u8, HashError> {
    char::from(octet)
        .to_digit(16)
        .filter(|_| !octet.is_ascii_uppercase())
        .and_then(|digit| u8::try_from(digit).ok())
        .ok_or(HashError::Encoding)
}

/// Whether these are characters of crypt(3)'s alphabet only, `./0-9A-Za-z`.
pub(crate) fn is_crypt_text(text: &str) -> bool {
    text.bytes()
        .all(|octet| octet.is_ascii_alphanumeric() || matches!(octet, b'.' | b'/'))
}

/// Whether this can be a salt that stands in the text as it is: visible ASCII, not empty.
pub(crate) fn is_visible(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|octet| octet.is_ascii_graphic())
}

/// The value of one character of crypt(3)'s alphabet.
pub(crate) fn crypt_digit(octet: u8) -> Option<u8> {
    match octet {
        b'.'..=b'9' => octet.checked_sub(b'.'),
        b'A'..=b'Z' => octet.checked_sub(b'A')?.checked_add(12),
        b'a'..=b'z' => octet.checked_sub(b'a')?.checked_add(38),
        _ => None,
    }
}

/// The character of crypt(3)'s alphabet for a value under 64.
pub(crate) fn crypt_char(value: u32) -> Option<char> {
    let value = u8::try_from(value).ok()?;
    match value {
        0..=11 => value.checked_add(b'.'),
        12..=37 => value.checked_sub(12)?.checked_add(b'A'),
        38..=63 => value.checked_sub(38)?.checked_add(b'a'),
        _ => None,
    }
    .map(char::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Coding; 6] = [
        Coding::Base64,
        Coding::Unpadded,
        Coding::Ab64,
        Coding::Crypt,
        Coding::Bcrypt,
        Coding::Hex,
    ];

    #[test]
    fn every_length_goes_round() {
        for coding in ALL {
            for len in 0..=1025_usize {
                let octets: Vec<u8> = (0..=255).cycle().skip(len % 251).take(len).collect();
                let text = coding.encode(&octets);
                assert_eq!(*coding.decode(&text).unwrap(), octets, "{coding:?} {len}");
            }
        }
    }

    #[test]
    fn one_form_only() {
        // Pad bits, padding, alphabets, white space.
        for (coding, text) in [
            (Coding::Base64, "QQ"),
            (Coding::Base64, "QQ="),
            (Coding::Base64, "QR=="),
            (Coding::Base64, "QUJ="),
            (Coding::Base64, "QQ==\n"),
            (Coding::Base64, "QQ==QQ=="),
            (Coding::Base64, "Q.=="),
            (Coding::Unpadded, "QQ=="),
            (Coding::Unpadded, "QR"),
            (Coding::Unpadded, "Q"),
            (Coding::Unpadded, "Q-"),
            (Coding::Ab64, "++"),
            (Coding::Ab64, "QR"),
            (Coding::Ab64, "QQ=="),
            (Coding::Crypt, "."),
            (Coding::Crypt, ".z"),
            (Coding::Crypt, "+."),
            (Coding::Bcrypt, "./"),
            (Coding::Bcrypt, "=="),
            (Coding::Hex, "0"),
            (Coding::Hex, "0G"),
            (Coding::Hex, "AB"),
            (Coding::Hex, "+1"),
            (Coding::Hex, "é"),
        ] {
            assert_eq!(
                coding.decode(text),
                Err(HashError::Encoding),
                "{coding:?} {text}"
            );
        }
    }

    #[test]
    fn numbers_have_one_form() {
        assert_eq!(decimal("0"), Ok(0));
        assert_eq!(decimal("4294967295"), Ok(u32::MAX));
        for text in ["", "00", "01", "+1", "-1", " 1", "1 ", "1x", "0x1", "١"] {
            assert_eq!(decimal(text), Err(HashError::Syntax), "{text}");
        }
        for text in ["4294967296", "99999999999999999999"] {
            assert_eq!(decimal(text), Err(HashError::Cost), "{text}");
        }
    }

    #[test]
    fn digits_of_crypt_go_round() {
        for value in 0..64_u8 {
            let char = crypt_char(value.into()).unwrap();
            assert_eq!(crypt_digit(u8::try_from(char).unwrap()), Some(value));
        }
        assert_eq!(crypt_char(64), None);
        assert_eq!(crypt_digit(b'$'), None);
    }
}
