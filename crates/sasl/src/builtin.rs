//! The mechanisms of this build, found by name.

use alloc::boxed::Box;
use core::fmt;

use sasl_core::{MechanismName, Properties, Unusable, client, server};

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

type MakeServer = fn(&[u8]) -> Result<Box<dyn server::Mechanism>, Unusable>;

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

    /// The server's side. `decoy_key` is the server's secret that what unknown users get is derived from: 16 octets or more,
    /// and the same after a restart. Mechanisms that show nothing of an account do not need it.
    ///
    /// # Errors
    /// [`Unusable::EmptySecret`] when the key is too short.
    pub fn server(&self, decoy_key: &[u8]) -> Result<Box<dyn server::Mechanism>, Unusable> {
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
    "scram-sha3-512" "draft-melnikov-scram-sha3-512" Draft crate::ScramSha3512::client_plus(), |key| Ok(Box::new(crate::ScramSha3512::server_plus(&crate::DecoyKey::new(key)?)));
    "scram-sha-512" "draft-melnikov-scram-sha-512" Draft crate::ScramSha512::client_plus(), |key| Ok(Box::new(crate::ScramSha512::server_plus(&crate::DecoyKey::new(key)?)));
    "scram-sha-384" "RFC 5802 over SHA-384" Informational crate::ScramSha384::client_plus(), |key| Ok(Box::new(crate::ScramSha384::server_plus(&crate::DecoyKey::new(key)?)));
    "scram-sha-256" "RFC 7677" Standard crate::ScramSha256::client_plus(), |key| Ok(Box::new(crate::ScramSha256::server_plus(&crate::DecoyKey::new(key)?)));
    "scram-sha-224" "RFC 5802 over SHA-224" Informational crate::ScramSha224::client_plus(), |key| Ok(Box::new(crate::ScramSha224::server_plus(&crate::DecoyKey::new(key)?)));
    "scram-sha-1" "RFC 5802" Standard crate::ScramSha1::client_plus(), |key| Ok(Box::new(crate::ScramSha1::server_plus(&crate::DecoyKey::new(key)?)));
    "scram-sha3-512" "draft-melnikov-scram-sha3-512" Draft crate::ScramSha3512::client(), |key| Ok(Box::new(crate::ScramSha3512::server(&crate::DecoyKey::new(key)?)));
    "scram-sha-512" "draft-melnikov-scram-sha-512" Draft crate::ScramSha512::client(), |key| Ok(Box::new(crate::ScramSha512::server(&crate::DecoyKey::new(key)?)));
    "scram-sha-384" "RFC 5802 over SHA-384" Informational crate::ScramSha384::client(), |key| Ok(Box::new(crate::ScramSha384::server(&crate::DecoyKey::new(key)?)));
    "scram-sha-256" "RFC 7677" Standard crate::ScramSha256::client(), |key| Ok(Box::new(crate::ScramSha256::server(&crate::DecoyKey::new(key)?)));
    "scram-sha-224" "RFC 5802 over SHA-224" Informational crate::ScramSha224::client(), |key| Ok(Box::new(crate::ScramSha224::server(&crate::DecoyKey::new(key)?)));
    "scram-sha-1" "RFC 5802" Standard crate::ScramSha1::client(), |key| Ok(Box::new(crate::ScramSha1::server(&crate::DecoyKey::new(key)?)));
    "external" "RFC 4422" Standard crate::External::client(), |_| Ok(Box::new(crate::External::server()));
    "oauth" "RFC 7628" Standard crate::OauthBearer::client(), |_| Ok(Box::new(crate::OauthBearer::server()));
    "oauth" "Google's XOAUTH2 protocol" Informational crate::Xoauth2::client(), |_| Ok(Box::new(crate::Xoauth2::server()));
    "ht" "XEP-0484" Draft crate::HtSha512Expr::client(HT), |_| Ok(Box::new(crate::HtSha512Expr::server(HT)));
    "ht" "XEP-0484" Draft crate::HtSha512Endp::client(HT), |_| Ok(Box::new(crate::HtSha512Endp::server(HT)));
    "ht" "XEP-0484" Draft crate::HtSha512Uniq::client(HT), |_| Ok(Box::new(crate::HtSha512Uniq::server(HT)));
    "ht" "XEP-0484" Draft crate::HtSha512None::client(HT), |_| Ok(Box::new(crate::HtSha512None::server(HT)));
    "ht" "XEP-0484" Draft crate::HtSha256Expr::client(HT), |_| Ok(Box::new(crate::HtSha256Expr::server(HT)));
    "ht" "XEP-0484" Draft crate::HtSha256Endp::client(HT), |_| Ok(Box::new(crate::HtSha256Endp::server(HT)));
    "ht" "XEP-0484" Draft crate::HtSha256Uniq::client(HT), |_| Ok(Box::new(crate::HtSha256Uniq::server(HT)));
    "ht" "XEP-0484" Draft crate::HtSha256None::client(HT), |_| Ok(Box::new(crate::HtSha256None::server(HT)));
    "plain" "RFC 4616" Standard crate::Plain::client(), |_| Ok(Box::new(crate::Plain::server()));
    "cram-md5" "RFC 2195" Obsolete crate::CramMd5::client(), |_| Ok(Box::new(crate::CramMd5::server()));
    "login" "draft-murchison-sasl-login" Obsolete crate::Login::client(), |_| Ok(Box::new(crate::Login::server()));
    "anonymous" "RFC 4505" Standard crate::Anonymous::client(), |_| Ok(Box::new(crate::Anonymous::server()));
}
