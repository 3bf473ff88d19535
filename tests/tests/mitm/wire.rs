//! TLS connections in memory, and somebody between two of them.

use std::io::{Read, Write};
use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ED25519, SignatureAlgorithm};
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{
    ClientConfig, ClientConnection, ConnectionCommon, RootCertStore, ServerConfig,
    ServerConnection, SideData, SupportedProtocolVersion,
};
use sasl::ChannelBinding;

/// One TLS connection, both its ends. Its certificate is one that the client trusts, whoever has it.
pub struct Hop {
    near: ClientConnection,
    far: ServerConnection,
    certificate: CertificateDer<'static>,
}

impl Hop {
    /// With a certificate that has an end point.
    pub fn new(version: &'static SupportedProtocolVersion) -> Self {
        Self::with(version, &PKCS_ECDSA_P256_SHA256)
    }

    /// With one that has none.
    pub fn ed25519(version: &'static SupportedProtocolVersion) -> Self {
        Self::with(version, &PKCS_ED25519)
    }

    fn with(
        version: &'static SupportedProtocolVersion,
        algorithm: &'static SignatureAlgorithm,
    ) -> Self {
        let key = KeyPair::generate_for(algorithm).unwrap();
        let parameters = CertificateParams::new(["localhost".to_owned()]).unwrap();
        let certificate = parameters.self_signed(&key).unwrap().der().clone();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let provider = Arc::new(ring::default_provider());
        let server = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(&[version])
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.clone()], key)
            .unwrap();
        let mut roots = RootCertStore::empty();
        roots.add(certificate.clone()).unwrap();
        let client = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[version])
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();

        let name = "localhost".try_into().unwrap();
        let mut near = ClientConnection::new(client.into(), name).unwrap();
        let mut far = ServerConnection::new(server.into()).unwrap();
        while near.wants_write() || far.wants_write() {
            carry(&mut near, &mut far);
            carry(&mut far, &mut near);
        }
        assert!(!near.is_handshaking() && !far.is_handshaking());
        Self {
            near,
            far,
            certificate,
        }
    }

    /// What the client's end has to bind to.
    pub fn of_client(&self) -> Vec<ChannelBinding> {
        sasl_tls::rustls::client(&self.near)
    }

    /// What the server's end has to bind to.
    pub fn of_server(&self) -> Vec<ChannelBinding> {
        sasl_tls::rustls::server(&self.far, &self.certificate)
    }

    fn up(&mut self, message: &str) -> String {
        say(&mut self.near, &mut self.far, message)
    }

    fn down(&mut self, message: &str) -> String {
        say(&mut self.far, &mut self.near, message)
    }
}

/// From the client to the server: one connection, or more with somebody between them.
pub struct Path(Vec<Hop>);

impl Path {
    pub fn direct(version: &'static SupportedProtocolVersion) -> Self {
        Self(vec![Hop::new(version)])
    }

    pub fn relayed(version: &'static SupportedProtocolVersion) -> Self {
        Self::through(Hop::new(version), Hop::new(version))
    }

    pub fn through(first: Hop, last: Hop) -> Self {
        Self(vec![first, last])
    }

    /// The connection that the client has.
    pub fn first(&self) -> &Hop {
        self.0.first().unwrap()
    }

    /// The connection that the server has.
    pub fn last(&self) -> &Hop {
        self.0.last().unwrap()
    }

    /// Carries a message to the server, rewritten between two connections.
    pub fn up(&mut self, message: &str, rewrite: impl Fn(&str) -> String) -> String {
        let mut hops = self.0.iter_mut();
        let read = hops.next().unwrap().up(message);
        hops.fold(read, |read, hop| hop.up(&rewrite(&read)))
    }

    /// Carries a message to the client, rewritten between two connections.
    pub fn down(&mut self, message: &str, rewrite: impl Fn(&str) -> String) -> String {
        let mut hops = self.0.iter_mut().rev();
        let read = hops.next().unwrap().down(message);
        hops.fold(read, |read, hop| hop.down(&rewrite(&read)))
    }
}

fn say<From: SideData, To: SideData>(
    from: &mut ConnectionCommon<From>,
    to: &mut ConnectionCommon<To>,
    message: &str,
) -> String {
    from.writer().write_all(message.as_bytes()).unwrap();
    carry(from, to);
    let mut heard = vec![0; message.len()];
    to.reader().read_exact(&mut heard).unwrap();
    String::from_utf8(heard).unwrap()
}

fn carry<From: SideData, To: SideData>(
    from: &mut ConnectionCommon<From>,
    to: &mut ConnectionCommon<To>,
) {
    let mut wire = Vec::new();
    while from.wants_write() {
        from.write_tls(&mut wire).unwrap();
    }
    let mut wire = &wire[..];
    while !wire.is_empty() {
        to.read_tls(&mut wire).unwrap();
        to.process_new_packets().unwrap();
    }
}
