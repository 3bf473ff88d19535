//! Foreign servers for a client that speaks their protocol to them.

use anyhow::{Result, bail};

use super::channel::Version;
use super::client::{Client, Door, Kit};
use super::daemon::Daemon;
use super::exchange::End;
use super::matrix::{Cell, Side};
use super::parallel::Pool;
use super::postfix::{self, Postfix};
use super::{dovecot, postgres, prosody, relay, slapd};

/// What is known of logins from the log alone, so that each is used by one client at a time.
pub(crate) struct Logging(Pool<(&'static str, Version), Server>);

enum Server {
    Postfix(Postfix),
    /// Whose own log says all, and what reads it.
    Other(Daemon, fn(&str) -> Option<Word>),
}

impl Logging {
    pub(crate) fn new() -> Self {
        Self(Pool::new())
    }

    /// `sasl login` does not say whom it was taken for. Others do, if it is not mail.
    pub(crate) fn has(cell: &Cell) -> bool {
        matches!(cell.program(), "dovecot" | "postfix") || cell.we_are == Side::Absent(Client::Sasl)
    }

    /// What the client says, and what the server.
    pub(crate) fn play(&self, client: Client, cell: &Cell, kit: Kit<'_>) -> Result<(End, End)> {
        let (program, certificates) = (cell.program(), kit.certificates);
        let version = cell.channel.version().unwrap_or(Version::V13);
        let start = || {
            Ok(match program {
                "dovecot" => Server::Other(dovecot::start(certificates, version)?, dovecot::read),
                "postfix" => Server::Postfix(Postfix::start(certificates, version)?),
                "postgres" => Server::Other(postgres::start(certificates)?, postgres::read),
                "prosody" => Server::Other(prosody::start(certificates)?, prosody::read),
                "slapd" => Server::Other(
                    slapd::start(certificates, slapd::Binding::EndPoint)?,
                    slapd::read,
                ),
                other => bail!("nobody starts {other}"),
            })
        };
        self.0.with((program, version), start, |server| {
            let door = server.door(cell)?;
            let before = server.logged();
            let ours = client.play(cell, &door, kit)?.end;
            let theirs = match cell.asks_server(&ours.verdict) {
                true => server.end(before, cell),
                false => End::default(),
            };
            Ok((ours, theirs))
        })
    }
}

impl Server {
    fn door(&self, cell: &Cell) -> Result<Door> {
        let (protocol, daemon) = match self {
            Self::Other(daemon, _) => match cell.program() {
                "dovecot" => (cell.form(), daemon),
                _ => return relay::door(daemon, cell),
            },
            Self::Postfix(Postfix { daemon, .. }) => ("smtp", daemon),
        };
        let at_once = if cell.channel.is_at_once() { "s" } else { "" };
        Ok(Door {
            protocol,
            address: daemon.address(&format!("{protocol}{at_once}"))?,
            socket: None,
        })
    }

    /// How much is in each of its logs.
    fn logged(&self) -> [u64; 2] {
        match self {
            Self::Other(daemon, _) => [daemon.logged(), 0],
            Self::Postfix(Postfix { daemon, dovecot }) => [daemon.logged(), dovecot.logged()],
        }
    }

    /// What it says of the login after so much.
    fn end(&self, before: [u64; 2], cell: &Cell) -> End {
        let [first, second] = before;
        let (daemon, word) = match self {
            Self::Other(daemon, read) => (daemon, daemon.said(first, read)),
            Self::Postfix(Postfix { daemon, dovecot }) => {
                let read = |log: &str| postfix::read(log, &dovecot.log_after(second));
                (daemon, daemon.said(first, read))
            }
        };
        End {
            verdict: word.map_or_else(|| "nothing".to_owned(), |word| word.verdict(cell)),
            transcript: daemon.log_after(first),
        }
    }
}

/// What a server's log says of a login.
pub(crate) struct Word {
    pub(crate) verdict: String,
    pub(crate) tls: Protection,
}

/// What a server's log says of TLS.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Protection {
    /// There is none.
    Clear,
    /// The version, as the number that it has.
    Tls(String),
    /// Nothing.
    Unsaid,
}

impl Protection {
    /// By the version, where it stands in the log of all connections that have one.
    pub(crate) fn of(version: Option<&str>) -> Self {
        version.map_or(Self::Clear, |version| Self::Tls(version.to_owned()))
    }
}

impl Word {
    /// With the channel only if it is another one than the cell's.
    fn verdict(self, cell: &Cell) -> String {
        let Self { verdict, tls } = self;
        let expected = Protection::of(cell.channel.version().map(Version::number));
        if tls == expected || tls == Protection::Unsaid {
            verdict
        } else {
            format!("{verdict}, {tls:?}")
        }
    }
}

/// What stands between two texts.
pub(crate) fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map(|(found, _)| found)
}
