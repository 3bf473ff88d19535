//! The error challenge: what parses is written so that it is read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl::oauth::OauthError;

fuzz_target!(|said: &str| {
    let Ok(error) = OauthError::parse(said) else {
        return;
    };
    assert!(said.len() <= OauthError::MAX);
    let written = error.encode();
    assert!(!written.bytes().any(|octet| octet < b' '));
    // Members are written compactly, but some characters with more octets than they came with.
    if written.len() <= OauthError::MAX {
        assert_eq!(OauthError::parse(&written), Ok(error));
    }
});
