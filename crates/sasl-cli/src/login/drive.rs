//! One attempt: from the name of a host to the end of an exchange. The same loop for all protocols.

use std::io;
use std::time::Duration;

use sasl::client::{Authenticated, Failure};
use sasl::{
    Authcid, Channel, Client, CredentialKind, Means, MechanismName, NoneFits, Offer, PassedOver,
    Protection,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::task::spawn_blocking;
use tokio::time::{Instant, timeout, timeout_at};
use zeroize::Zeroizing;

use super::answer::Answer;
use super::connect::{self, Io, Peer, connect};
use super::dialogue::Dialogue;
use super::mechanisms::BindingForm;
use super::record::{Record, Sender};
use super::scheme;
use super::secrets::Login;
use super::session::{self, Event, Session, StartTls};
use super::target::{Place, Target};
use super::tls::{self, Tls};
use super::words::Hidden;

/// All that an attempt needs.
pub(crate) struct Attempt<'a> {
    pub(crate) target: &'a Target,
    /// Where to connect to, which may be elsewhere.
    pub(crate) place: &'a Place,
    pub(crate) tls_args: &'a tls::Args,
    pub(crate) tls: &'a Tls,
    pub(crate) client: &'a Client,
    pub(crate) login: &'a Login,
    /// Where the client's mechanisms keep what passes.
    pub(crate) record: &'a Record,
    pub(crate) form: BindingForm,
    /// An unprotected channel is to be taken for a protected one.
    pub(crate) clear_text: bool,
    /// For the connection, a handshake, and each answer.
    pub(crate) patience: Duration,
}

/// What was found on the way, whatever the end.
#[derive(Default)]
pub(crate) struct Told {
    pub(crate) peer: Option<Peer>,
    /// Nobody beyond this machine can read along.
    pub(crate) local: bool,
    pub(crate) tls: Option<Agreed>,
    pub(crate) offer: Option<Offer>,
    /// The mechanisms that `--mechanism` names.
    pub(crate) asked: Vec<String>,
    pub(crate) chosen: Option<MechanismName>,
    pub(crate) passed_over: Vec<PassedOver>,
    /// What it logs in with.
    pub(crate) secret: Option<CredentialKind>,
    /// Somebody else is to be acted as.
    pub(crate) acting: bool,
    /// Something of the exchange was sent.
    pub(crate) began: bool,
    /// What the server said since it was last told something.
    pub(crate) reply: Vec<u8>,
    /// The same, where the protocol is none of lines.
    pub(crate) answer: Option<Answer>,
    /// The very first octets of the connection.
    pub(crate) first: Vec<u8>,
    pub(crate) times: Times,
    pub(crate) hidden: Hidden,
    /// Messages of the record that were looked through for what is to be hidden.
    pub(crate) hid: usize,
}

/// What a handshake agreed on.
pub(crate) struct Agreed {
    pub(crate) version: &'static str,
    pub(crate) cipher: Option<String>,
}

/// How long things took.
#[derive(Default)]
pub(crate) struct Times {
    pub(crate) resolving: Option<Duration>,
    pub(crate) connecting: Option<Duration>,
    pub(crate) tls: Option<Duration>,
    /// From the connection to the offer, without the handshake.
    pub(crate) offer: Option<Duration>,
    /// From the first message of the exchange to its end.
    pub(crate) exchange: Option<Duration>,
}

/// How an attempt ends.
pub(crate) enum End {
    In(Box<Authenticated>),
    /// The session says so.
    Failed(Failure),
    /// Nothing was sent.
    NoneFits(NoneFits),
    Connect(connect::Trouble),
    Tls(io::Error),
    TlsTimeout,
    /// The server does not answer.
    Silent,
    /// The connection broke.
    Lost(io::Error),
    /// The secret could not be had.
    Secret(anyhow::Error),
}

/// How long the end of TLS may take to be said.
const FAREWELL: Duration = Duration::from_secs(1);

/// Octets of a reply that are kept at most.
const REPLY: usize = 4096;

