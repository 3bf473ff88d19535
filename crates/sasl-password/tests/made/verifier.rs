//! A server's checks: which hashes are its business, and what a stranger costs.

use std::time::{Duration, Instant};

use sasl_core::server::PasswordVerifier;
use sasl_core::{Password, PasswordHash, Verifier};
use sasl_password::{Cost, Dialect, Limits, Passwords, Scheme};

const SSHA: &str = "{SSHA}BMGsfICT0MuVK1h884teLirs83Uo8TNF";

fn check(passwords: &Passwords, text: &str, password: &str) -> Option<bool> {
    let verifier = Verifier::PasswordHash(PasswordHash::new(text));
    passwords.check(&verifier, password.as_bytes())
}

/// Some milliseconds, so that there is something to measure.
fn policy() -> Scheme {
    let cost = Cost::Iterations(40_000);
    Scheme::pbkdf2_sha256().with_cost(cost).unwrap()
}

#[test]
fn what_is_its_business_and_what_is_not() {
    let passwords = Passwords::new(policy());
    assert_eq!(check(&passwords, SSHA, "pencil"), Some(true));
    assert_eq!(check(&passwords, SSHA, "pen"), Some(false));
    // Somebody else may know these.
    for text in [
        "{NOSUCH}x",
        "zeXTUnf7H4k3s",
        "pencil",
        "{PLAIN}pencil",
        "$gy$x",
    ] {
        assert_eq!(check(&passwords, text, "pencil"), None, "{text}");
    }
    // Damaged, locked, too costly, or of two meanings: nobody gets in.
    for text in [
        "{SSHA}BMGsfICT0MuVK1h884teLirs83Uo8TN",
        "*",
        "!",
        "",
        "$2b$31$RiPJjOgwp3mYjo0AGgBa0O4XbTAMO9WQstYiwqUDs1ULAdScoh37a",
        "{MD5}qPaDC855Copn/C6E4SCTug==",
    ] {
        assert_eq!(check(&passwords, text, "pencil"), Some(false), "{text}");
    }
    let clear = Verifier::ClearText(Password::new("pencil"));
    assert_eq!(passwords.check(&clear, b"pencil"), None);
}

#[test]
fn the_dialect_decides() {
    let ldap = "{MD5}qPaDC855Copn/C6E4SCTug==";
    let dovecot = "{MD5}$1$m858aBGg$zx7bN74alpzRbyhuRvR3b/";
    let passwords = Passwords::new(policy()).dialect(Dialect::Ldap);
    assert_eq!(check(&passwords, ldap, "pencil"), Some(true));
    assert_eq!(check(&passwords, dovecot, "pencil"), Some(false));
    let passwords = Passwords::new(policy()).dialect(Dialect::Dovecot);
    assert_eq!(check(&passwords, ldap, "pencil"), Some(false));
    assert_eq!(check(&passwords, dovecot, "pencil"), Some(true));
}

#[test]
fn limits_count() {
    let text = "$2b$05$RiPJjOgwp3mYjo0AGgBa0O4XbTAMO9WQstYiwqUDs1ULAdScoh37a";
    let passwords = Passwords::new(policy());
    assert_eq!(check(&passwords, text, "pencil"), Some(true));
    let passwords = passwords.limits(Limits::default().bcrypt_cost(4));
    assert_eq!(check(&passwords, text, "pencil"), Some(false));
}

/// A stranger's check does the work of the policy, and so does that of an account whose hash is damaged or too costly.
///
/// 40,000 iterations are 80,000 blocks of SHA-256: no machine does them within a millisecond. An upper bound would only
/// measure what else a machine does.
#[test]
fn strangers_and_damaged_accounts_take_the_work_of_an_account() {
    let passwords = Passwords::new(policy());
    let known = policy()
        .hash(&Password::new("pencil"), &sasl_core::OsRandom)
        .unwrap();
    let costly = "$2b$31$RiPJjOgwp3mYjo0AGgBa0O4XbTAMO9WQstYiwqUDs1ULAdScoh37a";
    let refused = |text: &str| assert_eq!(check(&passwords, text, "wrong"), Some(false));
    let runs: [(&str, &dyn Fn()); 5] = [
        ("known", &|| {
            assert_eq!(check(&passwords, known.as_str(), "pencil"), Some(true));
        }),
        ("wrong", &|| refused(known.as_str())),
        ("stranger", &|| passwords.decoy(b"wrong")),
        ("damaged", &|| refused("$2b$05$damaged")),
        ("costly", &|| refused(costly)),
    ];
    for (name, run) in runs {
        let begin = Instant::now();
        run();
        let took = begin.elapsed();
        assert!(took > Duration::from_millis(1), "{name}: {took:?}");
    }
}
