//! Which hash a certificate's signature algorithm uses.

use der::Reader as _;
use der::asn1::{ObjectIdentifier, UintRef};
use der::{TagMode, TagNumber};
use spki::{AlgorithmIdentifier, AlgorithmIdentifierRef};

use crate::EndPointError;

/// The hash of a signature algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hash {
    Md5,
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
    Sha512_224,
    Sha512_256,
    Sha3_224,
    Sha3_256,
    Sha3_384,
    Sha3_512,
}

const fn oid(dotted: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(dotted)
}

/// Signature algorithms that name their one hash.
const SIGNATURES: &[(ObjectIdentifier, Hash)] = &[
    // RSASSA-PKCS1-v1_5 (RFC 8017 appendix A.2.4).
    (oid("1.2.840.113549.1.1.4"), Hash::Md5),
    (oid("1.2.840.113549.1.1.5"), Hash::Sha1),
    (oid("1.2.840.113549.1.1.14"), Hash::Sha224),
    (oid("1.2.840.113549.1.1.11"), Hash::Sha256),
    (oid("1.2.840.113549.1.1.12"), Hash::Sha384),
    (oid("1.2.840.113549.1.1.13"), Hash::Sha512),
    (oid("1.2.840.113549.1.1.15"), Hash::Sha512_224),
    (oid("1.2.840.113549.1.1.16"), Hash::Sha512_256),
    // The same with SHA-1, as old tools wrote it (OIW, sha-1WithRSAEncryption).
    (oid("1.3.14.3.2.29"), Hash::Sha1),
    // DSA and ECDSA (RFC 3279 §2.2.2, §2.2.3; RFC 5758 §3).
    (oid("1.2.840.10040.4.3"), Hash::Sha1),
    (oid("2.16.840.1.101.3.4.3.1"), Hash::Sha224),
    (oid("2.16.840.1.101.3.4.3.2"), Hash::Sha256),
    (oid("2.16.840.1.101.3.4.3.3"), Hash::Sha384),
    (oid("2.16.840.1.101.3.4.3.4"), Hash::Sha512),
    (oid("1.2.840.10045.4.1"), Hash::Sha1),
    (oid("1.2.840.10045.4.3.1"), Hash::Sha224),
    (oid("1.2.840.10045.4.3.2"), Hash::Sha256),
    (oid("1.2.840.10045.4.3.3"), Hash::Sha384),
    (oid("1.2.840.10045.4.3.4"), Hash::Sha512),
    // With SHA-3 (NIST, sigAlgs 9 to 16): ECDSA, then RSASSA-PKCS1-v1_5.
    (oid("2.16.840.1.101.3.4.3.9"), Hash::Sha3_224),
    (oid("2.16.840.1.101.3.4.3.10"), Hash::Sha3_256),
    (oid("2.16.840.1.101.3.4.3.11"), Hash::Sha3_384),
    (oid("2.16.840.1.101.3.4.3.12"), Hash::Sha3_512),
    (oid("2.16.840.1.101.3.4.3.13"), Hash::Sha3_224),
    (oid("2.16.840.1.101.3.4.3.14"), Hash::Sha3_256),
    (oid("2.16.840.1.101.3.4.3.15"), Hash::Sha3_384),
    (oid("2.16.840.1.101.3.4.3.16"), Hash::Sha3_512),
];

/// Signature algorithms that hash inside and leave no choice of it: there is no hash that the certificate names.
const WITHOUT_HASH: &[ObjectIdentifier] = &[
    // Ed25519, Ed448 (RFC 8410 §3).
    oid("1.3.101.112"),
    oid("1.3.101.113"),
    // ML-DSA-44, -65, -87 (RFC 9881 §2).
    oid("2.16.840.1.101.3.4.3.17"),
    oid("2.16.840.1.101.3.4.3.18"),
    oid("2.16.840.1.101.3.4.3.19"),
];

