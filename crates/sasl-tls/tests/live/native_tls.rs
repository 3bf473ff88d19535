//! `native-tls` with `rustls`.

use native_tls::{Identity, Protocol, TlsAcceptor, TlsConnector};
use openssl::pkey::PKey;
use openssl::x509::X509;
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConnection, ServerConnection, StreamOwned, SupportedProtocolVersion};

use crate::bindings::{END_POINT, plain};
use crate::certificate::Certificate;
use crate::loopback::{both, greet};
use crate::rustls_pair::{client_config, server_config};

const VERSIONS: [(&SupportedProtocolVersion, Protocol); 2] =
    [(&TLS12, Protocol::Tlsv12), (&TLS13, Protocol::Tlsv13)];

fn connector(version: Protocol, trusted: &Certificate) -> TlsConnector {
    let root = native_tls::Certificate::from_der(&trusted.der).unwrap();
    TlsConnector::builder()
        .min_protocol_version(Some(version))
        .max_protocol_version(Some(version))
        .disable_built_in_roots(true)
        .add_root_certificate(root)
        .build()
        .unwrap()
}

fn acceptor(own: &Certificate) -> TlsAcceptor {
    let certificate = X509::from_der(&own.der).unwrap().to_pem().unwrap();
    let key = PKey::private_key_from_pkcs8(&own.key).unwrap();
    let key = key.private_key_to_pem_pkcs8().unwrap();
    let identity = Identity::from_pkcs8(&certificate, &key).unwrap();
    TlsAcceptor::new(identity).unwrap()
}

#[test]
fn a_native_tls_client_and_a_rustls_server_agree() {
    for certificate in [Certificate::p256(), Certificate::p384()] {
        for (at_rustls, at_native) in VERSIONS {
            let connector = connector(at_native, &certificate);
            let config = server_config(at_rustls, &certificate);
            let (of_client, of_server) = both(
                |tcp| {
                    let mut tls = connector.connect("localhost", tcp).unwrap();
                    greet(&mut tls);
                    let own = tls.tls_server_end_point().unwrap().unwrap();
                    let bindings = sasl_tls::native_tls::client(&tls);
                    assert_eq!(bindings.len(), 1);
                    assert_eq!(bindings[0].data(), own);
                    bindings
                },
                |tcp| {
                    let tls = ServerConnection::new(config.into()).unwrap();
                    let mut tls = StreamOwned::new(tls, tcp);
                    greet(&mut tls);
                    sasl_tls::rustls::server(&tls.conn, &certificate.der)
                },
            );
            assert_eq!(of_client[0].name(), END_POINT);
            assert_eq!(of_client[0].data(), of_server.last().unwrap().data());
        }
    }
}

#[test]
fn a_rustls_client_and_a_native_tls_server_agree() {
    let certificate = Certificate::p384();
    // `native-tls` accepts no TLS 1.3 with OpenSSL.
    let config = client_config(&TLS12, &certificate);
    let acceptor = acceptor(&certificate);
    let (of_client, of_server) = both(
        |tcp| {
            let name = "localhost".try_into().unwrap();
            let tls = ClientConnection::new(config.into(), name).unwrap();
            let mut tls = StreamOwned::new(tls, tcp);
            greet(&mut tls);
            sasl_tls::rustls::client(&tls.conn)
        },
        |tcp| {
            let mut tls = acceptor.accept(tcp).unwrap();
            greet(&mut tls);
            let own = tls.tls_server_end_point().unwrap().unwrap();
            let binding = sasl_tls::end_point(&certificate.der).unwrap();
            assert_eq!(binding.data(), own);
            binding
        },
    );
    assert_eq!(of_client.last().unwrap().data(), of_server.data());
}

#[test]
fn an_ed25519_certificate_has_no_end_point() {
    let certificate = Certificate::ed25519();
    let connector = connector(Protocol::Tlsv13, &certificate);
    let config = server_config(&TLS13, &certificate);
    let (of_client, of_server) = both(
        |tcp| {
            let mut tls = connector.connect("localhost", tcp).unwrap();
            greet(&mut tls);
            sasl_tls::native_tls::client(&tls)
        },
        |tcp| {
            let mut tls = StreamOwned::new(ServerConnection::new(config.into()).unwrap(), tcp);
            greet(&mut tls);
            sasl_tls::rustls::server(&tls.conn, &certificate.der)
        },
    );
    assert!(of_client.is_empty());
    assert_eq!(plain(&of_server).len(), 1);
}
