//! Where RFC 5929 §4.1 defines no value there is an error, and never a hash of our choice.

use sasl_core::{Error, Unusable};
use sasl_tls::{EndPointError, end_point};

use crate::made::{certificate, key, shell, tlv};

/// 1.2.840.113549.1.1.
const PKCS_1: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01];
const SHA_256: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];
const SHAKE_128: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x0b];

fn why(certificate: &[u8]) -> EndPointError {
    end_point(certificate).unwrap_err()
}

fn algorithm(oid: &[u8]) -> Vec<u8> {
    tlv(0x30, &[&tlv(0x06, &[oid])])
}

fn pss(fields: &[&[u8]]) -> Vec<u8> {
    shell(&[PKCS_1, &[10]].concat(), &tlv(0x30, fields))
}

#[test]
fn ed25519_and_ed448_have_none() {
    for curve in ["ED25519", "ED448"] {
        let certificate = certificate(&key(&format!("-algorithm {curve}")), "");
        assert_eq!(why(&certificate), EndPointError::NoHash, "{curve}");
    }
}

#[test]
fn ml_dsa_has_none() {
    for last in 17..=19 {
        let oid = [&SHA_256[..7], &[3, last]].concat();
        assert_eq!(why(&shell(&oid, b"")), EndPointError::NoHash);
    }
}

#[test]
fn rsassa_pss_with_another_hash_in_its_mask_has_none() {
    let key = key("-algorithm RSA -pkeyopt rsa_keygen_bits:2048");
    for row in [
        "-sha256 -sigopt rsa_mgf1_md:sha1",
        "-sha1 -sigopt rsa_mgf1_md:sha256",
    ] {
        let certificate = certificate(&key, &format!("-sigopt rsa_padding_mode:pss {row}"));
        assert_eq!(why(&certificate), EndPointError::SeveralHashes, "{row}");
    }
}

#[test]
fn rsassa_pss_needs_parameters_that_are_known() {
    let hash = tlv(0xa0, &[&algorithm(SHA_256)]);
    let mgf1 = tlv(0x06, &[PKCS_1, &[8]]);
    let mask = tlv(0xa1, &[&tlv(0x30, &[&mgf1, &algorithm(SHA_256)])]);
    assert!(end_point(&pss(&[&hash, &mask])).is_ok());
    assert!(end_point(&pss(&[])).is_ok());

    // No parameters at all, which RFC 4055 §3.1 forbids in a signature; not a sequence; a mask without its hash.
    let oid = [PKCS_1, &[10]].concat();
    assert_eq!(why(&shell(&oid, b"")), EndPointError::Malformed);
    assert_eq!(why(&shell(&oid, &[0x05, 0x00])), EndPointError::Malformed);
    let bare = tlv(0xa1, &[&tlv(0x30, &[&mgf1])]);
    assert_eq!(why(&pss(&[&hash, &bare])), EndPointError::Malformed);
    // Fields in the wrong order, twice, or too many.
    assert_eq!(why(&pss(&[&mask, &hash])), EndPointError::Malformed);
    assert_eq!(why(&pss(&[&hash, &hash])), EndPointError::Malformed);
    let fifth = tlv(0xa4, &[&[0x02, 0x01, 0x01]]);
    assert_eq!(why(&pss(&[&hash, &mask, &fifth])), EndPointError::Malformed);

    // Another hash, another mask.
    let shake = tlv(0xa0, &[&algorithm(SHAKE_128)]);
    assert_eq!(why(&pss(&[&shake, &mask])), EndPointError::UnknownAlgorithm);
    let shake = tlv(0xa1, &[&algorithm(SHAKE_128)]);
    assert_eq!(why(&pss(&[&hash, &shake])), EndPointError::UnknownAlgorithm);
}

#[test]
fn an_unknown_algorithm_has_none() {
    // RSA without a hash, RSA with MD2, RSASSA-PSS with SHAKE128 (RFC 8692), SM2 with SM3, something private.
    for oid in [
        [PKCS_1, &[1]].concat(),
        [PKCS_1, &[2]].concat(),
        vec![0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x06, 0x1e],
        vec![0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x83, 0x75],
        vec![0x2b, 0x06, 0x01, 0x04, 0x01, 0x01],
    ] {
        assert_eq!(
            why(&shell(&oid, &[0x05, 0x00])),
            EndPointError::UnknownAlgorithm
        );
    }
}

#[test]
fn to_an_exchange_it_means_that_there_is_no_binding() {
    let error = why(b"");
    assert_eq!(Error::from(error), Error::Unusable(Unusable::Binding));
}
