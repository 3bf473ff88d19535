//! Randomness as an argument (nonces, challenges), so that no generator is chosen behind the caller's back.

use core::fmt;

/// A source of random octets good enough for nonces and challenges: unpredictable to everybody else.
///
/// One method, so that any generator can stand behind it. `OsRandom` (feature `os-rng`) asks the operating system.
pub trait Random: Send + Sync {
    /// Fills `destination` with random octets.
    ///
    /// # Errors
    /// [`NoRandomness`] when there is none to be had; the exchange then ends as temporarily unavailable.
    fn fill(&self, destination: &mut [u8]) -> Result<(), NoRandomness>;
}

impl<R: Random + ?Sized> Random for &R {
    fn fill(&self, destination: &mut [u8]) -> Result<(), NoRandomness> {
        (**self).fill(destination)
    }
}

impl<R: Random + ?Sized> Random for alloc::sync::Arc<R> {
    fn fill(&self, destination: &mut [u8]) -> Result<(), NoRandomness> {
        (**self).fill(destination)
    }
}

/// There is no randomness to be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoRandomness;

impl fmt::Display for NoRandomness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("there is no randomness to be had")
    }
}

impl core::error::Error for NoRandomness {}

/// No source at all: enough for mechanisms that need none, such as PLAIN and EXTERNAL.
///
/// A mechanism that does need randomness fails with [`NoRandomness`].
#[derive(Debug, Clone, Copy, Default)]
pub struct WithoutRandom;

impl Random for WithoutRandom {
    fn fill(&self, _destination: &mut [u8]) -> Result<(), NoRandomness> {
        Err(NoRandomness)
    }
}

/// The operating system's generator (feature `os-rng`).
#[cfg(feature = "os-rng")]
#[derive(Debug, Clone, Copy, Default)]
pub struct OsRandom;

#[cfg(feature = "os-rng")]
impl Random for OsRandom {
    fn fill(&self, destination: &mut [u8]) -> Result<(), NoRandomness> {
        getrandom::fill(destination).map_err(|_| NoRandomness)
    }
}
