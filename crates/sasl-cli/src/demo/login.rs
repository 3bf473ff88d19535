//! One login of the demo's client, with what passed.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result};
use sasl::client::{Authenticated, Failure};
use sasl::ht;
use sasl::{
    Authcid, Authzid, Builtin, Channel, Client, Credentials, NoneFits, OsRandom, Password, Token,
};
use sasl_profile::client::{Event, StartTls};
use sasl_profile::smtp;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::spawn_blocking;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::store::HASHED_TOKEN;
use super::tls::{Mode, Tls};

/// A login to try.
pub(crate) struct Attempt {
    pub(crate) mechanism: &'static Builtin,
    pub(crate) title: &'static str,
    pub(crate) authcid: &'static str,
    pub(crate) authzid: Option<&'static str>,
    pub(crate) secret: Secret,
}

/// What the client has to prove who it is.
#[derive(Clone, Copy)]
pub(crate) enum Secret {
    Password(&'static str),
    Token(&'static str),
    /// The hashed token of the account with this password.
    HashedToken(&'static str),
    /// It says something of itself.
    None,
}

/// Where to log in.
pub(crate) struct Target {
    pub(crate) address: SocketAddr,
    /// The connection before TLS, or without.
    pub(crate) channel: Channel,
    pub(crate) tls: Option<(Mode, TlsConnector)>,
}

/// What became of it.
pub(crate) struct Verdict {
    pub(crate) passed: Passed,
    pub(crate) end: End,
}

pub(crate) enum End {
    /// Both sides say success.
    In(Authenticated),
    /// The server refused.
    Refused(Failure),
    /// No mechanism was left that the channel allows, so that nothing was sent.
    NotTried(NoneFits),
}

/// What passed, in order.
#[derive(Default)]
pub(crate) struct Passed(pub(crate) Vec<(Sender, Vec<u8>)>);

/// Who sent something.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sender {
    Client,
    Server,
    /// Both: a TLS handshake, of which only the version is kept.
    Handshake,
}

impl Passed {
    fn note(&mut self, sender: Sender, octets: &[u8]) {
        match self.0.last_mut() {
            Some((last, sent)) if *last == sender => sent.extend_from_slice(octets),
            _ => self.0.push((sender, octets.to_vec())),
        }
    }
}

impl Verdict {
    pub(crate) fn succeeded(&self) -> bool {
        matches!(self.end, End::In(_))
    }

    pub(crate) fn was_tried(&self) -> bool {
        !matches!(self.end, End::NotTried(_))
    }

    /// The server's last word.
    pub(crate) fn answer(&self) -> &[u8] {
        let last = self
            .passed
            .0
            .iter()
            .rfind(|(sender, _)| *sender == Sender::Server);
        last.map_or(&[], |(_, octets)| octets)
    }
}

/// The server is this same process: if it does not answer at once, it never will.
const PATIENCE: Duration = Duration::from_secs(10);

/// How a conversation goes on.
enum Next {
    /// Not at all.
    Over(End),
    /// Under TLS.
    StartTls,
}

impl Attempt {
    pub(crate) async fn run(&self, target: &Target) -> Result<Verdict> {
        let address = target.address;
        let io = TcpStream::connect(address)
            .await
            .with_context(|| format!("cannot connect to {address}"))?;
        let mut passed = Passed::default();
        let end = timeout(PATIENCE, self.login(io, target, &mut passed))
            .await
            .context("the server does not answer")??;
        Ok(Verdict { passed, end })
    }

    async fn login(&self, mut io: TcpStream, target: &Target, passed: &mut Passed) -> Result<End> {
        let (channel, smtp) = (&target.channel, smtp::Client::new("localhost"));
        let (mut smtp, connector) = match &target.tls {
            Some((Mode::Implicit, connector)) => {
                let (mut io, channel) = secure(connector, io, target, passed).await?;
                let mut smtp = smtp.with_starttls(StartTls::Require, &channel);
                return match self.converse(&mut io, &mut smtp, &channel, passed).await? {
                    Next::Over(end) => Ok(end),
                    Next::StartTls => anyhow::bail!("TLS within TLS"),
                };
            }
            Some((_, connector)) => {
                let smtp = smtp.with_starttls(StartTls::Require, channel);
                (smtp, Some(connector))
            }
            None => (smtp, None),
        };
        let mut next = self.converse(&mut io, &mut smtp, channel, passed).await?;
        if let (Next::StartTls, Some(connector)) = (&next, connector) {
            let (mut io, channel) = secure(connector, io, target, passed).await?;
            smtp.secured(&channel);
            next = self.converse(&mut io, &mut smtp, &channel, passed).await?;
        }
        match next {
            Next::Over(end) => Ok(end),
            Next::StartTls => anyhow::bail!("TLS, which was not asked for"),
        }
    }

    async fn converse(
        &self,
        io: &mut (impl AsyncRead + AsyncWrite + Unpin),
        smtp: &mut smtp::Client,
        channel: &Channel,
        passed: &mut Passed,
    ) -> Result<Next> {
        // To force one mechanism the registry is restricted, never the offer.
        let client = Client::builder(OsRandom)
            .mechanism(self.mechanism.client())
            .build();
        let mut buffer = [0; 4096];
        loop {
            match smtp.poll() {
                Event::Send(octets) => {
                    passed.note(Sender::Client, &octets);
                    io.write_all(&octets).await?;
                    io.flush().await?;
                }
                Event::Receive => {
                    let length = io.read(&mut buffer).await?;
                    let octets = buffer.get(..length).unwrap_or_default();
                    passed.note(Sender::Server, octets);
                    smtp.receive(octets);
                }
                Event::StartTls => return Ok(Next::StartTls),
                Event::Offer(offer) => {
                    match client.choose(&offer, channel, self.mechanism.client().needs()) {
                        Ok(chosen) => smtp.turn(chosen.start(self.credentials()?)),
                        Err(why) => return Ok(Next::Over(End::NotTried(why))),
                    }
                }
                Event::Compute(job) => smtp.turn(spawn_blocking(move || job.run()).await?),
                Event::Done(login) => return Ok(Next::Over(End::In(login))),
                Event::Failed(failure) => return Ok(Next::Over(End::Refused(failure))),
            }
        }
    }

    fn credentials(&self) -> Result<Credentials> {
        let authcid = || Authcid::parse(self.authcid);
        let credentials = match self.secret {
            Secret::Password(password) => {
                Credentials::password(authcid()?, Password::new(password))
            }
            Secret::Token(token) => Credentials::token(Token::new(token)).with_authcid(authcid()?),
            Secret::HashedToken(password) => {
                let token = Token::new(format!("{password}{HASHED_TOKEN}"));
                ht::credentials(authcid()?, token)
            }
            Secret::None => Credentials::anonymous(self.authcid),
        };
        Ok(match self.authzid {
            Some(authzid) => credentials.acting_as(Authzid::parse(authzid)?),
            None => credentials,
        })
    }
}

/// The handshake.
async fn secure(
    connector: &TlsConnector,
    io: TcpStream,
    target: &Target,
    passed: &mut Passed,
) -> Result<(TlsStream<TcpStream>, Channel)> {
    let io = connector.connect(super::tls::localhost(), io).await?;
    passed.note(
        Sender::Handshake,
        crate::tls::version(io.get_ref().1).as_bytes(),
    );
    let channel = Tls::client_channel(&io)
        .with_host("localhost")
        .with_port(target.address.port());
    Ok((io, channel))
}
