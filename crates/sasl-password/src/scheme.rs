//! How new hashes are made.

use alloc::vec;

use sasl_core::{Password, PasswordHash, Random, Secret};
use zeroize::Zeroizing;

use crate::description::{Algorithm, Cost, Description};
use crate::error::HashError;
use crate::family::argon2::Argon2;
use crate::family::bcrypt::Bcrypt;
use crate::family::pbkdf2::Pbkdf2;
#[cfg(feature = "pbkdf2")]
use crate::family::pbkdf2::{Form, Prf};
use crate::family::scrypt::Scrypt;
use crate::family::sha_crypt::ShaCrypt;
use crate::family::{Parsed, Recipe};
use crate::hash::{Hash, allow_password, room_for};
use crate::scratch::Scratch;

/// How new hashes are made. The default is [`argon2id`](Self::argon2id).
///
/// ```
/// # #[cfg(feature = "argon2")] {
/// use sasl_core::{OsRandom, Password};
/// use sasl_password::Scheme;
///
/// let hash = Scheme::default().hash(&Password::new("pencil"), &OsRandom)?;
/// assert!(hash.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
/// # }
/// # Ok::<(), sasl_password::HashError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct Scheme {
    recipe: Recipe,
    digest_len: usize,
}

impl Scheme {
    /// Random octets for a salt: what RFC 9106 §3.1 recommends, and all that bcrypt takes. SHA-crypt takes 12 of them.
    const SALT_LEN: usize = 16;

    /// Argon2id with 19 MiB of memory, 2 passes and 1 lane: OWASP's Password Storage Cheat Sheet as of 2025.
    #[cfg(feature = "argon2")]
    pub fn argon2id() -> Self {
        use crate::family::argon2::{Variant, Version};
        let recipe = Argon2 {
            variant: Variant::Id,
            version: Version::V19,
            memory_kib: 19 * 1024,
            passes: 2,
            lanes: 1,
        };
        Self::new(recipe, 32)
    }

    /// scrypt with N=2^17, r=8, p=1, which takes 128 MiB: OWASP's Password Storage Cheat Sheet as of 2025.
    #[cfg(feature = "scrypt")]
    pub fn scrypt() -> Self {
        let recipe = Scrypt {
            log_n: 17,
            block: 8,
            lanes: 1,
            form: crate::family::scrypt::Form::Phc,
        };
        Self::new(recipe, Scrypt::DIGEST_LEN)
    }

    /// bcrypt (`$2b$`) with a cost of 12, the default of passlib 1.7.4. OWASP asks for 10 or more. Passwords have at most
    /// 72 octets.
    #[cfg(feature = "bcrypt")]
    pub fn bcrypt() -> Self {
        let recipe = Bcrypt {
            version: crate::family::bcrypt::Version::B,
            cost: 12,
        };
        Self::new(recipe, Bcrypt::DIGEST_LEN)
    }

    /// PBKDF2 with HMAC-SHA-256, 600,000 iterations (OWASP's Password Storage Cheat Sheet as of 2025), in the PHC string
    /// format: `$pbkdf2-sha256$i=600000,l=32$`.
    #[cfg(feature = "pbkdf2")]
    pub fn pbkdf2_sha256() -> Self {
        Self::pbkdf2(Prf::Sha256, 600_000, Form::Phc { with_len: true })
    }

    /// PBKDF2 with HMAC-SHA-512, 220,000 iterations (OWASP's Password Storage Cheat Sheet as of 2025), in the PHC string
    /// format: `$pbkdf2-sha512$i=220000,l=64$`.
    #[cfg(feature = "pbkdf2")]
    pub fn pbkdf2_sha512() -> Self {
        Self::pbkdf2(Prf::Sha512, 220_000, Form::Phc { with_len: true })
    }

    /// As [`pbkdf2_sha256`](Self::pbkdf2_sha256), but as passlib writes it: `$pbkdf2-sha256$600000$`.
    #[cfg(feature = "pbkdf2")]
    pub fn passlib_pbkdf2_sha256() -> Self {
        Self::pbkdf2(Prf::Sha256, 600_000, Form::Passlib)
    }

    /// As [`pbkdf2_sha512`](Self::pbkdf2_sha512), but as passlib writes it: `$pbkdf2-sha512$220000$`.
    #[cfg(feature = "pbkdf2")]
    pub fn passlib_pbkdf2_sha512() -> Self {
        Self::pbkdf2(Prf::Sha512, 220_000, Form::Passlib)
    }

    /// SHA-512-crypt with 656,000 rounds, the default of passlib 1.7.4, for systems that can read nothing better.
    #[cfg(feature = "sha-crypt")]
    pub fn sha512_crypt() -> Self {
        use crate::family::sha_crypt::Function;
        let recipe = ShaCrypt {
            function: Function::Sha512,
            rounds: Some(656_000),
        };
        Self::new(recipe, Function::Sha512.digest_len())
    }

