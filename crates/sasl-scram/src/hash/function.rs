//! The hash functions, each as what it does with a block.
//!
//! The whole hash functions of the same crates wipe their state after each call, which in the 8192 calls of a derivation
//! takes a sixth of the time. With the compression functions there are the states of one derivation to wipe, once.
//!
//! `sha1::block_api` and `sha2::block_api` are public and documented; what is used of them, `fn(&mut [u32; 8], &[[u8; 64]])`
//! and its like, names no type of those crates. The requirements on `sha1`, `sha2` and `keccak` are on one minor version,
//! which before 1.0 is what may not change incompatibly.

use zeroize::{DefaultIsZeroes, Zeroize};

use super::digest::Octets;

/// A hash function that takes its message block by block into a state.
pub(super) trait Function: 'static {
    /// What is carried from block to block.
    type State: Copy + Send + Sync + Zeroize;

    /// As many octets as are taken at once.
    type Block: AsMut<[u8]> + AsRef<[u8]> + DefaultIsZeroes;

    /// The state before the first block.
    const START: Self::State;

    /// Octets of a block.
    const BLOCK: usize;

    /// Octets of a digest: with the padding they fit into one block.
    const LEN: usize;

    /// The octet that ends a message in its last block.
    const END: u8;

    /// Octets that [`close`](Self::close) needs for itself at the end of the last block.
    const TRAILER: usize;

    /// Takes whole blocks, and returns what is left, less than one.
    fn absorb<'a>(state: &mut Self::State, octets: &'a [u8]) -> &'a [u8];

    /// Completes the last block of a message of `len` octets.
    fn close(block: &mut Self::Block, len: u64);

    /// Writes the digest: [`LEN`](Self::LEN) octets.
    fn write(state: &Self::State, digest: &mut [u8]);

    /// Adds a state to another, bit by bit.
    fn xor(sum: &mut Self::State, other: &Self::State);
}

/// SHA-1 and SHA-2: a compression function over big-endian words, and the length of the message in bits at its end
/// (FIPS 180-4 §5).
macro_rules! sha {
    ($(
        $feature:literal, $name:ident: $digest:literal of [$word:ty; $words:literal] by $block:literal octets,
        length $length:ty, $compress:path, $start:expr;
    )+) => {$(
        #[cfg(feature = $feature)]
        pub(super) struct $name;

        #[cfg(feature = $feature)]
        impl Function for $name {
            type State = [$word; $words];
            type Block = Octets<$block>;

            const START: Self::State = $start;
            const BLOCK: usize = $block;
            const LEN: usize = $digest;
            const END: u8 = 0x80;
            const TRAILER: usize = size_of::<$length>();

            #[inline]
            fn absorb<'a>(state: &mut Self::State, octets: &'a [u8]) -> &'a [u8] {
                let (blocks, rest) = octets.as_chunks::<$block>();
                $compress(state, blocks);
                rest
            }

            #[inline]
            fn close(Octets(block): &mut Self::Block, len: u64) {
                if let Some(place) = block.last_chunk_mut() {
                    *place = <$length>::from(len).saturating_mul(8).to_be_bytes();
                }
            }

            #[inline]
            fn write(state: &Self::State, digest: &mut [u8]) {
                let (places, _) = digest.as_chunks_mut();
                for (place, word) in places.iter_mut().zip(state) {
                    *place = word.to_be_bytes();
                }
            }

            #[inline]
            fn xor(sum: &mut Self::State, other: &Self::State) {
                for (word, other) in sum.iter_mut().zip(other) {
                    *word ^= other;
                }
            }
        }
    )+};
}

sha! {
    "sha-1", Sha1: 20 of [u32; 5] by 64 octets, length u64, sha1::block_api::compress,
        [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];
    "sha-224", Sha224: 28 of [u32; 8] by 64 octets, length u64, sha2::block_api::compress256, [
        0xc105_9ed8, 0x367c_d507, 0x3070_dd17, 0xf70e_5939,
        0xffc0_0b31, 0x6858_1511, 0x64f9_8fa7, 0xbefa_4fa4,
    ];
    "sha-256", Sha256: 32 of [u32; 8] by 64 octets, length u64, sha2::block_api::compress256, [
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a,
        0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
    ];
    "sha-384", Sha384: 48 of [u64; 8] by 128 octets, length u128, sha2::block_api::compress512, [
        0xcbbb_9d5d_c105_9ed8, 0x629a_292a_367c_d507, 0x9159_015a_3070_dd17, 0x152f_ecd8_f70e_5939,
        0x6733_2667_ffc0_0b31, 0x8eb4_4a87_6858_1511, 0xdb0c_2e0d_64f9_8fa7, 0x47b5_481d_befa_4fa4,
    ];
    "sha-512", Sha512: 64 of [u64; 8] by 128 octets, length u128, sha2::block_api::compress512, [
        0x6a09_e667_f3bc_c908, 0xbb67_ae85_84ca_a73b, 0x3c6e_f372_fe94_f82b, 0xa54f_f53a_5f1d_36f1,
        0x510e_527f_ade6_82d1, 0x9b05_688c_2b3e_6c1f, 0x1f83_d9ab_fb41_bd6b, 0x5be0_cd19_137e_2179,
    ];
}

/// SHA3-512 (FIPS 202 §6.1): a sponge, whose block is what is left of the state beside twice the digest.
#[cfg(feature = "sha3-512")]
pub(super) struct Sha3_512;

#[cfg(feature = "sha3-512")]
impl Function for Sha3_512 {
    type State = keccak::State1600;
    type Block = Octets<72>;

    const START: Self::State = [0; 25];
    const BLOCK: usize = 72;
    const LEN: usize = 64;
    // The suffix 01 of the hash functions and the first 1 of the padding (FIPS 202 §B.2).
    const END: u8 = 0x06;
    // The last 1 of the padding can stand in the octet of the first.
    const TRAILER: usize = 0;

    #[inline]
    fn absorb<'a>(state: &mut Self::State, octets: &'a [u8]) -> &'a [u8] {
        let (blocks, rest) = octets.as_chunks::<72>();
        keccak::Keccak::new().with_f1600(|permute| {
            for block in blocks {
                let (words, _) = block.as_chunks();
                for (lane, word) in state.iter_mut().zip(words) {
                    *lane ^= u64::from_le_bytes(*word);
                }
                permute(state);
            }
        });
        rest
    }

    #[inline]
    fn close(Octets(block): &mut Self::Block, _: u64) {
        if let Some(last) = block.last_mut() {
            *last |= 0x80;
        }
    }

    #[inline]
    fn write(state: &Self::State, digest: &mut [u8]) {
        let (places, _) = digest.as_chunks_mut();
        for (place, lane) in places.iter_mut().zip(state) {
            *place = lane.to_le_bytes();
        }
    }

    #[inline]
    fn xor(sum: &mut Self::State, other: &Self::State) {
        for (lane, other) in sum.iter_mut().zip(other) {
            *lane ^= other;
        }
    }
}
