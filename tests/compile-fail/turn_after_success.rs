//! After the end there is nothing to go on with.

use sasl::client::{Failure, Response};

fn after(response: Response) -> Result<(), Failure> {
    let _ = response.success(None)?;
    let _ = response.challenge(b"more")?;
    Ok(())
}

fn main() {}
