//! Channel bindings of resumed TLS sessions, with OpenSSL on both ends: the only stack that has `tls-unique`.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use openssl::pkey::PKey;
use openssl::ssl::{
    Ssl, SslContext, SslContextBuilder, SslMethod, SslOptions, SslRef, SslSession,
    SslSessionCacheMode, SslVersion,
};
use openssl::x509::X509;
use sasl_core::{BindingName, ChannelBinding};
use sasl_tls::openssl::{bindings, bindings_with_certificate};

const EXPORTER: &str = BindingName::TLS_EXPORTER;
const UNIQUE: &str = BindingName::TLS_UNIQUE;
const END_POINT: &str = BindingName::TLS_SERVER_END_POINT;

/// `SSL_OP_NO_EXTENDED_MASTER_SECRET` of OpenSSL 3.
const NO_EXTENDED_MASTER_SECRET: SslOptions = SslOptions::from_bits_retain(1);

/// A client and a server, and the session that the client keeps from one connection to the next.
struct Pair {
    client: SslContext,
    session: Arc<Mutex<Option<SslSession>>>,
    server: SslContext,
    certificate: Vec<u8>,
}

impl Pair {
    fn new(version: SslVersion, options: SslOptions) -> Self {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let certificate = X509::from_der(made.cert.der()).unwrap();

        let mut server = context(SslMethod::tls_server(), version, options);
        let key = PKey::private_key_from_pkcs8(&made.signing_key.serialize_der()).unwrap();
        server.set_certificate(&certificate).unwrap();
        server.set_private_key(&key).unwrap();
        server.set_session_id_context(b"sasl").unwrap();

        let mut client = context(SslMethod::tls_client(), version, options);
        client.set_session_cache_mode(SslSessionCacheMode::CLIENT);
        let session: Arc<Mutex<Option<SslSession>>> = Arc::default();
        let kept = Arc::clone(&session);
        client.set_new_session_callback(move |_, session| {
            *kept.lock().unwrap() = Some(session);
        });

        Self {
            client: client.build(),
            session,
            server: server.build(),
            certificate: made.cert.der().to_vec(),
        }
    }

    /// Connects, and returns what each says of its end.
    fn connect<T: Send>(
        &self,
        of_client: impl FnOnce(&SslRef) -> T + Send,
        of_server: impl FnOnce(&SslRef) -> T + Send,
    ) -> (T, T) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let to = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (from, _) = listener.accept().unwrap();
        thread::scope(|scope| {
            let server = scope.spawn(|| {
                let mut tls = Ssl::new(&self.server).unwrap().accept(from).unwrap();
                greet(&mut tls);
                let said = of_server(tls.ssl());
                tls.shutdown().unwrap();
                said
            });
            let mut ssl = Ssl::new(&self.client).unwrap();
            if let Some(session) = self.session.lock().unwrap().as_ref() {
                resume(&mut ssl, session);
            }
            let mut tls = ssl.connect(to).unwrap();
            greet(&mut tls);
            let said = of_client(tls.ssl());
            // A connection that ends without takes its session with it.
            tls.shutdown().unwrap();
            (said, server.join().unwrap())
        })
    }
}

#[expect(
    unsafe_code,
    reason = "set_session is unsafe where a session is of another context, and this is the same"
)]
fn resume(ssl: &mut SslRef, session: &SslSession) {
    // SAFETY: `session` came from a connection of the same context.
    unsafe { ssl.set_session(session) }.unwrap();
}

fn context(method: SslMethod, version: SslVersion, options: SslOptions) -> SslContextBuilder {
    let mut context = SslContext::builder(method).unwrap();
    context.set_min_proto_version(Some(version)).unwrap();
    context.set_max_proto_version(Some(version)).unwrap();
    context.set_options(options);
    context
}

/// One octet in each direction: then the handshake is over on both ends, and the client has its tickets.
fn greet(tls: &mut (impl Read + Write)) {
    tls.write_all(b"!").unwrap();
    tls.read_exact(&mut [0]).unwrap();
}

