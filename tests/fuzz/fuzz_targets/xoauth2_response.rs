//! XOAUTH2's response: what parses holds nothing that could add a field, and is written so that it is read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl::Unusable;
use sasl::oauth::message::Xoauth2Response;

fuzz_target!(|octets: &[u8]| {
    let Ok(message) = Xoauth2Response::parse(octets) else {
        return;
    };
    assert!(octets.len() <= Xoauth2Response::MAX);
    assert_eq!(octets.iter().filter(|octet| **octet == 1).count(), 3);
    assert!(message.token.bytes().all(|octet| octet.is_ascii_graphic()));
    match message.encode() {
        Ok(written) => {
            let again = Xoauth2Response::parse(written.expose()).unwrap();
            assert_eq!((again.user, again.token), (message.user, message.token));
        }
        Err(error) => {
            // An empty token is read, and not written; without a space before it the scheme is one octet shorter.
            let longest = octets.len() == Xoauth2Response::MAX;
            assert!(message.token.is_empty() && error == Unusable::EmptySecret || longest);
        }
    }
});
