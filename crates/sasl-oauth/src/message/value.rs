//! What both mechanisms' responses have inside.

use alloc::vec::Vec;
use core::str;

use sasl_core::{Authzid, Malformed, Secret, Unusable};

/// Text of a message within `max` octets and without NUL, which no rule of either mechanism allows.
pub(super) fn text(octets: &[u8], max: usize) -> Result<&str, Malformed> {
    if octets.len() > max {
        return Err(Malformed::TooLong);
    }
    let text = str::from_utf8(octets).map_err(|_| Malformed::Utf8)?;
    if text.contains('\0') {
        return Err(Malformed::Nul);
    }
    Ok(text)
}

/// Whom to act as. A control character in a name is somebody's try to add a field or a line, and never a name.
pub(super) fn authzid(name: &str) -> Result<Authzid, Malformed> {
    if has_control(name) {
        return Err(Malformed::Message);
    }
    Authzid::parse(name)
}

/// The token inside what would be HTTP's `Authorization` header; empty where there is none.
///
/// ```abnf
/// credentials = "Bearer" 1*SP token ; the scheme in any case (RFC 9110 §11.1)
/// ```
pub(super) fn token(credentials: &str) -> Result<&str, Malformed> {
    let (scheme, token) = credentials.split_once(' ').unwrap_or((credentials, ""));
    if !scheme.is_empty() && !scheme.eq_ignore_ascii_case(SCHEME) {
        return Err(Malformed::Message);
    }
    let token = token.trim_start_matches(' ');
    if scheme.is_empty() && !token.is_empty() || !is_visible(token) {
        return Err(Malformed::Message);
    }
    Ok(token)
}

/// The scheme as RFC 6750 §2.1 writes it.
pub(super) const SCHEME: &str = "Bearer";

/// Whether there is nothing but `VCHAR`.
///
/// Tokens are `b64token` (RFC 6750 §2.1) in an HTTP header and `1*VSCHAR` (RFC 6749 appendix A.12) elsewhere. Opaque ones with
/// `|` or `:` are in use, ones with a space are not and would end early in half of the parsers.
pub(super) fn is_visible(text: &str) -> bool {
    text.bytes().all(|octet| octet.is_ascii_graphic())
}

/// Whether there is an ASCII control character: none may stand in a name, so that none can end a field or a line.
pub(super) fn has_control(text: &str) -> bool {
    text.bytes().any(|octet| octet.is_ascii_control())
}

/// Puts a message together, of at most `max` octets.
pub(super) fn join(parts: &[&[u8]], max: usize) -> Result<Secret, Unusable> {
    let length = parts
        .iter()
        .fold(0_usize, |sum, part| sum.saturating_add(part.len()));
    if length > max {
        return Err(Unusable::TooLong);
    }
    // Of the right size at once: a buffer that grew would leave a copy of the token behind.
    let mut octets = Vec::with_capacity(length);
    for part in parts {
        octets.extend_from_slice(part);
    }
    Ok(Secret::new(octets))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_schemes_and_odd_tokens_are_refused() {
        for credentials in [
            "Basic abc",
            "Bearerabc",
            "Bearer: abc",
            "abc",
            " abc",
            " Bearer abc",
            "Bearer\tabc",
            "Bearer abc ",
            "Bearer a b",
            "Bearer abc\r\n",
            "Bearer a\x01b",
            "Bearer a\x7fb",
            "Bearer t\u{f6}ken",
        ] {
            assert_eq!(
                token(credentials),
                Err(Malformed::Message),
                "{credentials:?}"
            );
        }
    }

    #[test]
    fn tokens_stand_after_a_scheme_in_any_case() {
        for (credentials, expected) in [
            ("Bearer abc", "abc"),
            ("bearer abc", "abc"),
            ("BeArEr   abc", "abc"),
            ("Bearer a.b-c_d~e+f/g==", "a.b-c_d~e+f/g=="),
            ("Bearer 1|opaque:token", "1|opaque:token"),
            ("", ""),
            ("Bearer", ""),
            ("Bearer ", ""),
        ] {
            assert_eq!(token(credentials), Ok(expected), "{credentials:?}");
        }
    }
}
