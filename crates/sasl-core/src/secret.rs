//! Values that must not be shown, compared with `==`, or left behind in memory.

use alloc::vec::Vec;
use core::fmt;

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// Compares two byte strings in a time that depends on their lengths only.
///
/// The one door for comparing proofs, digests, tokens and passwords. Strings of different length are different;
/// that a length is not a secret is the caller's claim.
///
/// ```
/// assert!(sasl_core::constant_time_eq(b"pencil", b"pencil"));
/// assert!(!sasl_core::constant_time_eq(b"pencil", b"pencils"));
/// ```
#[must_use]
pub fn constant_time_eq(left: &[u8], right: &[u8]) -> bool {
    left.ct_eq(right).into()
}

/// Octets that are wiped when dropped and that `Debug` never shows.
///
/// There is no `PartialEq`: two secrets are compared by [`matches`](Self::matches), in constant time.
///
/// ```
/// let secret = sasl_core::Secret::from(b"pencil");
/// assert_eq!(format!("{secret:?}"), "Secret(..)");
/// assert!(secret.matches(b"pencil"));
/// ```
#[derive(Clone, Default)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// Takes the octets over without copying them, so that no second copy stays behind.
    #[must_use]
    pub fn new(octets: Vec<u8>) -> Self {
        Self(Zeroizing::new(octets))
    }

    /// The octets themselves. What the caller copies from here is no longer wiped.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// The number of octets.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no octets at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether these are the same octets, by [`constant_time_eq`].
    #[must_use]
    pub fn matches(&self, octets: &[u8]) -> bool {
        constant_time_eq(&self.0, octets)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl From<Vec<u8>> for Secret {
    fn from(octets: Vec<u8>) -> Self {
        Self::new(octets)
    }
}

impl From<&[u8]> for Secret {
    fn from(octets: &[u8]) -> Self {
        Self::new(octets.to_vec())
    }
}

impl<const N: usize> From<&[u8; N]> for Secret {
    fn from(octets: &[u8; N]) -> Self {
        Self::from(octets.as_slice())
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::from(text.as_bytes())
    }
}

impl From<alloc::string::String> for Secret {
    fn from(text: alloc::string::String) -> Self {
        Self::new(text.into_bytes())
    }
}

/// A [`Secret`] with a name of its own, so that a token cannot stand where a password belongs.
macro_rules! secret_newtype {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name(Secret);

        impl $name {
            /// Takes the octets over without copying them.
            #[must_use]
            pub fn new(octets: impl Into<Secret>) -> Self {
                Self(octets.into())
            }

            /// The octets themselves. What the caller copies from here is no longer wiped.
            #[must_use]
            pub fn expose(&self) -> &[u8] {
                self.0.expose()
            }

            /// Whether there are no octets at all.
            #[must_use]
            pub fn is_empty(&self) -> bool {
                self.0.is_empty()
            }

            /// Whether these are the same octets, in constant time.
            #[must_use]
            pub fn matches(&self, octets: &[u8]) -> bool {
                self.0.matches(octets)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    };
}

secret_newtype! {
    /// A password as its owner or its store has it: any octets.
    ///
    /// UTF-8 is asked for only where a grammar or a preparation needs it.
    Password
}

secret_newtype! {
    /// A bearer token or a hashed token (RFC 6750, RFC 7628).
    Token
}

secret_newtype! {
    /// A key, digest or inner hash state that is worth as much as the password it was derived from, or nearly so.
    Key
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    #[test]
    fn nothing_is_shown() {
        let canary = "c4n4ry";
        for shown in [
            format!("{:?}", Secret::from(canary)),
            format!("{:#?}", Password::new(canary)),
            format!("{:?}", Token::new(canary)),
            format!("{:?}", Key::new(canary)),
        ] {
            assert!(!shown.contains(canary), "{shown}");
        }
    }

    #[test]
    fn comparison_knows_lengths_and_octets() {
        assert!(constant_time_eq(b"", b""));
        assert!(!constant_time_eq(b"", b"a"));
        assert!(!constant_time_eq(b"ab", b"a"));
        assert!(!constant_time_eq(b"ab", b"ac"));
        assert!(Password::new("pencil").matches(b"pencil"));
    }
}
