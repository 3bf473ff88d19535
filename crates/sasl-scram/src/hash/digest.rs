//! Octets that are wiped.

use sasl_core::{ScramHash, constant_time_eq};
use zeroize::{DefaultIsZeroes, Zeroizing};

/// Octets that are wiped by one write, where an array is by one for each octet.
#[derive(Clone, Copy)]
pub(crate) struct Octets<const N: usize>(pub(crate) [u8; N]);

impl<const N: usize> Default for Octets<N> {
    fn default() -> Self {
        Self([0; N])
    }
}

impl<const N: usize> DefaultIsZeroes for Octets<N> {}

impl<const N: usize> AsRef<[u8]> for Octets<N> {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl<const N: usize> AsMut<[u8]> for Octets<N> {
    fn as_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }
}

/// A digest of any of the hash functions, wiped when dropped.
#[derive(Clone)]
pub(crate) struct Digest {
    octets: Zeroizing<Octets<{ Self::MAX }>>,
    len: usize,
}

impl Digest {
    /// Octets of the longest digest.
    pub(crate) const MAX: usize = 64;

    /// A digest of zeros, to be written to.
    pub(super) fn zero(len: usize) -> Self {
        Self {
            octets: Zeroizing::default(),
            len: len.min(Self::MAX),
        }
    }

    /// Keeps the octets; beyond the longest digest there are none.
    pub(crate) fn new(octets: &[u8]) -> Self {
        let mut digest = Self::zero(octets.len());
        copy(octets, digest.as_mut());
        digest
    }

    /// Keeps the octets if they are as many as digests of this hash function have.
    pub(crate) fn of(hash: ScramHash, octets: &[u8]) -> Option<Self> {
        (octets.len() == hash.digest_len()).then(|| Self::new(octets))
    }

    pub(crate) fn as_slice(&self) -> &[u8] {
        self.octets.as_ref().get(..self.len).unwrap_or_default()
    }

    pub(super) fn as_mut(&mut self) -> &mut [u8] {
        let Octets(octets) = &mut *self.octets;
        octets.get_mut(..self.len).unwrap_or_default()
    }

    /// The exclusive or with octets of the same length.
    pub(crate) fn xor(mut self, other: &[u8]) -> Self {
        self.as_mut()
            .iter_mut()
            .zip(other)
            .for_each(|(octet, other)| *octet ^= other);
        self
    }

    pub(crate) fn matches(&self, octets: &[u8]) -> bool {
        constant_time_eq(self.as_slice(), octets)
    }
}

/// Copies as many octets as there is room for.
pub(super) fn copy(octets: &[u8], place: &mut [u8]) {
    place
        .iter_mut()
        .zip(octets)
        .for_each(|(place, octet)| *place = *octet);
}
