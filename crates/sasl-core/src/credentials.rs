//! What a client can prove itself with.

use alloc::boxed::Box;
use core::any::Any;
use core::fmt;

use crate::preparation::Preparation;
use crate::principal::{Authcid, Authzid};
use crate::secret::{Key, Password, Token};
use crate::verifier::ScramHash;

/// A kind of credentials: all that choosing a mechanism needs to know, before any secret is fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CredentialKind {
    /// A name and its password.
    Password,
    /// Keys that an earlier SCRAM exchange derived.
    DerivedKeys,
    /// A bearer token.
    Token,
    /// The identity that the channel proves.
    External,
    /// None: a trace of who this is, at most.
    Anonymous,
    /// What somebody else's mechanism needs.
    Other,
}

impl CredentialKind {
    const ALL: [Self; 6] = [
        Self::Password,
        Self::DerivedKeys,
        Self::Token,
        Self::External,
        Self::Anonymous,
        Self::Other,
    ];
}

/// What a client proves itself with: a name, the name to act as, and one or more secrets.
///
/// ```
/// use sasl_core::{Authcid, Authzid, Credentials, Password};
///
/// let credentials = Credentials::password(Authcid::parse("user")?, Password::new("pencil"))
///     .acting_as(Authzid::parse("postmaster")?);
/// # Ok::<(), sasl_core::Malformed>(())
/// ```
#[derive(Default)]
pub struct Credentials {
    authcid: Option<Authcid>,
    authzid: Option<Authzid>,
    password: Option<Password>,
    keys: Option<Box<DerivedKeys>>,
    token: Option<Token>,
    trace: Option<Box<str>>,
    external: bool,
    other: Option<Box<dyn Any + Send + Sync>>,
}

impl Credentials {
    /// A name and its password.
    #[must_use]
    pub fn password(authcid: Authcid, password: Password) -> Self {
        Self {
            authcid: Some(authcid),
            password: Some(password),
            ..Self::default()
        }
    }

    /// A bearer token; who it belongs to is in the token, or in the authzid.
    #[must_use]
    pub fn token(token: Token) -> Self {
        Self {
            token: Some(token),
            ..Self::default()
        }
    }

    /// Keys that an earlier exchange derived; they name their authcid.
    #[must_use]
    pub fn keys(keys: DerivedKeys) -> Self {
        Self {
            authcid: Some(keys.authcid.clone()),
            keys: Some(Box::new(keys)),
            ..Self::default()
        }
    }

    /// The identity that the channel proves.
    #[must_use]
    pub fn external() -> Self {
        Self {
            external: true,
            ..Self::default()
        }
    }

    /// Nobody in particular, with a trace for the server's log (RFC 4505): an address or a word. It may be empty.
    #[must_use]
    pub fn anonymous(trace: &str) -> Self {
        Self {
            trace: Some(trace.into()),
            ..Self::default()
        }
    }

    /// What somebody else's mechanism needs.
    #[must_use]
    pub fn other(value: impl Any + Send + Sync) -> Self {
        Self {
            other: Some(Box::new(value)),
            ..Self::default()
        }
    }

    /// Asks to act as somebody else.
    #[must_use]
    pub fn acting_as(mut self, authzid: Authzid) -> Self {
        self.authzid = Some(authzid);
        self
    }

    /// Says whose they are, where the kind does not.
    #[must_use]
    pub fn with_authcid(mut self, authcid: Authcid) -> Self {
        self.authcid = Some(authcid);
        self
    }

    /// Adds keys that an earlier exchange derived, tried before the password.
    #[must_use]
    pub fn with_keys(mut self, keys: DerivedKeys) -> Self {
        self.keys = Some(Box::new(keys));
        self
    }

    /// Whether there are credentials of this kind in here.
    #[must_use]
    pub fn has(&self, kind: CredentialKind) -> bool {
        match kind {
            CredentialKind::Password => self.password.is_some(),
            CredentialKind::DerivedKeys => self.keys.is_some(),
            CredentialKind::Token => self.token.is_some(),
            CredentialKind::External => self.external,
            CredentialKind::Anonymous => self.trace.is_some(),
            CredentialKind::Other => self.other.is_some(),
        }
    }

    /// The kinds of credentials that are in here.
    pub fn kinds(&self) -> impl Iterator<Item = CredentialKind> + use<'_> {
        CredentialKind::ALL
            .into_iter()
            .filter(|kind| self.has(*kind))
    }

    /// Whom to act as.
    #[must_use]
    pub fn authzid(&self) -> Option<&Authzid> {
        self.authzid.as_ref()
    }

    /// Takes them apart, for a mechanism.
    #[must_use]
    pub fn into_parts(self) -> CredentialParts {
        let Self {
            authcid,
            authzid,
            password,
            keys,
            token,
            trace,
            external: _,
            other,
        } = self;
        CredentialParts {
            authcid,
            authzid,
            password,
            keys,
            token,
            trace,
            other,
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("authcid", &self.authcid)
            .field("authzid", &self.authzid)
            .field("password", &self.password)
            .field("keys", &self.keys)
            .field("token", &self.token)
            .field("trace", &self.trace)
            .field("external", &self.external)
            .field("other", &self.other.is_some())
            .finish()
    }
}

/// The parts of [`Credentials`], as a mechanism takes them.
#[derive(Default)]
#[non_exhaustive]
pub struct CredentialParts {
    /// Whose they are.
    pub authcid: Option<Authcid>,
    /// Whom to act as.
    pub authzid: Option<Authzid>,
    /// The password.
    pub password: Option<Password>,
    /// Keys that an earlier exchange derived.
    pub keys: Option<Box<DerivedKeys>>,
    /// The bearer token.
    pub token: Option<Token>,
    /// The trace of ANONYMOUS.
    pub trace: Option<Box<str>>,
    /// What somebody else's mechanism needs.
    pub other: Option<Box<dyn Any + Send + Sync>>,
}

impl fmt::Debug for CredentialParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CredentialParts")
            .field("authcid", &self.authcid)
            .finish_non_exhaustive()
    }
}

/// What a SCRAM client derived from a password, good for exactly these hash, salt, iterations, preparation and name.
#[derive(Debug, Clone)]
pub struct DerivedKeys {
    /// The hash of the mechanism.
    pub hash: ScramHash,
    /// The iterations of PBKDF2.
    pub iterations: u32,
    /// The salt.
    pub salt: Box<[u8]>,
    /// How the password was prepared.
    pub preparation: Preparation,
    /// Whose password it was.
    pub authcid: Authcid,
    /// `ClientKey` (RFC 5802 §3): what the client proves itself with.
    pub client_key: Key,
    /// `ServerKey`: what the server's proof is checked with.
    pub server_key: Key,
}
