//! Commands of other people's clients, ready to paste.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use anstream::println;
use sasl::{CredentialKind, MechanismName};

use super::listener::postgres_knows;
use super::offer::Tokens;
use super::protocol::{Listen, Protocol};
use super::tls::{Mode, Source, Tls};
use crate::login::Scheme;

/// For what is offered at these places in the end.
pub(crate) fn print(places: &[Listen], tls: Option<&Tls>, offered: &[MechanismName]) {
    println!("Log in from another terminal (exit status 0: in):");
    for place in places {
        for command in Recipes::new(*place, tls, offered).commands() {
            println!("  {command}");
        }
    }
    println!("Stop with Ctrl-C.");
}

/// What is to be known for a command.
struct Recipes {
    protocol: Protocol,
    at: SocketAddr,
    mode: Mode,
    /// The file with the certificate.
    trusted: Option<String>,
    offered: Vec<MechanismName>,
}

impl Recipes {
    fn new(
        Listen { protocol, address }: Listen,
        tls: Option<&Tls>,
        offered: &[MechanismName],
    ) -> Self {
        // Of all addresses, the one that is here.
        let host = match address.ip() {
            host if host.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
            host => host,
        };
        Self {
            protocol,
            at: SocketAddr::new(host, address.port()),
            mode: tls.map_or(Mode::None, |tls| tls.mode),
            trusted: match tls.map(|tls| &tls.source) {
                Some(Source::Written(path)) => Some(path.display().to_string()),
                _ => None,
            },
            offered: match protocol {
                Protocol::Postgres => postgres_knows(offered.to_vec()),
                _ => offered.to_vec(),
            },
        }
    }

    fn commands(&self) -> Vec<String> {
        let mut commands: Vec<_> = self.sasl().into_iter().collect();
        commands.extend(self.curl());
        commands.extend(self.swaks());
        commands.extend(self.gsasl());
        commands.extend(self.slixmpp());
        commands.extend(self.psql());
        commands
    }

    fn has(&self, name: &str) -> bool {
        self.offered.iter().any(|offered| *offered == name)
    }

    /// This program, which takes what it likes best of what is offered.
    fn sasl(&self) -> Option<String> {
        let takes = |name: &MechanismName| {
            let builtin = sasl::builtin(name.as_str());
            builtin
                .is_some_and(|builtin| builtin.client().needs().contains(&CredentialKind::Password))
        };
        let secure = if self.mode == Mode::Implicit { "s" } else { "" };
        let scheme = Scheme::find(&format!("{}{secure}", self.protocol))?.name;
        let trust = match (self.mode, &self.trusted) {
            (Mode::None, _) => String::new(),
            (_, Some(path)) => format!(" --ca {path}"),
            (_, None) => " --insecure".to_owned(),
        };
        self.offered.iter().any(takes).then(|| {
            let at = self.at;
            format!("echo pencil | sasl login {scheme}://user@{at} --password-stdin{trust}")
        })
    }

    fn curl(&self) -> Vec<String> {
        // In place of listing what there is not.
        let command = match self.protocol {
            Protocol::Lmtp
            | Protocol::Sieve
            | Protocol::Irc
            | Protocol::Xmpp
            | Protocol::Postgres => return Vec::new(),
            Protocol::Smtp => "",
            Protocol::Imap => " --request NOOP",
            Protocol::Pop3 => " --request NOOP --head",
        };
        let trust = match (self.mode, &self.trusted) {
            (Mode::None, _) => String::new(),
            (_, Some(path)) => format!(" --cacert {path}"),
            (_, None) => " --insecure".to_owned(),
        };
        let (upgrade, secure) = match self.mode {
            Mode::None => ("", ""),
            Mode::Starttls => (" --ssl-reqd", ""),
            Mode::Implicit => ("", "s"),
        };
        let curl = format!(
            "curl --silent{trust}{upgrade}{command} --url {}{secure}://{}",
            self.protocol, self.at
        );
        let mut commands = Vec::new();
        for name in ["PLAIN", "LOGIN", "CRAM-MD5"] {
            if self.has(name) {
                commands.push(format!(
                    "{curl} --user user:pencil --login-options AUTH={name}"
                ));
            }
        }
        for name in ["OAUTHBEARER", "XOAUTH2"] {
            if self.has(name) {
                commands.push(format!(
                    "{curl} --user user: --oauth2-bearer {} --login-options AUTH={name}",
                    Tokens::GOOD
                ));
            }
        }
        if self.has("EXTERNAL") {
            commands.push(format!(
                "{curl} --cert user.pem --key user.key --user user: --login-options AUTH=EXTERNAL"
            ));
        }
        commands
    }

