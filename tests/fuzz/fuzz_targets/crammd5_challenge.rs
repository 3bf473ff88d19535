//! CRAM-MD5's challenge: what parses is text in brackets, as it came.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl::cram_md5::Challenge;

fuzz_target!(|octets: &[u8]| {
    let Ok(challenge) = Challenge::parse(octets) else {
        return;
    };
    assert_eq!(challenge.as_bytes(), octets);
    assert!((3..=Challenge::MAX).contains(&octets.len()));
    let text = std::str::from_utf8(octets).unwrap();
    let inside = text.strip_prefix('<').unwrap().strip_suffix('>').unwrap();
    assert!(inside.chars().all(|c| (' '..='~').contains(&c)));
    assert!(!inside.contains(['<', '>']));
});
