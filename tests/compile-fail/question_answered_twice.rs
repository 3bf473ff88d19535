//! A question has one answer.

use sasl::server::{Authorize, Failure};

fn twice(question: Authorize) -> Result<(), Failure> {
    let _ = question.refuse();
    let _ = question.allow()?;
    Ok(())
}

fn main() {}
