//! TLS for the demo: the server's certificate, both ends' handshakes, and what the channel is afterwards.

use std::io;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clap::ValueEnum;
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName};
use rustls::server::WebPkiClientVerifier;
use rustls::{
    ALL_VERSIONS, ClientConfig, RootCertStore, ServerConfig, SupportedProtocolVersion, version,
};
use sasl::{Channel, ChannelBinding, Protection};
use sasl_tls::rustls::Capture;
use tokio::net::TcpStream;
use tokio_rustls::{TlsAcceptor, TlsConnector, client, server};

use crate::certificate;
use crate::tls::{chain, private_key};

#[derive(clap::Args)]
#[command(next_help_heading = "TLS")]
#[group(skip)]
pub(crate) struct Args {
    /// When TLS begins: never, after the command STARTTLS, or with the first octet
    #[arg(long, value_enum, default_value_t = Mode::None, value_name = "WHEN")]
    tls: Mode,

    /// Take no other version of TLS
    #[arg(long, value_enum, value_name = "VERSION")]
    tls_version: Option<Version>,

    /// The server's certificate with its chain, PEM; without one the demo makes its own at start
    #[arg(long, value_name = "FILE", requires_all = ["key", "listen"])]
    cert: Option<PathBuf>,

    /// The key of the server's certificate, PEM
    #[arg(long, value_name = "FILE", requires = "cert")]
    key: Option<PathBuf>,

    /// Write the certificate that the demo makes to this file, PEM, for clients to trust
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "cert",
        requires = "listen"
    )]
    write_cert: Option<PathBuf>,

    /// Ask for client certificates from these authorities, PEM: whom one is for can come in with EXTERNAL
    #[arg(long, value_name = "FILE", requires = "listen")]
    client_ca: Option<PathBuf>,
}

/// When TLS begins.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Mode {
    None,
    Starttls,
    Implicit,
}

#[derive(Clone, Copy, ValueEnum)]
enum Version {
    #[value(name = "1.2")]
    Tls12,
    #[value(name = "1.3")]
    Tls13,
}

impl Args {
    /// What was asked for, and a certificate for these addresses among others; `None` without TLS.
    pub(crate) fn prepare(
        &self,
        addresses: impl IntoIterator<Item = IpAddr>,
    ) -> Result<Option<Tls>> {
        if self.tls == Mode::None {
            let unused = self.tls_version.is_some()
                || self.cert.is_some()
                || self.write_cert.is_some()
                || self.client_ca.is_some();
            ensure!(
                !unused,
                "there is no TLS: add --tls starttls or --tls implicit"
            );
            return Ok(None);
        }
        let (chain, key, source) = match (&self.cert, &self.key) {
            (Some(cert), Some(key)) => {
                (chain(cert)?, private_key(key)?, Source::Given(cert.clone()))
            }
            _ => self.own(addresses)?,
        };
        let leaf = chain.first().context("there is no certificate")?.clone();
        let provider = Arc::new(ring::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(versions(self.tls_version))?;
        let builder = match &self.client_ca {
            None => builder.with_no_client_auth(),
            Some(authorities) => {
                let mut roots = RootCertStore::empty();
                for authority in crate::tls::chain(authorities)? {
                    roots.add(authority)?;
                }
                // Who has none may log in otherwise.
                builder.with_client_cert_verifier(
                    WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider)
                        .allow_unauthenticated()
                        .build()?,
                )
            }
        };
        let mut config = builder
            .with_single_cert(chain, key)
            .context("the certificate and its key cannot be used")?;
        // Otherwise there would be no tls-exporter under TLS 1.2 (RFC 9266 §4).
        config.require_ems = true;
        Ok(Some(Tls {
            mode: self.tls,
            acceptor: TlsAcceptor::from(Arc::new(config)),
            certificate: leaf,
            source,
            asks_clients: self.client_ca.is_some(),
        }))
    }

    /// Whether clients are asked for certificates.
    pub(crate) fn asks_clients(&self) -> bool {
        self.client_ca.is_some()
    }

