//! PostgreSQL's protocol 3, up to a server that answers no query.

use std::io;

use sasl::{Authcid, Channel, MechanismName, OsRandom, Random};
use sasl_profile::postgres;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

use super::framed::Want;
use super::peer::Peer;
use super::startup::{self, READY, Refusal, Request, Startup};
use super::{App, Connection, Mode};

/// What PostgreSQL has, and so do its clients.
const MECHANISMS: &[&str] = &["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"];

/// Messages that a client may send after its login.
const MESSAGES: u32 = 100;

/// What there is to answer queries with.
const NOTHING_HERE: Refusal = Refusal::error("0A000", "this server logs users in and has no data");

/// How the first messages end.
enum Opening {
    StartTls,
    Startup(Startup),
    /// The client has been told, or there is nothing to tell it.
    Over,
}

/// Of the mechanisms of a server, those that PostgreSQL has.
pub(crate) fn known(mut offered: Vec<MechanismName>) -> Vec<MechanismName> {
    offered.retain(|name| MECHANISMS.contains(&name.as_str()));
    offered
}

impl Connection<'_> {
    pub(super) async fn postgres(&self, io: TcpStream) -> io::Result<()> {
        let App { tls, channel, .. } = self.app;
        let Some(tls) = tls else {
            return self.backend(Peer::new(io, postgres::MAX), channel).await;
        };
        let io = match tls.mode {
            Mode::Implicit => io,
            _ => {
                let mut peer = Peer::new(io, postgres::MAX);
                match opening(&mut peer, true).await? {
                    Opening::StartTls => {}
                    // A client may go on without.
                    Opening::Startup(startup) => return self.log_in(peer, &startup, channel).await,
                    Opening::Over => return Ok(()),
                }
                peer.into_io()
            }
        };
        let (io, channel) = self.secure(tls, io).await?;
        self.backend(Peer::new(io, postgres::MAX), &channel).await
    }

    /// A connection that stays what it is.
    async fn backend(
        &self,
        mut peer: Peer<impl AsyncRead + AsyncWrite + Unpin>,
        channel: &Channel,
    ) -> io::Result<()> {
        match opening(&mut peer, false).await? {
            Opening::Startup(startup) => self.log_in(peer, &startup, channel).await,
            Opening::StartTls | Opening::Over => Ok(()),
        }
    }

    async fn log_in(
        &self,
        mut peer: Peer<impl AsyncRead + AsyncWrite + Unpin>,
        startup: &Startup,
        channel: &Channel,
    ) -> io::Result<()> {
        if let Some(negotiation) = startup::negotiate(startup) {
            peer.send(&negotiation).await?;
        }
        let mut channel = postgres::channel(channel);
        let offered = known(self.app.server.advertise(&channel));
        let user = match Authcid::parse(&startup.user) {
            Ok(user) if !offered.is_empty() => user,
            Ok(_) => return refuse(&mut peer, NOTHING_OFFERED).await,
            Err(_) => return refuse(&mut peer, STARTUP).await,
        };
        let mut session = postgres::Server::new(offered);
        loop {
            let user = Some(&user);
            match self
                .advance(&mut peer, &mut session, &mut channel, user)
                .await?
            {
                Want::In(_) => break,
                Want::Over => return peer.close().await,
                Want::Message => match peer.message(postgres::message_len).await? {
                    Ok(Some(message)) => session.receive(&message),
                    Ok(None) => session.receive(&[]),
                    Err(malformed) => {
                        self.note(malformed.to_string());
                        return refuse(&mut peer, PROTOCOL).await;
                    }
                },
            }
        }
        let mut key = [0; 8];
        OsRandom.fill(&mut key).map_err(io::Error::other)?;
        peer.send(&startup::welcome(key)).await?;
        idle(&mut peer).await
    }
}

