//! Values out of `native-tls` connections.
//!
//! It exports no keying material and no `Finished`, so there is `tls-server-end-point` alone. A server that has it, too,
//! takes it from its own certificate, without the connection: [`end_point`](crate::end_point()).

use std::io::{Read, Write};

use ::native_tls::TlsStream;
use sasl_core::ChannelBinding;

/// The `tls-server-end-point` value of a **client's** connection, if the server's certificate has one.
///
/// With `tokio-native-tls` the connection is `stream.get_ref()`.
///
/// The value is made from the peer's certificate as on every other TLS library. `TlsStream::tls_server_end_point` has none
/// for RSASSA-PSS with OpenSSL, none for SHA-224 with `Schannel`, and none at all on iOS.
#[must_use]
pub fn client<S: Read + Write>(tls: &TlsStream<S>) -> Option<ChannelBinding> {
    let leaf = tls.peer_certificate().ok()??;
    crate::end_point(&leaf.to_der().ok()?).ok()
}
