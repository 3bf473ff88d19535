//! XMPP (RFC 6120), up to a bound resource.

use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sasl::{Authcid, BindingName, Channel, Malformed, OsRandom, Random, builtin};
use sasl_profile::xmpp::{self, FromServer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

use super::framed::Want;
use super::peer::{Message, Peer};
use super::stanza::{self, Condition};
use super::{App, Connection, Mode};
use crate::xmpp_stream::{Cutter, SASL, TLS, Tag, tags};

/// Elements that a client may send in a stream: one that logs in sends a dozen.
const ELEMENTS: u32 = 100;

/// The domain of who asks for none.
const DOMAIN: &str = "localhost";

impl Connection<'_> {
    pub(super) async fn xmpp(&self, io: TcpStream) -> io::Result<()> {
        let App { tls, channel, .. } = self.app;
        let Some(tls) = tls else {
            return self.stream(Stream::new(io), channel).await;
        };
        let io = match tls.mode {
            Mode::Implicit => io,
            _ => {
                let mut stream = Stream::new(io);
                if !self.upgrade(&mut stream).await? {
                    return Ok(());
                }
                stream.peer.into_io()
            }
        };
        let (io, channel) = self.secure(tls, io).await?;
        self.stream(Stream::new(io), &channel).await
    }

    /// A stream in which a client can begin with TLS and do nothing else. Whether it has been told to begin.
    async fn upgrade(
        &self,
        stream: &mut Stream<impl AsyncRead + AsyncWrite + Unpin>,
    ) -> io::Result<bool> {
        if !stream.open(&stanza::starttls()).await? {
            return Ok(false);
        }
        while let Some((element, tags)) = stream.next().await? {
            match tags.first() {
                Some(tag) if tag.is(TLS, "starttls") => {
                    // RFC 6120 §5.4.3.3: not even white space.
                    if stream.peer.has_unread() {
                        self.note("no TLS: the client spoke ahead of it".into());
                        stream
                            .end(&format!("{}{}", stanza::TLS_FAILURE, stanza::END))
                            .await?;
                        return Ok(false);
                    }
                    stream.peer.send(stanza::PROCEED.as_bytes()).await?;
                    return Ok(true);
                }
                // RFC 6120 §6.5.4.
                Some(tag) if tag.is(SASL, "auth") => {
                    drop(element);
                    let failure = xmpp::Failure::new(xmpp::Condition::EncryptionRequired);
                    stream
                        .peer
                        .send(&FromServer::Failure(failure).encode())
                        .await?;
                }
                _ => {
                    stream.fail(Condition::NotAuthorized).await?;
                    return Ok(false);
                }
            }
        }
        Ok(false)
    }

    /// A stream in which a client can log in, and the one after it.
    async fn stream(
        &self,
        mut stream: Stream<impl AsyncRead + AsyncWrite + Unpin>,
        channel: &Channel,
    ) -> io::Result<()> {
        let mut session = self.offer(channel);
        let features = session.features().encode();
        if !stream.open(&String::from_utf8_lossy(&features)).await? {
            return Ok(());
        }
        let mut channel = channel.clone();
        let name = loop {
            let user = None::<&Authcid>;
            match self
                .advance(&mut stream.peer, &mut session, &mut channel, user)
                .await?
            {
                Want::In(name) => break name,
                // RFC 6120 §6.4.5.
                Want::Over => return stream.fail(Condition::PolicyViolation).await,
                Want::Message => {}
            }
            let Some((element, tags)) = stream.next().await? else {
                session.receive(&[]);
                self.advance(&mut stream.peer, &mut session, &mut channel, user)
                    .await?;
                return Ok(());
            };
            match tags.first() {
                Some(tag) if tag.namespace == SASL => session.receive(&element),
                // RFC 6120 §5.4.2.2: it is not offered.
                Some(tag) if tag.is(TLS, "starttls") => {
                    return stream
                        .end(&format!("{}{}", stanza::TLS_FAILURE, stanza::END))
                        .await;
                }
                _ => return stream.fail(Condition::NotAuthorized).await,
            }
        };
        // RFC 6120 §6.4.6: a new stream over the same connection.
        stream.restart();
        if stream.open(&stanza::bind()).await? {
            let bare = stanza::bare_jid(&name, &stream.domain);
            while let Some((_, tags)) = stream.next().await? {
                match stanza::answer(&tags, &bare) {
                    Ok(Some(answer)) => stream.peer.send(answer.as_bytes()).await?,
                    Ok(None) => {}
                    Err(condition) => return stream.fail(condition).await,
                }
            }
        }
        Ok(())
    }

    /// What is offered on this channel, types of channel binding included where a mechanism has use for them (XEP-0440).
    fn offer(&self, channel: &Channel) -> xmpp::Server {
        let offered = self.app.server.advertise(channel);
        let binds = offered.iter().any(|name| {
            let builtin = builtin(name.as_str());
            builtin.is_some_and(|builtin| builtin.properties().binds_channel())
        });
        let session = xmpp::Server::new(offered);
        if !binds {
            return session;
        }
        let types = channel.bindings().iter();
        session
            .with_binding_types(types.filter_map(|binding| BindingName::parse(binding.name()).ok()))
    }
}

