//! SCRAM's client-first-message: what parses is the octets themselves, cut.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl::scram::message::ClientFirst;

fuzz_target!(|octets: &[u8]| {
    let Ok(message) = ClientFirst::parse(octets) else {
        return;
    };
    assert_eq!(
        [message.gs2_header, message.bare].concat().as_bytes(),
        octets
    );
    assert!(message.gs2_header.ends_with(',') && message.bare.starts_with("n="));
    assert!((1..=512).contains(&message.nonce.len()) && !message.nonce.contains(','));
    let name = message.username.unescaped();
    assert!(!name.contains('\0'));
    if let Some(authzid) = message.authzid {
        assert!(!authzid.unescaped().is_empty());
    }
});
