//! What is between the two ends of a cell.

use std::fmt;

use anyhow::{Result, bail};

/// What there is of TLS, or of channel bindings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Channel {
    /// As the table writes it.
    text: &'static str,
    /// `None` without TLS, and where a binding stands alone.
    pub(crate) tls: Option<Tls>,
    /// By which library our server has TLS, where we have one.
    pub(crate) by: Library,
    /// What the client thinks of the server's certificate.
    pub(crate) trusted: bool,
    /// It is a socket of the file system.
    pub(crate) is_local: bool,
    /// The binding type that the client is told of.
    pub(crate) client: Option<&'static str>,
    /// That of the server.
    pub(crate) server: Option<&'static str>,
    /// The two ends see the same.
    pub(crate) same: bool,
}

/// TLS in one version only, and when it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tls {
    pub(crate) version: Version,
    /// From the first octet on.
    pub(crate) at_once: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    V12,
    V13,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Library {
    Rustls,
    OpenSsl,
}

/// No TLS.
const CLEAR: &str = "clear";

/// A socket of the file system.
const LOCAL: &str = "local";

/// What follows a version of TLS that begins with the connection.
const AT_ONCE: &str = " at once";

impl Version {
    /// As `sasl demo`, and whoever else has numbers for them, calls it.
    pub(crate) fn number(self) -> &'static str {
        match self {
            Self::V12 => "1.2",
            Self::V13 => "1.3",
        }
    }

    fn read(text: &str) -> Result<Self> {
        Ok(match text {
            "1.2" => Self::V12,
            "1.3" => Self::V13,
            other => bail!("no such version of TLS: {other}"),
        })
    }
}

impl Channel {
    pub(crate) fn read(text: &'static str) -> Result<Self> {
        let bare = Self {
            text,
            tls: None,
            by: Library::Rustls,
            trusted: true,
            is_local: false,
            client: None,
            server: None,
            same: true,
        };
        let (name, what) = text.split_once(", ").unwrap_or((text, ""));
        if let Some(version) = name.strip_prefix("TLS ") {
            let (by, trusted) = match what {
                "" => (Library::Rustls, true),
                "openssl" => (Library::OpenSsl, true),
                "untrusted" => (Library::Rustls, false),
                other => bail!("no such channel: {other}"),
            };
            let (version, at_once) = match version.strip_suffix(AT_ONCE) {
                Some(version) => (version, true),
                None => (version, false),
            };
            let version = Version::read(version)?;
            return Ok(Self {
                tls: Some(Tls { version, at_once }),
                by,
                trusted,
                ..bare
            });
        }
        if name == LOCAL || name == CLEAR || name.is_empty() {
            return match what {
                "" => Ok(Self {
                    is_local: name == LOCAL,
                    text: if name == CLEAR { "" } else { text },
                    ..bare
                }),
                other => bail!("no such channel: {other}"),
            };
        }
        let other = match name {
            "tls-unique" => "tls-server-end-point",
            "tls-server-end-point" => "tls-unique",
            // OpenLDAP's own form of it, and there is no other.
            "ldap" if what != "other type" => "",
            other => bail!("no such channel: {other}"),
        };
        let server = match what {
            "" | "other value" | "struck out" => Some(name),
            "other type" => Some(other),
            "client only" => None,
            other => bail!("no such channel: {other}"),
        };
        Ok(Self {
            client: Some(name),
            server,
            same: what != "other value",
            ..bare
        })
    }

    /// Nothing is wrong with it.
    pub(crate) fn is_sound(&self) -> bool {
        !self.text.contains(", ")
    }

    pub(crate) fn version(&self) -> Option<Version> {
        self.tls.map(|tls| tls.version)
    }

    pub(crate) fn is_at_once(&self) -> bool {
        self.tls.is_some_and(|tls| tls.at_once)
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(if self.text.is_empty() { "-" } else { self.text })
    }
}
