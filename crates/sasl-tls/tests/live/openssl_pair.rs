//! Both ends of `openssl`.

use std::net::TcpStream;

use openssl::pkey::PKey;
use openssl::ssl::{
    Ssl, SslContext, SslContextBuilder, SslMethod, SslRef, SslStream, SslVerifyMode, SslVersion,
};
use openssl::x509::X509;

use crate::certificate::Certificate;
use crate::loopback::{both, greet};

pub(crate) struct Client {
    context: SslContext,
}

impl Client {
    pub(crate) fn new(version: SslVersion, trusted: &Certificate) -> Self {
        Self::with(version, trusted, |_| {})
    }

    pub(crate) fn with(
        version: SslVersion,
        trusted: &Certificate,
        change: impl FnOnce(&mut SslContextBuilder),
    ) -> Self {
        let mut context = builder(SslMethod::tls_client(), version);
        let root = X509::from_der(&trusted.der).unwrap();
        context.cert_store_mut().add_cert(root).unwrap();
        context.set_verify(SslVerifyMode::PEER);
        change(&mut context);
        Self {
            context: context.build(),
        }
    }

    pub(crate) fn connect(&self, tcp: TcpStream) -> SslStream<TcpStream> {
        let mut ssl = Ssl::new(&self.context).unwrap();
        ssl.param_mut().set_host("localhost").unwrap();
        let mut tls = ssl.connect(tcp).unwrap();
        greet(&mut tls);
        tls
    }
}

pub(crate) struct Server {
    context: SslContext,
}

impl Server {
    pub(crate) fn new(version: SslVersion, own: &[&Certificate]) -> Self {
        let mut context = builder(SslMethod::tls_server(), version);
        for certificate in own {
            let key = PKey::private_key_from_pkcs8(&certificate.key).unwrap();
            let certificate = X509::from_der(&certificate.der).unwrap();
            context.set_certificate(&certificate).unwrap();
            context.set_private_key(&key).unwrap();
        }
        context.set_session_id_context(b"sasl-tls").unwrap();
        Self {
            context: context.build(),
        }
    }

    pub(crate) fn accept(&self, tcp: TcpStream) -> SslStream<TcpStream> {
        let mut tls = Ssl::new(&self.context).unwrap().accept(tcp).unwrap();
        greet(&mut tls);
        tls
    }
}

/// Connects the two and returns what each says of its end.
pub(crate) fn connect<T: Send>(
    client: &Client,
    server: &Server,
    of_client: impl FnOnce(&SslRef) -> T + Send,
    of_server: impl FnOnce(&SslRef) -> T + Send,
) -> (T, T) {
    both(
        |tcp| of_client(client.connect(tcp).ssl()),
        |tcp| of_server(server.accept(tcp).ssl()),
    )
}

fn builder(method: SslMethod, version: SslVersion) -> SslContextBuilder {
    let mut context = SslContext::builder(method).unwrap();
    context.set_min_proto_version(Some(version)).unwrap();
    context.set_max_proto_version(Some(version)).unwrap();
    context
}
