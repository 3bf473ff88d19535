//! What this crate writes, what it says about it, and how a server checks it.
#![expect(clippy::string_slice, reason = "the texts of the tests are known")]

#[cfg(test)]
mod described;
#[cfg(test)]
mod schemes;
#[cfg(test)]
mod texts;
#[cfg(test)]
mod verifier;
