//! What other programs wrote: read, checked, and refused when anything is wrong with it.
#![expect(clippy::string_slice, reason = "the texts of the tests are known")]

#[cfg(test)]
mod data;
#[cfg(test)]
mod refused;
#[cfg(test)]
mod strict;
#[cfg(test)]
mod verifies;
