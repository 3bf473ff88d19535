//! A computation runs once.

use sasl::server::{Computation, Failure};

fn twice(job: Computation) -> Result<(), Failure> {
    let _ = job.run()?;
    let _ = job.run()?;
    Ok(())
}

fn main() {}
