//! Verifiers as text: nothing panics, and what is read is written and read the same again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl::stored::{Dialect, Reading, read, write};
use sasl::{Preparation, ScramHash, Verifier};

fuzz_target!(|text: &str| {
    for dialect in [Dialect::Unnamed, Dialect::Ldap, Dialect::Dovecot] {
        for preparation in [Preparation::Saslprep, Preparation::None] {
            let reading = Reading::new()
                .scram_hash(ScramHash::Sha256)
                .dialect(dialect)
                .preparation(preparation);
            for verifier in read(text, &reading).into_iter().flatten() {
                let Ok(written) = write(&verifier) else {
                    // Its tag has two meanings, of which the reading named one.
                    assert_ne!(dialect, Dialect::Unnamed);
                    assert!(matches!(verifier, Verifier::PasswordHash(_)));
                    continue;
                };
                let again = read(&written, &Reading::new()).unwrap();
                assert_eq!(again.len(), 1);
                assert_same(&verifier, &again[0]);
                assert_eq!(write(&again[0]).unwrap(), written);
            }
        }
    }
});

fn assert_same(one: &Verifier, other: &Verifier) {
    match (one, other) {
        (Verifier::ClearText(one), Verifier::ClearText(other)) => {
            assert!(one.matches(other.expose()));
        }
        (Verifier::PasswordHash(one), Verifier::PasswordHash(other)) => {
            assert_eq!(one.as_str(), other.as_str());
        }
        (Verifier::Scram(one), Verifier::Scram(other)) => {
            assert_eq!((one.hash, one.iterations), (other.hash, other.iterations));
            assert_eq!(
                (&one.salt, one.preparation),
                (&other.salt, other.preparation)
            );
            assert!(one.stored_key.matches(other.stored_key.expose()));
            assert!(one.server_key.matches(other.server_key.expose()));
        }
        (Verifier::CramMd5(one), Verifier::CramMd5(other)) => {
            assert!(one.inner.matches(other.inner.expose()));
            assert!(one.outer.matches(other.outer.expose()));
        }
        (Verifier::Other(one), Verifier::Other(other)) => {
            assert_eq!(one.scheme, other.scheme);
            assert!(one.data.matches(other.data.expose()));
        }
        _ => panic!("another kind"),
    }
}
