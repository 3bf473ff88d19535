//! Mechanism names (RFC 4422 §3.1).

use core::fmt;
use core::str;

use crate::error::Malformed;

/// The name of a mechanism.
///
/// ```abnf
/// sasl-mech    = 1*20mech-char
/// mech-char    = UPPER-ALPHA / DIGIT / HYPHEN / UNDERSCORE
/// ```
/// (RFC 4422 §3.1). Lower case is not a mechanism name: protocols that fold case (SMTP, IMAP, POP3) do so before.
///
/// ```
/// use sasl_core::MechanismName;
///
/// assert_eq!(MechanismName::parse("SCRAM-SHA-256").unwrap().as_str(), "SCRAM-SHA-256");
/// assert!(MechanismName::parse("plain").is_err());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MechanismName {
    // Filled up with zeros, which no name contains, so that the derived order is the order of the names.
    octets: [u8; Self::MAX],
    len: u8,
}

impl MechanismName {
    /// The most characters a name has (RFC 4422 §3.1).
    pub const MAX: usize = 20;

    /// Reads a name.
    ///
    /// For a name that is known when the program is written, [`mechanism_name!`](crate::mechanism_name) does the
    /// same at compile time.
    ///
    /// # Errors
    /// [`Malformed::MechanismName`] unless it is 1 to 20 of `A-Z 0-9 - _`.
    pub const fn parse(name: &str) -> Result<Self, Malformed> {
        let mut rest = name.as_bytes();
        if rest.is_empty() || rest.len() > Self::MAX {
            return Err(Malformed::MechanismName);
        }
        let mut octets = [0; Self::MAX];
        let mut free: &mut [u8] = &mut octets;
        let mut len = 0_u8;
        while let (Some((&octet, tail)), Some((place, places))) =
            (rest.split_first(), free.split_first_mut())
        {
            if !matches!(octet, b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_') {
                return Err(Malformed::MechanismName);
            }
            *place = octet;
            len = len.saturating_add(1);
            (rest, free) = (tail, places);
        }
        Ok(Self { octets, len })
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    fn as_bytes(&self) -> &[u8] {
        self.octets.get(..usize::from(self.len)).unwrap_or_default()
    }

    /// Whether this is the variant of a mechanism that binds the channel: the name ends in `-PLUS` (RFC 5801 §3.1).
    #[must_use]
    pub fn is_plus(&self) -> bool {
        self.as_bytes().ends_with(b"-PLUS")
    }
}

impl fmt::Display for MechanismName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for MechanismName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl str::FromStr for MechanismName {
    type Err = Malformed;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::parse(name)
    }
}

impl PartialEq<str> for MechanismName {
    fn eq(&self, other: &str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl PartialEq<&str> for MechanismName {
    fn eq(&self, other: &&str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

/// A [`MechanismName`] known when the program is written; a wrong one does not compile.
///
/// ```
/// use sasl_core::{MechanismName, mechanism_name};
///
/// const PLAIN: MechanismName = mechanism_name!("PLAIN");
/// assert_eq!(PLAIN, "PLAIN");
/// ```
/// ```compile_fail
/// const PLAIN: sasl_core::MechanismName = sasl_core::mechanism_name!("plain");
/// ```
#[macro_export]
macro_rules! mechanism_name {
    ($name:literal) => {
        const {
            match $crate::MechanismName::parse($name) {
                Ok(name) => name,
                Err(_) => panic!("not a mechanism name: 1 to 20 of A-Z 0-9 - _"),
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn hostile_names_are_refused() {
        for name in [
            "",
            "scram-sha-1",
            "SCRAM SHA",
            "SCRAM\0",
            "PLAIN\n",
            "ÄÖ",
            "A+B",
            "ABCDEFGHIJKLMNOPQRSTU",
        ] {
            assert_eq!(
                MechanismName::parse(name),
                Err(Malformed::MechanismName),
                "{name:?}"
            );
        }
    }

    #[test]
    fn names_keep_their_text_and_order() {
        for name in [
            "A",
            "PLAIN",
            "HT-SHA-256-ENDP",
            "X_9",
            "ABCDEFGHIJKLMNOPQRST",
        ] {
            assert_eq!(MechanismName::parse(name).unwrap().to_string(), name);
        }
        let mut names = ["SCRAM-SHA-256", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-1"]
            .map(|n| MechanismName::parse(n).unwrap());
        names.sort();
        assert_eq!(
            names.map(|n| n.to_string()),
            ["SCRAM-SHA-1", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256"]
        );
        assert!(names[1].is_plus() && !names[0].is_plus());
    }
}
