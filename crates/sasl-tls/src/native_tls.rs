//! Values out of `native-tls` connections.
//!
//! It exports no keying material and no `Finished`, so there is `tls-server-end-point` alone. A server that has it, too,
//! takes it from its own certificate, without the connection: [`end_point`](crate::end_point()).

use alloc::vec::Vec;
use std::io::{Read, Write};

use ::native_tls::TlsStream;
use sasl_core::ChannelBinding;

/// What a **client's** connection has: the `tls-server-end-point` value, or nothing where the server's certificate has none.
///
/// With `tokio-native-tls` the connection is `stream.get_ref()`.
///
/// The value is made from the peer's certificate as on every other TLS library. `TlsStream::tls_server_end_point` has none
/// for RSASSA-PSS with OpenSSL, none for SHA-224 with `Schannel`, and none at all on iOS.
#[must_use]
pub fn client<S: Read + Write>(tls: &TlsStream<S>) -> Vec<ChannelBinding> {
    let leaf = tls.peer_certificate().ok().flatten();
    let der = leaf.and_then(|leaf| leaf.to_der().ok());
    der.and_then(|der| crate::end_point(&der).ok())
        .into_iter()
        .collect()
}
