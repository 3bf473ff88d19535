//! What is no certificate is refused, in time and without a panic.

use proptest::prelude::*;
use sasl_tls::{EndPointError, MAX_CERTIFICATE, end_point};

use crate::made::{certificate, key, shell, tlv};

/// 1.2.840.10045.4.3.2, ecdsa-with-SHA256.
const ECDSA: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];

fn samples() -> Vec<Vec<u8>> {
    let rsa = key("-algorithm RSA -pkeyopt rsa_keygen_bits:2048");
    let ec = key("-algorithm EC -pkeyopt ec_paramgen_curve:P-256");
    vec![
        certificate(&rsa, "-sha256"),
        certificate(&rsa, "-sha384 -sigopt rsa_padding_mode:pss"),
        certificate(&ec, "-sha256"),
    ]
}

#[test]
fn a_certificate_cut_anywhere_is_refused() {
    for whole in samples() {
        for length in 0..whole.len() {
            let cut = end_point(&whole[..length]).map(drop);
            assert_eq!(cut, Err(EndPointError::Malformed), "{length}");
        }
        assert!(end_point(&whole).is_ok());
    }
}

#[test]
fn octets_after_a_certificate_are_refused() {
    for whole in samples() {
        for rest in [&[0][..], &whole] {
            let longer = [&whole, rest].concat();
            assert_eq!(end_point(&longer).map(drop), Err(EndPointError::Malformed));
        }
    }
}

#[test]
fn every_single_octet_may_be_wrong() {
    let whole = shell(ECDSA, b"");
    for at in 0..whole.len() {
        for octet in 0..=u8::MAX {
            let mut changed = whole.clone();
            changed[at] = octet;
            // What is still read has a value of its own: the hash is over all of it.
            if let Ok(binding) = end_point(&changed) {
                let same = binding.data() == end_point(&whole).unwrap().data();
                assert_eq!(same, changed == whole);
            }
        }
    }
}

#[test]
fn lengths_that_lie_are_refused_before_anything_is_done() {
    for header in [
        &[0x30, 0x80][..],
        &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff],
        &[0x30, 0x88, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        &[0x30, 0xff],
        // Not the shortest form.
        &[0x30, 0x81, 0x02, 0x30, 0x00],
        &[0x30, 0x00],
        &[0x31, 0x00],
        &[0x05, 0x00],
    ] {
        assert_eq!(end_point(header).map(drop), Err(EndPointError::Malformed));
    }
}

#[test]
fn other_things_are_refused() {
    // A raw public key (RFC 7250), which some TLS libraries hand out as a certificate.
    let spki = tlv(
        0x30,
        &[&tlv(0x30, &[&tlv(0x06, &[ECDSA])]), &tlv(0x03, &[&[0, 4]])],
    );
    // What is signed is no sequence; the signature is no bit string, or is missing.
    let algorithm = tlv(0x30, &[&tlv(0x06, &[ECDSA])]);
    let (sequence, integer) = (tlv(0x30, &[]), tlv(0x02, &[&[1]]));
    let signature = tlv(0x03, &[&[0, 1]]);
    let unsigned = tlv(0x30, &[&integer, &algorithm, &signature]);
    let unproven = tlv(0x30, &[&sequence, &algorithm, &integer]);
    let open = tlv(0x30, &[&sequence, &algorithm]);
    assert!(end_point(&tlv(0x30, &[&sequence, &algorithm, &signature])).is_ok());
    let nested = (0..10_000).fold(Vec::new(), |inner, _| tlv(0x30, &[&inner]));
    for other in [
        spki.as_slice(),
        b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
        &unsigned,
        &unproven,
        &open,
        &nested,
    ] {
        assert_eq!(end_point(other).map(drop), Err(EndPointError::Malformed));
    }
}

#[test]
fn the_longest_certificate_is_that_of_tls() {
    let of_length = |length: usize| {
        let fixed = shell(ECDSA, b"").len();
        let signed = tlv(0x30, &[&vec![0; length - fixed]]);
        let algorithm = tlv(0x30, &[&tlv(0x06, &[ECDSA])]);
        tlv(0x30, &[&signed, &algorithm, &tlv(0x03, &[&[0, 1]])])
    };
    let fits = of_length(MAX_CERTIFICATE - 1000);
    assert!(fits.len() <= MAX_CERTIFICATE && end_point(&fits).is_ok());
    let longer = of_length(MAX_CERTIFICATE + 1000);
    assert_eq!(end_point(&longer).map(drop), Err(EndPointError::TooLong));
}

proptest! {
    #[test]
    fn any_octets_are_taken_or_refused(octets: Vec<u8>) {
        let _ = end_point(&octets);
    }

    #[test]
    fn any_parameters_are_taken_or_refused(octets: Vec<u8>) {
        // RSASSA-PSS: the only parameters that are read.
        let oid = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a];
        let _ = end_point(&shell(&oid, &octets));
        let _ = end_point(&shell(&oid, &tlv(0x30, &[&octets])));
        let _ = end_point(&shell(&oid, &tlv(0x30, &[&tlv(0xa0, &[&octets])])));
        let _ = end_point(&shell(&oid, &tlv(0x30, &[&tlv(0xa1, &[&octets])])));
    }
}
