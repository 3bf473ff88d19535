//! Foreign servers for a client that speaks their protocol to them.

use std::net::SocketAddr;

use anyhow::{Result, bail};

use super::channel::Version;
use super::client::{Client, Door, Kit};
use super::daemon::Daemon;
use super::dovecot;
use super::exchange::End;
use super::matrix::Cell;
use super::parallel::Pool;
use super::postfix::{self, Postfix};

/// What is known of logins from the log alone, so that each is used by one client at a time.
pub(crate) struct Logging(Pool<(&'static str, Version), Server>);

enum Server {
    Dovecot(Daemon),
    Postfix(Postfix),
}

impl Logging {
    pub(crate) fn new() -> Self {
        Self(Pool::new())
    }

    pub(crate) fn has(cell: &Cell) -> bool {
        matches!(
            (cell.program(), cell.form()),
            ("dovecot", "imap" | "pop3" | "submission" | "sieve") | ("postfix", _)
        )
    }

    /// What the client says, and what the server.
    pub(crate) fn play(&self, client: Client, cell: &Cell, kit: Kit<'_>) -> Result<(End, End)> {
        let kind = (
            cell.program(),
            cell.channel.version().unwrap_or(Version::V13),
        );
        let start = || {
            Ok(match kind {
                ("dovecot", version) => Server::Dovecot(dovecot::start(kit.certificates, version)?),
                ("postfix", version) => Server::Postfix(Postfix::start(kit.certificates, version)?),
                (other, _) => bail!("nobody starts {other}"),
            })
        };
        self.0.with(kind, start, |server| {
            let door = Door {
                protocol: server.protocol(cell),
                address: server.address(cell)?,
                socket: None,
            };
            let before = server.logged();
            let ours = client.play(cell, &door, kit)?.end;
            Ok((ours, server.end(before, cell)))
        })
    }
}

impl Server {
    fn protocol(&self, cell: &Cell) -> &'static str {
        match self {
            Self::Dovecot(_) => cell.form(),
            Self::Postfix(_) => "smtp",
        }
    }

    fn address(&self, cell: &Cell) -> Result<SocketAddr> {
        let (protocol, daemon) = match self {
            Self::Dovecot(daemon) => (cell.form(), daemon),
            Self::Postfix(postfix) => ("smtp", &postfix.daemon),
        };
        let at_once = if cell.channel.is_at_once() { "s" } else { "" };
        daemon.address(&format!("{protocol}{at_once}"))
    }

    /// How much is in each of its logs.
    fn logged(&self) -> [u64; 2] {
        match self {
            Self::Dovecot(daemon) => [daemon.logged(), 0],
            Self::Postfix(Postfix { daemon, dovecot }) => [daemon.logged(), dovecot.logged()],
        }
    }

    /// What it says of the login after so much.
    fn end(&self, before: [u64; 2], cell: &Cell) -> End {
        let [first, second] = before;
        let (word, transcript) = match self {
            Self::Dovecot(daemon) => (daemon.said(first, dovecot::read), daemon.log_after(first)),
            Self::Postfix(Postfix { daemon, dovecot }) => {
                let read = |log: &str| postfix::read(log, &dovecot.log_after(second));
                (daemon.said(first, read), daemon.log_after(first))
            }
        };
        End {
            verdict: word.map_or_else(|| "nothing".to_owned(), |word| word.verdict(cell)),
            transcript,
        }
    }
}

/// What a server's log says of a login.
pub(crate) struct Word {
    pub(crate) verdict: String,
    /// The version of TLS, as the number that it has.
    pub(crate) tls: Option<String>,
}

impl Word {
    /// With the channel only if it is another one than the cell's.
    fn verdict(self, cell: &Cell) -> String {
        let Self { verdict, tls } = self;
        let expected = cell.channel.version().map(Version::number);
        if tls.as_deref() == expected {
            verdict
        } else {
            format!("{verdict}, TLS: {tls:?}")
        }
    }
}

/// What stands between two texts.
pub(crate) fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map(|(found, _)| found)
}
