//! SASLprep (RFC 4013).

use crate::check::{self, contains};
use crate::nfkc::nfkc;
use crate::tables::{MAPPED_TO_NOTHING, NON_ASCII_SPACE, PROHIBITED_IN_SASLPREP};
use crate::{PrepError, Prepared};

/// Prepares a string that is to be kept: a new password, a name in a list of users (RFC 3454 §7, "stored strings").
///
/// A SCRAM client, too, prepares its password in this form (RFC 5802 §2.2).
///
/// # Errors
///
/// [`PrepError::Prohibited`], [`PrepError::Bidi`], or [`PrepError::Unassigned`]: code points that Unicode 3.2 does not
/// assign may not be stored, since nobody knew what they would become.
pub fn saslprep_stored(text: &str) -> Result<Prepared, PrepError> {
    let prepared = saslprep_query(text)?;
    // RFC 4013 §2.5. Nothing else tells the two forms apart.
    check::assigned(prepared.as_str())?;
    Ok(prepared)
}

/// Prepares a string that is only compared with stored ones: what a client presents (RFC 3454 §7, "queries").
///
/// Code points that Unicode 3.2 does not assign pass as they are. What [`saslprep_stored`] accepts, this accepts with
/// the same result.
///
/// # Errors
///
/// [`PrepError::Prohibited`] or [`PrepError::Bidi`].
pub fn saslprep_query(text: &str) -> Result<Prepared, PrepError> {
    if text.is_ascii() {
        return ascii(text);
    }
    let prepared = mapped_and_normalized(text);
    // RFC 4013 §2.3, §2.4. Of the output (RFC 3454 §2): NFKC takes U+0340 away, which is prohibited, and makes of
    // U+2135, which is left to right, a right-to-left letter.
    check::prohibited(prepared.as_str(), PROHIBITED_IN_SASLPREP)?;
    check::bidi(prepared.as_str())?;
    Ok(prepared)
}

/// ASCII is mapped to itself, is in NFKC, and has nothing prohibited but the control characters.
fn ascii(text: &str) -> Result<Prepared, PrepError> {
    if text.bytes().any(|octet| octet.is_ascii_control()) {
        return Err(PrepError::Prohibited);
    }
    Ok(Prepared::as_is(text))
}

/// RFC 4013 §2.1, §2.2. U+200B is in both tables: as a space it is what other implementations make of it.
fn mapped_and_normalized(text: &str) -> Prepared {
    let spaced = text.chars().map(|scalar| {
        if contains(NON_ASCII_SPACE, scalar) {
            ' '
        } else {
            scalar
        }
    });
    Prepared::new(nfkc(
        spaced.filter(|&scalar| !contains(MAPPED_TO_NOTHING, scalar)),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::String;

    #[test]
    fn ascii_goes_the_same_way_as_the_rest() {
        for octet in 0..=0x7f_u8 {
            for text in [[octet].as_slice(), &[b'a', octet], &[octet, b'z'], b""] {
                let text = str::from_utf8(text).unwrap();
                let slow = mapped_and_normalized(text);
                let checked = check::prohibited(slow.as_str(), PROHIBITED_IN_SASLPREP)
                    .and(check::bidi(slow.as_str()));
                let fast = ascii(text).map(|prepared| String::from(prepared.as_str()));
                assert_eq!(
                    fast,
                    checked.map(|()| String::from(slow.as_str())),
                    "{octet:#x}"
                );
            }
        }
    }

    #[test]
    fn control_characters_are_prohibited_everywhere() {
        for control in (0..0x20_u8).chain([0x7f]).map(char::from) {
            for text in [[control, 'a'], ['a', control], ['\u{e9}', control]] {
                let text = text.iter().collect::<String>();
                assert_eq!(saslprep_query(&text).err(), Some(PrepError::Prohibited));
                assert_eq!(saslprep_stored(&text).err(), Some(PrepError::Prohibited));
            }
        }
    }

    #[test]
    fn checks_see_the_output() {
        // U+0340 is prohibited (C.8) and decomposes into U+0300, which is not.
        assert_eq!(saslprep_stored("a\u{340}").unwrap().as_str(), "\u{e0}");
        // U+2135 is written left to right, the U+05D0 it becomes is not; U+2100 is neutral and becomes letters.
        assert_eq!(saslprep_query("a\u{2135}").err(), Some(PrepError::Bidi));
        assert_eq!(
            saslprep_query("\u{5d0}\u{2100}\u{5d0}").err(),
            Some(PrepError::Bidi)
        );
        assert_eq!(
            saslprep_query("\u{2135}1\u{5d0}").unwrap().as_str(),
            "\u{5d0}1\u{5d0}"
        );
    }

    #[test]
    fn nothing_may_be_left() {
        for text in ["", "\u{ad}", "\u{feff}\u{200d}\u{1806}\u{fe0f}"] {
            assert!(saslprep_stored(text).unwrap().is_empty());
        }
        assert_eq!(saslprep_stored("\u{200b}").unwrap().as_str(), " ");
    }

    #[test]
    fn the_first_fault_counts() {
        let faults = ["\u{627}a\u{221}\u{7}", "\u{627}a\u{221}", "\u{221}"]
            .map(|text| saslprep_stored(text).err());
        assert_eq!(
            faults,
            [
                PrepError::Prohibited,
                PrepError::Bidi,
                PrepError::Unassigned
            ]
            .map(Some)
        );
    }
}
