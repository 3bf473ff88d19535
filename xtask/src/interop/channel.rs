//! What is between the two ends of a cell.

use std::fmt;

use anyhow::{Result, bail};

/// What there is of TLS, or of channel bindings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Channel {
    /// As the table writes it.
    text: &'static str,
    /// To which of our servers a mail client connects.
    pub(crate) server_is: ServerIs,
    /// What the mail client thinks of the server's certificate.
    pub(crate) trusted: bool,
    /// The binding type that the client is told of, where there is no TLS.
    pub(crate) client: Option<&'static str>,
    /// That of the server.
    pub(crate) server: Option<&'static str>,
    /// The two ends see the same.
    pub(crate) same: bool,
}

/// Our servers for mail clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ServerIs {
    /// The demo without TLS.
    Open,
    /// The demo with STARTTLS and this version.
    Tls12,
    Tls13,
    /// The demo with TLS from the first octet on.
    Implicit,
    /// TLS 1.2 by OpenSSL.
    OpenSsl,
}

impl Channel {
    pub(crate) fn read(text: &'static str) -> Result<Self> {
        let (name, what) = text.split_once(", ").unwrap_or((text, ""));
        let bare = Self {
            text,
            server_is: ServerIs::Open,
            trusted: true,
            client: None,
            server: None,
            same: true,
        };
        let server_is = match (name, what) {
            ("TLS 1.2", "openssl") => ServerIs::OpenSsl,
            ("TLS 1.2", "") => ServerIs::Tls12,
            ("TLS 1.3", "" | "untrusted") => ServerIs::Tls13,
            ("TLS at once", "" | "untrusted") => ServerIs::Implicit,
            _ => ServerIs::Open,
        };
        if server_is != ServerIs::Open {
            return Ok(Self {
                server_is,
                trusted: what != "untrusted",
                ..bare
            });
        }
        let other = match name {
            "tls-unique" => "tls-server-end-point",
            "tls-server-end-point" => "tls-unique",
            // OpenLDAP's own form of it, and there is no other.
            "ldap" if what != "other type" => "",
            "" => "",
            other => bail!("no such channel: {other}"),
        };
        let client = (!name.is_empty()).then_some(name);
        let server = match what {
            "" | "other value" | "struck out" => client,
            "other type" => Some(other),
            "client only" => None,
            other => bail!("no such channel: {other}"),
        };
        Ok(Self {
            client,
            server,
            same: what != "other value",
            ..bare
        })
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(if self.text.is_empty() { "-" } else { self.text })
    }
}
