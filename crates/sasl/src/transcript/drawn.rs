//! The random octets of one exchange, so that it can be played again.

use core::sync::atomic::{AtomicUsize, Ordering};

use sasl_core::{NoRandomness, Random, Secret};

/// Octets that are handed out one after the other, and then no more.
///
/// All that an exchange draws it draws at its start, so that they are drawn ahead of it.
pub(super) struct Drawn {
    octets: Secret,
    given: AtomicUsize,
}

impl Drawn {
    /// More than any mechanism here draws.
    pub(super) const LEN: usize = 64;

    /// Draws them.
    pub(super) fn from(random: &dyn Random) -> Result<Self, NoRandomness> {
        let mut octets = alloc::vec![0; Self::LEN];
        random.fill(&mut octets)?;
        Ok(Self::again(Secret::new(octets)))
    }

    /// Those that were drawn before.
    pub(super) fn again(octets: Secret) -> Self {
        Self {
            octets,
            given: AtomicUsize::new(0),
        }
    }

    pub(super) fn octets(&self) -> Secret {
        self.octets.clone()
    }
}

impl Random for Drawn {
    fn fill(&self, destination: &mut [u8]) -> Result<(), NoRandomness> {
        // Saturated, the place is behind the last octet.
        let place = |from: usize| from.saturating_add(destination.len());
        let from = self
            .given
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |from| {
                Some(place(from))
            })
            .map_err(|_| NoRandomness)?;
        let octets = self.octets.expose().get(from..place(from));
        destination.copy_from_slice(octets.ok_or(NoRandomness)?);
        Ok(())
    }
}
