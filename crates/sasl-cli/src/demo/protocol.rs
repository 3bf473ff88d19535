//! What the demo speaks, and where.

use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;

use anyhow::{Context, Error, Result};
use clap::ValueEnum;

/// A protocol with a session of `sasl_profile`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Protocol {
    Smtp,
    Lmtp,
    Imap,
    Pop3,
    /// ManageSieve.
    Sieve,
    Irc,
    Xmpp,
    #[value(alias = "postgresql")]
    Postgres,
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.to_possible_value();
        f.write_str(value.as_ref().map_or("", |value| value.get_name()))
    }
}

/// Where to listen, and for what: `ADDR` for SMTP, or `PROTOCOL=ADDR`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Listen {
    pub(crate) protocol: Protocol,
    pub(crate) address: SocketAddr,
}

impl FromStr for Listen {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let (protocol, address) = match text.split_once('=') {
            Some((protocol, address)) => (named(protocol)?, address),
            None => (Protocol::Smtp, text),
        };
        let address = address.parse().with_context(|| {
            format!("{address} is not an address with a port, as 127.0.0.1:2525")
        })?;
        Ok(Self { protocol, address })
    }
}

fn named(name: &str) -> Result<Protocol> {
    Protocol::from_str(name, true).map_err(|_| {
        let known: Vec<_> = Protocol::value_variants()
            .iter()
            .map(ToString::to_string)
            .collect();
        Error::msg(format!("the protocols are {}", known.join(", ")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_for_smtp_unless_it_says_otherwise() {
        let listen: Listen = "127.0.0.1:2525".parse().unwrap();
        assert_eq!(listen.protocol, Protocol::Smtp);
        let listen: Listen = "LMTP=[::1]:0".parse().unwrap();
        assert_eq!(listen.protocol, Protocol::Lmtp);
        assert_eq!(listen.address.to_string(), "[::1]:0");
        for wrong in ["", "2525", "http=127.0.0.1:1", "lmtp=", "=127.0.0.1:1"] {
            assert!(wrong.parse::<Listen>().is_err(), "{wrong}");
        }
    }
}