    fn swaks(&self) -> Option<String> {
        let protocol = match self.protocol {
            Protocol::Smtp => "",
            Protocol::Lmtp => " --protocol LMTP",
            _ => return None,
        };
        let tls = match self.mode {
            Mode::None => "",
            Mode::Starttls => " --tls",
            Mode::Implicit => " --tls-on-connect",
        };
        let (host, port) = (self.at.ip(), self.at.port());
        self.has("PLAIN").then(|| format!(
            "swaks --server {host} --port {port}{protocol}{tls} --auth PLAIN --auth-user user --auth-password pencil --quit-after AUTH"
        ))
    }

    fn gsasl(&self) -> Option<String> {
        let protocol = match self.protocol {
            Protocol::Smtp => "--smtp",
            Protocol::Imap => "--imap",
            _ => return None,
        };
        // It can begin with TLS by STARTTLS only.
        let options = match (self.mode, &self.trusted) {
            (Mode::None, _) => "--no-starttls --no-cb".to_owned(),
            (Mode::Starttls, Some(path)) => format!("--x509-ca-file={path}"),
            _ => return None,
        };
        let scram = |name: &str| {
            let mut offered = self.offered.iter();
            offered.find(|offered| offered.as_str().starts_with(name))
        };
        let mechanism = scram("SCRAM-SHA-256").or_else(|| scram("SCRAM-SHA-1"))?;
        Some(format!(
            "gsasl {protocol} --connect={} {options} -m {mechanism} -a user -p pencil",
            self.at
        ))
    }
    /// It comes with no command of its own.
    fn slixmpp(&self) -> Option<String> {
        let taken = ["PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-512"];
        if self.protocol != Protocol::Xmpp || !taken.iter().any(|name| self.has(name)) {
            return None;
        }
        let direct = match self.mode {
            Mode::Implicit => "True",
            Mode::None | Mode::Starttls => "False",
        };
        let security = match (self.mode, &self.trusted) {
            (Mode::None, _) => {
                "c.enable_starttls = False; c.enable_plaintext = True; \
                 m = c.plugin['feature_mechanisms']; m.unencrypted_plain = m.unencrypted_scram = True"
                    .to_owned()
            }
            (_, Some(path)) => format!("c.ca_certs = '{path}'"),
            (_, None) => "c.ssl_context.check_hostname = False; c.ssl_context.verify_mode = 0".into(),
        };
        let (host, port) = (self.at.ip(), self.at.port());
        Some(format!(
            "python3 -c \"import slixmpp; c = slixmpp.ClientXMPP('user@localhost', 'pencil'); \
             c.enable_direct_tls = {direct}; {security}; \
             c.add_event_handler('session_start', lambda _: c.disconnect()); c.connect('{host}', {port}); \
             c.loop.run_until_complete(c.disconnected); exit('bind' not in c.features)\""
        ))
    }

    fn psql(&self) -> Option<String> {
        if self.protocol != Protocol::Postgres || self.offered.is_empty() {
            return None;
        }
        // The binding is to the certificate, and needs nobody to vouch for it.
        let bound = match self.has("SCRAM-SHA-256-PLUS") {
            true => " channel_binding=require",
            false => "",
        };
        let security = match (self.mode, &self.trusted) {
            (Mode::None, _) => "sslmode=disable".to_owned(),
            (_, Some(path)) => format!("sslmode=verify-full sslrootcert={path}{bound}"),
            (_, None) => format!("sslmode=require{bound}"),
        };
        let (direct, needs) = match self.mode {
            Mode::Implicit => (" sslnegotiation=direct", " # since psql 17"),
            Mode::None | Mode::Starttls => ("", ""),
        };
        let (host, port) = (self.at.ip(), self.at.port());
        Some(format!(
            "PGPASSWORD=pencil psql 'host=localhost hostaddr={host} port={port} user=user dbname=demo {security}{direct}' \
             -c '\\conninfo'{needs}"
        ))
    }
}
