mod lines;
mod postgres;
mod xmpp;

use super::*;
use crate::demo::store::Account;
use crate::demo::{Args, offer, tls};
use base64::Engine as _;
use clap::{Parser, ValueEnum as _};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair,
};
use sasl::{DecoyKey, OsRandom, Protection};
use std::net::SocketAddr;
use tokio_rustls::TlsConnector;

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    args: Args,
}

/// A server with the user `user`, on any free port, and what trusts it.
struct Serving {
    address: SocketAddr,
    app: Arc<App>,
    connector: Option<TlsConnector>,
    logged: mpsc::Receiver<String>,
}

impl Serving {
    async fn new(protection: Protection, options: &[&str]) -> Self {
        Self::speaking(Protocol::Smtp, protection, options).await
    }

    async fn speaking(protocol: Protocol, protection: Protection, options: &[&str]) -> Self {
        let options = [&["demo"], options].concat();
        let args = Line::parse_from(options).args;
        let mechanisms = args.mechanisms().unwrap();
        let account = Account::new("user", "pencil").unwrap();
        let (log, logged) = mpsc::channel(8);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let tls = args.tls.prepare([address.ip()]).unwrap();
        let connector = tls.as_ref().map(|tls| args.tls.connector(tls).unwrap());
        let decoy = DecoyKey::generate(&OsRandom).unwrap();
        let app = Arc::new(App {
            server: offer::server(&mechanisms, &decoy).unwrap(),
            channel: Channel::new(protection),
            tls,
            store: Store::new(&[account], &mechanisms).unwrap(),
            tokens: Tokens::new(&args.token).unwrap(),
            log,
            several: false,
        });
        tokio::spawn(run(listener, protocol, app.clone()));
        Self {
            address,
            app,
            connector,
            logged,
        }
    }
}

async fn without_tls(protection: Protection) -> SocketAddr {
    Serving::new(protection, &[]).await.address
}

/// Sends each and reads until the last line of what comes back.
async fn say(io: &mut (impl AsyncRead + AsyncWrite + Unpin), text: &str) -> String {
    io.write_all(text.as_bytes()).await.unwrap();
    io.flush().await.unwrap();
    let mut heard = Vec::new();
    let last = |heard: &[u8]| {
        let line = String::from_utf8_lossy(heard)
            .lines()
            .last()
            .map(str::to_owned);
        heard.ends_with(b"\r\n") && line.is_some_and(|line| line.as_bytes().get(3) == Some(&b' '))
    };
    while !last(&heard) {
        let mut buffer = [0; 1024];
        let length = timeout(PATIENCE, io.read(&mut buffer))
            .await
            .unwrap()
            .unwrap();
        assert!(
            length > 0,
            "the server hung up: {}",
            String::from_utf8_lossy(&heard)
        );
        heard.extend_from_slice(&buffer[..length]);
    }
    String::from_utf8(heard).unwrap()
}

async fn connect(address: SocketAddr) -> TcpStream {
    let mut io = TcpStream::connect(address).await.unwrap();
    assert!(say(&mut io, "").await.starts_with("220 "));
    io
}

const RIGHT: &str = "AUTH PLAIN AHVzZXIAcGVuY2ls\r\n";

#[tokio::test]
async fn loopback_counts_as_protected_only_if_it_is_said_so() {
    let mut local = connect(without_tls(Protection::Local).await).await;
    let offer = say(&mut local, "EHLO me\r\n").await;
    assert!(offer.contains(" SCRAM-SHA-256 PLAIN\r\n"), "{offer}");
    assert!(
        !offer.contains("-PLUS") && !offer.contains("STARTTLS"),
        "{offer}"
    );
    assert!(say(&mut local, RIGHT).await.starts_with("235 2.7.0"));

    let mut open = connect(without_tls(Protection::None).await).await;
    assert!(!say(&mut open, "EHLO me\r\n").await.contains("PLAIN"));
    assert!(!say(&mut open, RIGHT).await.starts_with("235"));
}

#[tokio::test]
async fn an_attempt_that_is_broken_off_is_noted() {
    let options = ["--tls", "implicit"];
    let mut serving = Serving::new(Protection::Local, &options).await;
    let connector = serving.connector.take().unwrap();
    let io = TcpStream::connect(serving.address).await.unwrap();
    let name = "localhost".try_into().unwrap();
    let mut io = connector.connect(name, io).await.unwrap();
    assert!(say(&mut io, "").await.starts_with("220 "));
    say(&mut io, "EHLO me\r\n").await;
    assert!(say(&mut io, "AUTH PLAIN\r\n").await.starts_with("334"));
    // Without the end that TLS has.
    drop(io);
    let noted = timeout(PATIENCE, serving.logged.recv()).await.unwrap();
    assert_eq!(noted.as_deref(), Some("the connection ended"));
}

