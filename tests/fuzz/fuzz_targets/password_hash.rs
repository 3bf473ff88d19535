//! Texts of password hashes: what parses prints back, and a check under small limits ends without a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl::Password;
use sasl_password::{Dialect, Hash, Limits};

fuzz_target!(|text: &str| {
    // A hash costs microseconds at most, or is refused.
    let limits = Limits::default()
        .memory_kib(64)
        .work_kib(64)
        .pbkdf2_iterations(10)
        .sha_crypt_rounds(1000)
        .bcrypt_cost(3);
    for dialect in [Dialect::Unnamed, Dialect::Ldap, Dialect::Dovecot] {
        let Ok(hash) = Hash::parse(text, dialect) else {
            continue;
        };
        let printed = hash.encode();
        assert!(printed.as_str().eq_ignore_ascii_case(text));
        let (tag, rest) = text.split_at(text.find('}').unwrap_or_default());
        assert!(tag.is_empty() || tag.starts_with('{') || printed.as_str() == text);
        assert!(printed.as_str().ends_with(rest));
        let again = Hash::parse(printed.as_str(), dialect).expect("what was printed parses");
        assert_eq!(again.description(), hash.description());
        assert_eq!(again.encode().as_str(), printed.as_str());
        let _ = hash.verify(&Password::new("pencil"), &limits);
    }
});
