//! The HT mechanisms through the public API: the vectors, the rules of both drafts and what broke elsewhere.

mod common;
mod rules_client;
mod rules_server;
mod vectors;
