//! What a client insists on, and what it has, as plain values.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use sasl_core::{CredentialKind, Credentials};

/// Whether a client binds the channel (RFC 5056, RFC 5802 §6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BindingPolicy {
    // Exhaustive on purpose: less than never, or more than always, there is not.
    /// Never: the channel's values are not used, and the server is told `n`.
    Disable,
    /// Where both sides can. If the offer has no mechanism that does, the server is told `y`, and finds out when that is
    /// not what it offered. If it has one, and the server lists no type of binding that this channel has, nothing is sent: a
    /// server lists `tls-server-end-point` at least (XEP-0440), and the list may have been changed on the way. Where the
    /// channel has no value at all nothing is bound, and whoever presented the certificate may have seen to that.
    #[default]
    Prefer,
    /// Always: nothing is sent where it cannot be.
    Require,
}

/// Which of several usable mechanisms goes first. The server's order never counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    // Exhaustive on purpose: a choice has to treat every one.
    /// The strongest ([`Properties::strength`](sasl_core::Properties::strength)); among equals the one given first.
    #[default]
    Strongest,
    /// The one given first. A weaker one may then be taken, because the caller says so.
    Given,
}

/// What a client insists on when it chooses a mechanism. Nothing here loosens what always holds: no secret passes in
/// clear text over an unprotected channel.
///
/// ```
/// use sasl::{BindingPolicy, Policy};
///
/// const BANK: Policy = Policy::new().binding(BindingPolicy::Require).server_proof();
/// assert_eq!(Policy::default(), Policy::new());
/// assert_ne!(BANK, Policy::new());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[must_use]
pub struct Policy {
    pub(crate) binding: BindingPolicy,
    pub(crate) order: Order,
    pub(crate) no_clear_text: bool,
    pub(crate) server_proof: bool,
}

impl Policy {
    /// Channels are bound where both sides can, and the strongest mechanism is taken.
    pub const fn new() -> Self {
        Self {
            binding: BindingPolicy::Prefer,
            order: Order::Strongest,
            no_clear_text: false,
            server_proof: false,
        }
    }

    /// Sets whether the channel is bound.
    pub const fn binding(self, binding: BindingPolicy) -> Self {
        Self { binding, ..self }
    }

    /// Sets which of several usable mechanisms goes first.
    pub const fn order(self, order: Order) -> Self {
        Self { order, ..self }
    }

    /// Takes no mechanism that shows the secret to the server, on no channel.
    pub const fn never_clear_text(self) -> Self {
        Self {
            no_clear_text: true,
            ..self
        }
    }

    /// Takes only mechanisms in which the server proves itself too.
    pub const fn server_proof(self) -> Self {
        Self {
            server_proof: true,
            ..self
        }
    }
}

/// What a client has to log in with: enough to choose a mechanism, without a secret in it.
///
/// It is made of kinds of credentials, or of credentials that are already there.
///
/// ```
/// use sasl::{CredentialKind, Means};
///
/// let means = Means::from(&[CredentialKind::Password]).acting_as_another();
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Means<'a> {
    pub(crate) kinds: Cow<'a, [CredentialKind]>,
    pub(crate) authzid: bool,
}

impl Means<'_> {
    /// The client asks to act as somebody else: a mechanism that cannot say so (CRAM-MD5, LOGIN) is not taken.
    pub fn acting_as_another(mut self) -> Self {
        self.authzid = true;
        self
    }
}

impl<'a> From<&'a [CredentialKind]> for Means<'a> {
    fn from(kinds: &'a [CredentialKind]) -> Self {
        Self {
            kinds: Cow::Borrowed(kinds),
            authzid: false,
        }
    }
}

impl<'a, const N: usize> From<&'a [CredentialKind; N]> for Means<'a> {
    fn from(kinds: &'a [CredentialKind; N]) -> Self {
        Self::from(kinds.as_slice())
    }
}

impl<'a> From<&'a Vec<CredentialKind>> for Means<'a> {
    fn from(kinds: &'a Vec<CredentialKind>) -> Self {
        Self::from(kinds.as_slice())
    }
}

impl From<&Credentials> for Means<'_> {
    fn from(credentials: &Credentials) -> Self {
        Self {
            kinds: credentials.kinds().collect(),
            authzid: credentials.authzid().is_some(),
        }
    }
}
