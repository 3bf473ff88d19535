//! The value is what `openssl x509 -fingerprint` says under the right digest.

use sasl_tls::end_point;
use sha2::{Digest, Sha256};

use crate::made::{certificate, fingerprint, key, openssl, shell};

/// Each row: how the certificate is signed, and the digest of the fingerprint that it must have.
fn assert_agree(key: &[u8], rows: &[(&str, &str)]) {
    for (arguments, digest) in rows {
        let certificate = certificate(key, arguments);
        let binding =
            end_point(&certificate).unwrap_or_else(|error| panic!("{arguments}: {error}"));
        assert_eq!(binding.name(), "tls-server-end-point");
        let expected = fingerprint(&certificate, digest);
        assert_eq!(binding.data(), expected, "{arguments}");
    }
}

#[test]
fn rsa_hashes_with_the_hash_of_its_signature() {
    assert_agree(
        &key("-algorithm RSA -pkeyopt rsa_keygen_bits:2048"),
        &[
            // RFC 5929 §4.1: SHA-256 instead of MD5 and SHA-1.
            ("-md5", "sha256"),
            ("-sha1", "sha256"),
            ("-sha224", "sha224"),
            ("-sha256", "sha256"),
            ("-sha384", "sha384"),
            ("-sha512", "sha512"),
            ("-sha512-224", "sha512-224"),
            ("-sha512-256", "sha512-256"),
            ("-sha3-224", "sha3-224"),
            ("-sha3-256", "sha3-256"),
            ("-sha3-384", "sha3-384"),
            ("-sha3-512", "sha3-512"),
        ],
    );
}

#[test]
fn rsassa_pss_hashes_with_the_hash_of_its_parameters() {
    let key = key("-algorithm RSA -pkeyopt rsa_keygen_bits:3072");
    let rows = [
        // All parameters at their defaults, so none is written.
        ("-sha1 -sigopt rsa_pss_saltlen:20", "sha256"),
        ("-sha1 -sigopt rsa_pss_saltlen:32", "sha256"),
        ("-sha224 -sigopt rsa_pss_saltlen:digest", "sha224"),
        ("-sha256 -sigopt rsa_pss_saltlen:digest", "sha256"),
        ("-sha256 -sigopt rsa_pss_saltlen:20", "sha256"),
        ("-sha256 -sigopt rsa_pss_saltlen:0", "sha256"),
        // 350 octets of salt.
        ("-sha256 -sigopt rsa_pss_saltlen:max", "sha256"),
        ("-sha384 -sigopt rsa_pss_saltlen:digest", "sha384"),
        ("-sha384 -sigopt rsa_mgf1_md:sha384", "sha384"),
        ("-sha512 -sigopt rsa_pss_saltlen:digest", "sha512"),
        ("-sha512-256 -sigopt rsa_pss_saltlen:digest", "sha512-256"),
    ]
    .map(|(row, digest)| (format!("-sigopt rsa_padding_mode:pss {row}"), digest));
    assert_agree(
        &key,
        &rows.each_ref().map(|(row, digest)| (row.as_str(), *digest)),
    );
}

#[test]
fn a_key_that_is_for_rsassa_pss_only_signs_the_same_way() {
    let key = key(
        "-algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_pss_keygen_md:sha384 \
         -pkeyopt rsa_pss_keygen_mgf1_md:sha384 -pkeyopt rsa_pss_keygen_saltlen:48",
    );
    assert_agree(
        &key,
        &[
            ("-sha384", "sha384"),
            ("-sha384 -sigopt rsa_pss_saltlen:60", "sha384"),
        ],
    );
}

#[test]
fn ecdsa_hashes_with_the_hash_of_its_identifier_whatever_the_curve() {
    for (curve, digest) in [
        ("P-256", "sha256"),
        ("P-384", "sha384"),
        ("P-521", "sha512"),
    ] {
        let key = key(&format!("-algorithm EC -pkeyopt ec_paramgen_curve:{curve}"));
        assert_agree(&key, &[(&format!("-{digest}"), digest)]);
    }
    assert_agree(
        &key("-algorithm EC -pkeyopt ec_paramgen_curve:P-256"),
        &[
            ("-sha1", "sha256"),
            ("-sha224", "sha224"),
            ("-sha384", "sha384"),
            ("-sha512", "sha512"),
            ("-sha3-224", "sha3-224"),
            ("-sha3-256", "sha3-256"),
            ("-sha3-384", "sha3-384"),
            ("-sha3-512", "sha3-512"),
        ],
    );
}

#[test]
fn dsa_hashes_with_the_hash_of_its_identifier() {
    let key = openssl("dsaparam -genkey -noout 1024", b"");
    assert_agree(
        &key,
        &[
            ("-sha1", "sha256"),
            ("-sha224", "sha224"),
            ("-sha256", "sha256"),
            ("-sha384", "sha384"),
            ("-sha512", "sha512"),
        ],
    );
}

#[test]
fn the_old_identifier_of_rsa_with_sha_1_is_known() {
    // 1.3.14.3.2.29
    let certificate = shell(&[0x2b, 0x0e, 0x03, 0x02, 0x1d], &[0x05, 0x00]);
    let binding = end_point(&certificate).unwrap();
    assert_eq!(binding.data(), &Sha256::digest(&certificate)[..]);
}
