//! Why a string cannot be prepared.

use core::fmt;

/// Why a string cannot be prepared.
///
/// It never says which character it was, nor where: the string may be a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PrepError {
    /// There is a character in it that the profile prohibits (RFC 3454 §5).
    Prohibited,
    /// It mixes directions of writing, or does not both begin and end with the right-to-left letters it contains
    /// (RFC 3454 §6).
    Bidi,
    /// There is a code point in it that Unicode 3.2 does not assign, and the string is to be stored (RFC 3454 §7).
    Unassigned,
    /// These octets are not UTF-8.
    NotUtf8,
    /// Nothing is left of it where something must be: a name, or a password.
    Empty,
    /// It was a name, and became too long for one.
    TooLong,
    /// This version of the crate does not know the [`Preparation`](crate::Preparation) it was asked for.
    Unsupported,
}

impl fmt::Display for PrepError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Prohibited => "the string contains a prohibited character",
            Self::Bidi => "the string breaks the rules for right-to-left text",
            Self::Unassigned => "the string contains a code point that Unicode 3.2 does not assign",
            Self::NotUtf8 => "the string is not UTF-8",
            Self::Empty => "nothing is left of the string",
            Self::TooLong => "the prepared string is too long for a name",
            Self::Unsupported => "this preparation is not supported",
        })
    }
}

impl core::error::Error for PrepError {}
