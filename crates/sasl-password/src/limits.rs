//! What one check may cost, decided before any work is done.

use crate::description::{Algorithm, Cost};
use crate::error::HashError;
use crate::scheme::Scheme;

/// Octets of a hash text. The longest that real programs write, argon2 and SHA-512 digests with long salts, have under 300.
pub const TEXT: usize = 1024;

/// Octets of a password for any scheme. Over 3074 none can come in a PLAIN message.
pub const PASSWORD: usize = 4096;

/// Octets of a password for the schemes of crypt(3): libxcrypt's `CRYPT_MAX_PASSPHRASE_SIZE` of 512 counts a NUL.
/// SHA-crypt's time grows with the password in every round.
pub const CRYPT_PASSWORD: usize = 511;

/// Octets of a password for bcrypt, which would ignore what comes after.
pub const BCRYPT_PASSWORD: usize = 72;

/// The most that one check may cost. What is above is refused, and nothing is computed or allocated.
///
/// The defaults let in the strongest settings in common use; the costliest check that they allow takes some seconds on one
/// core. A check runs where the application likes: how many run at once, and so how much memory they take together, is its
/// decision.
///
/// ```
/// use sasl_core::Password;
/// use sasl_password::{Dialect, Hash, HashError, Limits};
///
/// let four_gib = "$argon2id$v=19$m=4194304,t=1,p=1$c2FsdHNhbHQ$p+pQwemdFVS/A6TiRlvqH1MARLKEYepuhw2PxibNV7E";
/// let hash = Hash::parse(four_gib, Dialect::default())?;
/// assert_eq!(hash.verify(&Password::new("pencil"), &Limits::default()), Err(HashError::TooCostly));
/// # Ok::<(), HashError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct Limits {
    memory: u64,
    work: u64,
    pbkdf2: u32,
    sha_crypt: u32,
    bcrypt: u8,
}

impl Limits {
    /// 1 GiB, in KiB: what libsodium's `SENSITIVE` preset for argon2id fills. The first choice of RFC 9106 §4, 2 GiB, is
    /// above it.
    pub const MEMORY: u64 = 1024 * 1024;

    /// 4 GiB written, in KiB: the four passes of libsodium's `SENSITIVE` preset over its 1 GiB.
    pub const WORK: u64 = 4 * Self::MEMORY;

    /// Four times Django 5.2's 1,000,000, the highest default in common use.
    pub const PBKDF2: u32 = 4_000_000;

    /// Four times what passlib 1.7.4 makes SHA-512-crypt with, rounded down. The scheme allows 999,999,999.
    pub const SHA_CRYPT: u32 = 2_500_000;

    /// Sixteen times the work of 12, which passlib and most libraries make bcrypt with. The scheme allows 31.
    pub const BCRYPT: u8 = 16;

    /// Sets the memory that one check may fill, in KiB: argon2, scrypt, yescrypt.
    pub fn memory_kib(mut self, memory: u64) -> Self {
        self.memory = memory;
        self
    }

    /// Sets the memory that one check may write in all its passes and lanes, in KiB: argon2, scrypt, yescrypt.
    pub fn work_kib(mut self, work: u64) -> Self {
        self.work = work;
        self
    }

    /// Sets the most iterations of PBKDF2.
    pub fn pbkdf2_iterations(mut self, iterations: u32) -> Self {
        self.pbkdf2 = iterations;
        self
    }

    /// Sets the most rounds of SHA-256-crypt and SHA-512-crypt for a password of at most 64 octets; a longer one may take so many
    /// times fewer as it has blocks of 64.
    pub fn sha_crypt_rounds(mut self, rounds: u32) -> Self {
        self.sha_crypt = rounds;
        self
    }

    /// Sets the highest cost of bcrypt, of which each one more doubles the time.
    pub fn bcrypt_cost(mut self, cost: u8) -> Self {
        self.bcrypt = cost;
        self
    }

    /// These limits, raised where they would not allow what a policy makes.
    pub(crate) fn covering(self, policy: &Scheme) -> Self {
        let (algorithm, cost) = (policy.algorithm(), policy.cost());
        match cost {
            Cost::Fixed => self,
            Cost::Iterations(rounds) => match algorithm {
                Algorithm::Sha256Crypt | Algorithm::Sha512Crypt => {
                    self.sha_crypt_rounds(self.sha_crypt.max(rounds))
                }
                _ => self.pbkdf2_iterations(self.pbkdf2.max(rounds)),
            },
            Cost::Exponent(exponent) => self.bcrypt_cost(self.bcrypt.max(exponent)),
            Cost::Argon2 { .. } | Cost::Scrypt { .. } => self
                .memory_kib(self.memory.max(cost.memory_kib()))
                .work_kib(self.work.max(cost.work_kib())),
        }
    }

    /// The password counts where the work grows with it: a stranger chooses it.
    pub(crate) fn allow(
        &self,
        algorithm: Algorithm,
        cost: Cost,
        password_len: usize,
    ) -> Result<(), HashError> {
        let allowed = match cost {
            Cost::Fixed => true,
            Cost::Iterations(rounds) => {
                let (most, times) = match algorithm {
                    Algorithm::Sha256Crypt | Algorithm::Sha512Crypt => {
                        (self.sha_crypt, password_len.div_ceil(64).max(1))
                    }
                    _ => (self.pbkdf2, 1),
                };
                let rounds = usize::try_from(rounds).map_err(|_| HashError::TooCostly)?;
                let most = usize::try_from(most).unwrap_or(usize::MAX);
                rounds.saturating_mul(times) <= most
            }
            Cost::Exponent(cost) => cost <= self.bcrypt,
            Cost::Argon2 { .. } | Cost::Scrypt { .. } => {
                cost.memory_kib() <= self.memory && cost.work_kib() <= self.work
            }
        };
        allowed.then_some(()).ok_or(HashError::TooCostly)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory: Self::MEMORY,
            work: Self::WORK,
            pbkdf2: Self::PBKDF2,
            sha_crypt: Self::SHA_CRYPT,
            bcrypt: Self::BCRYPT,
        }
    }
}
