//! CRAM-MD5's response: what parses is written again as it was, and its last space is the one before the digest.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl::cram_md5::{Digest, Response};

fuzz_target!(|octets: &[u8]| {
    let Ok(response) = Response::parse(octets) else {
        return;
    };
    assert!(octets.len() <= Response::MAX);
    let digest = response.digest.expose();
    assert_eq!(digest.len(), Digest::LEN);
    assert!(octets.ends_with(digest) && !digest.contains(&b' '));
    match response.encode() {
        Ok(again) => assert_eq!(again, octets),
        Err(_) => assert!(response.username.is_empty()),
    }
});