    /// A certificate of the demo's own, signed by nobody else.
    fn own(
        &self,
        addresses: impl IntoIterator<Item = IpAddr>,
    ) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>, Source)> {
        let mut names = vec!["localhost".to_owned(), "127.0.0.1".into(), "::1".into()];
        for address in addresses {
            if !address.is_unspecified() && !names.contains(&address.to_string()) {
                names.push(address.to_string());
            }
        }
        let made = rcgen::generate_simple_self_signed(names)?;
        let pem = made.cert.pem();
        let source = match &self.write_cert {
            Some(path) => {
                std::fs::write(path, pem)
                    .with_context(|| format!("cannot write {}", path.display()))?;
                Source::Written(path.clone())
            }
            None => Source::Made(pem),
        };
        let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
        Ok((vec![made.cert.der().clone()], key.into(), source))
    }

    /// The client's end, which trusts this one server.
    pub(crate) fn connector(&self, tls: &Tls) -> Result<TlsConnector> {
        let mut roots = RootCertStore::empty();
        roots.add(tls.certificate.clone())?;
        let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(versions(self.tls_version))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.require_ems = true;
        Ok(TlsConnector::from(Arc::new(config)))
    }
}

fn versions(only: Option<Version>) -> &'static [&'static SupportedProtocolVersion] {
    static TLS12: &[&SupportedProtocolVersion] = &[&version::TLS12];
    static TLS13: &[&SupportedProtocolVersion] = &[&version::TLS13];
    match only {
        None => ALL_VERSIONS,
        Some(Version::Tls12) => TLS12,
        Some(Version::Tls13) => TLS13,
    }
}

/// The server's end.
pub(crate) struct Tls {
    pub(crate) mode: Mode,
    acceptor: TlsAcceptor,
    /// What the server presents.
    certificate: CertificateDer<'static>,
    pub(crate) source: Source,
    asks_clients: bool,
}

/// Where the certificate comes from, and can be got.
pub(crate) enum Source {
    Given(PathBuf),
    Written(PathBuf),
    /// In PEM.
    Made(String),
}

impl Tls {
    /// What both configurations have in common.
    const CAPTURE: Capture = Capture::new().require_ems(true);

    /// Lets a client do its handshake. A client that has protocols to choose from (ALPN) must have this one, if there is one.
    pub(crate) async fn accept(
        &self,
        io: TcpStream,
        alpn: Option<&[u8]>,
    ) -> io::Result<server::TlsStream<TcpStream>> {
        let Some(alpn) = alpn else {
            return self.acceptor.accept(io).await;
        };
        let mut config = ServerConfig::clone(self.acceptor.config());
        config.alpn_protocols = vec![alpn.to_vec()];
        TlsAcceptor::from(Arc::new(config)).accept(io).await
    }

    /// What the server knows of a connection after the handshake.
    pub(crate) fn channel(&self, io: &server::TlsStream<TcpStream>) -> Channel {
        let (_, tls) = io.get_ref();
        let channel = Channel::new(Protection::Tls)
            .with_bindings(Self::CAPTURE.server(tls, &self.certificate));
        // Only what the handshake has verified is here.
        let leaf = tls.peer_certificates().and_then(<[_]>::first);
        match leaf.and_then(|leaf| certificate::holder(leaf)) {
            Some(holder) => channel.with_external_identity(holder),
            None => channel,
        }
    }

    /// What the client knows of it.
    pub(crate) fn client_channel(io: &client::TlsStream<TcpStream>) -> Channel {
        let (_, tls) = io.get_ref();
        Channel::new(Protection::Tls).with_bindings(Self::CAPTURE.client(tls))
    }

    /// A channel as it will be, to tell beforehand what will be offered on it.
    pub(crate) fn outlook(&self) -> Channel {
        let exporter = ChannelBinding::new(sasl::BindingName::TLS_EXPORTER, &[0; 32]);
        let channel = Channel::new(Protection::Tls).with_bindings(exporter);
        if self.asks_clients {
            channel.with_external_identity("user")
        } else {
            channel
        }
    }

    #[cfg(test)]
    pub(crate) fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    pub(crate) fn fingerprint(&self) -> String {
        certificate::fingerprint(&self.certificate)
    }
}

/// The name that the demo's own certificate is for.
pub(crate) fn localhost() -> ServerName<'static> {
    ServerName::from(IpAddr::from([127, 0, 0, 1]))
}

/// How long either end waits for the other's part of a handshake.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);
