//! The `stringprep` crate as oracle for the stored form, over all scalar values.
//!
//! It takes NFKC and the directions of letters from today's Unicode. Whatever follows from that stands in
//! [`difference`], and the tests fail when something differs that it does not give, or when it gives something that
//! does not differ. Which of several faults is named first is no difference when one of them is an unassigned code
//! point: today's Unicode knows the direction of more of these.

use sasl_prep::{PrepError, Prepared, saslprep_stored};
use unicode_normalization::UnicodeNormalization;

/// Unicode 3.2 decomposes these otherwise (Corrigendum 4).
const DECOMPOSED_OTHERWISE: [char; 5] = [
    '\u{2f868}',
    '\u{2f874}',
    '\u{2f91f}',
    '\u{2f95f}',
    '\u{2f9bf}',
];

/// Left to right in Unicode 3.2 (D.2), today a mark without a direction of its own.
const NO_LONGER_LEFT_TO_RIGHT: [(char, char); 2] =
    [('\u{17b4}', '\u{17b5}'), ('\u{1885}', '\u{1886}')];

/// Without a direction in Unicode 3.2, today left to right.
const NOW_LEFT_TO_RIGHT: [(char, char); 6] = [
    ('\u{cbf}', '\u{cbf}'),
    ('\u{cc6}', '\u{cc6}'),
    ('\u{1734}', '\u{1734}'),
    ('\u{2132}', '\u{2132}'),
    ('\u{2800}', '\u{28ff}'),
    ('\u{302e}', '\u{302f}'),
];

#[derive(Debug, Clone, Copy, PartialEq)]
enum Difference {
    /// Both prepare it, to different texts.
    Text,
    /// Only this crate prepares it.
    OnlyOurs,
    /// Only the `stringprep` crate prepares it.
    OnlyTheirs,
    /// Both refuse it, for different reasons.
    Reason,
}

/// Where a scalar value stands.
#[derive(Clone, Copy)]
struct Context {
    before: &'static str,
    after: &'static str,
    right_to_left: bool,
}

/// What this crate makes of a text.
type Ours = Result<Prepared, PrepError>;

/// The differences there are to be, each with its reason.
fn difference(context: Context, scalar: char, text: &str, ours: &Ours) -> Option<Difference> {
    let within = |ranges: &[(char, char)]| {
        ranges
            .iter()
            .any(|&(first, last)| (first..=last).contains(&scalar))
    };
    if matches!(ours, Err(PrepError::Unassigned)) {
        // Not assigned in Unicode 3.2, but today's NFKC turns it into what is, before unassigned is looked for.
        let today = text.nfkc().collect::<String>();
        (today != text && saslprep_stored(&today).is_ok()).then_some(Difference::OnlyTheirs)
    } else if context.right_to_left {
        // Ideographs are left to right: of the five nothing is seen here.
        let theirs = within(&NO_LONGER_LEFT_TO_RIGHT).then_some(Difference::OnlyTheirs);
        theirs.or_else(|| within(&NOW_LEFT_TO_RIGHT).then_some(Difference::OnlyOurs))
    } else {
        DECOMPOSED_OTHERWISE
            .contains(&scalar)
            .then_some(Difference::Text)
    }
}

fn compare(text: &str, ours: &Ours) -> Option<Difference> {
    match (ours, stringprep::saslprep(text)) {
        (Ok(ours), Ok(theirs)) => (ours.as_str() != theirs).then_some(Difference::Text),
        (Ok(_), Err(_)) => Some(Difference::OnlyOurs),
        (Err(_), Ok(_)) => Some(Difference::OnlyTheirs),
        (Err(PrepError::Unassigned), Err(_)) => None,
        (Err(ours), Err(theirs)) => {
            let bidi = theirs.to_string() == "prohibited bidirectional text";
            (bidi != (*ours == PrepError::Bidi)).then_some(Difference::Reason)
        }
    }
}

/// Returns how many scalar values differ, each as [`difference`] says.
fn differences(context: Context, scalars: impl Iterator<Item = char>) -> usize {
    scalars
        .filter(|&scalar| {
            let text = [
                context.before,
                scalar.encode_utf8(&mut [0; 4]),
                context.after,
            ]
            .concat();
            let ours = saslprep_stored(&text);
            let found = compare(&text, &ours);
            assert_eq!(
                found,
                difference(context, scalar, &text, &ours),
                "{}",
                text.escape_unicode()
            );
            found.is_some()
        })
        .count()
}

/// Where Unicode 3.2 has characters, and the ends of the planes with nothing or with private use only.
fn inhabited() -> impl Iterator<Item = char> {
    ('\0'..=char::MAX).filter(|&scalar| match u32::from(scalar) {
        0..=0x2_ffff | 0xe_0000..=0xe_ffff => true,
        other => matches!(other & 0xffff, 0..=0xff | 0xff00..=0xffff),
    })
}

#[test]
fn alone() {
    let context = Context {
        before: "",
        after: "",
        right_to_left: false,
    };
    // The number of those that today's NFKC makes assigned grows with each version of Unicode.
    assert!(differences(context, '\0'..=char::MAX) > 700);
}

#[test]
fn behind_a_letter() {
    let context = Context {
        before: "a",
        after: "",
        right_to_left: false,
    };
    assert!(differences(context, inhabited()) > 500);
}

#[test]
fn between_marks() {
    let context = Context {
        before: "a\u{323}",
        after: "\u{301}",
        right_to_left: false,
    };
    assert!(differences(context, inhabited()) > 500);
}

#[test]
fn between_right_to_left_letters() {
    let context = Context {
        before: "\u{627}",
        after: "\u{628}",
        right_to_left: true,
    };
    assert!(differences(context, inhabited()) > 400);
}
