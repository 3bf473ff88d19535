//! OAUTHBEARER's response: what parses holds nothing that could add a field, and is written so that it is read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl::Authzid;
use sasl::oauth::message::BearerResponse;

fuzz_target!(|octets: &[u8]| {
    let Ok(message) = BearerResponse::parse(octets) else {
        return;
    };
    assert!(octets.len() <= BearerResponse::MAX);
    assert!(octets.ends_with(b"\x01\x01"));
    assert!(message.token.bytes().all(|octet| octet.is_ascii_graphic()));
    let name = message.authzid.as_ref().map_or("x", Authzid::as_str);
    assert!(!name.is_empty() && !name.bytes().any(|octet| octet.is_ascii_control()));
    let written = message.encode().unwrap();
    let again = BearerResponse::parse(written.expose()).unwrap();
    assert_eq!(
        (again.authzid, again.host, again.port, again.token),
        (message.authzid, message.host, message.port, message.token)
    );
});
