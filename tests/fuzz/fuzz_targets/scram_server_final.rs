//! SCRAM's server-final-message.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl::scram::message::ServerFinal;

fuzz_target!(|octets: &[u8]| {
    match ServerFinal::parse(octets) {
        Ok(ServerFinal::Verifier(_)) => assert!(octets.starts_with(b"v=")),
        Ok(ServerFinal::Error(said)) => {
            assert!(
                octets.starts_with(b"e=")
                    && octets[2..].starts_with(said.as_bytes())
                    && !said.is_empty()
            );
        }
        Err(_) => {}
    }
});
