//! After the end there is nothing to go on with.

use sasl::client;

fn after(response: client::Response) -> Result<(), client::Failure> {
    let _ = response.success(None)?;
    let _ = response.challenge(b"more")?;
    Ok(())
}

fn main() {}
