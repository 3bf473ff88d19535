//! A self-signed certificate for `localhost`, made anew for each test.

use openssl::asn1::Asn1Time;
use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::x509::extension::SubjectAlternativeName;
use openssl::x509::{X509, X509Name};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

pub(crate) struct Certificate {
    /// The certificate in DER.
    pub(crate) der: Vec<u8>,
    /// Its private key, PKCS #8 in DER.
    pub(crate) key: Vec<u8>,
}

impl Certificate {
    /// ECDSA with SHA-256.
    pub(crate) fn p256() -> Self {
        Self::new(&ec(Nid::X9_62_PRIME256V1), MessageDigest::sha256())
    }

    /// ECDSA with SHA-384.
    pub(crate) fn p384() -> Self {
        Self::new(&ec(Nid::SECP384R1), MessageDigest::sha384())
    }

    /// RSA with SHA-512.
    pub(crate) fn rsa() -> Self {
        let key = PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap();
        Self::new(&key, MessageDigest::sha512())
    }

    /// Ed25519, which names no hash.
    pub(crate) fn ed25519() -> Self {
        Self::new(&PKey::generate_ed25519().unwrap(), MessageDigest::null())
    }

    fn new(key: &PKey<Private>, digest: MessageDigest) -> Self {
        let mut name = X509Name::builder().unwrap();
        name.append_entry_by_text("CN", "localhost").unwrap();
        let name = name.build();
        let mut builder = X509::builder().unwrap();
        builder.set_version(2).unwrap();
        let serial = BigNum::from_u32(1).unwrap().to_asn1_integer().unwrap();
        builder.set_serial_number(&serial).unwrap();
        builder.set_subject_name(&name).unwrap();
        builder.set_issuer_name(&name).unwrap();
        let start = Asn1Time::days_from_now(0).unwrap();
        builder.set_not_before(&start).unwrap();
        let end = Asn1Time::days_from_now(1).unwrap();
        builder.set_not_after(&end).unwrap();
        builder.set_pubkey(key).unwrap();
        let mut names = SubjectAlternativeName::new();
        let names = names.dns("localhost");
        let names = names.build(&builder.x509v3_context(None, None)).unwrap();
        builder.append_extension(names).unwrap();
        builder.sign(key, digest).unwrap();
        Self {
            der: builder.build().to_der().unwrap(),
            key: key.private_key_to_pkcs8().unwrap(),
        }
    }

    pub(crate) fn for_rustls(&self) -> (CertificateDer<'static>, PrivateKeyDer<'static>) {
        let key = PrivateKeyDer::try_from(self.key.clone()).unwrap();
        (self.der.clone().into(), key)
    }
}

fn ec(curve: Nid) -> PKey<Private> {
    let group = EcGroup::from_curve_name(curve).unwrap();
    PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap()
}
