//! Whether a server's certificate is to be trusted, and what was seen of it.

use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, SignatureScheme};

use crate::certificate;

/// What a handshake has shown, however it ended.
#[derive(Debug, Default, Clone)]
pub(super) struct Seen {
    pub(super) leaf: Option<CertificateDer<'static>>,
    /// Why the certificate is not to be trusted.
    pub(super) problem: Option<rustls::Error>,
}

/// Checks certificates as `rustls` does, and remembers what it saw.
#[derive(Debug)]
pub(super) struct Verifier {
    /// `None` where there is no authority at all.
    pub(super) inner: Option<Arc<WebPkiServerVerifier>>,
    /// What `--ca` has. One that is an authority and the server's own as well, as `openssl req -x509` makes them, is trusted for
    /// itself, which `rustls-webpki` does not do.
    pub(super) named: Vec<CertificateDer<'static>>,
    pub(super) provider: Arc<CryptoProvider>,
    pub(super) insecure: bool,
    pub(super) seen: Arc<Mutex<Seen>>,
}

/// A certificate that was named itself: all there is to check are its times and its names.
fn named(
    certificate: &CertificateDer<'_>,
    server_name: &ServerName<'_>,
    now: UnixTime,
) -> Result<ServerCertVerified, rustls::Error> {
    let (not_before, not_after) =
        certificate::validity(certificate).ok_or(CertificateError::BadEncoding)?;
    if now.as_secs() < not_before {
        return Err(CertificateError::NotValidYet.into());
    }
    if now.as_secs() > not_after {
        return Err(CertificateError::Expired.into());
    }
    let parsed = ParsedCertificate::try_from(certificate)?;
    verify_server_name(&parsed, server_name)?;
    Ok(ServerCertVerified::assertion())
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let verified = match &self.inner {
            Some(inner) => {
                inner.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
            }
            None => Err(CertificateError::UnknownIssuer.into()),
        };
        let verified = match verified {
            Err(_) if self.named.contains(end_entity) => named(end_entity, server_name, now),
            verified => verified,
        };
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.leaf = Some(end_entity.clone().into_owned());
        seen.problem = verified.as_ref().err().cloned();
        match verified {
            Err(_) if self.insecure => Ok(ServerCertVerified::assertion()),
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, cert, dss, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}
