//! The mechanisms of this build, found by name.

use alloc::boxed::Box;
use core::fmt;

use sasl_core::{DecoyKey, MechanismName, Properties, client, server};

/// A mechanism of this build, as it comes: its own defaults and nothing set.
///
/// What is compiled in depends on the features that *any* crate of a program asks for. To list what there is, or to take what an
/// administrator names, is what this is for; what a program offers is a list of its own, of names or
/// [presets](crate::preset).
///
/// ```
/// # #[cfg(feature = "scram-sha-256")] {
/// let scram = sasl::builtin("SCRAM-SHA-256").unwrap();
/// assert_eq!(scram.specification(), "RFC 7677");
/// assert!(scram.properties().proves_server());
/// # }
/// assert!(sasl::builtin("scram-sha-256").is_none());
/// ```
#[derive(Clone, Copy)]
pub struct Builtin {
    name: MechanismName,
    client: fn() -> Box<dyn client::Mechanism>,
    server: MakeServer,
    specification: &'static str,
    status: Status,
}

type MakeServer = fn(Option<&DecoyKey>) -> Option<Box<dyn server::Mechanism>>;

/// What its specification is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Status {
    /// On the standards track of the IETF.
    Standard,
    /// Written down in an RFC, or by a vendor, and in wide use.
    Informational,
    /// An Internet-Draft or another draft, in use or not.
    Draft,
    /// Superseded: for peers that have nothing better.
    Obsolete,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Standard => "standard",
            Self::Informational => "informational",
            Self::Draft => "draft",
            Self::Obsolete => "obsolete",
        })
    }
}

impl Builtin {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> MechanismName {
        self.name
    }

    /// What it does and promises.
    #[must_use]
    pub fn properties(&self) -> Properties {
        self.client().properties()
    }

    /// Where it is written down.
    #[must_use]
    pub fn specification(&self) -> &'static str {
        self.specification
    }

    /// What that is worth.
    #[must_use]
    pub fn status(&self) -> Status {
        self.status
    }

    /// The client's side.
    #[must_use]
    pub fn client(&self) -> Box<dyn client::Mechanism> {
        (self.client)()
    }

    /// The server's side; `None` when it needs a key that is not given. SCRAM does: what unknown users get is derived from it.
    #[must_use]
    pub fn server(&self, decoy_key: Option<&DecoyKey>) -> Option<Box<dyn server::Mechanism>> {
        (self.server)(decoy_key)
    }
}

impl fmt::Debug for Builtin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Builtin({})", self.name())
    }
}

/// The mechanisms of this build, the strongest of a family first.
///
/// Those of HT speak the draft that is deployed, draft-schmaus-kitten-sasl-ht-08.
#[must_use]
pub fn builtins() -> &'static [Builtin] {
    ALL
}

/// Looks a mechanism of this build up by its exact name.
#[must_use]
pub fn builtin(name: &str) -> Option<&'static Builtin> {
    ALL.iter().find(|builtin| builtin.name() == *name)
}

/// A list of names has one that cannot be had.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum NamedError {
    /// There is no such mechanism in this build.
    Unknown(Box<str>),
    /// It needs a decoy key, and none was given.
    NoDecoyKey(MechanismName),
}

impl fmt::Display for NamedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(name) => write!(f, "there is no mechanism {name:?} in this build"),
            Self::NoDecoyKey(name) => write!(f, "{name} needs a decoy key"),
        }
    }
}

impl core::error::Error for NamedError {}

/// Looks up a name of a list.
pub(crate) fn named(name: &str) -> Result<&'static Builtin, NamedError> {
    builtin(name).ok_or_else(|| NamedError::Unknown(name.into()))
}

/// A row is the feature, how the two sides are made, the type that makes them, where it is written down, and what that is worth.
macro_rules! builtins {
    ($($feature:literal $how:ident $mechanism:ident $specification:literal $status:ident;)+) => {
        const ALL: &[Builtin] = &[$(
            #[cfg(feature = $feature)]
            builtins!(@$how crate::$mechanism, $specification, Status::$status),
        )+];
    };
    (@own $mechanism:path, $specification:literal, $status:expr) => {{
        use $mechanism as It;
        builtins!(@of It::NAME, It::client(), |_| Some(Box::new(It::server())), $specification, $status)
    }};
    (@scram $mechanism:path, $specification:literal, $status:expr) => {{
        use $mechanism as It;
        builtins!(@of It::NAME, It::client(), |key| Some(Box::new(It::server(key?))), $specification, $status)
    }};
    (@plus $mechanism:path, $specification:literal, $status:expr) => {{
        use $mechanism as It;
        builtins!(@of It::PLUS_NAME, It::client_plus(), |key| Some(Box::new(It::server_plus(key?))), $specification, $status)
    }};
    (@ht $mechanism:path, $specification:literal, $status:expr) => {{
        use crate::ht::Draft::Schmaus08;
        use $mechanism as It;
        builtins!(@of It::NAME, It::client(Schmaus08), |_| Some(Box::new(It::server(Schmaus08))), $specification, $status)
    }};
    (@of $name:expr, $client:expr, $server:expr, $specification:literal, $status:expr) => {
        Builtin {
            name: $name,
            client: || Box::new($client),
            server: $server,
            specification: $specification,
            status: $status,
        }
    };
}

builtins! {
    "scram-sha3-512" plus ScramSha3512 "draft-melnikov-scram-sha3-512" Draft;
    "scram-sha-512" plus ScramSha512 "draft-melnikov-scram-sha-512" Draft;
    "scram-sha-384" plus ScramSha384 "RFC 5802 over SHA-384" Informational;
    "scram-sha-256" plus ScramSha256 "RFC 7677" Standard;
    "scram-sha-224" plus ScramSha224 "RFC 5802 over SHA-224" Informational;
    "scram-sha-1" plus ScramSha1 "RFC 5802" Standard;
    "scram-sha3-512" scram ScramSha3512 "draft-melnikov-scram-sha3-512" Draft;
    "scram-sha-512" scram ScramSha512 "draft-melnikov-scram-sha-512" Draft;
    "scram-sha-384" scram ScramSha384 "RFC 5802 over SHA-384" Informational;
    "scram-sha-256" scram ScramSha256 "RFC 7677" Standard;
    "scram-sha-224" scram ScramSha224 "RFC 5802 over SHA-224" Informational;
    "scram-sha-1" scram ScramSha1 "RFC 5802" Standard;
    "external" own External "RFC 4422" Standard;
    "oauth" own OauthBearer "RFC 7628" Standard;
    "oauth" own Xoauth2 "Google's XOAUTH2 protocol" Informational;
    "ht" ht HtSha512Expr "XEP-0484" Draft;
    "ht" ht HtSha512Endp "XEP-0484" Draft;
    "ht" ht HtSha512Uniq "XEP-0484" Draft;
    "ht" ht HtSha512None "XEP-0484" Draft;
    "ht" ht HtSha256Expr "XEP-0484" Draft;
    "ht" ht HtSha256Endp "XEP-0484" Draft;
    "ht" ht HtSha256Uniq "XEP-0484" Draft;
    "ht" ht HtSha256None "XEP-0484" Draft;
    "plain" own Plain "RFC 4616" Standard;
    "cram-md5" own CramMd5 "RFC 2195" Obsolete;
    "login" own Login "draft-murchison-sasl-login" Obsolete;
    "anonymous" own Anonymous "RFC 4505" Standard;
}
