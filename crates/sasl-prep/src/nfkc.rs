//! NFKC as Unicode 3.2 has it (RFC 3454 §4), in buffers that are wiped.
//!
//! The steps are here and not taken from `unicode-normalization`, whose own buffers would keep pieces of the secret;
//! that crate has the data. Its Unicode is newer, and by the stability policy that changes three things only:
//!
//! - What 3.2 does not assign is a starter that neither decomposes nor composes. Restored here.
//! - Five compatibility ideographs decompose otherwise (Corrigendum 4). Restored here.
//! - A starter composes with the one before it only when nothing stands between them (Corrigendum 5, PR 29). The
//!   wording of 3.2 let a mark stand there, which RFC 4013 §4 calls an anomaly, of sequences that no well-formed text
//!   has. Not restored: the implementations we compare with do not have it, Python's Unicode 3.2 among them.

use alloc::string::String;
use alloc::vec::Vec;

use unicode_normalization::char::{canonical_combining_class, compose, decompose_compatible};
use zeroize::{Zeroize, Zeroizing};

use crate::check::contains;
use crate::tables::{DECOMPOSED_OTHERWISE, UNASSIGNED};

/// A scalar value of the decomposed text.
struct Letter {
    /// The canonical combining class; 0 is a starter.
    class: u8,
    /// Where it stood, so that sorting by class keeps the order within a class without a buffer of its own.
    place: usize,
    /// `None` once it is composed into the starter before it.
    scalar: Option<char>,
}

impl Zeroize for Letter {
    fn zeroize(&mut self) {
        self.class.zeroize();
        self.place.zeroize();
        self.scalar.zeroize();
    }
}

/// Normalizes the text, which is gone through twice: for its length and for its letters. No buffer ever grows.
pub(crate) fn nfkc(text: impl Iterator<Item = char> + Clone) -> Zeroizing<String> {
    let mut letters = decomposed(text);
    reorder(&mut letters);
    recompose(&mut letters);
    spell(&letters)
}

fn decomposed(text: impl Iterator<Item = char> + Clone) -> Zeroizing<Vec<Letter>> {
    let mut length = 0_usize;
    for scalar in text.clone() {
        decompose(scalar, |_| length = length.saturating_add(1));
    }
    let mut letters = Zeroizing::new(Vec::with_capacity(length));
    for scalar in text {
        decompose(scalar, |scalar| {
            let place = letters.len();
            letters.push(Letter {
                class: class(scalar),
                place,
                scalar: Some(scalar),
            });
        });
    }
    letters
}

/// At most 18 scalar values for one, and 11 octets for one: U+FDFA.
fn decompose(scalar: char, mut emit: impl FnMut(char)) {
    if contains(UNASSIGNED, scalar) {
        emit(scalar);
    } else if let Some(&(_, otherwise)) = DECOMPOSED_OTHERWISE
        .iter()
        .find(|(whole, _)| *whole == scalar)
    {
        emit(otherwise);
    } else {
        decompose_compatible(scalar, emit);
    }
}

fn class(scalar: char) -> u8 {
    if contains(UNASSIGNED, scalar) {
        0
    } else {
        canonical_combining_class(scalar)
    }
}

/// The canonical order: each run of non-starters sorted by class.
fn reorder(letters: &mut [Letter]) {
    for run in letters.chunk_by_mut(|left, right| left.class != 0 && right.class != 0) {
        run.sort_unstable_by_key(|letter| (letter.class, letter.place));
    }
}

/// Composes each letter with the last starter before it, unless one between them blocks it.
fn recompose(letters: &mut [Letter]) {
    let mut starter: Option<&mut Option<char>> = None;
    // The class of the letter that now stands before this one, if that is not the starter itself.
    let mut before: Option<u8> = None;
    for letter in letters {
        let blocked = before.is_some_and(|before| before >= letter.class);
        let pair = starter
            .as_deref()
            .copied()
            .flatten()
            .zip(letter.scalar)
            .filter(|_| !blocked);
        let composite = pair.and_then(|(starter, scalar)| compose_assigned(starter, scalar));
        if let (Some(starter), Some(composite)) = (starter.as_deref_mut(), composite) {
            *starter = Some(composite);
            letter.scalar = None;
        } else if letter.class == 0 {
            starter = Some(&mut letter.scalar);
            before = None;
        } else {
            before = Some(letter.class);
        }
    }
}

/// What Unicode 3.2 does not assign has no parts in it, so to look at the whole is enough.
fn compose_assigned(starter: char, scalar: char) -> Option<char> {
    compose(starter, scalar).filter(|&composite| !contains(UNASSIGNED, composite))
}

