//! CRAM-MD5 through the public API: the vectors, RFC 2195's rules and what broke elsewhere.

mod common;
mod rules_client;
mod rules_server;
mod vectors;