impl Attempt<'_> {
    pub(crate) async fn run(&self, told: &mut Told, dialogue: &mut Dialogue) -> End {
        match self.login(told, dialogue).await {
            Ok(end) | Err(end) => end,
        }
    }

    async fn login(&self, told: &mut Told, dialogue: &mut Dialogue) -> Result<End, End> {
        let connection = connect(self.place, self.patience)
            .await
            .map_err(End::Connect)?;
        dialogue.note(&format!("connected to {}", connection.peer));
        told.times.resolving = Some(connection.resolving);
        told.times.connecting = Some(connection.connecting);
        let is_unix = connection.peer == Peer::Unix;
        // A name that leads here only because somebody says so in the DNS is no name of this machine's; and where a URL of
        // another machine is reached by way of this one, what listens here passes it on, on a socket as well.
        let named = self.place.is_local() && self.target.place.is_local();
        let local = connection.peer.is_local() && named;
        told.local = local;
        told.peer = Some(connection.peer);

        let mut io = connection.io;
        let mut channel = Channel::new(match local || self.clear_text {
            true => Protection::Local,
            false => Protection::None,
        });
        if self.target.scheme.tls == scheme::Tls::Implicit {
            (io, channel) = self.secure(io, told, dialogue).await?;
        }
        let starttls = match self.tls_args.starttls(local) {
            // Whose name would be in its certificate?
            StartTls::IfOffered if is_unix => StartTls::Never,
            starttls => starttls,
        };
        let user = self.login.user.as_ref().map(Authcid::as_str);
        let mut session =
            session::open(self.target, user, &connection.own_name, starttls, &channel);
        self.converse(&mut *session, io, self.placed(channel), told, dialogue)
            .await
    }

    /// The loop.
    async fn converse(
        &self,
        session: &mut dyn Session,
        mut io: Box<dyn Io>,
        mut channel: Channel,
        told: &mut Told,
        dialogue: &mut Dialogue,
    ) -> Result<End, End> {
        let begun = Instant::now();
        let mut exchange = begun;
        let mut deadline = begun.checked_add(self.patience).unwrap_or(begun);
        let mut buffer = Zeroizing::new([0; 4096]);
        loop {
            let event = session.poll();
            let passed = session.passed();
            dialogue.passed(passed.as_deref().unwrap_or_default(), &told.hidden);
            dialogue.challenges(&told.hidden);
            match event {
                Event::Send(octets) => {
                    self.hide(told);
                    if passed.is_none() {
                        dialogue.client(&octets, &told.hidden);
                    }
                    told.began |= told.chosen.is_some();
                    told.reply.clear();
                    let sending = async {
                        io.write_all(&octets).await?;
                        io.flush().await
                    };
                    // Where the other end is closed, what it last said is still to be read.
                    let _ = timeout(self.patience, sending)
                        .await
                        .map_err(|_| End::Silent)?;
                    if !self.is_aside(&octets) {
                        let now = Instant::now();
                        deadline = now.checked_add(self.patience).unwrap_or(now);
                    }
                }
                Event::Receive => {
                    // A read that is ready is not late to the timer, however often it says nothing new.
                    if Instant::now() >= deadline {
                        return Err(End::Silent);
                    }
                    let read = timeout_at(deadline, io.read(&mut *buffer)).await;
                    let len = match read.map_err(|_| End::Silent)? {
                        Ok(len) => len,
                        Err(error) if is_end(&error) => 0,
                        Err(error) => return Err(End::Lost(error)),
                    };
                    let octets = buffer.get(..len).unwrap_or_default();
                    told.hear(octets, passed.is_none());
                    if passed.is_none() {
                        dialogue.server(octets, &told.hidden);
                    }
                    session.receive(octets);
                }
                Event::StartTls => {
                    (io, channel) = self.secure(io, told, dialogue).await?;
                    channel = self.placed(channel);
                    session.secured(&channel);
                }
                Event::Offer(offer) => {
                    let tls = told.times.tls.unwrap_or_default();
                    told.times.offer = Some(begun.elapsed().saturating_sub(tls));
                    told.offer = Some(offer.clone());
                    let turn = self.choose(&offer, &channel, told).await?;
                    dialogue.begin(told.chosen);
                    exchange = Instant::now();
                    session.turn(turn);
                }
                Event::Compute(job) => match spawn_blocking(move || job.run()).await {
                    Ok(turn) => session.turn(turn),
                    Err(error) => return Err(End::Lost(error.into())),
                },
                Event::Done(login) => {
                    told.times.exchange = Some(exchange.elapsed());
                    // Politely, but nothing depends on it any more.
                    let farewell = session.farewell().unwrap_or_default();
                    let leaving = async {
                        io.write_all(&farewell).await?;
                        io.shutdown().await
                    };
                    let _ = timeout(FAREWELL, leaving).await;
                    return Ok(End::In(Box::new(login)));
                }
                Event::Failed(failure) => {
                    told.answer = session.answer();
                    told.times.exchange = told.began.then(|| exchange.elapsed());
                    return Ok(End::Failed(failure));
                }
            }
        }
    }

    /// Chooses a mechanism, fetches what it needs, and starts it.
    async fn choose(
        &self,
        offer: &Offer,
        channel: &Channel,
        told: &mut Told,
    ) -> Result<Result<sasl::client::Turn, Failure>, End> {
        let means = Means::from(self.login.kinds());
        let means = match self.login.authzid {
            Some(_) => means.acting_as_another(),
            None => means,
        };
        let chosen = self.client.choose(offer, channel, means).map_err(|none| {
            told.passed_over = none.passed_over().to_vec();
            End::NoneFits(none)
        })?;
        told.chosen = Some(chosen.name());
        told.acting = self.login.authzid.is_some();
        told.secret = self.login.kind(chosen.needs());
        told.passed_over = chosen.passed_over().to_vec();
        let (login, needs) = (self.login.clone(), chosen.needs());
        // A prompt waits for somebody who types.
        let obtained = spawn_blocking(move || login.obtain(needs)).await;
        let (credentials, secret) = obtained
            .map_err(anyhow::Error::from)
            .and_then(|obtained| obtained)
            .map_err(End::Secret)?;
        if let Some(secret) = secret {
            told.hidden.hide(secret.expose());
        }
        Ok(chosen.start(credentials))
    }

    /// Whether nothing is awaited for what is sent: IRC's answer to a PING. Who asks for it on and on would never be late with all
    /// else.
    fn is_aside(&self, octets: &[u8]) -> bool {
        self.target.scheme.protocol == scheme::Protocol::Irc && octets.starts_with(b"PONG ")
    }

    /// What the client says in the exchange is not to be shown when the server says it back, but for a name.
    fn hide(&self, told: &mut Told) {
        let name = self
            .login
            .user
            .as_ref()
            .map(|user| user.as_str().as_bytes());
        let messages = self.record.messages();
        for message in messages.iter().skip(told.hid) {
            let octets = message.octets.expose();
            if message.sender == Sender::Client && name != Some(octets) {
                told.hidden.hide_message(octets);
            }
        }
        told.hid = messages.len();
    }

    async fn secure(
        &self,
        io: Box<dyn Io>,
        told: &mut Told,
        dialogue: &mut Dialogue,
    ) -> Result<(Box<dyn Io>, Channel), End> {
        let begun = Instant::now();
        let secured = timeout(self.patience, self.tls.secure(io)).await;
        told.times.tls = Some(begun.elapsed());
        let secured = secured.map_err(|_| End::TlsTimeout)?.map_err(End::Tls)?;
        dialogue.note(&format!("{} from here on", secured.version));
        told.tls = Some(Agreed {
            version: secured.version,
            cipher: secured.cipher,
        });
        Ok((secured.io, secured.channel))
    }

    /// The channel, with where it leads.
    fn placed(&self, channel: Channel) -> Channel {
        let channel = match self.target.place.host() {
            Some(host) => channel.with_host(host),
            None => channel,
        };
        let channel = match self.target.place.port() {
            Some(port) => channel.with_port(port),
            None => channel,
        };
        self.form.bindings(self.target.scheme.protocol, channel)
    }
}

impl Told {
    fn hear(&mut self, octets: &[u8], are_lines: bool) {
        if self.first.is_empty() {
            self.first = octets.iter().take(8).copied().collect();
        }
        if !are_lines {
            return;
        }
        let room = REPLY.saturating_sub(self.reply.len());
        self.reply.extend(octets.iter().take(room));
    }
}

/// Whether an error says that the other end is gone, with or without a word.
fn is_end(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};

    matches!(
        error.kind(),
        BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof
    )
}
