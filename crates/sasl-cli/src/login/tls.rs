//! TLS: whom to trust, the handshake, and what was seen in it.

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, Result, ensure};
use rustls::client::WebPkiServerVerifier;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::sign::CertifiedKey;
use rustls::{ClientConfig, InconsistentKeys, RootCertStore};
use sasl::{Channel, Protection};

use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::connect::Io;
use super::resolver::Resolver;
use super::session::StartTls;
use super::target::Target;
use super::verifier::{Seen, Verifier};
use crate::certificate::{self, Description};
use crate::tls::{chain, private_key, version};

#[derive(clap::Args)]
#[command(next_help_heading = "TLS")]
#[group(skip)]
pub(crate) struct Args {
    /// Require STARTTLS on loopback and on Unix sockets too. Elsewhere it is required anyway
    #[arg(long, conflicts_with = "no_starttls")]
    starttls: bool,

    /// Do without STARTTLS: only mechanisms that do not show the secret are left then
    #[arg(long)]
    no_starttls: bool,

    /// Trust these authorities and no other, PEM. By default those that this system trusts
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,

    /// INSECURE: take any certificate. Whoever is on the way can then be the server
    #[arg(long, conflicts_with = "ca")]
    insecure: bool,

    /// The name that the server's certificate is to be for, if not the host in the URL
    #[arg(long, value_name = "NAME")]
    server_name: Option<String>,

    /// A certificate of the client with its chain, PEM: EXTERNAL logs in with it
    #[arg(long, value_name = "FILE", requires = "key")]
    cert: Option<PathBuf>,

    /// The key of the client's certificate, PEM
    #[arg(long, value_name = "FILE", requires = "cert")]
    key: Option<PathBuf>,
}

impl Args {
    /// Whether to ask for TLS where it does not begin with the first octet.
    pub(crate) fn starttls(&self, local: bool) -> StartTls {
        match (self.no_starttls, self.starttls, local) {
            (true, ..) => StartTls::Never,
            // Nobody beyond this machine reads along.
            (false, false, true) => StartTls::IfOffered,
            _ => StartTls::Require,
        }
    }

    pub(crate) fn insecure(&self) -> bool {
        self.insecure
    }

    /// Whether the client has a certificate.
    pub(crate) fn has_certificate(&self) -> bool {
        self.cert.is_some()
    }

    /// What is needed for a handshake with this server, as far as it can be said before one.
    pub(crate) fn prepare(&self, target: &Target) -> Result<Tls> {
        let place = &target.place;
        let name = match (&self.server_name, place.address()) {
            (Some(name), _) => Some(
                ServerName::try_from(name.clone())
                    .with_context(|| format!("--server-name {name:?} is no host name"))?,
            ),
            (None, Some(address)) => Some(ServerName::from(address)),
            (None, None) => place
                .host()
                .map(ServerName::try_from)
                .transpose()
                .context("the host is none that a certificate could be for")?,
        };
        let provider = Arc::new(ring::default_provider());
        let seen = Arc::new(Mutex::new(Seen::default()));
        let verifier = Verifier {
            inner: self.verifier(&provider)?,
            named: self
                .ca
                .as_deref()
                .map(chain)
                .transpose()?
                .unwrap_or_default(),
            provider: Arc::clone(&provider),
            insecure: self.insecure,
            seen: Arc::clone(&seen),
        };
        let own = match (&self.cert, &self.key) {
            (Some(cert), Some(key)) => Some(own(chain(cert)?, private_key(key)?, &provider)?),
            _ => None,
        };
        let resolver = Arc::new(Resolver::new(own));
        let asked: Arc<Resolver> = Arc::clone(&resolver);
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_client_cert_resolver(asked);
        config.alpn_protocols = target.scheme.alpn().map(Vec::from).into_iter().collect();
        Ok(Tls {
            connector: TlsConnector::from(Arc::new(config)),
            name,
            seen,
            resolver,
        })
    }

    fn verifier(
        &self,
        provider: &Arc<CryptoProvider>,
    ) -> Result<Option<Arc<WebPkiServerVerifier>>> {
        let mut roots = RootCertStore::empty();
        match &self.ca {
            Some(path) => {
                for authority in chain(path)? {
                    roots
                        .add(authority)
                        .with_context(|| format!("{} has no authority in it", path.display()))?;
                }
            }
            None => {
                let found = rustls_native_certs::load_native_certs();
                // Systems have some that cannot be read.
                roots.add_parsable_certificates(found.certs);
            }
        }
        if roots.is_empty() {
            ensure!(
                self.insecure,
                "this system names no authorities that certificates could be checked with: see --ca"
            );
            return Ok(None);
        }
        let builder =
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider));
        Ok(Some(builder.build()?))
    }
}

/// The client's certificate with its key. What is wrong with it otherwise, the server may say.
fn own(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
    provider: &CryptoProvider,
) -> Result<CertifiedKey> {
    let key = provider
        .key_provider
        .load_private_key(key)
        .context("the client's key cannot be used")?;
    let own = CertifiedKey::new(chain, key);
    // Old certificates cannot be read here, and are taken by servers.
    let differ = matches!(
        own.keys_match(),
        Err(rustls::Error::InconsistentKeys(
            InconsistentKeys::KeyMismatch
        ))
    );
    ensure!(
        !differ,
        "the client's key is not the one of its certificate"
    );
    Ok(own)
}

/// One connection's TLS.
pub(crate) struct Tls {
    connector: TlsConnector,
    name: Option<ServerName<'static>>,
    seen: Arc<Mutex<Seen>>,
    resolver: Arc<Resolver>,
}

/// A connection after its handshake.
pub(crate) struct Secured {
    pub(crate) io: Box<dyn Io>,
    pub(crate) channel: Channel,
    pub(crate) version: &'static str,
    pub(crate) cipher: Option<String>,
}

impl Tls {
    /// The handshake.
    pub(crate) async fn secure(&self, io: Box<dyn Io>) -> io::Result<Secured> {
        let name = self.name.clone().ok_or_else(|| {
            io::Error::new(
                io::ErrorKind::InvalidInput,
                "TLS over a Unix socket: --server-name says what its certificate is for",
            )
        })?;
        let io: TlsStream<Box<dyn Io>> = self.connector.connect(name, io).await?;
        let (_, tls) = io.get_ref();
        Ok(Secured {
            channel: Channel::new(Protection::Tls).with_bindings(sasl_tls::rustls::client(tls)),
            version: version(tls),
            cipher: tls
                .negotiated_cipher_suite()
                .and_then(|suite| suite.suite().as_str())
                .map(str::to_owned),
            io: Box::new(io),
        })
    }

    /// What the certificate is to be for.
    pub(crate) fn server_name(&self) -> Option<String> {
        Some(self.name.as_ref()?.to_str().into_owned())
    }

    pub(crate) fn problem(&self) -> Option<rustls::Error> {
        self.seen().problem
    }

    /// What the server's certificate says.
    pub(crate) fn certificate(&self) -> Option<(Option<Description>, String)> {
        let leaf = self.seen().leaf?;
        Some((
            certificate::describe(&leaf),
            certificate::fingerprint(&leaf),
        ))
    }

    /// Whether the server asked for the client's certificate, and got it.
    pub(crate) fn client_certificate(&self) -> &'static str {
        self.resolver.word()
    }

    fn seen(&self) -> Seen {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.clone()
    }
}
