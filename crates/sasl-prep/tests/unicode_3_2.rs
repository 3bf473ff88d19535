//! What Python's Unicode 3.2 makes of every scalar value and of thousands of strings.
//!
//! Written by `cargo xtask tables`.

use std::collections::BTreeMap;

use sasl_prep::{PrepError, Prepared, saslprep_query, saslprep_stored};

const SCALARS: &str = include_str!("data/scalars.txt");
const STRINGS: &str = include_str!("data/strings.txt");

fn lines(file: &'static str) -> impl Iterator<Item = &'static str> {
    file.lines().filter(|line| !line.starts_with('#'))
}

fn scalar(hex: &str) -> Option<char> {
    u32::from_str_radix(hex, 16).ok().and_then(char::from_u32)
}

/// `None` is a field that cannot be read.
fn outcome(field: &str) -> Option<Result<String, PrepError>> {
    Some(match field {
        "prohibited" => Err(PrepError::Prohibited),
        "bidi" => Err(PrepError::Bidi),
        "unassigned" => Err(PrepError::Unassigned),
        text => Ok(text.split_whitespace().map(scalar).collect::<Option<_>>()?),
    })
}

fn prepared(prepared: Result<Prepared, PrepError>) -> Option<Result<String, PrepError>> {
    Some(prepared.map(|prepared| prepared.as_str().to_owned()))
}

#[test]
fn every_scalar_value() {
    let mut scalars = '\0'..=char::MAX;
    let mut kinds = BTreeMap::new();
    for line in lines(SCALARS) {
        let (range, wanted) = line.split_once(' ').unwrap();
        let (first, last) = range.split_once("..").unwrap();
        let (kind, to) = wanted.split_once(' ').unwrap_or((wanted, ""));
        for alone in scalar(first).unwrap()..=scalar(last).unwrap() {
            // No scalar value is left out.
            assert_eq!(scalars.next(), Some(alone));
            *kinds.entry(kind).or_insert(0_u32) += 1;
            let alone = alone.to_string();
            let same = || Some(Ok(alone.clone()));
            let (in_store, in_query) = match kind {
                "same" => (same(), same()),
                "unassigned" => (outcome(kind), same()),
                "to" => (outcome(to), outcome(to)),
                fault => (outcome(fault), outcome(fault)),
            };
            assert_eq!(
                (
                    prepared(saslprep_stored(&alone)),
                    prepared(saslprep_query(&alone))
                ),
                (in_store, in_query),
                "{}",
                alone.escape_unicode()
            );
        }
    }
    assert_eq!(scalars.next(), None);
    let counts = [
        ("prohibited", 137_742),
        ("same", 90_747),
        ("to", 4_266),
        ("unassigned", 879_309),
    ];
    assert_eq!(kinds, BTreeMap::from(counts));
}

#[test]
fn strings() {
    let mut count = 0;
    for line in lines(STRINGS) {
        let [input, in_store, in_query] = line.split(';').collect::<Vec<_>>().try_into().unwrap();
        let in_store = if in_store == "=" { input } else { in_store };
        let in_query = if in_query == "=" { in_store } else { in_query };
        let input = outcome(input).unwrap().unwrap();
        assert_eq!(
            (
                prepared(saslprep_stored(&input)),
                prepared(saslprep_query(&input))
            ),
            (outcome(in_store), outcome(in_query)),
            "{line}"
        );
        count += 1;
    }
    assert_eq!(count, 3800);
}
