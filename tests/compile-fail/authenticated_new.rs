//! The constructor of `Authenticated` is private to its crate, as is the client's.

fn main() {
    let _ = sasl::server::Authenticated::new;
    let _ = sasl::client::Authenticated::new;
}
