//! SCRAM through the public API: every vector, what must fail, and the rules that others forgot.

mod common;
mod cost;
mod rules_client;
mod rules_server;
mod vectors;
