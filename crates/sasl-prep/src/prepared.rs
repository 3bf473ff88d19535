//! The text that comes out.

use alloc::string::String;
use core::{fmt, mem};

use sasl_core::Secret;
use zeroize::Zeroizing;

/// A prepared string, wiped when dropped and never shown by `Debug`.
///
/// A name is read out of it by [`as_str`](Self::as_str), a password becomes a [`Secret`] by
/// [`into_secret`](Self::into_secret). It may be empty: where an empty name or password is not allowed, ask
/// [`is_empty`](Self::is_empty).
///
/// ```
/// let prepared = sasl_prep::saslprep_stored("I\u{ad}X")?;
/// assert_eq!(prepared.as_str(), "IX");
/// assert_eq!(format!("{prepared:?}"), "Prepared(..)");
/// assert!(prepared.into_secret().matches(b"IX"));
/// # Ok::<(), sasl_prep::PrepError>(())
/// ```
#[must_use]
pub struct Prepared(Zeroizing<String>);

impl Prepared {
    /// What was prepared already, or is not to be: one copy of exactly its size.
    pub(crate) fn as_is(text: &str) -> Self {
        Self(Zeroizing::new(String::from(text)))
    }

    pub(crate) fn new(text: Zeroizing<String>) -> Self {
        Self(text)
    }

    /// The text itself. What the caller copies from here is no longer wiped.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nothing is left: the string was empty, or the preparation mapped all of it to nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Hands the octets over without copying them, so that no second copy stays behind.
    #[must_use]
    pub fn into_secret(mut self) -> Secret {
        Secret::new(mem::take(&mut *self.0).into_bytes())
    }
}

impl AsRef<str> for Prepared {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Prepared(..)")
    }
}