    #[cfg(feature = "pbkdf2")]
    fn pbkdf2(prf: Prf, iterations: u32, form: Form) -> Self {
        let recipe = Pbkdf2 {
            prf,
            iterations,
            form,
        };
        Self::new(recipe, prf.digest_len())
    }

    #[cfg(any(
        feature = "argon2",
        feature = "bcrypt",
        feature = "pbkdf2",
        feature = "scrypt",
        feature = "sha-crypt"
    ))]
    fn new(recipe: impl Into<Recipe>, digest_len: usize) -> Self {
        Self {
            recipe: recipe.into(),
            digest_len,
        }
    }

    /// Sets the cost.
    ///
    /// # Errors
    /// [`HashError::Cost`] when it is outside the scheme's range, or the cost of another scheme.
    pub fn with_cost(self, cost: Cost) -> Result<Self, HashError> {
        let recipe = match (self.recipe, cost) {
            (
                Recipe::Argon2(old),
                Cost::Argon2 {
                    memory_kib,
                    passes,
                    lanes,
                },
            ) => Argon2::new(old.variant, old.version, memory_kib, passes, lanes)?.into(),
            (
                Recipe::Scrypt(old),
                Cost::Scrypt {
                    log_n,
                    block,
                    lanes,
                },
            ) => Scrypt::new(log_n, block, lanes, old.form)?.into(),
            (Recipe::Bcrypt(old), Cost::Exponent(cost)) => Bcrypt::new(old.version, cost)?.into(),
            (Recipe::Pbkdf2(old), Cost::Iterations(iterations)) => {
                Pbkdf2::new(old.prf, iterations, old.form)?.into()
            }
            (Recipe::ShaCrypt(old), Cost::Iterations(rounds)) => {
                ShaCrypt::new(old.function, Some(rounds))?.into()
            }
            _ => return Err(HashError::Cost),
        };
        Ok(Self { recipe, ..self })
    }

    /// The function.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.recipe.family().algorithm()
    }

    /// What a check of its hashes costs.
    #[must_use]
    pub fn cost(&self) -> Cost {
        self.recipe.family().cost()
    }

    /// What its hashes are like.
    #[must_use]
    pub fn description(&self) -> Description {
        self.decoy().description()
    }

    /// Makes a hash with a new salt. This takes the time and the memory of a check, on this thread.
    ///
    /// The octets are hashed as they are: prepare the password before where the server does.
    ///
    /// # Errors
    /// [`HashError::PasswordEmpty`], [`HashError::PasswordTooLong`] and [`HashError::PasswordNul`] for a password that must
    /// not or cannot be hashed, [`HashError::Randomness`] and [`HashError::Memory`] when there is none.
    pub fn hash(
        &self,
        password: &Password,
        random: &dyn Random,
    ) -> Result<PasswordHash, HashError> {
        self.hash_by(password, random, |password, salt, len| {
            let family = self.recipe.family();
            room_for(family.cost())?;
            family.derive(password, salt, len)
        })
    }

    /// As [`hash`](Self::hash), for many in a row: memory is kept from one to the next.
    ///
    /// # Errors
    /// As [`hash`](Self::hash).
    pub fn hash_in(
        &self,
        scratch: &mut Scratch,
        password: &Password,
        random: &dyn Random,
    ) -> Result<PasswordHash, HashError> {
        self.hash_by(password, random, |password, salt, len| {
            self.recipe.family().derive_in(scratch, password, salt, len)
        })
    }

    fn hash_by(
        &self,
        password: &Password,
        random: &dyn Random,
        derive: impl FnOnce(&[u8], &[u8], usize) -> Result<Secret, HashError>,
    ) -> Result<PasswordHash, HashError> {
        if password.is_empty() {
            return Err(HashError::PasswordEmpty);
        }
        allow_password(password.expose())?;
        let mut octets = Zeroizing::new([0; Self::SALT_LEN]);
        random.fill(&mut *octets)?;
        let salt = self.recipe.family().salt(&*octets);
        let digest = derive(password.expose(), &salt, self.digest_len)?;
        let parsed = Parsed::new(self.recipe, &salt, digest.expose());
        Ok(Hash::untagged(parsed).encode())
    }

    /// A hash of no password that anybody knows: its digest is nothing but zeros.
    pub(crate) fn decoy(&self) -> Hash {
        let salt = self.recipe.family().salt(&[0; Self::SALT_LEN]);
        let digest = vec![0; self.digest_len];
        Hash::untagged(Parsed::new(self.recipe, &salt, &digest))
    }
}

#[cfg(feature = "argon2")]
impl Default for Scheme {
    fn default() -> Self {
        Self::argon2id()
    }
}
