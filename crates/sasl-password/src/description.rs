//! What a hash was made with, as data: for inspection, and for upgrades at login.

use core::fmt;

use crate::scheme::Scheme;

/// The function behind a hash, whatever its text looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// Argon2id (RFC 9106).
    Argon2id,
    /// Argon2i (RFC 9106).
    Argon2i,
    /// Argon2d (RFC 9106).
    Argon2d,
    /// scrypt (RFC 7914).
    Scrypt,
    /// yescrypt, in the flavour that crypt(3) writes.
    Yescrypt,
    /// bcrypt.
    Bcrypt,
    /// PBKDF2 with HMAC-SHA-1 (RFC 8018).
    Pbkdf2Sha1,
    /// PBKDF2 with HMAC-SHA-256.
    Pbkdf2Sha256,
    /// PBKDF2 with HMAC-SHA-512.
    Pbkdf2Sha512,
    /// SHA-256-crypt.
    Sha256Crypt,
    /// SHA-512-crypt.
    Sha512Crypt,
    /// MD5-crypt: 1000 rounds of MD5.
    Md5Crypt,
    /// MD5-crypt as Apache's htpasswd writes it.
    Apr1,
    /// One MD5, with a salt or without.
    Md5,
    /// One SHA-1, with a salt or without.
    Sha1,
    /// One SHA-256, with a salt or without.
    Sha256,
    /// One SHA-384, with a salt or without.
    Sha384,
    /// One SHA-512, with a salt or without.
    Sha512,
}

