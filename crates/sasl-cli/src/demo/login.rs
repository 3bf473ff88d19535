//! One login of the demo's client, with what passed.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result};
use sasl::client::{Authenticated, Failure};
use sasl::{
    Authcid, Authzid, Channel, Client, CredentialKind, Credentials, NoneFits, OsRandom, Password,
    Plain, ScramSha256,
};
use sasl_profile::smtp::{self, client::Event};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

/// A login to try.
pub(crate) struct Attempt {
    pub(crate) mechanism: &'static str,
    pub(crate) title: &'static str,
    pub(crate) authcid: &'static str,
    pub(crate) authzid: Option<&'static str>,
    pub(crate) password: &'static str,
}

/// What became of it.
pub(crate) enum Verdict {
    /// Both sides say success.
    In {
        passed: Passed,
        login: Authenticated,
    },
    /// The server refused.
    Refused { passed: Passed, failure: Failure },
    /// No mechanism was left that the channel allows, so that nothing was sent.
    NotTried { passed: Passed, why: NoneFits },
}

/// What passed, in order.
#[derive(Default)]
pub(crate) struct Passed(pub(crate) Vec<(Sender, Vec<u8>)>);

/// Who sent something.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sender {
    Client,
    Server,
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
    pub(crate) fn passed(&self) -> &Passed {
        match self {
            Self::In { passed, .. }
            | Self::Refused { passed, .. }
            | Self::NotTried { passed, .. } => passed,
        }
    }

    pub(crate) fn succeeded(&self) -> bool {
        matches!(self, Self::In { .. })
    }

    /// The server's last word.
    pub(crate) fn answer(&self) -> &[u8] {
        let last = self
            .passed()
            .0
            .iter()
            .rfind(|(sender, _)| *sender == Sender::Server);
        last.map_or(&[], |(_, octets)| octets)
    }
}

/// The server is this same process: if it does not answer at once, it never will.
const PATIENCE: Duration = Duration::from_secs(10);

impl Attempt {
    pub(crate) async fn run(&self, address: SocketAddr, channel: &Channel) -> Result<Verdict> {
        let io = TcpStream::connect(address)
            .await
            .with_context(|| format!("cannot connect to {address}"))?;
        timeout(PATIENCE, self.login(io, channel))
            .await
            .context("the server does not answer")?
    }

    async fn login(&self, mut io: TcpStream, channel: &Channel) -> Result<Verdict> {
        // To force one mechanism the registry is restricted, never the offer.
        let client = match self.mechanism {
            "PLAIN" => Client::builder(OsRandom).mechanism(Plain::client()),
            _ => Client::builder(OsRandom).mechanism(ScramSha256::client()),
        };
        let client = client.build();
        let mut smtp = smtp::Client::new("localhost");
        let mut buffer = [0; 4096];
        let mut passed = Passed::default();
        loop {
            match smtp.poll() {
                Event::Send(bytes) => {
                    passed.note(Sender::Client, &bytes);
                    io.write_all(&bytes).await?;
                }
                Event::Receive => {
                    let length = io.read(&mut buffer).await?;
                    let octets = buffer.get(..length).unwrap_or_default();
                    passed.note(Sender::Server, octets);
                    smtp.receive(octets);
                }
                Event::Offer(offer) => {
                    match client.choose(&offer, channel, &[CredentialKind::Password]) {
                        Ok(chosen) => smtp.turn(chosen.start(self.credentials()?)),
                        Err(why) => return Ok(Verdict::NotTried { passed, why }),
                    }
                }
                Event::Compute(job) => smtp.turn(spawn_blocking(move || job.run()).await?),
                Event::Done(login) => return Ok(Verdict::In { passed, login }),
                Event::StartTls => anyhow::bail!("the session wants TLS, which it was not told of"),
                Event::Failed(failure) => return Ok(Verdict::Refused { passed, failure }),
            }
        }
    }

    fn credentials(&self) -> Result<Credentials> {
        let credentials =
            Credentials::password(Authcid::parse(self.authcid)?, Password::new(self.password));
        Ok(match self.authzid {
            Some(authzid) => credentials.acting_as(Authzid::parse(authzid)?),
            None => credentials,
        })
    }
}
