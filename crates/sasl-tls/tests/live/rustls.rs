//! `rustls` with itself.

use rustls::HandshakeKind;
use rustls::version::{TLS12, TLS13};
use sasl_tls::rustls::{Capture, client, server};
use sha2::{Digest, Sha256, Sha384};

use crate::bindings::{END_POINT, EXPORTER, names, plain};
use crate::certificate::Certificate;
use crate::rustls_pair::Pair;

#[test]
fn under_tls_1_3_both_ends_have_the_same_exporter_and_end_point() {
    let certificate = Certificate::p256();
    let shared = Pair::new(&TLS13, &certificate).share();
    let (c, s) = shared.connect();
    let (at_client, at_server) = (client(&c), server(&s, &certificate.der));
    assert_eq!(plain(&at_client), plain(&at_server));

    let [exporter, end_point] = &at_client[..] else {
        panic!("{at_client:?}")
    };
    assert_eq!((exporter.name(), exporter.data().len()), (EXPORTER, 32));
    assert_eq!(end_point.name(), END_POINT);
    assert_eq!(end_point.data(), &Sha256::digest(&certificate.der)[..]);

    // The exporter's value is this connection's, the end point's is the server's.
    let (c, _) = shared.connect();
    let next = client(&c);
    assert_ne!(next[0].data(), exporter.data());
    assert_eq!(next[1].data(), end_point.data());
}

#[test]
fn under_tls_1_2_there_is_no_exporter_while_the_master_secret_is_in_doubt() {
    let certificate = Certificate::p384();
    let (c, s) = Pair::new(&TLS12, &certificate).connect();
    let (at_client, at_server) = (client(&c), server(&s, &certificate.der));
    assert_eq!(plain(&at_client), plain(&at_server));
    assert_eq!(
        plain(&at_client),
        [(END_POINT, &Sha384::digest(&certificate.der)[..])]
    );
    assert_eq!(Capture::new().require_ems(false).client(&c).len(), 1);
}

#[test]
fn under_tls_1_2_there_is_one_where_the_extended_master_secret_is_required() {
    let certificate = Certificate::p256();
    let mut pair = Pair::new(&TLS12, &certificate);
    pair.client.require_ems = true;
    pair.server.require_ems = true;
    let capture = Capture::new().require_ems(pair.client.require_ems);
    let (c, s) = pair.connect();
    let (at_client, at_server) = (capture.client(&c), capture.server(&s, &certificate.der));
    assert_eq!(plain(&at_client), plain(&at_server));
    assert_eq!(names(&at_client), [EXPORTER, END_POINT]);

    // RFC 9266 §2: a context of length zero, which under TLS 1.2 is another than none.
    let exported = |context| {
        let label = b"EXPORTER-Channel-Binding";
        s.export_keying_material([0; 32], label, context).unwrap()
    };
    assert_eq!(at_client[0].data(), exported(Some(b"")));
    assert_ne!(at_client[0].data(), exported(None));
}

#[test]
fn there_is_nothing_before_the_end_of_the_handshake() {
    let certificate = Certificate::p256();
    for version in [&TLS12, &TLS13] {
        let capture = Capture::new().require_ems(true);
        let (mut early, mut late) = (0, 0);
        let shared = Pair::new(version, &certificate).share();
        shared.connect_watched(|c, s| {
            for (handshaking, bindings) in [
                (c.is_handshaking(), capture.client(c)),
                (s.is_handshaking(), capture.server(s, &certificate.der)),
            ] {
                assert_eq!(bindings.len(), if handshaking { 0 } else { 2 });
                if handshaking { early += 1 } else { late += 1 }
            }
        });
        assert!(early > 0 && late > 0, "{early} {late}");
    }
}

#[test]
fn a_resumed_session_has_an_exporter_of_its_own_and_the_same_end_point() {
    let certificate = Certificate::p256();
    for version in [&TLS12, &TLS13] {
        let capture = Capture::new().require_ems(true);
        let mut pair = Pair::new(version, &certificate);
        pair.client.require_ems = true;
        pair.server.require_ems = true;
        let shared = pair.share();
        let (c, _) = shared.connect();
        let first = capture.client(&c);

        let (c, s) = shared.connect();
        assert_eq!(c.handshake_kind(), Some(HandshakeKind::Resumed));
        let resumed = capture.client(&c);
        assert_eq!(
            plain(&resumed),
            plain(&capture.server(&s, &certificate.der))
        );
        assert_eq!((first.len(), resumed.len()), (2, 2));
        assert_ne!(first[0].data(), resumed[0].data());
        assert_eq!(first[1].data(), resumed[1].data());
    }
}

#[test]
fn an_ed25519_certificate_has_no_end_point() {
    let certificate = Certificate::ed25519();
    for (version, expected) in [(&TLS12, &[][..]), (&TLS13, &[EXPORTER])] {
        let (c, s) = Pair::new(version, &certificate).connect();
        for bindings in [client(&c), server(&s, &certificate.der)] {
            assert_eq!(names(&bindings), expected);
        }
    }
}