fn spell(letters: &[Letter]) -> Zeroizing<String> {
    let scalars = || letters.iter().filter_map(|letter| letter.scalar);
    let mut text = Zeroizing::new(String::with_capacity(scalars().map(char::len_utf8).sum()));
    for scalar in scalars() {
        text.push(scalar);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;

    fn assert_nfkc(text: &str, wanted: &str) {
        assert_eq!(*nfkc(text.chars()), wanted, "{}", text.escape_unicode());
    }

    #[test]
    fn composes_and_reorders() {
        assert_nfkc("", "");
        assert_nfkc("\u{301}", "\u{301}");
        assert_nfkc("\u{301}a\u{301}", "\u{301}\u{e1}");
        // The dot below goes first.
        assert_nfkc("s\u{307}\u{323}", "\u{1e69}");
        assert_nfkc("a\u{30a}\u{323}\u{302}", "\u{1ea1}\u{30a}\u{302}");
        // Of two marks of one class the first blocks the second.
        assert_nfkc("a\u{301}\u{300}", "\u{e1}\u{300}");
        assert_nfkc("a\u{315}\u{301}\u{300}", "\u{e1}\u{300}\u{315}");
        // A mark of a lower class does not.
        assert_nfkc("a\u{5ae}\u{301}\u{305}", "\u{e1}\u{5ae}\u{305}");
        // Composition exclusions.
        assert_nfkc("\u{958}\u{2adc}", "\u{915}\u{93c}\u{2add}\u{338}");
        assert_nfkc("\u{fb1d}", "\u{5d9}\u{5b4}");
        assert_nfkc("\u{212b}\u{ff21}\u{2126}", "\u{c5}A\u{3a9}");
    }

    #[test]
    fn hangul() {
        assert_nfkc("\u{1112}\u{1161}\u{11ab}", "\u{d55c}");
        assert_nfkc("\u{d558}\u{11ab}", "\u{d55c}");
        assert_nfkc("\u{d55c}\u{11ab}", "\u{d55c}\u{11ab}");
        // U+11A7 would be the final consonant that is none.
        assert_nfkc("\u{d558}\u{11a7}\u{11c3}", "\u{d558}\u{11a7}\u{11c3}");
        assert_nfkc(
            "\u{1112}\u{1112}\u{1161}\u{1161}",
            "\u{1112}\u{d558}\u{1161}",
        );
        assert_nfkc("\u{ffbe}\u{ffc2}", "\u{d558}");
    }

    #[test]
    fn corrigendum_5() {
        assert_nfkc("\u{b47}\u{300}\u{b3e}", "\u{b47}\u{300}\u{b3e}");
        assert_nfkc(
            "\u{1100}\u{300}\u{1161}\u{300}\u{11a8}",
            "\u{1100}\u{300}\u{1161}\u{300}\u{11a8}",
        );
    }

    #[test]
    fn unicode_3_2_is_the_last() {
        assert_nfkc(
            "\u{2f868}\u{2f874}\u{2f91f}\u{2f95f}\u{2f9bf}",
            "\u{2136a}\u{5f33}\u{43ab}\u{7aae}\u{4d57}",
        );
        // Today a mark of class 232 that goes behind one of class 220; in 3.2 it stands in the way.
        assert_nfkc("a\u{358}\u{323}", "a\u{358}\u{323}");
        assert_nfkc("a\u{323}\u{358}\u{302}", "\u{1ea1}\u{358}\u{302}");
        // Today two halves, and a whole.
        assert_nfkc("\u{11099}\u{110ba}\u{1109a}", "\u{11099}\u{110ba}\u{1109a}");
        // Today "0.".
        assert_nfkc("\u{1f100}", "\u{1f100}");
    }

    #[test]
    fn long_runs_are_sorted_and_stable() {
        let times = 20_000;
        let run = "\u{301}\u{323}\u{300}\u{32d}\u{345}".repeat(times);
        // The first dot below composes; none of the others does, for a mark of its class is before it.
        let below = "\u{32d}\u{323}".repeat(times);
        let below = below.strip_suffix('\u{323}').unwrap();
        let above = "\u{301}\u{300}".repeat(times);
        let wanted = format!("\u{1ea1}{below}{above}{}", "\u{345}".repeat(times));
        assert_nfkc(&format!("a{run}"), &wanted);
    }

    #[test]
    fn no_buffer_grows() {
        // One that had grown would have left a copy of the secret behind.
        for text in [
            "pencil",
            "\u{fdfa}".repeat(9).as_str(),
            "e\u{301}\u{323}\u{344}\u{d55c}",
            "\u{1112}\u{1161}",
            "",
        ] {
            let mut letters = decomposed(text.chars());
            assert_eq!(letters.capacity(), letters.len());
            reorder(&mut letters);
            recompose(&mut letters);
            let spelt = spell(&letters);
            assert_eq!(spelt.capacity(), spelt.len());
        }
    }

    #[test]
    fn expansion_is_bounded() {
        for whole in '\0'..=char::MAX {
            let (mut scalars, mut octets) = (0_usize, 0_usize);
            decompose(whole, |part| {
                scalars = scalars.saturating_add(1);
                octets = octets.saturating_add(part.len_utf8());
            });
            assert!(
                scalars <= 18 && octets <= whole.len_utf8().saturating_mul(11),
                "{whole:?}"
            );
            // To compose saves octets, or the bound would not hold for what is composed.
            let composite = scalars > 1 && nfkc([whole].into_iter()).chars().eq([whole]);
            assert!(!composite || whole.len_utf8() <= octets, "{whole:?}");
        }
    }
}
