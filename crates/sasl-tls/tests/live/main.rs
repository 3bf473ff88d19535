//! Live handshakes: both ends of a connection have the same values.
#![cfg(test)]
#![cfg(feature = "rustls")]

mod certificate;
mod rustls_pair;

mod rustls;
