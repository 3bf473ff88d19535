//! Every hash function beside the crates that have it whole.

use alloc::vec;
use alloc::vec::Vec;

use ::hmac::digest::{Digest as _, FixedOutput, Update};
use ::hmac::{Hmac, KeyInit, SimpleHmac};
use proptest::prelude::*;

use super::Hash;

/// The same by whole hash functions.
struct Whole {
    hash: Hash,
    digest: fn(&[u8]) -> Vec<u8>,
    hmac: fn(&[u8], &[u8]) -> Vec<u8>,
    hi: fn(&[u8], &[u8], u32) -> Vec<u8>,
}

macro_rules! whole {
    ($($feature:literal $hash:ident $digest:ty, $mac:ty;)+) => {
        fn all() -> Vec<Whole> {
            vec![$(
                #[cfg(feature = $feature)]
                Whole {
                    hash: Hash::$hash,
                    digest: |octets| <$digest>::digest(octets).to_vec(),
                    hmac: hmac::<$mac>,
                    hi: hi::<$mac>,
                },
            )+]
        }
    };
}

whole! {
    "sha-1" Sha1 sha1::Sha1, Hmac<sha1::Sha1>;
    "sha-224" Sha224 sha2::Sha224, Hmac<sha2::Sha224>;
    "sha-256" Sha256 sha2::Sha256, Hmac<sha2::Sha256>;
    "sha-384" Sha384 sha2::Sha384, Hmac<sha2::Sha384>;
    "sha-512" Sha512 sha2::Sha512, Hmac<sha2::Sha512>;
    "sha3-512" Sha3_512 sha3::Sha3_512, SimpleHmac<sha3::Sha3_512>;
}

fn hmac<M: KeyInit + Update + FixedOutput>(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mac = M::new_from_slice(key).unwrap();
    mac.chain(message).finalize_fixed().to_vec()
}

fn hi<M>(password: &[u8], salt: &[u8], iterations: u32) -> Vec<u8>
where
    M: KeyInit + Update + FixedOutput + Clone,
{
    let mut digest = vec![0; M::output_size()];
    pbkdf2::pbkdf2::<M>(password, salt, iterations, &mut digest).unwrap();
    digest
}

/// Octets that differ by where they stand.
fn octets(len: usize) -> Vec<u8> {
    (0_u8..=250).cycle().take(len).collect()
}

/// Longer than two blocks of any hash function, so that every place where padding begins is among them.
const LENGTHS: core::ops::Range<usize> = 0..300;

#[test]
fn the_names_are_those_of_the_contract() {
    for Whole { hash, .. } in all() {
        let [name, plus] = hash.names();
        assert_eq!(name, hash.id().mechanism());
        assert_eq!(sasl_core::ScramHash::of_mechanism(plus), Some(hash.id()));
    }
}

#[test]
fn digests_of_every_length() {
    for whole in all() {
        for len in LENGTHS {
            let message = octets(len);
            assert_eq!(
                whole.hash.digest(&message).as_slice(),
                (whole.digest)(&message),
                "{:?} of {len}",
                whole.hash
            );
        }
    }
}

#[test]
fn macs_of_every_length_with_keys_of_every_length() {
    for whole in all() {
        for len in LENGTHS {
            let (long, short) = (octets(len), octets(60));
            for (key, message) in [(&long, &short), (&short, &long), (&long, &long)] {
                let expected = (whole.hmac)(key, message);
                let hash = whole.hash;
                assert_eq!(hash.hmac(key, &[message]).as_slice(), expected, "{hash:?}");
                assert_eq!(hash.keyed(key).mac(&[message]).as_slice(), expected);
            }
        }
    }
}

#[test]
fn parts_are_one_string() {
    for whole in all() {
        let message = octets(290);
        let expected = (whole.hmac)(b"key", &message);
        for first in 0..=message.len() {
            let (one, rest) = message.split_at(first);
            let (two, three) = rest.split_at(rest.len() / 3);
            let mac = whole.hash.hmac(b"key", &[one, two, b"", three]);
            assert_eq!(mac.as_slice(), expected, "{:?} at {first}", whole.hash);
        }
        let each: Vec<&[u8]> = message.chunks(1).collect();
        assert_eq!(whole.hash.hmac(b"key", &each).as_slice(), expected);
    }
}

#[test]
fn derivations_with_passwords_and_salts_of_every_length() {
    for whole in all() {
        for len in LENGTHS {
            let (long, short) = (octets(len), octets(16));
            for (password, salt) in [(&long, &short), (&short, &long)] {
                assert_eq!(
                    whole.hash.hi(password, salt, 3).as_slice(),
                    (whole.hi)(password, salt, 3),
                    "{:?} of {len}",
                    whole.hash
                );
            }
        }
    }
}

#[test]
fn a_digest_keeps_what_it_has_room_for() {
    let digest = super::Digest::new(&octets(80));
    assert_eq!(digest.as_slice(), octets(64));
    assert!(super::Digest::of(sasl_core::ScramHash::Sha256, &octets(32)).is_some());
    assert!(super::Digest::of(sasl_core::ScramHash::Sha256, &octets(31)).is_none());
    assert!(super::Digest::of(sasl_core::ScramHash::Sha256, &octets(33)).is_none());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn derivations_are_pbkdf2(
        password in prop::collection::vec(any::<u8>(), 0..300),
        salt in prop::collection::vec(any::<u8>(), 0..1100),
        iterations in 1_u32..600,
    ) {
        for whole in all() {
            let hash = whole.hash;
            let derived = hash.hi(&password, &salt, iterations);
            prop_assert_eq!(derived.as_slice(), (whole.hi)(&password, &salt, iterations), "{:?}", hash);
        }
    }

    #[test]
    fn macs_are_hmac(
        key in prop::collection::vec(any::<u8>(), 0..300),
        parts in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 0..5),
    ) {
        for whole in all() {
            let hash = whole.hash;
            let slices: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
            let mac = hash.hmac(&key, &slices);
            prop_assert_eq!(mac.as_slice(), (whole.hmac)(&key, &parts.concat()), "{:?}", hash);
        }
    }
}
