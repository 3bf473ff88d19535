//! The families of schemes: how each writes its hashes, and how it computes them.

pub(crate) mod argon2;
pub(crate) mod bcrypt;
pub(crate) mod digest;
pub(crate) mod md5_crypt;
pub(crate) mod pbkdf2;
pub(crate) mod scrypt;
pub(crate) mod sha_crypt;
pub(crate) mod yescrypt;

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use sasl_core::{Key, Secret};
use zeroize::Zeroizing;

use crate::description::{Algorithm, Cost};
use crate::error::HashError;
use crate::hash::room_for;
use crate::scratch::Scratch;

/// One way from a password to a text, but for salt and digest.
pub(crate) trait Family {
    fn algorithm(&self) -> Algorithm;

    fn cost(&self) -> Cost;

    /// Writes the text, the tag apart.
    fn write(&self, salt: &[u8], digest: &[u8]) -> Zeroizing<String>;

    /// Computes the digest: the heavy part. The cost was allowed before, and the password has no NUL.
    fn derive(&self, password: &[u8], salt: &[u8], digest_len: usize) -> Result<Secret, HashError>;

    /// As [`derive`](Self::derive), with memory that is kept where the function can be given any.
    fn derive_in(
        &self,
        _: &mut Scratch,
        password: &[u8],
        salt: &[u8],
        digest_len: usize,
    ) -> Result<Secret, HashError> {
        room_for(self.cost())?;
        self.derive(password, salt, digest_len)
    }

    /// A salt for a new hash out of 16 random octets.
    fn salt(&self, random: &[u8]) -> Vec<u8> {
        random.to_vec()
    }
}

/// What a text says: the way, the salt as the function takes it, and the digest.
pub(crate) struct Parsed<F> {
    pub(crate) family: F,
    pub(crate) salt: Box<[u8]>,
    pub(crate) digest: Key,
}

impl<F> Parsed<F> {
    pub(crate) fn new(family: F, salt: &[u8], digest: &[u8]) -> Self {
        Self {
            family,
            salt: salt.into(),
            digest: Key::new(digest),
        }
    }
}

/// Which family and which of its forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Recipe {
    Argon2(argon2::Argon2),
    Bcrypt(bcrypt::Bcrypt),
    Digest(digest::Digest),
    Md5Crypt(md5_crypt::Md5Crypt),
    Pbkdf2(pbkdf2::Pbkdf2),
    Scrypt(scrypt::Scrypt),
    ShaCrypt(sha_crypt::ShaCrypt),
    Yescrypt(yescrypt::Yescrypt),
}

impl Recipe {
    pub(crate) fn family(&self) -> &dyn Family {
        match self {
            Self::Argon2(family) => family,
            Self::Bcrypt(family) => family,
            Self::Digest(family) => family,
            Self::Md5Crypt(family) => family,
            Self::Pbkdf2(family) => family,
            Self::Scrypt(family) => family,
            Self::ShaCrypt(family) => family,
            Self::Yescrypt(family) => family,
        }
    }
}

/// Every family's own type into the recipe that holds it.
macro_rules! recipe_from {
    ($($name:ident: $family:ty;)+) => {
        $(
            impl From<$family> for Recipe {
                fn from(family: $family) -> Self {
                    Self::$name(family)
                }
            }
        )+
    };
}

recipe_from! {
    Argon2: argon2::Argon2;
    Bcrypt: bcrypt::Bcrypt;
    Digest: digest::Digest;
    Md5Crypt: md5_crypt::Md5Crypt;
    Pbkdf2: pbkdf2::Pbkdf2;
    Scrypt: scrypt::Scrypt;
    ShaCrypt: sha_crypt::ShaCrypt;
    Yescrypt: yescrypt::Yescrypt;
}

impl<F: Into<Recipe>> Parsed<F> {
    pub(crate) fn into_recipe(self) -> Parsed<Recipe> {
        Parsed {
            family: self.family.into(),
            salt: self.salt,
            digest: self.digest,
        }
    }
}

/// What crypt(3) can hash: strings that libxcrypt takes.
#[cfg(any(
    feature = "legacy",
    feature = "scrypt",
    feature = "sha-crypt",
    feature = "yescrypt"
))]
fn crypt_password(password: &[u8]) -> Result<(), HashError> {
    if password.len() > crate::limits::CRYPT_PASSWORD {
        Err(HashError::PasswordTooLong)
    } else {
        Ok(())
    }
}
