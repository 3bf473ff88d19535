//! Hashing, HMAC (RFC 2104) and PBKDF2 (RFC 8018 §5.2) out of what a hash function does with a block.

use zeroize::Zeroizing;

use super::digest::{Digest, copy};
use super::function::Function;

/// HMAC with a key.
pub(crate) trait Mac: Send + Sync {
    /// `HMAC(key, parts)`, the parts being one string.
    fn mac(&self, parts: &[&[u8]]) -> Digest;
}

/// The two states that every HMAC with one key begins with, wiped when dropped.
pub(super) struct Keyed<F: Function> {
    inner: Zeroizing<F::State>,
    outer: Zeroizing<F::State>,
}

impl<F: Function> Keyed<F> {
    pub(super) fn new(key: &[u8]) -> Self {
        let mut block = Zeroizing::new(F::Block::default());
        if key.len() > F::BLOCK {
            copy(digest::<F>(key).as_slice(), block.as_mut());
        } else {
            copy(key, block.as_mut());
        }
        let mut after = |pad: u8| {
            block.as_mut().iter_mut().for_each(|octet| *octet ^= pad);
            let mut state = Zeroizing::new(F::START);
            F::absorb(&mut state, (*block).as_ref());
            state
        };
        Self {
            inner: after(IPAD),
            outer: after(IPAD ^ OPAD),
        }
    }

    /// `HMAC(key, parts)` as the state that its octets are written from.
    fn state(&self, parts: &[&[u8]]) -> Zeroizing<F::State> {
        let mut hasher = Hasher::<F>::after_block(&self.inner);
        parts.iter().for_each(|part| hasher.update(part));
        let inner = hasher.finish();
        let mut block = Zeroizing::new(second_block::<F>());
        let mut state = self.outer.clone();
        F::write(&inner, digest_of::<F>(&mut block));
        F::absorb(&mut state, (*block).as_ref());
        state
    }
}

impl<F: Function> Mac for Keyed<F> {
    fn mac(&self, parts: &[&[u8]]) -> Digest {
        written::<F>(&self.state(parts))
    }
}

/// RFC 2104 §2.
const IPAD: u8 = 0x36;
const OPAD: u8 = 0x5c;

/// `H(octets)`.
pub(super) fn digest<F: Function>(octets: &[u8]) -> Digest {
    let mut hasher = Hasher::<F>::new();
    hasher.update(octets);
    written::<F>(&hasher.finish())
}

/// PBKDF2 with one block of output.
///
/// What is hashed from the second iteration on is one digest behind a block of the key: one block that is padded once, and
/// two states that are prepared once. So no call of the hash function has anything to wipe; the loop has, at its end.
pub(super) fn hi<F: Function>(password: &[u8], salt: &[u8], iterations: u32) -> Digest {
    let keyed = Keyed::<F>::new(password);
    // INT(1), the number of the block of output.
    let mut sum = keyed.state(&[salt, &1_u32.to_be_bytes()]);
    let mut state = sum.clone();
    let mut block = Zeroizing::new(second_block::<F>());
    F::write(&state, digest_of::<F>(&mut block));
    for _ in 1..iterations {
        *state = *keyed.inner;
        F::absorb(&mut state, (*block).as_ref());
        F::write(&state, digest_of::<F>(&mut block));
        *state = *keyed.outer;
        F::absorb(&mut state, (*block).as_ref());
        F::write(&state, digest_of::<F>(&mut block));
        F::xor(&mut sum, &state);
    }
    written::<F>(&sum)
}

/// The end of a message of one block and a digest, with the digest left to be written.
fn second_block<F: Function>() -> F::Block {
    let mut block = F::Block::default();
    if let Some(end) = block.as_mut().get_mut(F::LEN) {
        *end = F::END;
    }
    F::close(&mut block, count(F::BLOCK.saturating_add(F::LEN)));
    block
}

/// The place of the digest in it.
fn digest_of<F: Function>(block: &mut F::Block) -> &mut [u8] {
    block.as_mut().get_mut(..F::LEN).unwrap_or_default()
}

fn written<F: Function>(state: &F::State) -> Digest {
    let mut digest = Digest::zero(F::LEN);
    F::write(state, digest.as_mut());
    digest
}

fn count(octets: usize) -> u64 {
    u64::try_from(octets).unwrap_or(u64::MAX)
}

/// A hash function in the middle of a message.
struct Hasher<F: Function> {
    state: Zeroizing<F::State>,
    /// What there is of the next block, with zeros behind.
    block: Zeroizing<F::Block>,
    filled: usize,
    len: u64,
}

impl<F: Function> Hasher<F> {
    fn new() -> Self {
        Self {
            state: Zeroizing::new(F::START),
            block: Zeroizing::default(),
            filled: 0,
            len: 0,
        }
    }

    fn after_block(state: &F::State) -> Self {
        Self {
            state: Zeroizing::new(*state),
            len: count(F::BLOCK),
            ..Self::new()
        }
    }

    fn update(&mut self, octets: &[u8]) {
        self.len = self.len.saturating_add(count(octets.len()));
        let mut octets = octets;
        if self.filled > 0 {
            let free = F::BLOCK.saturating_sub(self.filled);
            let (now, later) = octets.split_at_checked(free).unwrap_or((octets, &[]));
            self.keep(now);
            if self.filled < F::BLOCK {
                return;
            }
            self.absorb();
            octets = later;
        }
        let rest = F::absorb(&mut self.state, octets);
        self.keep(rest);
    }

    /// Keeps octets for which there is room in the block.
    fn keep(&mut self, octets: &[u8]) {
        let free = self.block.as_mut().get_mut(self.filled..);
        copy(octets, free.unwrap_or_default());
        self.filled = self.filled.saturating_add(octets.len());
    }

    fn absorb(&mut self) {
        F::absorb(&mut self.state, (*self.block).as_ref());
        *self.block = F::Block::default();
        self.filled = 0;
    }

    fn finish(mut self) -> Zeroizing<F::State> {
        self.keep(&[F::END]);
        if F::BLOCK.saturating_sub(self.filled) < F::TRAILER {
            self.absorb();
        }
        F::close(&mut self.block, self.len);
        self.absorb();
        self.state
    }
}
