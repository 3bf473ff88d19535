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
        self.client().name()
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

macro_rules! builtins {
    ($($feature:literal $specification:literal $status:ident $client:expr, $server:expr;)+) => {
        const ALL: &[Builtin] = &[$(
            #[cfg(feature = $feature)]
            Builtin {
                client: || Box::new($client),
                server: $server,
                specification: $specification,
                status: Status::$status,
            },
        )+];
    };
}

/// The draft that is deployed.
#[cfg(feature = "ht")]
const HT: crate::ht::Draft = crate::ht::Draft::Schmaus08;

builtins! {
    "scram-sha3-512" "draft-melnikov-scram-sha3-512" Draft crate::ScramSha3512::client_plus(), |key| Some(Box::new(crate::ScramSha3512::server_plus(key?)));
    "scram-sha-512" "draft-melnikov-scram-sha-512" Draft crate::ScramSha512::client_plus(), |key| Some(Box::new(crate::ScramSha512::server_plus(key?)));
    "scram-sha-384" "RFC 5802 over SHA-384" Informational crate::ScramSha384::client_plus(), |key| Some(Box::new(crate::ScramSha384::server_plus(key?)));
    "scram-sha-256" "RFC 7677" Standard crate::ScramSha256::client_plus(), |key| Some(Box::new(crate::ScramSha256::server_plus(key?)));
    "scram-sha-224" "RFC 5802 over SHA-224" Informational crate::ScramSha224::client_plus(), |key| Some(Box::new(crate::ScramSha224::server_plus(key?)));
    "scram-sha-1" "RFC 5802" Standard crate::ScramSha1::client_plus(), |key| Some(Box::new(crate::ScramSha1::server_plus(key?)));
    "scram-sha3-512" "draft-melnikov-scram-sha3-512" Draft crate::ScramSha3512::client(), |key| Some(Box::new(crate::ScramSha3512::server(key?)));
    "scram-sha-512" "draft-melnikov-scram-sha-512" Draft crate::ScramSha512::client(), |key| Some(Box::new(crate::ScramSha512::server(key?)));
    "scram-sha-384" "RFC 5802 over SHA-384" Informational crate::ScramSha384::client(), |key| Some(Box::new(crate::ScramSha384::server(key?)));
    "scram-sha-256" "RFC 7677" Standard crate::ScramSha256::client(), |key| Some(Box::new(crate::ScramSha256::server(key?)));
    "scram-sha-224" "RFC 5802 over SHA-224" Informational crate::ScramSha224::client(), |key| Some(Box::new(crate::ScramSha224::server(key?)));
    "scram-sha-1" "RFC 5802" Standard crate::ScramSha1::client(), |key| Some(Box::new(crate::ScramSha1::server(key?)));
    "external" "RFC 4422" Standard crate::External::client(), |_| Some(Box::new(crate::External::server()));
    "oauth" "RFC 7628" Standard crate::OauthBearer::client(), |_| Some(Box::new(crate::OauthBearer::server()));
    "oauth" "Google's XOAUTH2 protocol" Informational crate::Xoauth2::client(), |_| Some(Box::new(crate::Xoauth2::server()));
    "ht" "XEP-0484" Draft crate::HtSha512Expr::client(HT), |_| Some(Box::new(crate::HtSha512Expr::server(HT)));
    "ht" "XEP-0484" Draft crate::HtSha512Endp::client(HT), |_| Some(Box::new(crate::HtSha512Endp::server(HT)));
    "ht" "XEP-0484" Draft crate::HtSha512Uniq::client(HT), |_| Some(Box::new(crate::HtSha512Uniq::server(HT)));
    "ht" "XEP-0484" Draft crate::HtSha512None::client(HT), |_| Some(Box::new(crate::HtSha512None::server(HT)));
    "ht" "XEP-0484" Draft crate::HtSha256Expr::client(HT), |_| Some(Box::new(crate::HtSha256Expr::server(HT)));
    "ht" "XEP-0484" Draft crate::HtSha256Endp::client(HT), |_| Some(Box::new(crate::HtSha256Endp::server(HT)));
    "ht" "XEP-0484" Draft crate::HtSha256Uniq::client(HT), |_| Some(Box::new(crate::HtSha256Uniq::server(HT)));
    "ht" "XEP-0484" Draft crate::HtSha256None::client(HT), |_| Some(Box::new(crate::HtSha256None::server(HT)));
    "plain" "RFC 4616" Standard crate::Plain::client(), |_| Some(Box::new(crate::Plain::server()));
    "cram-md5" "RFC 2195" Obsolete crate::CramMd5::client(), |_| Some(Box::new(crate::CramMd5::server()));
    "login" "draft-murchison-sasl-login" Obsolete crate::Login::client(), |_| Some(Box::new(crate::Login::server()));
    "anonymous" "RFC 4505" Standard crate::Anonymous::client(), |_| Some(Box::new(crate::Anonymous::server()));
}
