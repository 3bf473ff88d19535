//! What the server asks.

/// The two challenges.
///
/// ```abnf
/// prompt = *OCTET ; "Username:" and "Password:" here
/// ```
///
/// The draft has `User Name` and `Password`, and its clients ignore what the prompts say (§2.1). Deployed clients are of
/// two kinds: the ones ignore it, the others know these two texts alone, which are Microsoft's (MS-XLOGIN).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prompt {
    // Exhaustive on purpose: there are two.
    /// Who authenticates?
    Username,
    /// With which password?
    Password,
}

impl Prompt {
    /// The text of the prompt, without an end of line or NUL.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Username => "Username:",
            Self::Password => "Password:",
        }
    }
}
