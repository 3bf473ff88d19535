//! The demo's servers: they let clients log in, and do no more.

mod framed;
mod peer;
mod postgres;
mod stanza;
mod startup;
mod xmpp;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use sasl::server::{Authenticated, Failure, Question, Turn};
use sasl::{Authcid, BindingName, Channel, Found, MechanismName, Server, builtin};
use sasl_profile::server::{self, Event};
use sasl_profile::{imap, irc, pop3, sieve, smtp};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::spawn_blocking;
use tokio::time::{sleep, timeout};

pub(crate) use postgres::known as postgres_knows;

use super::offer::Tokens;
use super::protocol::Protocol;
use super::store::Store;
use super::tls::{self, Mode, Tls};

/// What all connections have in common.
pub(crate) struct App {
    pub(crate) server: Server,
    /// Every connection before TLS, or without.
    pub(crate) channel: Channel,
    pub(crate) tls: Option<Tls>,
    pub(crate) store: Store,
    pub(crate) tokens: Tokens,
    pub(crate) log: Log,
    /// Whether the log has to say of each attempt what it was made by.
    pub(crate) several: bool,
}

/// What the server alone may know of each attempt, a line each. Lines that nobody fetches in time are dropped.
type Log = mpsc::Sender<String>;

/// Connections that are served at a time; more wait in the system's queue.
const CONNECTIONS: usize = 64;

/// How long a client may say nothing, or take to read what it is told (RFC 5321 §4.5.3.2 asks for five minutes of a
/// real server).
const PATIENCE: Duration = Duration::from_secs(60);

/// How long a client may take in all: who sends an octet now and then holds no place for ever.
const SESSION: Duration = Duration::from_secs(120);

/// Serves until it is dropped.
pub(crate) async fn run(listener: TcpListener, protocol: Protocol, app: Arc<App>) {
    let free = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let Ok(place) = free.clone().acquire_owned().await else {
            return;
        };
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file handles, or a client that went away: what there is of it is over soon.
            sleep(Duration::from_millis(50)).await;
            continue;
        };
        let app = app.clone();
        tokio::spawn(async move {
            let _place = place;
            // A connection that breaks, or takes too long, concerns nobody else.
            let connection = Connection {
                app: &app,
                protocol,
            };
            let _ = timeout(SESSION, connection.serve(stream)).await;
        });
    }
}

/// How a conversation goes on.
enum Next {
    /// Not at all.
    Over,
    /// Under TLS.
    StartTls,
}

/// One client.
struct Connection<'a> {
    app: &'a App,
    protocol: Protocol,
}

