//! What may not be in a string: RFC 3454 §5, §6, §7.

use crate::PrepError;
use crate::tables::{LEFT_TO_RIGHT, RIGHT_TO_LEFT, UNASSIGNED};

/// Scalar values as sorted ranges, both ends within.
pub(crate) type Ranges = [(char, char)];

/// Whether the scalar value is in the table.
pub(crate) fn contains(table: &Ranges, scalar: char) -> bool {
    let before = table.partition_point(|&(_, last)| last < scalar);
    table.get(before).is_some_and(|&(first, _)| first <= scalar)
}

/// RFC 3454 §5. The tables begin with the ASCII control characters, so ASCII needs no other path here.
pub(crate) fn prohibited(text: &str, table: &Ranges) -> Result<(), PrepError> {
    if text.chars().any(|scalar| contains(table, scalar)) {
        Err(PrepError::Prohibited)
    } else {
        Ok(())
    }
}

/// RFC 3454 §6, requirements 2 and 3; the first is that both profiles prohibit table C.8.
pub(crate) fn bidi(text: &str) -> Result<(), PrepError> {
    let right_to_left = |scalar| contains(RIGHT_TO_LEFT, scalar);
    if !text.chars().any(right_to_left) {
        return Ok(());
    }
    let ends = text.chars().next().is_some_and(right_to_left)
        && text.chars().next_back().is_some_and(right_to_left);
    if !ends || text.chars().any(|scalar| contains(LEFT_TO_RIGHT, scalar)) {
        Err(PrepError::Bidi)
    } else {
        Ok(())
    }
}

/// RFC 3454 §7: what no stored string may contain.
///
/// Whether before or after the normalization makes no difference: the mapping takes away nothing unassigned, and the
/// NFKC of Unicode 3.2 neither takes away nor brings in what Unicode 3.2 does not know.
pub(crate) fn assigned(text: &str) -> Result<(), PrepError> {
    if text.chars().any(|scalar| contains(UNASSIGNED, scalar)) {
        Err(PrepError::Unassigned)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::*;

    const TABLES: [&Ranges; 7] = [
        UNASSIGNED,
        MAPPED_TO_NOTHING,
        NON_ASCII_SPACE,
        PROHIBITED_IN_SASLPREP,
        PROHIBITED_IN_TRACE,
        RIGHT_TO_LEFT,
        LEFT_TO_RIGHT,
    ];

    #[test]
    fn ranges_are_sorted_and_apart() {
        for table in TABLES {
            assert!(table.iter().all(|(first, last)| first <= last));
            assert!(table.windows(2).all(|two| two[0].1 < two[1].0));
        }
    }

    #[test]
    fn tables_hold_what_the_rfc_counts() {
        // Counted in the text of the RFC, without the surrogates, which D.2 has and no string can have.
        let counts = TABLES.map(|table| {
            table
                .iter()
                .map(|&(first, last)| (first..=last).count())
                .sum::<usize>()
        });
        // U+206A to U+206F are in C.2.2 and C.8, U+FFF9 to U+FFFC in C.2.2 and C.6.
        let trace = 33 + 62 + 137_468 + 66 + 5 + 15 + 97 - 6 - 4;
        assert_eq!(
            counts,
            [
                879_309,
                27,
                17,
                trace + 17 + 12,
                trace,
                1044,
                229_973 - 2048
            ]
        );
    }

    #[test]
    fn both_ends_are_within() {
        for table in TABLES {
            for &(first, last) in table {
                assert!(contains(table, first) && contains(table, last));
            }
        }
        assert!(!contains(&[], 'a'));
        assert!(
            contains(UNASSIGNED, '\u{221}')
                && !contains(UNASSIGNED, '\u{220}')
                && !contains(UNASSIGNED, '\u{222}')
        );
        assert!(contains(PROHIBITED_IN_TRACE, '\u{10ffff}') && contains(PROHIBITED_IN_TRACE, '\0'));
    }

    #[test]
    fn bidi_wants_both_ends_and_no_left_to_right() {
        let (alef, beh) = ("\u{627}", "\u{628}");
        for good in ["", "a1", "1", alef, "\u{627}1\u{628}", "\u{5d0} - \u{5d1}"] {
            assert_eq!(bidi(good), Ok(()), "{good:?}");
        }
        for bad in [
            "\u{627}1",
            "1\u{627}",
            "\u{627}a\u{628}",
            "a\u{627}",
            "\u{627}\u{301}",
            "\u{627} ",
        ] {
            assert_eq!(bidi(bad), Err(PrepError::Bidi), "{bad:?}");
        }
        assert_eq!(bidi(beh), Ok(()));
    }
}
