//! Verifiers as text: nothing panics, and what is read is written and read the same again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl::ScramHash;
use sasl::stored::{Dialect, Reading, read, write};

fuzz_target!(|text: &str| {
    let reading = Reading::new().scram_hash(ScramHash::Sha256);
    for dialect in [Dialect::Unnamed, Dialect::Ldap, Dialect::Dovecot] {
        let reading = reading.dialect(dialect);
        for verifier in read(text, &reading).into_iter().flatten() {
            let Ok(written) = write(&verifier) else {
                // Its tag has two meanings, of which the reading named one.
                assert_ne!(dialect, Dialect::Unnamed);
                continue;
            };
            let again = read(&written, &Reading::new()).unwrap();
            assert_eq!(again.len(), 1);
            assert_eq!(write(&again[0]).unwrap(), written);
        }
    }
});
