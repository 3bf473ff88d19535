//! The protocols that `sasl login` speaks, by the scheme of a URL.

/// A row of the table.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Scheme {
    pub(crate) name: &'static str,
    pub(crate) port: u16,
    pub(crate) tls: Tls,
    pub(crate) protocol: Protocol,
}

/// When TLS begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tls {
    /// With the first octet.
    Implicit,
    /// After the protocol's own command for it.
    Upgrade,
}

/// How an exchange is carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    Smtp,
    Lmtp,
    Imap,
    Pop3,
    Sieve,
    Irc,
    Xmpp,
    Ldap,
    Postgres,
    Amqp,
}

/// Whose session `session::open` makes, with the default ports of the IANA.
const SCHEMES: &[Scheme] = &[
    Scheme::new("smtp", 25, Tls::Upgrade, Protocol::Smtp),
    Scheme::new("submission", 587, Tls::Upgrade, Protocol::Smtp),
    Scheme::new("submissions", 465, Tls::Implicit, Protocol::Smtp),
    Scheme::new("smtps", 465, Tls::Implicit, Protocol::Smtp),
    Scheme::new("lmtp", 24, Tls::Upgrade, Protocol::Lmtp),
    Scheme::new("imap", 143, Tls::Upgrade, Protocol::Imap),
    Scheme::new("imaps", 993, Tls::Implicit, Protocol::Imap),
    Scheme::new("pop3", 110, Tls::Upgrade, Protocol::Pop3),
    Scheme::new("pop3s", 995, Tls::Implicit, Protocol::Pop3),
    Scheme::new("sieve", 4190, Tls::Upgrade, Protocol::Sieve),
    // Of no port of its own: the one of sieve, where a server is set up so.
    Scheme::new("sieves", 4190, Tls::Implicit, Protocol::Sieve),
    Scheme::new("irc", 6667, Tls::Upgrade, Protocol::Irc),
    Scheme::new("ircs", 6697, Tls::Implicit, Protocol::Irc),
    Scheme::new("xmpp", 5222, Tls::Upgrade, Protocol::Xmpp),
    // XEP-0368: of no port of its own but where DNS says so; this is the one in use.
    Scheme::new("xmpps", 5223, Tls::Implicit, Protocol::Xmpp),
    Scheme::new("ldap", 389, Tls::Upgrade, Protocol::Ldap),
    Scheme::new("ldaps", 636, Tls::Implicit, Protocol::Ldap),
    // A Unix socket, which has no port.
    Scheme::new(LDAPI, 0, Tls::Upgrade, Protocol::Ldap),
    Scheme::new("postgresql", 5432, Tls::Upgrade, Protocol::Postgres),
    Scheme::new("postgres", 5432, Tls::Upgrade, Protocol::Postgres),
    Scheme::new("amqp", 5672, Tls::Upgrade, Protocol::Amqp),
    Scheme::new("amqps", 5671, Tls::Implicit, Protocol::Amqp),
];

/// LDAP over a Unix socket, whose path stands where a host does (as OpenLDAP has it).
const LDAPI: &str = "ldapi";

impl Scheme {
    const fn new(name: &'static str, port: u16, tls: Tls, protocol: Protocol) -> Self {
        Self {
            name,
            port,
            tls,
            protocol,
        }
    }

    /// The one of this name, in lower case as URLs are parsed.
    pub(crate) fn find(name: &str) -> Option<&'static Self> {
        SCHEMES.iter().find(|scheme| scheme.name == name)
    }

    /// Those with TLS from the first octet where this one has none, and the other way round.
    pub(crate) fn sibling(&self) -> Option<&'static Self> {
        SCHEMES
            .iter()
            .find(|other| other.protocol == self.protocol && other.tls != self.tls)
    }

    /// Whether the host in a URL is the path of a socket.
    pub(crate) fn has_path_for_host(&self) -> bool {
        self.name == LDAPI
    }

    /// What the client says in the handshake that it will speak, where a port can have several protocols.
    pub(crate) fn alpn(&self) -> Option<&'static [u8]> {
        match (self.protocol, self.tls) {
            // XEP-0368 §3.
            (Protocol::Xmpp, Tls::Implicit) => Some(b"xmpp-client"),
            _ => None,
        }
    }

    /// All names, for messages.
    pub(crate) fn names() -> String {
        let names: Vec<_> = SCHEMES.iter().map(|scheme| scheme.name).collect();
        names.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_has_them_all() {
        let listed = crate::login::AFTER_HELP
            .split_once("Schemes: ")
            .and_then(|(_, rest)| rest.lines().next());
        let listed: Vec<_> = listed.unwrap().split(", ").collect();
        for scheme in SCHEMES {
            // The longer of two names of the same.
            assert!(
                scheme.name == "postgres" || listed.contains(&scheme.name),
                "{}",
                scheme.name
            );
        }
    }

    #[test]
    fn every_scheme_is_found_once() {
        for scheme in SCHEMES {
            assert_eq!(Scheme::find(scheme.name), Some(scheme));
            let same = SCHEMES.iter().filter(|other| other.name == scheme.name);
            assert_eq!(same.count(), 1, "{}", scheme.name);
        }
        for none in ["", "SMTP", "http", "smtp "] {
            assert_eq!(Scheme::find(none), None, "{none}");
        }
    }
}
