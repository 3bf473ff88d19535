//! A self-signed certificate for `localhost`, made anew for each test.

use rcgen::{
    CertificateParams, KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_ED25519,
    SignatureAlgorithm,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

pub(crate) struct Certificate {
    /// The certificate in DER.
    pub(crate) der: Vec<u8>,
    /// Its private key, PKCS #8 in DER.
    pub(crate) key: Vec<u8>,
}

impl Certificate {
    pub(crate) fn p256() -> Self {
        Self::new(&PKCS_ECDSA_P256_SHA256)
    }

    pub(crate) fn p384() -> Self {
        Self::new(&PKCS_ECDSA_P384_SHA384)
    }

    pub(crate) fn ed25519() -> Self {
        Self::new(&PKCS_ED25519)
    }

    fn new(algorithm: &'static SignatureAlgorithm) -> Self {
        let key = KeyPair::generate_for(algorithm).unwrap();
        let certificate = CertificateParams::new(["localhost".to_owned()])
            .unwrap()
            .self_signed(&key)
            .unwrap();
        Self {
            der: certificate.der().to_vec(),
            key: key.serialize_der(),
        }
    }

    pub(crate) fn for_rustls(&self) -> (CertificateDer<'static>, PrivateKeyDer<'static>) {
        let key = PrivateKeyDer::try_from(self.key.clone()).unwrap();
        (self.der.clone().into(), key)
    }
}
