//! `tls-server-end-point`: the server's certificate, hashed.

use core::fmt;

use der::asn1::{AnyRef, BitStringRef};
use der::{Reader as _, SliceReader, Tag};
use sasl_core::{BindingName, ChannelBinding, Unusable};
use sha2::digest::Digest;
use sha2::{Sha224, Sha256, Sha384, Sha512, Sha512_224, Sha512_256};
use sha3::{Sha3_224, Sha3_256, Sha3_384, Sha3_512};
use spki::AlgorithmIdentifierRef;

use crate::signature::Hash;

/// The most octets a certificate may have: what one entry of a TLS `Certificate` message can carry (RFC 8446 §4.4.2).
pub const MAX_CERTIFICATE: usize = 0xff_ffff;

/// The `tls-server-end-point` value of a server's certificate, given in DER as it went over the wire (RFC 5929 §4.1).
///
/// It is the hash of the whole certificate under the hash of its signature algorithm; SHA-256 stands in for MD5 and SHA-1.
/// For RSASSA-PSS the parameters say which hash: SHA-1 where they are empty.
///
/// The certificate is not checked, only read as far as the signature algorithm.
///
/// # Errors
/// [`EndPointError`] where the binding is undefined, or this is no certificate. There is no value then: nothing may be
/// sent in its place.
pub fn end_point(certificate: &[u8]) -> Result<ChannelBinding, EndPointError> {
    if certificate.len() > MAX_CERTIFICATE {
        return Err(EndPointError::TooLong);
    }
    match Hash::of_signature(signature_algorithm(certificate)?)? {
        // RFC 5929 §4.1: MD5 and SHA-1 become SHA-256.
        Hash::Md5 | Hash::Sha1 | Hash::Sha256 => digest::<Sha256>(certificate),
        Hash::Sha224 => digest::<Sha224>(certificate),
        Hash::Sha384 => digest::<Sha384>(certificate),
        Hash::Sha512 => digest::<Sha512>(certificate),
        Hash::Sha512_224 => digest::<Sha512_224>(certificate),
        Hash::Sha512_256 => digest::<Sha512_256>(certificate),
        Hash::Sha3_224 => digest::<Sha3_224>(certificate),
        Hash::Sha3_256 => digest::<Sha3_256>(certificate),
        Hash::Sha3_384 => digest::<Sha3_384>(certificate),
        Hash::Sha3_512 => digest::<Sha3_512>(certificate),
    }
}

/// Why a certificate has no `tls-server-end-point` value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EndPointError {
    /// It is not one X.509 certificate in DER.
    Malformed,
    /// It is longer than [`MAX_CERTIFICATE`].
    TooLong,
    /// The signature algorithm names no hash (Ed25519, Ed448, ML-DSA): the binding is undefined (RFC 5929 §4.1).
    NoHash,
    /// The signature uses several hashes (RSASSA-PSS with another one in MGF1): the binding is undefined (RFC 5929 §4.1).
    SeveralHashes,
    /// The signature algorithm, or a hash in its parameters, is not known here.
    UnknownAlgorithm,
}

impl fmt::Display for EndPointError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "it is not an X.509 certificate in DER",
            Self::TooLong => "the certificate is longer than TLS can carry",
            Self::NoHash => "the certificate's signature algorithm names no hash",
            Self::SeveralHashes => "the certificate's signature uses several hashes",
            Self::UnknownAlgorithm => "the certificate's signature algorithm is unknown",
        })
    }
}

impl core::error::Error for EndPointError {}

/// For an exchange it is all the same: there is no binding.
impl From<EndPointError> for sasl_core::Error {
    fn from(_: EndPointError) -> Self {
        Unusable::Binding.into()
    }
}

impl From<der::Error> for EndPointError {
    fn from(_: der::Error) -> Self {
        Self::Malformed
    }
}

/// ```asn1
/// Certificate ::= SEQUENCE {
///     tbsCertificate       TBSCertificate,
///     signatureAlgorithm   AlgorithmIdentifier,
///     signatureValue       BIT STRING }
/// ```
/// (RFC 5280 §4.1). What is signed is stepped over: names and extensions that a TLS library takes must not cost the binding.
fn signature_algorithm(certificate: &[u8]) -> Result<AlgorithmIdentifierRef<'_>, EndPointError> {
    let mut reader = SliceReader::new(certificate)?;
    let algorithm = reader.sequence(|reader| {
        let signed: AnyRef<'_> = reader.decode()?;
        signed.header().tag().assert_eq(Tag::Sequence)?;
        let algorithm = reader.decode()?;
        let _signature: BitStringRef<'_> = reader.decode()?;
        Ok::<_, EndPointError>(algorithm)
    })?;
    reader.finish()?;
    Ok(algorithm)
}

fn digest<D: Digest>(certificate: &[u8]) -> Result<ChannelBinding, EndPointError> {
    ChannelBinding::new(BindingName::TLS_SERVER_END_POINT, &D::digest(certificate))
        .map_err(|_| EndPointError::NoHash)
}
