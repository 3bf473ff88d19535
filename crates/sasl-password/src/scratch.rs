//! Working memory that is kept.

use core::fmt;

#[cfg(feature = "argon2")]
use alloc::vec::Vec;

/// Memory that is kept from one hash to the next, for [`Scheme::hash_in`](crate::Scheme::hash_in).
///
/// Who makes many hashes in a row spends up to a third of the time on having the operating system hand over fresh memory. Argon2
/// is what uses it; it grows to what the costliest hash needs, and is wiped when dropped.
///
/// ```
/// # #[cfg(feature = "argon2")] {
/// use sasl_core::{OsRandom, Password};
/// use sasl_password::{Scheme, Scratch};
///
/// let (scheme, mut scratch) = (Scheme::argon2id(), Scratch::new());
/// for password in ["pencil", "ink"] {
///     let hash = scheme.hash_in(&mut scratch, &Password::new(password), &OsRandom)?;
///     assert!(hash.as_str().starts_with("$argon2id$"));
/// }
/// # }
/// # Ok::<(), sasl_password::HashError>(())
/// ```
#[derive(Default)]
pub struct Scratch {
    #[cfg(feature = "argon2")]
    blocks: Vec<argon2::Block>,
}

impl Scratch {
    /// Nothing yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            #[cfg(feature = "argon2")]
            blocks: Vec::new(),
        }
    }

    /// So many blocks, if they can be had. What they hold does not matter: Argon2 writes every block before it reads it.
    #[cfg(feature = "argon2")]
    pub(crate) fn blocks(&mut self, count: usize) -> Option<&mut [argon2::Block]> {
        let missing = count.saturating_sub(self.blocks.len());
        if missing > 0 {
            // Moved, a copy would stay behind: it is wiped, and made anew.
            self.wipe();
            self.blocks = Vec::new();
            self.blocks.try_reserve_exact(count).ok()?;
            self.blocks.resize_with(count, argon2::Block::new);
        }
        self.blocks.get_mut(..count)
    }

    #[cfg(feature = "argon2")]
    fn wipe(&mut self) {
        use zeroize::Zeroize as _;

        self.blocks.iter_mut().for_each(argon2::Block::zeroize);
    }
}

#[cfg(feature = "argon2")]
impl Drop for Scratch {
    fn drop(&mut self) {
        self.wipe();
    }
}

impl fmt::Debug for Scratch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Scratch(..)")
    }
}

#[cfg(all(test, feature = "argon2"))]
mod tests {
    use super::*;
    use crate::{Cost, Scheme};
    use sasl_core::{NoRandomness, Password, Random};

    struct Sevens;

    impl Random for Sevens {
        fn fill(&self, destination: &mut [u8]) -> Result<(), NoRandomness> {
            destination.fill(7);
            Ok(())
        }
    }

    #[test]
    fn what_was_there_before_does_not_matter() {
        let mut scratch = Scratch::new();
        for (memory_kib, passes, lanes) in
            [(64, 1, 1), (8, 3, 1), (256, 2, 4), (64, 1, 1), (33, 1, 2)]
        {
            let cost = Cost::Argon2 {
                memory_kib,
                passes,
                lanes,
            };
            let scheme = Scheme::argon2id().with_cost(cost).unwrap();
            for password in ["pencil", "ink"].map(Password::new) {
                let fresh = scheme.hash(&password, &Sevens).unwrap();
                let kept = scheme.hash_in(&mut scratch, &password, &Sevens).unwrap();
                assert_eq!(kept.as_str(), fresh.as_str(), "{memory_kib}");
            }
        }
        assert_eq!(scratch.blocks.len(), 256);
    }

    #[test]
    fn what_cannot_be_had_is_an_error() {
        assert!(Scratch::new().blocks(usize::MAX / 2048).is_none());
    }
}