#[tokio::test]
async fn a_hostile_client_concerns_nobody_else() {
    let address = without_tls(Protection::Local).await;
    let mut hostile = connect(address).await;
    let mut silent = Vec::new();
    for _ in 0..16 {
        silent.push(connect(address).await);
    }
    say(&mut hostile, "EHLO me\r\n").await;
    let mut long = "x".repeat(1 << 20);
    long.push_str("\r\n");
    assert!(say(&mut hostile, &long).await.starts_with("500 5.5.6"));
    assert!(
        say(&mut hostile, "AUTH PLAIN !!!\r\n")
            .await
            .starts_with("501 5.5.2")
    );
    assert!(
        say(&mut hostile, "AUTH PLAIN AHVzZXIAeA==\r\n")
            .await
            .starts_with("535 5.7.8")
    );
    drop(hostile);
    let mut honest = connect(address).await;
    say(&mut honest, "EHLO me\r\n").await;
    assert!(say(&mut honest, RIGHT).await.starts_with("235 2.7.0"));
}

const STARTTLS: &[&str] = &["--tls", "starttls"];
const IMPLICIT: &[&str] = &["--tls", "implicit"];

#[tokio::test]
async fn under_tls_passwords_may_pass_and_logins_can_be_bound() {
    for version in ["1.2", "1.3"] {
        let options = [STARTTLS, &["--tls-version", version]].concat();
        let Serving {
            address, connector, ..
        } = Serving::new(Protection::None, &options).await;
        let mut open = connect(address).await;
        let offer = say(&mut open, "EHLO me\r\n").await;
        assert!(offer.contains("250-STARTTLS\r\n"), "{offer}");
        assert!(
            !offer.contains("PLAIN") && !offer.contains("-PLUS"),
            "{offer}"
        );
        assert!(say(&mut open, RIGHT).await.starts_with("538 5.7.11"));
        assert!(say(&mut open, "STARTTLS\r\n").await.starts_with("220 "));
        let connector = connector.unwrap();
        let mut io = connector.connect(tls::localhost(), open).await.unwrap();
        let offer = say(&mut io, "EHLO me\r\n").await;
        assert!(!offer.contains("STARTTLS"), "{offer}");
        assert!(
            offer.contains(" SCRAM-SHA-256-PLUS ") && offer.contains(" PLAIN\r\n"),
            "{offer}"
        );
        assert!(say(&mut io, "STARTTLS\r\n").await.starts_with("503 5.5.1"));
        assert!(say(&mut io, RIGHT).await.starts_with("235 2.7.0"));
    }
}

#[tokio::test]
async fn tls_can_begin_at_once() {
    let Serving {
        address, connector, ..
    } = Serving::new(Protection::None, IMPLICIT).await;
    let io = TcpStream::connect(address).await.unwrap();
    let mut io = connector
        .unwrap()
        .connect(tls::localhost(), io)
        .await
        .unwrap();
    assert!(say(&mut io, "").await.starts_with("220 "));
    let offer = say(&mut io, "EHLO me\r\n").await;
    assert!(
        !offer.contains("STARTTLS") && offer.contains("-PLUS "),
        "{offer}"
    );
    assert!(say(&mut io, "STARTTLS\r\n").await.starts_with("503 5.5.1"));
    assert!(say(&mut io, RIGHT).await.starts_with("235 2.7.0"));
}

#[tokio::test]
async fn a_handshake_that_fails_concerns_nobody_else() {
    for (options, hello) in [(STARTTLS, "EHLO me\r\n"), (IMPLICIT, "")] {
        let Serving {
            address, connector, ..
        } = Serving::new(Protection::None, options).await;
        let begin = async || {
            let mut io = TcpStream::connect(address).await.unwrap();
            if !hello.is_empty() {
                say(&mut io, "").await;
                say(&mut io, hello).await;
                assert!(say(&mut io, "STARTTLS\r\n").await.starts_with("220 "));
            }
            io
        };
        // Not TLS at all, a client that goes away, and clients that say nothing.
        let mut garbage = begin().await;
        garbage
            .write_all(b"EHLO me\r\nAUTH PLAIN AHVzZXIAcGVuY2ls\r\n")
            .await
            .unwrap();
        let mut heard = Vec::new();
        let _ = garbage.read_to_end(&mut heard).await;
        assert!(!String::from_utf8_lossy(&heard).contains("235"));
        drop(begin().await);
        let mut silent = Vec::new();
        for _ in 0..8 {
            silent.push(begin().await);
        }
        let connector = connector.unwrap();
        let wrong = rustls::pki_types::ServerName::try_from("example.org").unwrap();
        assert!(connector.connect(wrong, begin().await).await.is_err());
        let io = begin().await;
        let mut io = connector.connect(tls::localhost(), io).await.unwrap();
        if hello.is_empty() {
            say(&mut io, "").await;
        }
        say(&mut io, "EHLO me\r\n").await;
        assert!(say(&mut io, RIGHT).await.starts_with("235 2.7.0"));
    }
}

