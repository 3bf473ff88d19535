//! The "trace" profile (RFC 4505 §3).

use crate::PrepError;
use crate::check;
use crate::tables::PROHIBITED_IN_TRACE;

/// Checks trace information against the "trace" profile (RFC 4505 §3).
///
/// The profile maps nothing, does not normalize and allows unassigned code points: the text stays as it is.
///
/// # Errors
///
/// [`PrepError::Prohibited`] or [`PrepError::Bidi`].
///
/// ```
/// assert!(sasl_prep::trace("sirhc").is_ok());
/// assert!(sasl_prep::trace("sirhc\n").is_err());
/// ```
pub fn trace(text: &str) -> Result<(), PrepError> {
    check::prohibited(text, PROHIBITED_IN_TRACE)?;
    check::bidi(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_mapped() {
        // What SASLprep maps, normalizes or refuses to store is just text here: C.1.2, B.1, A.1, C.7.
        for text in [
            "",
            " ",
            "\u{a0}",
            "\u{200b}",
            "\u{ad}",
            "\u{221}",
            "\u{1f600}",
            "\u{2ff0}",
            "\u{aa}",
            "e\u{301}",
        ] {
            assert_eq!(trace(text), Ok(()), "{text:?}");
        }
    }

    #[test]
    fn tables_are_those_of_the_profile() {
        let tables = [
            "\0",
            "\u{7f}",
            "\u{85}",
            "\u{e000}",
            "\u{fdd0}",
            "\u{fffd}",
            "\u{340}",
            "\u{e0001}",
            "\u{2028}",
        ];
        for text in tables {
            assert_eq!(trace(text), Err(PrepError::Prohibited), "{text:?}");
        }
    }
}
