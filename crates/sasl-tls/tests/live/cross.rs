//! `rustls` with `openssl`: two implementations have the same values.

use std::sync::Arc;

use openssl::ssl::SslVersion;
use rustls::version::{TLS12, TLS13};
use rustls::{
    ClientConnection, HandshakeKind, ServerConnection, StreamOwned, SupportedProtocolVersion,
};
use sasl_core::ChannelBinding;
use sasl_tls::openssl::bindings_with_certificate;
use sasl_tls::rustls::Capture;

use crate::bindings::{END_POINT, EXPORTER, UNIQUE, names, plain};
use crate::certificate::Certificate;
use crate::loopback::{both, greet};
use crate::openssl_pair;
use crate::rustls_pair::{client_config, server_config};

const VERSIONS: [(&SupportedProtocolVersion, SslVersion); 2] =
    [(&TLS12, SslVersion::TLS1_2), (&TLS13, SslVersion::TLS1_3)];

/// `openssl` has what `rustls` has, and under TLS 1.2 `tls-unique` besides.
fn assert_same(rustls: &[ChannelBinding], openssl: Vec<ChannelBinding>) {
    assert_eq!(names(rustls), [EXPORTER, END_POINT]);
    let shared: Vec<_> = openssl
        .into_iter()
        .filter(|binding| binding.name() != UNIQUE)
        .collect();
    assert_eq!(plain(rustls), plain(&shared));
}

#[test]
fn a_rustls_client_and_an_openssl_server_agree() {
    let certificate = Certificate::p256();
    for (at_rustls, at_openssl) in VERSIONS {
        let mut config = client_config(at_rustls, &certificate);
        config.require_ems = true;
        let config = config.into();
        let server = openssl_pair::Server::new(at_openssl, &[&certificate]);
        for resumed in [false, true] {
            let (of_client, of_server) = both(
                |tcp| {
                    let name = "localhost".try_into().unwrap();
                    let tls = ClientConnection::new(Arc::clone(&config), name).unwrap();
                    let mut tls = StreamOwned::new(tls, tcp);
                    greet(&mut tls);
                    let kind = tls.conn.handshake_kind();
                    assert_eq!(kind == Some(HandshakeKind::Resumed), resumed);
                    Capture::new().require_ems(true).client(&tls.conn)
                },
                |tcp| {
                    let tls = server.accept(tcp);
                    assert_eq!(tls.ssl().session_reused(), resumed);
                    // OpenSSL does not say what it presented when the session was made.
                    let alone = sasl_tls::openssl::bindings(tls.ssl());
                    assert_eq!(names(&alone).contains(&END_POINT), !resumed);
                    bindings_with_certificate(tls.ssl(), &certificate.der)
                },
            );
            assert_same(&of_client, of_server);
        }
    }
}

#[test]
fn an_openssl_client_and_a_rustls_server_agree() {
    let certificate = Certificate::p256();
    for (at_rustls, at_openssl) in VERSIONS {
        let mut config = server_config(at_rustls, &certificate);
        config.require_ems = true;
        let config = config.into();
        let client = openssl_pair::Client::new(at_openssl, &certificate);
        let (of_client, of_server) = both(
            |tcp| sasl_tls::openssl::bindings(client.connect(tcp).ssl()),
            |tcp| {
                let mut tls = StreamOwned::new(ServerConnection::new(config).unwrap(), tcp);
                greet(&mut tls);
                Capture::new()
                    .require_ems(true)
                    .server(&tls.conn, &certificate.der)
            },
        );
        assert_same(&of_server, of_client);
    }
}
