//! PLAIN's message: what parses is written again as it was.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl::plain::Message;

fuzz_target!(|octets: &[u8]| {
    let Ok(message) = Message::parse(octets) else {
        return;
    };
    assert!(octets.len() <= Message::MAX);
    assert!(!message.passwd.is_empty());
    assert_eq!(octets.iter().filter(|octet| **octet == 0).count(), 2);
    match message.encode() {
        Ok(again) => assert!(again.matches(octets)),
        Err(_) => assert!(message.authcid.is_empty()),
    }
});
