//! Live handshakes: both ends of a connection have the same values.
#![cfg(test)]
#![cfg(all(feature = "rustls", feature = "openssl", feature = "native-tls"))]

mod bindings;
mod certificate;
mod loopback;
mod openssl_pair;
mod rustls_pair;

mod cross;
mod native_tls;
mod openssl;
mod rustls;
