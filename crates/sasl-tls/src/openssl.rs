//! Values out of `openssl` connections.
//!
//! `SslRef` is what `SslStream::ssl` gives, that of `tokio-openssl` too. It knows which side it is.

use alloc::vec::Vec;

use ::openssl::ssl::{SslRef, SslVersion};
use sasl_core::{BindingName, ChannelBinding};

use crate::exporter::{self, LABEL};

/// More than any `Finished` has: 12 octets in TLS 1.0 to 1.2 (RFC 5246 §7.4.9).
const MAX_FINISHED: usize = 64;

/// All values that a connection has, the strongest first; none before the end of the handshake.
///
/// On a server the end point is the certificate that OpenSSL chose for this handshake. In a resumed session it chose none,
/// and there is no `tls-server-end-point`: a server with one certificate takes [`bindings_with_certificate`].
#[must_use]
pub fn bindings(ssl: &SslRef) -> Vec<ChannelBinding> {
    let certificate = if !ssl.is_server() {
        ssl.peer_certificate().and_then(|leaf| leaf.to_der().ok())
    } else if !ssl.session_reused() {
        ssl.certificate().and_then(|own| own.to_der().ok())
    } else {
        // `SSL_get_certificate` would be the one that was loaded last.
        None
    };
    collect(ssl, certificate.as_deref())
}

/// As [`bindings`], of a server that has this one certificate, in DER, and no other.
#[must_use]
pub fn bindings_with_certificate(ssl: &SslRef, certificate: &[u8]) -> Vec<ChannelBinding> {
    collect(ssl, Some(certificate))
}

fn collect(ssl: &SslRef, certificate: Option<&[u8]>) -> Vec<ChannelBinding> {
    if !ssl.is_init_finished() {
        return Vec::new();
    }
    let end_point = certificate.and_then(|der| crate::end_point(der).ok());
    [exporter(ssl), unique(ssl), end_point]
        .into_iter()
        .flatten()
        .collect()
}

fn exporter(ssl: &SslRef) -> Option<ChannelBinding> {
    // RFC 9266 §4.2.
    let binds = ssl.version2()? == SslVersion::TLS1_3
        || (is_tls_up_to_1_2(ssl) && has_extended_master_secret(ssl));
    if !binds {
        return None;
    }
    exporter::binding(|value| {
        ssl.export_keying_material(value, LABEL, Some(exporter::CONTEXT))
            .ok()
    })
}

/// The first `Finished` of the latest handshake (RFC 5929 §3.1).
fn unique(ssl: &SslRef) -> Option<ChannelBinding> {
    if !is_tls_up_to_1_2(ssl) {
        return None;
    }
    // RFC 7677 §4: without the extended master secret, resumed sessions with two peers can have the same value.
    if ssl.session_reused() && !has_extended_master_secret(ssl) {
        return None;
    }
    // The client's comes first in a full handshake, the server's in a resumed one.
    let mut finished = [0; MAX_FINISHED];
    let length = if ssl.is_server() == ssl.session_reused() {
        ssl.finished(&mut finished)
    } else {
        ssl.peer_finished(&mut finished)
    };
    ChannelBinding::new(BindingName::TLS_UNIQUE, finished.get(..length)?).ok()
}

fn is_tls_up_to_1_2(ssl: &SslRef) -> bool {
    [SslVersion::TLS1, SslVersion::TLS1_1, SslVersion::TLS1_2]
        .map(Some)
        .contains(&ssl.version2())
}

fn has_extended_master_secret(ssl: &SslRef) -> bool {
    ssl.extms_support() == Some(true)
}
