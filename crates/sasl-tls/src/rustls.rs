//! Values out of `rustls` connections.
//!
//! With `tokio-rustls` the connection is `stream.get_ref().1`, with `rustls::StreamOwned` it is `stream.conn`.

use alloc::vec::Vec;

use ::rustls::client::ClientConnection;
use ::rustls::server::ServerConnection;
use ::rustls::{ConnectionCommon, ProtocolVersion};
use sasl_core::ChannelBinding;

use crate::exporter::{self, LABEL};

/// All values that a client's connection has, the strongest first; none before the end of the handshake.
///
/// Under TLS 1.3 these are `tls-exporter` and `tls-server-end-point`. Under TLS 1.2 the latter only: see
/// [`Capture::require_ems`].
#[must_use]
pub fn client(tls: &ClientConnection) -> Vec<ChannelBinding> {
    Capture::new().client(tls)
}

/// All values that a server's connection has, the strongest first; none before the end of the handshake.
///
/// `certificate` is what this server presented, in DER: the first of its chain. The connection does not tell; a server
/// with several certificates has to know which one its resolver chose.
#[must_use]
pub fn server(tls: &ServerConnection, certificate: &[u8]) -> Vec<ChannelBinding> {
    Capture::new().server(tls, certificate)
}

/// What the caller knows of the configuration that a connection was made under, and the connection does not tell.
#[derive(Debug, Clone, Copy, Default)]
pub struct Capture {
    require_ems: bool,
}

impl Capture {
    /// Nothing is known.
    #[must_use]
    pub const fn new() -> Self {
        Self { require_ems: false }
    }

    /// The `require_ems` of the `ClientConfig` or `ServerConfig`.
    ///
    /// Under TLS 1.2 `tls-exporter` binds the channel only with the extended master secret (RFC 9266 §4.2), and `rustls`
    /// does not say whether that was agreed. Where the configuration requires it there is no connection without: only
    /// then there is the value.
    #[must_use]
    pub const fn require_ems(mut self, required: bool) -> Self {
        self.require_ems = required;
        self
    }

    /// As [`client`](fn@client).
    #[must_use]
    pub fn client(self, tls: &ClientConnection) -> Vec<ChannelBinding> {
        let leaf = tls.peer_certificates().and_then(<[_]>::first);
        self.bindings(tls, leaf.map(AsRef::as_ref))
    }

    /// As [`server`](fn@server).
    #[must_use]
    pub fn server(self, tls: &ServerConnection, certificate: &[u8]) -> Vec<ChannelBinding> {
        self.bindings(tls, Some(certificate))
    }

    fn bindings<Side>(
        self,
        tls: &ConnectionCommon<Side>,
        certificate: Option<&[u8]>,
    ) -> Vec<ChannelBinding> {
        // A client has seen the server's certificate before it has seen that it is the server's.
        if tls.is_handshaking() {
            return Vec::new();
        }
        let end_point = certificate.and_then(|der| crate::end_point(der).ok());
        self.exporter(tls).into_iter().chain(end_point).collect()
    }

    fn exporter<Side>(self, tls: &ConnectionCommon<Side>) -> Option<ChannelBinding> {
        match tls.protocol_version()? {
            ProtocolVersion::TLSv1_3 => {}
            // RFC 9266 §4.2.
            ProtocolVersion::TLSv1_2 if self.require_ems => {}
            _ => return None,
        }
        exporter::binding(|value| {
            tls.export_keying_material(value, LABEL.as_bytes(), Some(exporter::CONTEXT))
                .ok()
                .map(drop)
        })
    }
}
