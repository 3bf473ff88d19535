//! A password question is not answered as a lookup, and a lookup not as a password question.

use sasl::Found;
use sasl::server::{Failure, Lookup, PasswordCheck};

fn supplied(question: PasswordCheck) -> Result<(), Failure> {
    let _ = question.supply(Found::Unknown)?;
    Ok(())
}

fn checked(question: Lookup) -> Result<(), Failure> {
    let _ = question.accepted_elsewhere()?;
    Ok(())
}

fn main() {}