/// A stream of a client, and the server's beside it.
struct Stream<IO> {
    peer: Peer<IO>,
    cutter: Cutter,
    domain: String,
    /// Elements that are left.
    left: u32,
}

impl<IO: AsyncRead + AsyncWrite + Unpin> Stream<IO> {
    fn new(io: IO) -> Self {
        Self {
            peer: Peer::new(io, xmpp::MAX),
            cutter: Cutter::default(),
            domain: DOMAIN.into(),
            left: ELEMENTS,
        }
    }

    fn restart(&mut self) {
        self.cutter = Cutter::default();
        self.left = ELEMENTS;
    }

    /// Reads the client's tag and answers it. Whether the stream has begun.
    async fn open(&mut self, features: &str) -> io::Result<bool> {
        self.peer.skip_white_space();
        let read = self
            .peer
            .message(|octets| self.cutter.header(octets))
            .await?;
        let read = read.and_then(|header| header.map(|header| tags(&header)).transpose());
        let domain = match read {
            Ok(None) => return Ok(false),
            Ok(Some(tags)) => stanza::domain(&tags),
            Err(malformed) => Err(condition(malformed)),
        };
        let mut id = [0; 16];
        OsRandom.fill(&mut id).map_err(io::Error::other)?;
        let id = URL_SAFE_NO_PAD.encode(id);
        if let Ok(Some(domain)) = &domain {
            self.domain.clone_from(domain);
        }
        let header = stanza::header(&self.domain, &id);
        match domain {
            Ok(_) => {
                let opening = format!("{header}{}", stanza::features(features));
                self.peer.send(opening.as_bytes()).await?;
                Ok(true)
            }
            // RFC 6120 §4.9.1.2: an error needs a stream to stand in.
            Err(condition) => {
                self.end(&format!("{header}{}", condition.error())).await?;
                Ok(false)
            }
        }
    }

    /// The next element, and what tags are in it. `None`: the stream is over, and the client has been told.
    async fn next(&mut self) -> io::Result<Option<(Message, Vec<Tag>)>> {
        if self.cutter.is_between() {
            // RFC 6120 §4.6.1.
            self.peer.skip_white_space();
        }
        let read = self
            .peer
            .message(|octets| self.cutter.element(octets))
            .await?;
        let read = read.and_then(|element| match element {
            Some(element) => tags(&element).map(|tags| Some((element, tags))),
            None => Ok(None),
        });
        let condition = match read {
            Ok(None) => return Ok(None),
            // The end tag alone (RFC 6120 §4.4).
            Ok(Some((_, tags))) if tags.is_empty() => {
                self.end(stanza::END).await?;
                return Ok(None);
            }
            Ok(Some(_)) if self.left == 0 => Condition::PolicyViolation,
            Ok(Some(element)) => {
                self.left = self.left.saturating_sub(1);
                return Ok(Some(element));
            }
            Err(malformed) => condition(malformed),
        };
        self.fail(condition).await?;
        Ok(None)
    }

    async fn fail(&mut self, condition: Condition) -> io::Result<()> {
        self.end(&condition.error()).await
    }

    /// Says these last words.
    async fn end(&mut self, words: &str) -> io::Result<()> {
        self.peer.send(words.as_bytes()).await?;
        self.peer.close().await
    }
}

/// How a client hears what is wrong with its XML.
fn condition(malformed: Malformed) -> Condition {
    match malformed {
        Malformed::TooLong => Condition::PolicyViolation,
        Malformed::Utf8 => Condition::UnsupportedEncoding,
        _ => Condition::NotWellFormed,
    }
}
