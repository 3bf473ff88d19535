//! What both ends of TLS need here: certificates and keys out of files, and the name of a version.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use rustls::ProtocolVersion;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// The certificates of a PEM file; at least one.
pub(crate) fn chain(path: &Path) -> Result<Vec<CertificateDer<'static>>> {
    let read = || -> Result<Vec<_>> {
        let certificates: Result<Vec<_>, _> = CertificateDer::pem_file_iter(path)?.collect();
        let certificates = certificates?;
        ensure!(!certificates.is_empty(), "it holds no certificate");
        Ok(certificates)
    };
    read().with_context(|| format!("cannot read certificates from {}", path.display()))
}

/// The key of a PEM file.
pub(crate) fn private_key(path: &Path) -> Result<PrivateKeyDer<'static>> {
    PrivateKeyDer::from_pem_file(path)
        .with_context(|| format!("cannot read a key from {}", path.display()))
}

/// The version that was agreed on.
pub(crate) fn version(tls: &rustls::ClientConnection) -> &'static str {
    match tls.protocol_version() {
        Some(ProtocolVersion::TLSv1_3) => "TLS 1.3",
        Some(ProtocolVersion::TLSv1_2) => "TLS 1.2",
        _ => "TLS",
    }
}
