//! A challenge has one response.

use sasl::server::{Challenge, Failure};

fn twice(challenge: Challenge) -> Result<(), Failure> {
    let _ = challenge.respond(b"first")?;
    let _ = challenge.respond(b"second")?;
    Ok(())
}

fn main() {}
