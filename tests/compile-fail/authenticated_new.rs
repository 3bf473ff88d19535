//! The constructor of `Authenticated` is private to its crate, as is the client's.

use sasl::server::Proven;
use sasl::{Authcid, Plain};

fn main() {
    let name = Authcid::parse("admin").unwrap();
    let _ = sasl::server::Authenticated::new(Plain::NAME, name.clone(), Proven::new(name));
    let _ = sasl::client::Authenticated::new(Plain::NAME, sasl::client::Proven::new(None));
}
