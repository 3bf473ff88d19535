//! OAUTHBEARER and XOAUTH2 through the public API: the vectors, the rules of RFC 7628 and what broke elsewhere.

mod common;
mod rules_client;
mod rules_server;
mod vectors;
