//! Randomness that is none, for tests only.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::random::{NoRandomness, Random};

/// Prescribed octets in their order, then [`NoRandomness`]: the fixed nonces of test vectors. **For tests only.**
///
/// A clone goes on where the original is: keep one to see what is left of the script.
///
/// ```
/// use sasl_core::Random;
/// use sasl_core::testing::ScriptedRandom;
///
/// let random = ScriptedRandom::new(*b"fyko");
/// let mut nonce = [0; 3];
/// random.fill(&mut nonce)?;
/// assert_eq!(&nonce, b"fyk");
/// assert_eq!(random.remaining(), 1);
/// assert!(random.fill(&mut nonce).is_err());
/// # Ok::<(), sasl_core::NoRandomness>(())
/// ```
#[derive(Clone)]
pub struct ScriptedRandom(Arc<Mutex<Vec<u8>>>);

impl ScriptedRandom {
    /// Gives these octets, once.
    #[must_use]
    pub fn new(octets: impl Into<Vec<u8>>) -> Self {
        Self(Arc::new(Mutex::new(octets.into())))
    }

    /// How many octets have not been asked for yet.
    #[must_use]
    pub fn remaining(&self) -> usize {
        lock(&self.0).len()
    }
}

impl Random for ScriptedRandom {
    /// All or nothing: when fewer octets are left than are asked for, they stay.
    fn fill(&self, destination: &mut [u8]) -> Result<(), NoRandomness> {
        let mut script = lock(&self.0);
        let wanted = destination.len();
        if script.len() < wanted {
            return Err(NoRandomness);
        }
        for (place, octet) in destination.iter_mut().zip(script.drain(..wanted)) {
            *place = octet;
        }
        Ok(())
    }
}

impl fmt::Debug for ScriptedRandom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ScriptedRandom({} octets)", self.remaining())
    }
}

/// Octets that differ at every call and are the same in every run: `SplitMix64` counted up from a seed. **For tests
/// only.** Whoever knows the seed knows every nonce.
///
/// ```
/// use sasl_core::Random;
/// use sasl_core::testing::CountingRandom;
///
/// let (one, other) = (CountingRandom::seeded(7), CountingRandom::seeded(7));
/// let (mut first, mut second, mut again) = ([0; 16], [0; 16], [0; 16]);
/// one.fill(&mut first)?;
/// one.fill(&mut second)?;
/// other.fill(&mut again)?;
/// assert_ne!(first, second);
/// assert_eq!(first, again);
/// # Ok::<(), sasl_core::NoRandomness>(())
/// ```
#[derive(Debug)]
pub struct CountingRandom(Mutex<u64>);

impl CountingRandom {
    /// Counts from here.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        // Mixed, so that neighbouring seeds do not give the same octets a few calls apart.
        Self(Mutex::new(mixed(seed)))
    }
}

impl Random for CountingRandom {
    fn fill(&self, destination: &mut [u8]) -> Result<(), NoRandomness> {
        let mut counter = lock(&self.0);
        for chunk in destination.chunks_mut(size_of::<u64>()) {
            *counter = counter.wrapping_add(0x9e37_79b9_7f4a_7c15);
            for (place, octet) in chunk.iter_mut().zip(mixed(*counter).to_le_bytes()) {
                *place = octet;
            }
        }
        Ok(())
    }
}

/// The output function of `SplitMix64`.
fn mixed(counter: u64) -> u64 {
    let z = (counter ^ (counter >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A mechanism that panicked while it held the lock has left nothing half done in there.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
