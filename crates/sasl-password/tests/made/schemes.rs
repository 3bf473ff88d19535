//! New hashes: each verifies, none is like another, and what cannot be hashed is refused.

use proptest::prelude::*;
use sasl_core::testing::ScriptedRandom;
use sasl_core::{OsRandom, Password, WithoutRandom};
use sasl_password::{Cost, Dialect, Hash, HashError, Limits, Scheme};

/// All of them, as cheap as they get.
fn cheap() -> [Scheme; 8] {
    let iterations = |scheme: Scheme, count| scheme.with_cost(Cost::Iterations(count)).unwrap();
    [
        Scheme::argon2id()
            .with_cost(Cost::Argon2 {
                memory_kib: 8,
                passes: 1,
                lanes: 1,
            })
            .unwrap(),
        Scheme::scrypt()
            .with_cost(Cost::Scrypt {
                log_n: 1,
                block: 1,
                lanes: 1,
            })
            .unwrap(),
        Scheme::bcrypt().with_cost(Cost::Exponent(4)).unwrap(),
        iterations(Scheme::pbkdf2_sha256(), 1),
        iterations(Scheme::pbkdf2_sha512(), 1),
        iterations(Scheme::passlib_pbkdf2_sha256(), 1),
        iterations(Scheme::passlib_pbkdf2_sha512(), 1),
        iterations(Scheme::sha512_crypt(), 1000),
    ]
}

fn fits(text: &str, password: &str) -> Result<bool, HashError> {
    let hash = Hash::parse(text, Dialect::Unnamed)?;
    hash.verify(&Password::new(password), &Limits::default())
}

#[test]
fn the_defaults_are_what_they_say() {
    let salt = [0x5a; 16];
    let begins = [
        (
            Scheme::default(),
            "$argon2id$v=19$m=19456,t=2,p=1$WlpaWlpaWlpaWlpaWlpaWg$",
        ),
        (Scheme::argon2id(), "$argon2id$v=19$m=19456,t=2,p=1$"),
        (
            Scheme::scrypt(),
            "$scrypt$ln=17,r=8,p=1$WlpaWlpaWlpaWlpaWlpaWg$",
        ),
        (Scheme::bcrypt(), "$2b$12$UjnYUjnYUjnYUjnYUjnYUe"),
        (
            Scheme::pbkdf2_sha256(),
            "$pbkdf2-sha256$i=600000,l=32$WlpaWlpaWlpaWlpaWlpaWg$",
        ),
        (
            Scheme::pbkdf2_sha512(),
            "$pbkdf2-sha512$i=220000,l=64$WlpaWlpaWlpaWlpaWlpaWg$",
        ),
        (
            Scheme::passlib_pbkdf2_sha256(),
            "$pbkdf2-sha256$600000$WlpaWlpaWlpaWlpaWlpaWg$",
        ),
        (
            Scheme::passlib_pbkdf2_sha512(),
            "$pbkdf2-sha512$220000$WlpaWlpaWlpaWlpaWlpaWg$",
        ),
        (Scheme::sha512_crypt(), "$6$rounds=656000$OdZKOdZKOdZKOdZK$"),
    ];
    for (scheme, begin) in begins {
        let hash = scheme
            .hash(&Password::new("pencil"), &ScriptedRandom::new(salt))
            .unwrap();
        assert!(hash.as_str().starts_with(begin), "{}", hash.as_str());
        assert_eq!(fits(hash.as_str(), "pencil"), Ok(true));
        assert_eq!(fits(hash.as_str(), "pencil "), Ok(false));
        // The limits let in what is made here, and a login does not ask for more.
        let description = Hash::parse(hash.as_str(), Dialect::Unnamed)
            .unwrap()
            .description();
        assert!(!description.is_weaker_than(&scheme), "{begin}");
        assert!(!description.legacy, "{begin}");
    }
}

#[test]
fn no_two_alike() {
    for scheme in cheap() {
        let password = Password::new("pencil");
        let [one, other] = [(); 2].map(|()| scheme.hash(&password, &OsRandom).unwrap());
        assert_ne!(one.as_str(), other.as_str());
    }
}

#[test]
fn what_cannot_be_hashed() {
    for scheme in cheap() {
        let hash = |password: Vec<u8>| {
            scheme
                .hash(&Password::new(password), &OsRandom)
                .map(|hash| hash.as_str().to_owned())
        };
        assert_eq!(hash(vec![]), Err(HashError::PasswordEmpty));
        assert_eq!(hash(vec![b'x'; 4097]), Err(HashError::PasswordTooLong));
        let longest = match scheme.algorithm().name() {
            "bcrypt" => 72,
            "sha512-crypt" => 511,
            _ => 4096,
        };
        assert!(hash(vec![b'x'; longest]).is_ok());
        assert_eq!(
            hash(vec![b'x'; longest + 1]),
            Err(HashError::PasswordTooLong)
        );
        assert_eq!(hash(vec![b'x', 0]), Err(HashError::PasswordNul));
        assert_eq!(
            scheme.hash(&Password::new("x"), &WithoutRandom).err(),
            Some(HashError::Randomness)
        );
    }
}

#[test]
fn costs_have_ranges_and_belong_to_a_scheme() {
    let refused = [
        (Scheme::argon2id(), Cost::Iterations(1)),
        (
            Scheme::argon2id(),
            Cost::Argon2 {
                memory_kib: 31,
                passes: 1,
                lanes: 4,
            },
        ),
        (
            Scheme::scrypt(),
            Cost::Argon2 {
                memory_kib: 8,
                passes: 1,
                lanes: 1,
            },
        ),
        (
            Scheme::scrypt(),
            Cost::Scrypt {
                log_n: 0,
                block: 8,
                lanes: 1,
            },
        ),
        (Scheme::bcrypt(), Cost::Exponent(3)),
        (Scheme::bcrypt(), Cost::Exponent(32)),
        (Scheme::bcrypt(), Cost::Iterations(4096)),
        (Scheme::pbkdf2_sha256(), Cost::Iterations(0)),
        (Scheme::sha512_crypt(), Cost::Iterations(999)),
        (Scheme::sha512_crypt(), Cost::Iterations(1_000_000_000)),
        (Scheme::sha512_crypt(), Cost::Fixed),
    ];
    for (scheme, cost) in refused {
        assert_eq!(scheme.with_cost(cost), Err(HashError::Cost), "{cost:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_is_made_verifies(password in "[^\0]{1,18}", other in "[^\0]{1,18}", salt: [u8; 16], which in 0..8_usize) {
        let scheme = cheap()[which];
        let hash = scheme.hash(&Password::new(password.as_str()), &ScriptedRandom::new(salt)).unwrap();
        prop_assert_eq!(fits(hash.as_str(), &password), Ok(true));
        prop_assert_eq!(fits(hash.as_str(), &other), Ok(password == other));
        let parsed = Hash::parse(hash.as_str(), Dialect::Unnamed).unwrap();
        prop_assert_eq!(parsed.description(), scheme.description());
        let printed = parsed.encode();
        prop_assert_eq!(printed.as_str(), hash.as_str());
    }
}
