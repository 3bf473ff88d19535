//! What holds for every string.

use proptest::prelude::*;
use sasl_prep::{
    PrepError, Preparation, query, query_text, saslprep_query, saslprep_stored, stored,
    stored_text, trace,
};

/// Scalar values that the profiles treat in different ways, more often than by chance.
fn scalar() -> impl Strategy<Value = char> {
    let ranges = |ranges: &[(char, char)]| {
        let ranges = ranges
            .iter()
            .map(|&(first, last)| proptest::char::range(first, last));
        proptest::strategy::Union::new(ranges)
    };
    prop_oneof![
        4 => proptest::char::range(' ', '~'),
        2 => ranges(&[('\u{a0}', '\u{24f}'), ('\u{1e00}', '\u{218f}'), ('\u{3000}', '\u{30ff}')]),
        // Marks, known in 3.2 and not.
        2 => ranges(&[('\u{300}', '\u{362}'), ('\u{3099}', '\u{309a}'), ('\u{1ab0}', '\u{1ace}')]),
        1 => ranges(&[('\u{1100}', '\u{11ff}'), ('\u{ac00}', '\u{d7a3}'), ('\u{ff00}', '\u{ffef}')]),
        1 => ranges(&[('\u{5d0}', '\u{6ff}'), ('\u{fb1d}', '\u{fdff}')]),
        // Mapped to a space or to nothing.
        1 => ranges(&[('\u{2000}', '\u{200d}'), ('\u{ad}', '\u{ad}'), ('\u{fe00}', '\u{fe0f}')]),
        1 => ranges(&[('\u{11080}', '\u{114c9}'), ('\u{1d15e}', '\u{1d1ff}'), ('\u{2f800}', '\u{2fa1f}')]),
        1 => any::<char>(),
    ]
}

fn text() -> impl Strategy<Value = String> {
    proptest::collection::vec(scalar(), 0..24).prop_map(|scalars| scalars.into_iter().collect())
}

const CHOICES: [Preparation; 3] = [
    Preparation::Saslprep,
    Preparation::SaslprepOrRaw,
    Preparation::None,
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn prepared_is_prepared(text in text()) {
        if let Ok(once) = saslprep_query(&text) {
            let twice = saslprep_query(once.as_str()).unwrap();
            prop_assert_eq!(once.as_str(), twice.as_str());
        }
    }

    #[test]
    fn query_takes_what_stored_takes(text in text()) {
        match (saslprep_stored(&text), saslprep_query(&text)) {
            (Ok(stored), Ok(query)) => prop_assert_eq!(stored.as_str(), query.as_str()),
            (Err(stored), Err(query)) => prop_assert_eq!(stored, query),
            (stored, query) => prop_assert!(stored.err() == Some(PrepError::Unassigned) && query.is_ok()),
        }
    }

    #[test]
    fn output_is_bounded(text in text()) {
        if let Ok(prepared) = saslprep_query(&text) {
            prop_assert!(prepared.as_str().len() <= text.len().saturating_mul(11));
        }
    }

    /// What `trace` accepts beyond SASLprep is what SASLprep makes something else of, and C.7.
    #[test]
    fn prepared_is_traceable(text in text()) {
        if let Ok(prepared) = saslprep_query(&text) {
            prop_assert_eq!(trace(prepared.as_str()), Ok(()));
        }
    }

    #[test]
    fn canonical_equivalents_become_one(text in text()) {
        use unicode_normalization::UnicodeNormalization;
        // Only of what Unicode 3.2 assigns does today's Unicode know what is equivalent in 3.2.
        if let Ok(prepared) = saslprep_stored(&text) {
            let decomposed = prepared.as_str().nfd().collect::<String>();
            let recomposed = saslprep_stored(&decomposed).unwrap();
            prop_assert_eq!(recomposed.as_str(), prepared.as_str());
            prop_assert_eq!(prepared.as_str().nfkc().collect::<String>(), prepared.as_str());
        }
    }

    #[test]
    fn text_and_its_octets_fare_alike(text in text()) {
        for choice in CHOICES {
            for (as_text, as_octets) in [
                (stored_text(choice, &text), stored(choice, text.as_bytes())),
                (query_text(choice, &text), query(choice, text.as_bytes())),
            ] {
                prop_assert_eq!(as_text.as_ref().err(), as_octets.as_ref().err());
                if let (Ok(as_text), Ok(as_octets)) = (as_text, as_octets) {
                    prop_assert!(as_octets.matches(as_text.as_str().as_bytes()));
                }
            }
        }
    }

    #[test]
    fn no_octets_are_too_hostile(octets in proptest::collection::vec(any::<u8>(), 0..64)) {
        for choice in CHOICES {
            let (stored, query) = (stored(choice, &octets), query(choice, &octets));
            prop_assert!(choice == Preparation::Saslprep || (stored.is_ok() && query.is_ok()));
        }
    }

    #[test]
    fn or_raw_has_one_form(text in text()) {
        let stored = stored_text(Preparation::SaslprepOrRaw, &text).unwrap();
        let query = query_text(Preparation::SaslprepOrRaw, &text).unwrap();
        prop_assert_eq!(stored.as_str(), query.as_str());
        prop_assert_eq!(stored.is_empty(), text.is_empty());
    }

    #[test]
    fn ascii_stays(text in "[ -~]{0,64}") {
        let prepared = saslprep_stored(&text).unwrap();
        prop_assert_eq!(prepared.as_str(), text);
    }
}
