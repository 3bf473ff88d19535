//! The bodies of requests that a client of Kafka sends, and its raw frames.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl_profile::kafka::{AuthenticateRequest, HandshakeRequest, raw};

fuzz_target!(|octets: &[u8]| {
    if let Ok(read) = HandshakeRequest::parse(octets) {
        assert_eq!(*read.encode(), *octets);
    }
    if let Ok(read) = AuthenticateRequest::parse(octets) {
        assert_eq!(*read.encode(), *octets);
    }
    if let Ok(Some(len)) = raw::message_len(octets) {
        let frame = octets.get(..len).unwrap();
        assert_eq!(*raw::encode(raw::parse(frame).unwrap().expose()), *frame);
    }
});
