//! A server can not have a client work for nothing.

use std::time::{Duration, Instant};

use sasl::client::Turn;
use sasl::{Error, Malformed, Offer, Unusable};

use super::common::*;

/// Failures 16, 17, 62: refused before any derivation. A derivation is a `Turn::Compute`, so that counting these counts
/// the derivations that a client could have been made to run.
#[test]
fn iterations_are_checked_before_anything_is_derived() {
    let mut computations = 0;
    for (iterations, expected) in [
        ("0", Error::from(Malformed::Iterations)),
        ("-1", Malformed::Iterations.into()),
        ("+4096", Malformed::Iterations.into()),
        (" 4096", Malformed::Iterations.into()),
        ("04096", Malformed::Iterations.into()),
        ("4096x", Malformed::Iterations.into()),
        ("4096\r\n", Malformed::Iterations.into()),
        ("", Malformed::Iterations.into()),
        ("abc", Malformed::Iterations.into()),
        ("4294967296", Malformed::Iterations.into()),
        ("99999999999999999999", Malformed::Iterations.into()),
        ("1", Unusable::Iterations.into()),
        ("4095", Unusable::Iterations.into()),
        ("2000001", Unusable::Iterations.into()),
        ("20000000", Unusable::Iterations.into()),
        ("2147483647", Unusable::Iterations.into()),
        ("4294967295", Unusable::Iterations.into()),
    ] {
        for name in [
            "SCRAM-SHA-1",
            "SCRAM-SHA-224",
            "SCRAM-SHA-256",
            "SCRAM-SHA-384",
            "SCRAM-SHA-512",
            "SCRAM-SHA3-512",
        ] {
            let message = format!("r=abcdef,s=QSXC,i={iterations}");
            let mut once = || {
                let client = mechanism(name).1.dangerous_fixed_nonce("abc");
                let response = start(
                    client,
                    &tls(&[]),
                    &Offer::parse(name),
                    credentials("user", "pencil"),
                )
                .unwrap();
                let begun = Instant::now();
                let end = response.challenge(message.as_bytes());
                let time = begun.elapsed();
                match end {
                    Ok(Turn::Compute(_)) => computations += 1,
                    Ok(other) => panic!("{name} i={iterations:?}: {other:?}"),
                    Err(failure) => {
                        assert_eq!(failure.error(), expected, "{name} i={iterations:?}");
                    }
                }
                time
            };
            // The fastest of several: whoever else the machine works for slows down some.
            let time = (0..5).map(|_| once()).min().unwrap();
            assert!(
                time < Duration::from_millis(10),
                "{name} i={iterations:?}: {time:?}"
            );
        }
    }
    assert_eq!(computations, 0);
}

#[test]
fn both_ends_of_the_range_are_adjustable() {
    for (range, iterations, taken) in [
        (1..=10, 1, true),
        (1..=10, 10, true),
        (1..=10, 11, false),
        (10_000..=10_000, 4096, false),
        (1..=u32::MAX, u32::MAX, true),
    ] {
        let client = mechanism("SCRAM-SHA-256")
            .1
            .dangerous_fixed_nonce("abc")
            .iterations(range);
        let response = start(
            client,
            &tls(&[]),
            &Offer::parse("SCRAM-SHA-256"),
            credentials("user", "pencil"),
        )
        .unwrap();
        let turn = response.challenge(format!("r=abcdef,s=QSXC,i={iterations}").as_bytes());
        assert_eq!(matches!(turn, Ok(Turn::Compute(_))), taken, "{iterations}");
    }
}
