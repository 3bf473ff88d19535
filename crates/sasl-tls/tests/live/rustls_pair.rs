//! Two `rustls` connections with nothing but memory between them.

use std::sync::Arc;

use rustls::client::ClientConnection;
use rustls::crypto::ring;
use rustls::server::ServerConnection;
use rustls::{
    ClientConfig, ConnectionCommon, RootCertStore, ServerConfig, SideData, SupportedProtocolVersion,
};

use crate::certificate::Certificate;

pub(crate) fn client_config(
    version: &'static SupportedProtocolVersion,
    trusted: &Certificate,
) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.der.clone().into()).unwrap();
    ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[version])
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth()
}

pub(crate) fn server_config(
    version: &'static SupportedProtocolVersion,
    own: &Certificate,
) -> ServerConfig {
    let (certificate, key) = own.for_rustls();
    ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[version])
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap()
}

/// Both configurations, to be changed before they are used, and used for more than one connection.
pub(crate) struct Pair {
    pub(crate) client: ClientConfig,
    pub(crate) server: ServerConfig,
}

impl Pair {
    pub(crate) fn new(
        version: &'static SupportedProtocolVersion,
        certificate: &Certificate,
    ) -> Self {
        Self {
            client: client_config(version, certificate),
            server: server_config(version, certificate),
        }
    }

    pub(crate) fn share(self) -> Shared {
        Shared {
            client: self.client.into(),
            server: self.server.into(),
        }
    }

    pub(crate) fn connect(self) -> (ClientConnection, ServerConnection) {
        self.share().connect()
    }
}

pub(crate) struct Shared {
    client: Arc<ClientConfig>,
    server: Arc<ServerConfig>,
}

impl Shared {
    pub(crate) fn connect(&self) -> (ClientConnection, ServerConnection) {
        self.connect_watched(|_, _| {})
    }

    /// Shows both ends to `watch` after each flight.
    pub(crate) fn connect_watched(
        &self,
        mut watch: impl FnMut(&ClientConnection, &ServerConnection),
    ) -> (ClientConnection, ServerConnection) {
        let name = "localhost".try_into().unwrap();
        let mut client = ClientConnection::new(Arc::clone(&self.client), name).unwrap();
        let mut server = ServerConnection::new(Arc::clone(&self.server)).unwrap();
        watch(&client, &server);
        while client.wants_write() || server.wants_write() {
            carry(&mut client, &mut server);
            watch(&client, &server);
            carry(&mut server, &mut client);
            watch(&client, &server);
        }
        assert!(!client.is_handshaking() && !server.is_handshaking());
        (client, server)
    }
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