#[tokio::test]
async fn what_was_sent_ahead_of_tls_is_refused() {
    let address = Serving::new(Protection::Local, STARTTLS).await.address;
    let mut io = connect(address).await;
    say(&mut io, "EHLO me\r\n").await;
    let ahead = format!("STARTTLS\r\n{RIGHT}");
    assert!(say(&mut io, &ahead).await.starts_with("503 5.5.1"));
    let mut rest = Vec::new();
    io.read_to_end(&mut rest).await.unwrap();
    assert!(rest.is_empty());
}

#[tokio::test]
async fn only_what_is_named_is_offered() {
    let options = [
        "--mechanism",
        "LOGIN",
        "--mechanism",
        "anonymous",
        "--mechanism",
        "XOAUTH2",
    ];
    let address = Serving::new(Protection::Local, &options).await.address;
    let mut io = connect(address).await;
    let offer = say(&mut io, "EHLO me\r\n").await;
    assert!(
        offer.contains("AUTH LOGIN ANONYMOUS XOAUTH2\r\n"),
        "{offer}"
    );
    assert!(say(&mut io, RIGHT).await.starts_with("504 5.5.4"));
    // The name in the command, as some mail clients have it.
    assert_eq!(
        say(&mut io, "AUTH LOGIN dXNlcg==\r\n").await,
        "334 UGFzc3dvcmQ6\r\n"
    );
    assert!(say(&mut io, "cGVuY2ls\r\n").await.starts_with("235 2.7.0"));

    let mut io = connect(address).await;
    say(&mut io, "EHLO me\r\n").await;
    assert!(
        say(&mut io, "AUTH ANONYMOUS =\r\n")
            .await
            .starts_with("235 2.7.0")
    );
}

/// A client's TLS with a certificate for this name, signed by the authority or by somebody else.
fn with_certificate(trust: &Tls, name: &str, authority: &Issuer<'_, KeyPair>) -> TlsConnector {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    let certificate = params.signed_by(&key, authority).unwrap();
    let key = rustls::pki_types::PrivatePkcs8KeyDer::from(key.serialize_der());
    let mut roots = rustls::RootCertStore::empty();
    roots.add(trust.certificate().clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_client_auth_cert(vec![certificate.der().clone()], key.into())
        .unwrap();
    TlsConnector::from(Arc::new(config))
}

fn authority() -> (String, Issuer<'static, KeyPair>) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let pem = params.self_signed(&key).unwrap().pem();
    (pem, Issuer::new(params, key))
}

#[tokio::test]
async fn a_client_certificate_is_whom_external_goes_by() {
    let ((pem, ours), (_, other)) = (authority(), authority());
    let path = std::env::temp_dir().join(format!("sasl-demo-test-{}.pem", std::process::id()));
    std::fs::write(&path, pem).unwrap();
    let options = [IMPLICIT, &["--listen", "127.0.0.1:0", "--client-ca"]].concat();
    let options = [options, vec![path.to_str().unwrap()]].concat();
    let serving = Serving::new(Protection::None, &options).await;
    std::fs::remove_file(&path).unwrap();
    let trust = serving.app.tls.as_ref().unwrap();

    for (name, message, code) in [
        ("user", "=", "235 2.7.0"),
        ("user", "dXNlcg==", "235 2.7.0"),
        // Somebody else, by the message and by the certificate.
        ("user", "cm9vdA==", "535 5.7.8"),
        ("nobody", "=", "535 5.7.8"),
        ("nobody", "dXNlcg==", "535 5.7.8"),
    ] {
        let connector = with_certificate(trust, name, &ours);
        let io = TcpStream::connect(serving.address).await.unwrap();
        let mut io = connector.connect(tls::localhost(), io).await.unwrap();
        say(&mut io, "").await;
        assert!(say(&mut io, "EHLO me\r\n").await.contains(" EXTERNAL\r\n"));
        let answer = say(&mut io, &format!("AUTH EXTERNAL {message}\r\n")).await;
        assert!(answer.starts_with(code), "{name} {message}: {answer}");
    }
    // Signed by somebody else: there is no connection.
    let connector = with_certificate(trust, "user", &other);
    let io = TcpStream::connect(serving.address).await.unwrap();
    if let Ok(mut io) = connector.connect(tls::localhost(), io).await {
        let mut heard = Vec::new();
        assert!(io.read_to_end(&mut heard).await.is_err());
        assert!(heard.is_empty());
    }
    // Without one there is everything else.
    let io = TcpStream::connect(serving.address).await.unwrap();
    let mut io = serving
        .connector
        .unwrap()
        .connect(tls::localhost(), io)
        .await
        .unwrap();
    say(&mut io, "").await;
    assert!(!say(&mut io, "EHLO me\r\n").await.contains("EXTERNAL"));
    assert!(
        say(&mut io, "AUTH EXTERNAL =\r\n")
            .await
            .starts_with("535 5.7.8")
    );
    assert!(say(&mut io, RIGHT).await.starts_with("235 2.7.0"));
}
