//! `openssl` with itself. Resumed sessions are in the package of the workspace's tests, since `openssl` calls them unsafe.

use std::io;

use openssl::ssl::{HandshakeError, Ssl, SslContext, SslMethod, SslRef, SslVersion};
use sasl_tls::openssl::{bindings, bindings_with_certificate};
use sha2::{Digest, Sha256, Sha384};

use crate::bindings::{END_POINT, EXPORTER, UNIQUE, names, plain};
use crate::certificate::Certificate;
use crate::openssl_pair::{Client, Server, connect};

const VERSIONS: [SslVersion; 2] = [SslVersion::TLS1_2, SslVersion::TLS1_3];

#[test]
fn under_tls_1_2_both_ends_have_all_three() {
    let certificate = Certificate::p256();
    let client = Client::new(SslVersion::TLS1_2, &certificate);
    let server = Server::new(SslVersion::TLS1_2, &[&certificate]);
    let (at_client, at_server) = connect(&client, &server, bindings, bindings);
    assert_eq!(plain(&at_client), plain(&at_server));
    assert_eq!(names(&at_client), [EXPORTER, UNIQUE, END_POINT]);
    assert_eq!(at_client[0].data().len(), 32);
    assert_eq!(at_client[1].data().len(), 12);
    assert_eq!(at_client[2].data(), &Sha256::digest(&certificate.der)[..]);
}

#[test]
fn under_tls_1_3_there_is_no_tls_unique() {
    let certificate = Certificate::p384();
    let client = Client::new(SslVersion::TLS1_3, &certificate);
    let server = Server::new(SslVersion::TLS1_3, &[&certificate]);
    let (at_client, at_server) = connect(&client, &server, bindings, bindings);
    assert_eq!(plain(&at_client), plain(&at_server));
    assert_eq!(names(&at_client), [EXPORTER, END_POINT]);
    assert_eq!(at_client[1].data(), &Sha384::digest(&certificate.der)[..]);
}

#[test]
fn of_several_certificates_it_is_the_one_that_was_presented() {
    let (one, other) = (Certificate::p256(), Certificate::rsa());
    for version in VERSIONS {
        let server = Server::new(version, &[&one, &other]);
        for (trusted, algorithms) in [(&one, "ECDSA+SHA256"), (&other, "RSA-PSS+SHA256")] {
            let client = Client::with(version, trusted, |context| {
                context.set_sigalgs_list(algorithms).unwrap();
            });
            let (at_client, at_server) = connect(&client, &server, bindings, bindings);
            let expected = sasl_tls::end_point(&trusted.der).unwrap();
            assert_eq!(plain(&at_client), plain(&at_server));
            assert_eq!(at_client.last().unwrap().data(), expected.data());
        }
    }
}

#[test]
fn an_ed25519_certificate_has_no_end_point() {
    let certificate = Certificate::ed25519();
    for (version, expected) in VERSIONS
        .into_iter()
        .zip([&[EXPORTER, UNIQUE][..], &[EXPORTER]])
    {
        let client = Client::new(version, &certificate);
        let server = Server::new(version, &[&certificate]);
        let (at_client, at_server) = connect(&client, &server, bindings, bindings);
        assert_eq!(names(&at_client), expected);
        assert_eq!(plain(&at_client), plain(&at_server));
    }
}

#[test]
fn there_is_nothing_before_the_end_of_the_handshake() {
    /// A peer that takes everything and says nothing.
    #[derive(Debug)]
    struct Silence;

    impl io::Read for Silence {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::WouldBlock.into())
        }
    }

    impl io::Write for Silence {
        fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
            Ok(octets.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    let certificate = Certificate::p256();
    let nothing = |ssl: &SslRef| {
        bindings(ssl).is_empty() && bindings_with_certificate(ssl, &certificate.der).is_empty()
    };
    let context = SslContext::builder(SslMethod::tls()).unwrap().build();
    let fresh = || Ssl::new(&context).unwrap();
    assert!(nothing(&fresh()));
    for begun in [fresh().connect(Silence), fresh().accept(Silence)] {
        let Err(HandshakeError::WouldBlock(begun)) = begun else {
            panic!("{begun:?}")
        };
        assert!(nothing(begun.ssl()));
    }
}
