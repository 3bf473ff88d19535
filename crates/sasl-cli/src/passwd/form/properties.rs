//! What is written in a form is read again as the same, whatever it is.

use clap::ValueEnum as _;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use sasl::cram_md5::derive_context;
use sasl::stored::{self, Dialect, Reading};
use sasl::{Key, OsRandom, Password, Preparation, ScramHash, ScramKeys, Verifier};
use sasl_password::{Cost, Hash, Limits, Scheme};

use super::Form;

const HASHES: [ScramHash; 6] = [
    ScramHash::Sha1,
    ScramHash::Sha224,
    ScramHash::Sha256,
    ScramHash::Sha384,
    ScramHash::Sha512,
    ScramHash::Sha3_512,
];

const PREPARATIONS: [Preparation; 3] = [
    Preparation::Saslprep,
    Preparation::SaslprepOrRaw,
    Preparation::None,
];

/// Every scheme that is made, as cheap as it gets.
fn schemes() -> Vec<Scheme> {
    let argon2 = Cost::Argon2 {
        memory_kib: 8,
        passes: 1,
        lanes: 1,
    };
    let scrypt = Cost::Scrypt {
        log_n: 1,
        block: 1,
        lanes: 1,
    };
    [
        (Scheme::argon2id(), argon2),
        (Scheme::scrypt(), scrypt),
        (Scheme::bcrypt(), Cost::Exponent(4)),
        (Scheme::pbkdf2_sha256(), Cost::Iterations(3)),
        (Scheme::pbkdf2_sha512(), Cost::Iterations(3)),
        (Scheme::passlib_pbkdf2_sha256(), Cost::Iterations(3)),
        (Scheme::passlib_pbkdf2_sha512(), Cost::Iterations(3)),
        (Scheme::sha512_crypt(), Cost::Iterations(1000)),
    ]
    .into_iter()
    .map(|(scheme, cost)| scheme.with_cost(cost).unwrap())
    .collect()
}

/// How the program of the form reads tags.
fn dialect(form: Form) -> Dialect {
    match form {
        Form::Ldap => Dialect::Ldap,
        Form::Dovecot => Dialect::Dovecot,
        _ => Dialect::Unnamed,
    }
}

proptest! {
    #[test]
    fn keys_are_read_again(
        hash in select(HASHES.to_vec()),
        preparation in select(PREPARATIONS.to_vec()),
        iterations in 1..=u32::MAX,
        salt in vec(any::<u8>(), 1..100),
        octets in vec(any::<u8>(), 128),
    ) {
        let (stored, server) = octets.split_at(64);
        let part = |octets: &[u8]| Key::new(octets.iter().copied().take(hash.digest_len()).collect::<Vec<_>>());
        let (stored_key, server_key) = (part(stored), part(server));
        let keys = Verifier::Scram(ScramKeys {
            hash,
            iterations,
            salt: salt.clone().into(),
            preparation,
            stored_key: stored_key.clone(),
            server_key: server_key.clone(),
        });
        let mut written = false;
        for form in Form::value_variants() {
            let Ok(text) = form.write(&keys, Dialect::Unnamed) else { continue };
            written = true;
            // What the canonical text does not leave open is not said.
            let reading = match form {
                Form::Canonical => Reading::new(),
                _ => Reading::new().preparation(preparation).scram_hash(hash),
            };
            let read = stored::read(&text, &reading).unwrap();
            let [Verifier::Scram(again)] = read.as_slice() else {
                panic!("{form:?}: {}", *text);
            };
            prop_assert_eq!((again.hash, again.iterations), (hash, iterations));
            prop_assert_eq!((&*again.salt, again.preparation), (&*salt, preparation));
            prop_assert!(again.stored_key.matches(stored_key.expose()));
            prop_assert!(again.server_key.matches(server_key.expose()));
            let once_more = form.write(&read[0], Dialect::Unnamed).unwrap();
            prop_assert_eq!(&*once_more, &*text);
        }
        prop_assert!(written);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn hashes_know_their_password_in_every_form(
        scheme in select(schemes()),
        password in "[^\0]{1,18}",
        other in "[^\0]{1,18}",
    ) {
        let [password, other] = [password, other].map(|text| Password::new(text.as_str()));
        let limits = Limits::default();
        let made = Verifier::PasswordHash(scheme.hash(&password, &OsRandom).unwrap());
        for form in Form::value_variants() {
            let Ok(text) = form.write(&made, Dialect::Unnamed) else { continue };
            let hash = Hash::parse(&text, dialect(*form)).unwrap();
            prop_assert_eq!(hash.description(), scheme.description());
            prop_assert_eq!(hash.verify(&password, &limits), Ok(true), "{:?}: {}", form, *text);
            let fits = password.matches(other.expose());
            prop_assert_eq!(hash.verify(&other, &limits), Ok(fits), "{:?}: {}", form, *text);
            let read = stored::read(&text, &Reading::new().dialect(dialect(*form))).unwrap();
            let once_more = form.write(&read[0], dialect(*form)).unwrap();
            prop_assert_eq!(&*once_more, &*text);
        }
    }

    #[test]
    fn contexts_and_clear_text_are_read_again(password in vec(any::<u8>(), 1..40)) {
        let password = Password::new(password);
        let context = derive_context(&password, Preparation::None).unwrap();
        for form in [Form::Canonical, Form::Dovecot] {
            let clear_text = Verifier::ClearText(password.clone());
            for verifier in [Verifier::CramMd5(context.clone()), clear_text] {
                let text = form.write(&verifier, Dialect::Unnamed).unwrap();
                match stored::read(&text, &Reading::new()).unwrap().as_slice() {
                    [Verifier::CramMd5(again)] => {
                        prop_assert!(again.inner.matches(context.inner.expose()));
                        prop_assert!(again.outer.matches(context.outer.expose()));
                    }
                    [Verifier::ClearText(again)] => prop_assert!(again.matches(password.expose())),
                    other => panic!("{other:?}"),
                }
            }
        }
    }
}
