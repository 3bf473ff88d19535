//! SCRAM's server-first-message: everything that parses is within its limits.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl::scram::message::ServerFirst;

fuzz_target!(|octets: &[u8]| {
    let Ok(message) = ServerFirst::parse(octets) else {
        return;
    };
    assert!(message.iterations > 0);
    assert!((1..=1026).contains(&message.salt.len()));
    let text = std::str::from_utf8(octets).unwrap();
    assert!(text.starts_with(&format!("r={},s=", message.nonce)));
    assert!(text.contains(&format!(",i={}", message.iterations)));
    assert!(!text.split(',').any(|attribute| attribute.starts_with("m=")));
});
