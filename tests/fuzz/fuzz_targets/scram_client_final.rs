//! SCRAM's client-final-message: what the proof covers is the octets themselves.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl::scram::message::ClientFinal;

fuzz_target!(|octets: &[u8]| {
    let Ok(message) = ClientFinal::parse(octets) else {
        return;
    };
    assert!(octets.starts_with(message.without_proof.as_bytes()));
    assert!(octets[message.without_proof.len()..].starts_with(b",p="));
    assert!(message.proof().len() <= 64);
    let start = format!("c={},r={}", message.channel_binding, message.nonce);
    assert!(message.without_proof.starts_with(&start));
});