/// Hashes as the parameters of RSASSA-PSS name them (RFC 8017 appendix A.2.1).
const HASHES: &[(ObjectIdentifier, Hash)] = &[
    (oid("1.2.840.113549.2.5"), Hash::Md5),
    (oid("1.3.14.3.2.26"), Hash::Sha1),
    (oid("2.16.840.1.101.3.4.2.4"), Hash::Sha224),
    (oid("2.16.840.1.101.3.4.2.1"), Hash::Sha256),
    (oid("2.16.840.1.101.3.4.2.2"), Hash::Sha384),
    (oid("2.16.840.1.101.3.4.2.3"), Hash::Sha512),
    (oid("2.16.840.1.101.3.4.2.5"), Hash::Sha512_224),
    (oid("2.16.840.1.101.3.4.2.6"), Hash::Sha512_256),
    (oid("2.16.840.1.101.3.4.2.7"), Hash::Sha3_224),
    (oid("2.16.840.1.101.3.4.2.8"), Hash::Sha3_256),
    (oid("2.16.840.1.101.3.4.2.9"), Hash::Sha3_384),
    (oid("2.16.840.1.101.3.4.2.10"), Hash::Sha3_512),
];

const RSASSA_PSS: ObjectIdentifier = oid("1.2.840.113549.1.1.10");
const MGF1: ObjectIdentifier = oid("1.2.840.113549.1.1.8");

impl Hash {
    /// The one hash that the algorithm uses.
    pub(crate) fn of_signature(
        algorithm: AlgorithmIdentifierRef<'_>,
    ) -> Result<Self, EndPointError> {
        if algorithm.oid == RSASSA_PSS {
            return Self::of_pss(algorithm);
        }
        if WITHOUT_HASH.contains(&algorithm.oid) {
            return Err(EndPointError::NoHash);
        }
        find(SIGNATURES, algorithm.oid)
    }

    /// ```asn1
    /// RSASSA-PSS-params ::= SEQUENCE {
    ///     hashAlgorithm     [0] HashAlgorithm     DEFAULT sha1,
    ///     maskGenAlgorithm  [1] MaskGenAlgorithm  DEFAULT mgf1SHA1,
    ///     saltLength        [2] INTEGER           DEFAULT 20,
    ///     trailerField      [3] TrailerField      DEFAULT trailerFieldBC }
    /// ```
    /// (RFC 8017 appendix A.2.3). A signature has to have them, if only as an empty sequence (RFC 4055 §3.1).
    fn of_pss(algorithm: AlgorithmIdentifierRef<'_>) -> Result<Self, EndPointError> {
        let parameters = algorithm.parameters.ok_or(EndPointError::Malformed)?;
        let (hash, mask) = parameters.sequence(|reader| {
            let hash: Option<AlgorithmIdentifierRef<'_>> =
                reader.context_specific(TagNumber(0), TagMode::Explicit)?;
            let mask: Option<AlgorithmIdentifier<AlgorithmIdentifierRef<'_>>> =
                reader.context_specific(TagNumber(1), TagMode::Explicit)?;
            let _salt_length: Option<UintRef<'_>> =
                reader.context_specific(TagNumber(2), TagMode::Explicit)?;
            let _trailer_field: Option<UintRef<'_>> =
                reader.context_specific(TagNumber(3), TagMode::Explicit)?;
            Ok::<_, EndPointError>((hash, mask))
        })?;
        let hash = hash.map_or(Ok(Self::Sha1), |hash| find(HASHES, hash.oid))?;
        let mask = mask.map_or(Ok(Self::Sha1), |mask| {
            if mask.oid != MGF1 {
                return Err(EndPointError::UnknownAlgorithm);
            }
            let hash = mask.parameters.ok_or(EndPointError::Malformed)?;
            find(HASHES, hash.oid)
        })?;
        // RFC 5929 §4.1: with multiple hash functions the binding is undefined.
        if hash == mask {
            Ok(hash)
        } else {
            Err(EndPointError::SeveralHashes)
        }
    }
}

fn find(table: &[(ObjectIdentifier, Hash)], oid: ObjectIdentifier) -> Result<Hash, EndPointError> {
    table
        .iter()
        .find(|(known, _)| *known == oid)
        .map(|&(_, hash)| hash)
        .ok_or(EndPointError::UnknownAlgorithm)
}
