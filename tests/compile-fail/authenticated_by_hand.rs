//! `Authenticated` has no public fields to make one of.

use sasl::{Authcid, Plain, server::Authenticated};

fn main() {
    let name = Authcid::parse("admin").unwrap();
    let _ = Authenticated { mechanism: Plain::NAME, authcid: name };
}
