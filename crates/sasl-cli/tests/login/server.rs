//! Servers on loopback, one thread each, which serve every connection alike.

use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::{fs, io};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// Serves connections, and returns the port.
pub(crate) fn serve(script: impl Fn(TcpStream) -> io::Result<()> + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let script = Arc::new(script);
    thread::spawn(move || {
        for io in listener.incoming() {
            let script = Arc::clone(&script);
            // What a client that gives up leaves behind is no matter of the test's.
            thread::spawn(move || script(io.unwrap()));
        }
    });
    port
}

/// One end of a conversation of lines.
pub(crate) struct Lines<Io: Read + Write>(BufReader<Io>);

impl<Io: Read + Write> Lines<Io> {
    pub(crate) fn new(io: Io) -> Self {
        Self(BufReader::new(io))
    }

    pub(crate) fn says(&mut self, line: &str) -> io::Result<()> {
        let io = self.0.get_mut();
        io.write_all(format!("{line}\r\n").as_bytes())?;
        io.flush()
    }

    /// The client's next line.
    pub(crate) fn hears(&mut self) -> io::Result<String> {
        let mut line = String::new();
        match self.0.read_line(&mut line)? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(line.trim_end().to_owned()),
        }
    }

    pub(crate) fn into_inner(self) -> Io {
        self.0.into_inner()
    }
}

/// An SMTP server that offers these mechanisms, and says what `answer` makes of the client's next lines; `None` is the end.
pub(crate) fn smtp(
    offer: &'static str,
    answer: impl Fn(&str) -> Option<String> + Send + Sync + 'static,
) -> u16 {
    serve(move |io| {
        let mut lines = Lines::new(io);
        lines.says("220 mail.example.org ESMTP")?;
        lines.hears()?;
        lines.says("250-mail.example.org")?;
        lines.says(&format!("250 {offer}"))?;
        loop {
            let line = lines.hears()?;
            match answer(&line) {
                Some(said) => lines.says(&said)?,
                None => return Ok(()),
            }
        }
    })
}

/// An authority and what it has signed.
pub(crate) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    pub(crate) path: PathBuf,
}

impl Authority {
    pub(crate) fn new(name: &str) -> Self {
        Self::signing_itself(name, |_| {})
    }

    /// With a certificate that `change` has its way with.
    pub(crate) fn signing_itself(name: &str, change: impl FnOnce(&mut CertificateParams)) -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name = rcgen::DistinguishedName::new();
        params
            .distinguished_name
            .push(rcgen::DnType::CommonName, name);
        change(&mut params);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("login");
        fs::create_dir_all(&directory).unwrap();
        let path = directory.join(format!("{name}.pem"));
        fs::write(&path, issuer.pem()).unwrap();
        Self { issuer, path }
    }

    pub(crate) fn file(&self) -> &str {
        self.path.to_str().unwrap()
    }

    /// A server's configuration, with a certificate that `change` has its way with.
    pub(crate) fn server(&self, change: impl FnOnce(&mut CertificateParams)) -> Arc<ServerConfig> {
        let mut params = CertificateParams::new(["localhost".to_owned()]).unwrap();
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let made = params.signed_by(&key, &self.issuer).unwrap();
        Self::presenting(made.der().clone(), &key)
    }

    /// A server's configuration, with the authority's own certificate.
    pub(crate) fn itself(&self) -> Arc<ServerConfig> {
        Self::presenting(self.issuer.der().clone(), self.issuer.key())
    }

    fn presenting(certificate: CertificateDer<'static>, key: &KeyPair) -> Arc<ServerConfig> {
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let chain = vec![certificate];
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .unwrap();
        Arc::new(config)
    }
}

/// The server's end of TLS.
pub(crate) type TlsStream = StreamOwned<ServerConnection, TcpStream>;

pub(crate) fn tls(config: &Arc<ServerConfig>, io: TcpStream) -> TlsStream {
    StreamOwned::new(ServerConnection::new(Arc::clone(config)).unwrap(), io)
}
