//! ANONYMOUS's message: what parses is a trace, within its bounds, and stays as it is.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl::anonymous::Message;
use sasl_prep::trace;

fuzz_target!(|octets: &[u8]| {
    let Ok(message) = Message::parse(octets) else {
        return;
    };
    let text = message.as_str();
    assert_eq!(text.as_bytes(), octets);
    assert!(trace(text).is_ok());
    assert!(!text.chars().any(char::is_control));
    match message {
        Message::Empty => assert!(text.is_empty()),
        Message::Token(_) => {
            assert!(!text.contains('@'));
            assert!((1..=255).contains(&text.chars().count()));
        }
        Message::Email(_) => {
            let (local, domain) = text.rsplit_once('@').unwrap();
            assert!((1..=64).contains(&local.len()));
            assert!((1..=255).contains(&domain.len()));
            assert!(!domain.contains(char::is_whitespace));
        }
    }
});
