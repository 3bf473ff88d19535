//! Mechanism names: what parses prints as it was, and nothing else parses.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl::MechanismName;

fuzz_target!(|text: &str| {
    let allowed = |c: u8| c.is_ascii_uppercase() || c.is_ascii_digit() || c == b'-' || c == b'_';
    let valid = (1..=20).contains(&text.len()) && text.bytes().all(allowed);
    match MechanismName::parse(text) {
        Ok(name) => assert!(valid && name.as_str() == text && name == *text),
        Err(_) => assert!(!valid),
    }
});