fn names(bindings: &[ChannelBinding]) -> Vec<&str> {
    bindings.iter().map(ChannelBinding::name).collect()
}

fn plain(bindings: &[ChannelBinding]) -> Vec<(&str, &[u8])> {
    let plain = bindings.iter();
    plain.map(|value| (value.name(), value.data())).collect()
}

/// RFC 5929 §3.1: the first `Finished` of the latest handshake.
#[test]
fn tls_unique_is_the_clients_finished_at_first_and_the_servers_when_resumed() {
    let pair = Pair::new(SslVersion::TLS1_2, SslOptions::empty());
    let watched = |ssl: &SslRef| {
        let mut finished = [0; 12];
        assert_eq!(ssl.finished(&mut finished), 12);
        (ssl.session_reused(), finished, bindings(ssl))
    };
    let mut seen = Vec::new();
    for resumed in [false, true, true] {
        let (of_client, of_server) = pair.connect(watched, watched);
        assert_eq!((of_client.0, of_server.0), (resumed, resumed));
        let first = if resumed { of_server.1 } else { of_client.1 };
        assert_ne!(of_client.1, of_server.1);
        for (_, _, bindings) in [&of_client, &of_server] {
            assert_eq!(plain(bindings)[1], (UNIQUE, &first[..]));
        }
        assert!(!seen.contains(&first));
        seen.push(first);
    }
}

#[test]
fn a_resumed_session_has_the_same_end_point_and_nothing_else_in_common() {
    for version in [SslVersion::TLS1_2, SslVersion::TLS1_3] {
        let pair = Pair::new(version, SslOptions::empty());
        let watched = |ssl: &SslRef| {
            let all = if ssl.is_server() {
                bindings_with_certificate(ssl, &pair.certificate)
            } else {
                bindings(ssl)
            };
            (ssl.session_reused(), all)
        };
        let (before, _) = pair.connect(watched, watched);
        let (of_client, of_server) = pair.connect(watched, watched);
        assert_eq!((before.0, of_client.0, of_server.0), (false, true, true));
        assert_eq!(plain(&of_client.1), plain(&of_server.1));
        assert_eq!(names(&before.1), names(&of_client.1));
        for (before, now) in before.1.iter().zip(&of_client.1) {
            let same = before.data() == now.data();
            assert_eq!(same, before.name() == END_POINT, "{}", before.name());
        }
    }
}

/// OpenSSL chose no certificate for such a handshake, and would name the one that was loaded last.
#[test]
fn in_a_resumed_session_a_server_has_no_end_point_of_its_own() {
    for (version, expected) in [
        (SslVersion::TLS1_2, &[EXPORTER, UNIQUE][..]),
        (SslVersion::TLS1_3, &[EXPORTER]),
    ] {
        let pair = Pair::new(version, SslOptions::empty());
        pair.connect(|_| {}, |_| {});
        let (_, of_server) = pair.connect(|_| Vec::new(), bindings);
        assert_eq!(names(&of_server), expected);
    }
}

/// Then two connections can be made to have the same master secret, and what follows from it (RFC 7627 §1).
#[test]
fn without_the_extended_master_secret_nothing_of_a_resumed_session_is_unique() {
    let pair = Pair::new(SslVersion::TLS1_2, NO_EXTENDED_MASTER_SECRET);
    let watched = |ssl: &SslRef| {
        assert_eq!(ssl.extms_support(), Some(false));
        let all = bindings_with_certificate(ssl, &pair.certificate);
        (ssl.session_reused(), all)
    };
    for (resumed, expected) in [(false, &[UNIQUE, END_POINT][..]), (true, &[END_POINT])] {
        let (of_client, of_server) = pair.connect(watched, watched);
        assert_eq!((of_client.0, of_server.0), (resumed, resumed));
        assert_eq!(plain(&of_client.1), plain(&of_server.1));
        assert_eq!(names(&of_client.1), expected);
    }
}