impl Algorithm {
    /// The name as one kebab-case word, stable for scripts and logs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Argon2id => "argon2id",
            Self::Argon2i => "argon2i",
            Self::Argon2d => "argon2d",
            Self::Scrypt => "scrypt",
            Self::Yescrypt => "yescrypt",
            Self::Bcrypt => "bcrypt",
            Self::Pbkdf2Sha1 => "pbkdf2-sha1",
            Self::Pbkdf2Sha256 => "pbkdf2-sha256",
            Self::Pbkdf2Sha512 => "pbkdf2-sha512",
            Self::Sha256Crypt => "sha256-crypt",
            Self::Sha512Crypt => "sha512-crypt",
            Self::Md5Crypt => "md5-crypt",
            Self::Apr1 => "apr1",
            Self::Md5 => "md5",
            Self::Sha1 => "sha1",
            Self::Sha256 => "sha256",
            Self::Sha384 => "sha384",
            Self::Sha512 => "sha512",
        }
    }

    /// How much the algorithm resists guessing, by its kind.
    #[must_use]
    pub fn strength(self) -> Strength {
        match self {
            Self::Argon2id | Self::Argon2i | Self::Argon2d | Self::Scrypt | Self::Yescrypt => {
                Strength::MemoryHard
            }
            Self::Bcrypt
            | Self::Pbkdf2Sha1
            | Self::Pbkdf2Sha256
            | Self::Pbkdf2Sha512
            | Self::Sha256Crypt
            | Self::Sha512Crypt => Strength::Iterated,
            Self::Md5Crypt
            | Self::Apr1
            | Self::Md5
            | Self::Sha1
            | Self::Sha256
            | Self::Sha384
            | Self::Sha512 => Strength::Fast,
        }
    }

    /// The least that new hashes of this algorithm should cost today.
    ///
    /// From OWASP's Password Storage Cheat Sheet as of 2025: 19 MiB and 2 passes for Argon2, N=2^17, r=8, p=1 for
    /// scrypt, 10 for bcrypt, 1,400,000, 600,000 and 220,000 iterations of PBKDF2 with SHA-1, SHA-256 and SHA-512. What
    /// that sheet leaves out has the defaults of libxcrypt (yescrypt `j9T`: N=4096, r=32) and of passlib 1.7.4
    /// (535,000 and 656,000 rounds of SHA-256-crypt and SHA-512-crypt).
    #[must_use]
    pub fn recommended_cost(self) -> Cost {
        match self {
            Self::Argon2id | Self::Argon2i | Self::Argon2d => Cost::Argon2 {
                memory_kib: 19 * 1024,
                passes: 2,
                lanes: 1,
            },
            Self::Scrypt => Cost::Scrypt {
                log_n: 17,
                block: 8,
                lanes: 1,
            },
            Self::Yescrypt => Cost::Scrypt {
                log_n: 12,
                block: 32,
                lanes: 1,
            },
            Self::Bcrypt => Cost::Exponent(10),
            Self::Pbkdf2Sha1 => Cost::Iterations(1_400_000),
            Self::Pbkdf2Sha256 => Cost::Iterations(600_000),
            Self::Pbkdf2Sha512 => Cost::Iterations(220_000),
            Self::Sha256Crypt => Cost::Iterations(535_000),
            Self::Sha512Crypt => Cost::Iterations(656_000),
            Self::Md5Crypt
            | Self::Apr1
            | Self::Md5
            | Self::Sha1
            | Self::Sha256
            | Self::Sha384
            | Self::Sha512 => Cost::Fixed,
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Kinds of algorithms, the weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Strength {
    /// One digest, or so few that their number does not matter: not for new hashes.
    Fast,
    /// Work that is repeated as often as wanted, and needs hardly any memory.
    Iterated,
    /// Work that needs memory too, so that special hardware gains less.
    MemoryHard,
}

/// What makes a hash cost what it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Cost {
    /// Nothing can be chosen: the scheme fixes it.
    Fixed,
    /// Iterations or rounds, at least 1: PBKDF2 and SHA-crypt.
    Iterations(u32),
    /// The binary logarithm of the iterations, 4 to 31: bcrypt.
    Exponent(u8),
    /// The parameters of Argon2 (RFC 9106 §3.1).
    Argon2 {
        /// `m`, in KiB, at least 8 for each lane.
        memory_kib: u32,
        /// `t`, at least 1.
        passes: u32,
        /// `p`, 1 to 2^24 - 1.
        lanes: u32,
    },
    /// The parameters of scrypt (RFC 7914 §2) and yescrypt.
    Scrypt {
        /// The binary logarithm of `N`, 1 to 63.
        log_n: u8,
        /// `r`, at least 1: blocks have 128 octets times this.
        block: u32,
        /// `p`, at least 1.
        lanes: u32,
    },
}

impl Cost {
    /// The memory that one check fills, in KiB, rounded up; 0 where it does not matter.
    #[must_use]
    pub fn memory_kib(self) -> u64 {
        match self {
            Self::Argon2 { memory_kib, .. } => memory_kib.into(),
            // A lane more adds one block of working space.
            Self::Scrypt {
                log_n,
                block,
                lanes,
            } => kib_of_blocks(block, blocks(log_n).saturating_add(lanes.into())),
            Self::Fixed | Self::Iterations(_) | Self::Exponent(_) => 0,
        }
    }

    /// The memory that one check writes in all its passes and lanes, in KiB, rounded up; 0 where it does not matter.
    #[must_use]
    pub fn work_kib(self) -> u64 {
        match self {
            Self::Argon2 {
                memory_kib, passes, ..
            } => u64::from(memory_kib).saturating_mul(passes.into()),
            Self::Scrypt {
                log_n,
                block,
                lanes,
            } => kib_of_blocks(block, blocks(log_n).saturating_mul(lanes.into())),
            Self::Fixed | Self::Iterations(_) | Self::Exponent(_) => 0,
        }
    }

    /// Whether this is less than another cost of the same algorithm.
    fn is_below(self, other: Self) -> bool {
        match (self, other) {
            (Self::Iterations(own), Self::Iterations(least)) => own < least,
            (Self::Exponent(own), Self::Exponent(least)) => own < least,
            // Less memory is made up for by more passes or lanes, as OWASP's equivalent settings do.
            (own, least) => own.work_kib() < least.work_kib(),
        }
    }
}

/// `N`, or what is too much anyway.
fn blocks(log_n: u8) -> u64 {
    1_u64.checked_shl(log_n.into()).unwrap_or(u64::MAX)
}

fn kib_of_blocks(block: u32, blocks: u64) -> u64 {
    // 128 octets times `r` is `r` eighths of a KiB.
    u64::from(block).saturating_mul(blocks).div_ceil(8)
}

/// What a hash was made with.
///
/// ```
/// use sasl_password::{Algorithm, Cost, Description, Dialect, Hash, Scheme};
///
/// let hash = Hash::parse("$2y$05$ulAaqHkPnPvjvmLdoQEcF.3DOsZHnkOFZnucW1an2f2q9SptJIE7u", Dialect::default())?;
/// let description = hash.description();
/// assert_eq!(description.algorithm, Algorithm::Bcrypt);
/// assert_eq!(description.cost, Cost::Exponent(5));
/// # #[cfg(feature = "argon2")]
/// assert!(description.is_weaker_than(&Scheme::argon2id()));
/// # Ok::<(), sasl_password::HashError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Description {
    /// The function.
    pub algorithm: Algorithm,
    /// What it costs.
    pub cost: Cost,
    /// Octets of the salt, 0 for none. Where the scheme has its salt as text, these are its characters.
    pub salt_len: usize,
    /// Octets of the digest.
    pub digest_len: usize,
    /// Whether the scheme is only kept to let old accounts in (feature `legacy`), and never used for new hashes.
    pub legacy: bool,
}

impl Description {
    /// Whether a hash like this should be made anew at the next login, because the policy asks for more.
    ///
    /// Another algorithm of the same [`Strength`] is measured by its own
    /// [`recommended_cost`](Algorithm::recommended_cost): there is no common measure.
    #[must_use]
    pub fn is_weaker_than(&self, policy: &Scheme) -> bool {
        let wanted = policy.description();
        let (own, least) = (self.algorithm.strength(), wanted.algorithm.strength());
        if own != least {
            return own < least;
        }
        let least = if self.algorithm == wanted.algorithm {
            wanted.cost
        } else {
            self.algorithm.recommended_cost()
        };
        self.cost.is_below(least)
    }

    /// Whether it costs less than new hashes of its algorithm should: [`Algorithm::recommended_cost`].
    #[must_use]
    pub fn is_below_recommended(&self) -> bool {
        self.cost.is_below(self.algorithm.recommended_cost())
    }
}
