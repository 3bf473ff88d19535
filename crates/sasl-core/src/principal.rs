//! Who authenticates and as whom they act: the authentication and the authorization identity (RFC 4422 §3.4.1).

use alloc::sync::Arc;
use core::fmt;

use crate::error::Malformed;
use crate::limits;

macro_rules! principal {
    ($(#[$doc:meta])* $name:ident, $empty:expr) => {
        $(#[$doc])*
        ///
        /// Cloning is cheap.
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Reads a name.
            ///
            /// # Errors
            #[doc = concat!("[`", stringify!($empty), "`] when it is empty,")]
            /// [`Malformed::Nul`] when it contains NUL and [`Malformed::TooLong`] above
            /// [`limits::NAME`](crate::limits::NAME) octets.
            pub fn parse(name: &str) -> Result<Self, Malformed> {
                if name.is_empty() {
                    Err($empty)
                } else if name.len() > limits::NAME {
                    Err(Malformed::TooLong)
                } else if name.contains('\0') {
                    Err(Malformed::Nul)
                } else {
                    Ok(Self(name.into()))
                }
            }

            /// The name as it is. It may hold control characters; `Display` escapes them.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl core::str::FromStr for $name {
            type Err = Malformed;

            fn from_str(name: &str) -> Result<Self, Self::Err> {
                Self::parse(name)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                *self.0 == *other
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                *self.0 == **other
            }
        }

        /// Escapes what could forge a line or turn the direction of a log.
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                escaped(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}(\"", stringify!($name))?;
                escaped(&self.0, f)?;
                f.write_str("\")")
            }
        }
    };
}

principal! {
    /// The authentication identity: whose credentials are used (RFC 4422 §3.4.1). Never empty.
    Authcid, Malformed::EmptyAuthcid
}

principal! {
    /// The authorization identity: as whom the client asks to act (RFC 4422 §3.4.1).
    ///
    /// An empty authzid is an absent one, everywhere: [`optional`](Self::optional).
    Authzid, Malformed::EmptyAuthzid
}

impl Authcid {
    /// The empty name, for a server that knows the user from elsewhere and ignores what the message says
    /// (PostgreSQL's start-up message). Only a client can use it.
    #[must_use]
    pub fn ignored() -> Self {
        Self(Arc::default())
    }

    /// Whether this is [`ignored`](Self::ignored).
    #[must_use]
    pub fn is_ignored(&self) -> bool {
        self.0.is_empty()
    }
}

impl Authzid {
    /// Reads a name where an empty one means that there is none (RFC 4422 §3.4.1).
    ///
    /// # Errors
    /// As [`parse`](Self::parse), but for the empty name.
    pub fn optional(name: &str) -> Result<Option<Self>, Malformed> {
        if name.is_empty() {
            Ok(None)
        } else {
            Self::parse(name).map(Some)
        }
    }
}

/// Writes text with control characters, line separators and direction marks as escapes.
fn escaped(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    text.chars().try_for_each(|c| {
        let dangerous = c.is_control()
            || matches!(c, '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if dangerous { write!(f, "{}", c.escape_unicode()) } else { fmt::Write::write_char(f, c) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn hostile_names_are_refused() {
        assert_eq!(Authcid::parse(""), Err(Malformed::EmptyAuthcid));
        assert_eq!(Authzid::parse(""), Err(Malformed::EmptyAuthzid));
        assert_eq!(Authcid::parse("a\0b"), Err(Malformed::Nul));
        assert_eq!(Authcid::parse(&"a".repeat(1025)), Err(Malformed::TooLong));
        assert!(Authcid::parse(&"a".repeat(1024)).is_ok());
    }

    #[test]
    fn an_empty_authzid_is_an_absent_one() {
        assert_eq!(Authzid::optional(""), Ok(None));
        assert_eq!(
            Authzid::optional("a"),
            Ok(Some(Authzid::parse("a").unwrap()))
        );
    }

    #[test]
    fn what_is_displayed_cannot_forge_a_line() {
        for text in [
            "a\r\n+OK injected",
            "a\u{85}b",
            "a\u{2028}b",
            "a\u{202e}b",
            "a\u{1b}[2Jb",
        ] {
            let shown = Authcid::parse(text).unwrap().to_string();
            assert!(
                shown.chars().all(|c| c.is_ascii_graphic() || c == ' '),
                "{shown}"
            );
        }
        assert_eq!(Authcid::parse("üser").unwrap().to_string(), "üser");
    }
}