const NOTHING_OFFERED: Refusal = Refusal::fatal(
    "28000",
    "there is neither SCRAM-SHA-256 nor SCRAM-SHA-256-PLUS here",
);
const STARTUP: Refusal = Refusal::fatal("08P01", "invalid startup packet");
const PROTOCOL: Refusal = Refusal::fatal("08P01", "invalid message");
/// CVE-2021-23214.
const AHEAD: Refusal = Refusal::fatal(
    "08P01",
    "received unencrypted data ahead of the TLS handshake",
);

/// The first messages; `tls` says whether there can be a handshake. What comes ahead of one is never taken for what comes
/// after it.
async fn opening(
    peer: &mut Peer<impl AsyncRead + AsyncWrite + Unpin>,
    tls: bool,
) -> io::Result<Opening> {
    // PostgreSQL takes each of them once.
    let (mut asked_for_tls, mut asked_for_gss) = (false, false);
    loop {
        let request = match peer.message(startup::request_len).await? {
            Ok(Some(message)) => Request::parse(&message),
            Ok(None) => return Ok(Opening::Over),
            Err(_) => Err(STARTUP),
        };
        let refusal = match request {
            Ok(Request::Tls | Request::Gss) if peer.has_unread() => AHEAD,
            Ok(Request::Tls) if !asked_for_tls => {
                asked_for_tls = true;
                if tls {
                    peer.send(b"S").await?;
                    return Ok(Opening::StartTls);
                }
                peer.send(b"N").await?;
                continue;
            }
            Ok(Request::Gss) if !asked_for_gss => {
                asked_for_gss = true;
                peer.send(b"N").await?;
                continue;
            }
            Ok(Request::Tls | Request::Gss) => STARTUP,
            Ok(Request::Cancel) => {
                peer.close().await?;
                return Ok(Opening::Over);
            }
            Ok(Request::Startup(startup)) => return Ok(Opening::Startup(startup)),
            Err(refusal) => refusal,
        };
        refuse(peer, refusal).await?;
        return Ok(Opening::Over);
    }
}

/// A server without data, until the client goes away.
async fn idle(peer: &mut Peer<impl AsyncRead + AsyncWrite + Unpin>) -> io::Result<()> {
    // After an error in an extended query all is skipped up to Sync.
    let mut skips = false;
    for _ in 0..MESSAGES {
        let message = match peer.message(postgres::message_len).await? {
            Ok(Some(message)) => message,
            Ok(None) => return Ok(()),
            Err(_) => return refuse(peer, PROTOCOL).await,
        };
        match (message.first(), message.get(5..)) {
            // Terminate.
            (Some(b'X'), _) => return peer.close().await,
            // Query. One without a statement has an answer of its own.
            (Some(b'Q'), Some(query)) => {
                let is_empty = query
                    .iter()
                    .all(|octet| matches!(octet, 0 | b' ' | b';' | b'\n'));
                let answer = match is_empty {
                    true => startup::message(b'I', &[]),
                    false => NOTHING_HERE.encode(),
                };
                peer.send(&[answer.as_slice(), &READY].concat()).await?;
            }
            // FunctionCall.
            (Some(b'F'), _) => {
                peer.send(&[NOTHING_HERE.encode().as_slice(), &READY].concat())
                    .await?;
            }
            // Sync.
            (Some(b'S'), _) => {
                skips = false;
                peer.send(&READY).await?;
            }
            // Parse, Bind, Describe, Execute, Close.
            (Some(b'P' | b'B' | b'D' | b'E' | b'C'), _) => {
                if !skips {
                    peer.send(&NOTHING_HERE.encode()).await?;
                }
                skips = true;
            }
            // Flush, and what is left of a copy.
            (Some(b'H' | b'd' | b'c' | b'f'), _) => {}
            _ => return refuse(peer, PROTOCOL).await,
        }
    }
    refuse(peer, Refusal::fatal("57P05", "too many messages")).await
}

async fn refuse(
    peer: &mut Peer<impl AsyncRead + AsyncWrite + Unpin>,
    refusal: Refusal,
) -> io::Result<()> {
    peer.send(&refusal.encode()).await?;
    peer.close().await
}
