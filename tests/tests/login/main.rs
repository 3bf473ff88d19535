//! LOGIN through the public API: the vectors, the draft's rules and what broke elsewhere.

mod common;
mod rules_client;
mod rules_server;
mod vectors;