impl Connection<'_> {
    async fn serve(&self, io: TcpStream) -> io::Result<()> {
        const NAME: &str = "localhost";
        match self.protocol {
            Protocol::Smtp => {
                self.session(io, |offer| smtp::Server::new(NAME, offer))
                    .await
            }
            Protocol::Lmtp => {
                self.session(io, |offer| smtp::Server::lmtp(NAME, offer))
                    .await
            }
            Protocol::Imap => {
                self.session(io, |offer| imap::Server::new(NAME, offer))
                    .await
            }
            Protocol::Pop3 => {
                self.session(io, |offer| pop3::Server::new(NAME, offer))
                    .await
            }
            Protocol::Sieve => {
                self.session(io, |offer| sieve::Server::new(NAME, offer))
                    .await
            }
            Protocol::Irc => {
                self.session(io, |offer| irc::Server::new(NAME, offer))
                    .await
            }
            Protocol::Xmpp => self.xmpp(io).await,
            Protocol::Postgres => self.postgres(io).await,
        }
    }

    async fn session<P: server::Protocol>(
        &self,
        mut io: TcpStream,
        session: impl FnOnce(Vec<MechanismName>) -> server::Session<P>,
    ) -> io::Result<()> {
        let App {
            server,
            tls,
            channel,
            ..
        } = self.app;
        let Some(tls) = tls else {
            let mut session = session(server.advertise(channel));
            return self
                .converse(&mut io, &mut session, channel)
                .await
                .map(drop);
        };
        if tls.mode == Mode::Implicit {
            let (mut io, channel) = self.secure(tls, io).await?;
            let mut session = session(server.advertise(&channel)).with_starttls(&channel);
            return self
                .converse(&mut io, &mut session, &channel)
                .await
                .map(drop);
        }
        let mut session = session(server.advertise(channel)).with_starttls(channel);
        match self.converse(&mut io, &mut session, channel).await? {
            Next::Over => Ok(()),
            Next::StartTls => {
                let (mut io, channel) = self.secure(tls, io).await?;
                session.secured(&channel, server.advertise(&channel));
                self.converse(&mut io, &mut session, &channel)
                    .await
                    .map(drop)
            }
        }
    }

    /// The handshake.
    async fn secure(
        &self,
        tls: &Tls,
        io: TcpStream,
    ) -> io::Result<(tokio_rustls::server::TlsStream<TcpStream>, Channel)> {
        let alpn = match self.protocol {
            // What begins with TLS at once must say so (libpq's `sslnegotiation=direct`).
            Protocol::Postgres => Some(b"postgresql".as_slice()),
            _ => None,
        };
        let io = match timeout(tls::PATIENCE, tls.accept(io, alpn)).await {
            Ok(Ok(io)) => io,
            Ok(Err(error)) => {
                self.note(format!("no TLS: {error}"));
                return Err(error);
            }
            Err(late) => {
                self.note("no TLS: the client takes too long".into());
                return Err(late.into());
            }
        };
        let channel = tls.channel(&io);
        Ok((io, channel))
    }

    async fn converse(
        &self,
        io: &mut (impl AsyncRead + AsyncWrite + Unpin),
        session: &mut server::Session<impl server::Protocol>,
        channel: &Channel,
    ) -> io::Result<Next> {
        let mut channel = channel.clone();
        let mut buffer = [0; 4096];
        loop {
            match session.poll() {
                Event::Send(octets) => {
                    timeout(PATIENCE, async {
                        io.write_all(&octets).await?;
                        io.flush().await
                    })
                    .await??;
                }
                Event::Receive => {
                    // Who breaks off, such as without TLS's farewell, has ended, and an attempt of his has come to nothing: it
                    // is noted as any other.
                    let length = timeout(PATIENCE, io.read(&mut buffer)).await?.unwrap_or(0);
                    session.receive(buffer.get(..length).unwrap_or_default());
                }
                Event::StartTls => return Ok(Next::StartTls),
                Event::Auth(auth) => {
                    session.turn(self.app.server.start(auth.begin(&channel)));
                    spend(&mut channel, auth.mechanism());
                }
                Event::Ask(question) => session.turn(self.app.answer(question)),
                Event::Compute(job) => session.turn(spawn_blocking(move || job.run()).await?),
                Event::Refused(failure) => self.note(failure.to_string()),
                Event::Done(login) => self.note_login(&login),
                Event::Closed => {
                    // Under TLS the end is said, and not only done.
                    timeout(PATIENCE, io.shutdown()).await??;
                    return Ok(Next::Over);
                }
            }
        }
    }

    fn note_login(&self, login: &Authenticated) {
        let (name, mechanism) = (login.authcid(), login.mechanism());
        let acts_as = login
            .authzid()
            .map_or_else(String::new, |authzid| format!(", acting as {authzid}"));
        let bound = login
            .channel_binding()
            .map_or_else(String::new, |binding| format!(", bound by {binding}"));
        self.note(format!("{name} is in by {mechanism}{acts_as}{bound}"));
    }

    /// What the server alone may know of an attempt.
    fn note(&self, line: String) {
        let line = match self.app.several {
            true => format!("{}: {line}", self.protocol),
            false => line,
        };
        _ = self.app.log.try_send(line);
    }
}

impl App {
    /// Nobody may act as somebody else here: what is about neither an account, nor a token, nor a stranger is refused.
    fn answer(&self, question: Question) -> Result<Turn, Failure> {
        match question {
            Question::Token(question) => match self.tokens.owner(question.token()) {
                Some(owner) => question.accept(owner.clone()),
                None => question.refuse(),
            },
            Question::External(question) => {
                let holder = question.identity().clone();
                match self.store.find(&holder) {
                    Found::Known(_) => question.accept(holder),
                    _ => question.refuse(),
                }
            }
            // Only where the mechanism was asked for by name.
            Question::Anonymous(question) => question.allow(Authcid::parse("anonymous")?),
            question => {
                let found = question
                    .about()
                    .map_or(Found::Unknown, |name| self.store.find(name));
                question.found(found)
            }
        }
    }
}

/// Makes it the channel of the next attempt: a `tls-exporter` value is for one (RFC 9266).
fn spend(channel: &mut Channel, mechanism: MechanismName) {
    let mechanism = builtin(mechanism.as_str());
    if mechanism.is_some_and(|mechanism| mechanism.properties().binds_channel()) {
        let left = channel.bindings().iter();
        let left = left.filter(|binding| binding.name() != BindingName::TLS_EXPORTER);
        *channel = channel.without_bindings().with_bindings(left.cloned());
    }
}

#[cfg(test)]
mod tests;
