//! SASLprep: the stored form is the query form with fewer strings, and what comes out holds nothing that is prohibited.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl::Preparation;
use sasl_prep::{query, saslprep_query, saslprep_stored, stored};

fuzz_target!(|octets: &[u8]| {
    for preparation in [Preparation::SaslprepOrRaw, Preparation::None] {
        assert!(stored(preparation, octets).is_ok() && query(preparation, octets).is_ok());
    }
    assert!(query(Preparation::None, octets).unwrap().matches(octets));
    let Ok(text) = std::str::from_utf8(octets) else {
        assert!(query(Preparation::Saslprep, octets).is_err());
        return;
    };
    let query = saslprep_query(text);
    if let Ok(stored) = saslprep_stored(text) {
        assert_eq!(stored.as_str(), query.as_ref().unwrap().as_str());
    }
    if let Ok(query) = query {
        let prepared = query.as_str();
        assert!(
            !prepared
                .chars()
                .any(|c| c.is_control() || c == '\u{ad}' || c == '\u{a0}')
        );
        if text.is_ascii() {
            assert_eq!(prepared, text);
        }
    }
});
