//! The mechanisms and the applications that the tests run sessions with.
#![allow(dead_code, reason = "each test uses a part of it")]

pub(crate) mod empty;
pub(crate) mod hello;
pub(crate) mod protocol;
pub(crate) mod prove;
pub(crate) mod vocabulary;

use std::collections::VecDeque;

use sasl_core::{Authcid, Channel, Credentials, Error, Found, Identity, MechanismName, Offer};
use sasl_core::{Password, Protection, Standing, Unusable, Verifier, client, server};
use sasl_profile::Wire;
use sasl_profile::client::StartTls;

use empty::{EMPTY, Empty};
use hello::{HELLO, Hello};
use protocol::{AnyClient, AnyServer, Protocol};
use prove::{PROVE, Prove};

/// What an application does to a session, and what it sees.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    Sent(Vec<u8>),
    /// It waits for octets.
    Receive,
    /// Something to be noted, as one line.
    Event(String),
    /// Nothing more will come.
    End(String),
}

/// A session with its application around it.
pub(crate) trait Session {
    fn next(&mut self) -> Seen;
    fn receive(&mut self, octets: &[u8]);
}

#[derive(Clone, Debug)]
pub(crate) struct Setup {
    pub(crate) protocol: Protocol,
    pub(crate) mechanisms: Vec<MechanismName>,
    pub(crate) protection: Protection,
    pub(crate) name: String,
    pub(crate) password: String,
    pub(crate) standing: Standing,
    pub(crate) store_is_up: bool,
    pub(crate) attempts: Option<u32>,
    pub(crate) commands: Option<u32>,
    /// A client asks for TLS; a server has it unless this is "never".
    pub(crate) starttls: StartTls,
    pub(crate) mechanisms_in_tls: Option<Vec<MechanismName>>,
    pub(crate) handshake: Handshake,
}

/// When the application does its handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Handshake {
    AtOnce,
    /// It receives something more before, as it must not.
    Late,
    /// It says that it has done it, and the channel is what it was.
    Skipped,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            protocol: Protocol::Smtp,
            mechanisms: vec![HELLO, PROVE, EMPTY],
            protection: Protection::Tls,
            name: "user".into(),
            password: "pencil".into(),
            standing: Standing::Active,
            store_is_up: true,
            attempts: None,
            commands: None,
            starttls: StartTls::Never,
            mechanisms_in_tls: None,
            handshake: Handshake::AtOnce,
        }
    }
}

impl Setup {
    pub(crate) fn channel(&self) -> Channel {
        Channel::new(self.protection)
    }

    /// What the channel is after the handshake, and what is offered on it.
    fn secure(&mut self) {
        if self.handshake != Handshake::Skipped {
            self.protection = Protection::Tls;
        }
        if let Some(mechanisms) = self.mechanisms_in_tls.take() {
            self.mechanisms = mechanisms;
        }
    }

    fn name(&self) -> Authcid {
        Authcid::parse(&self.name).unwrap()
    }

    fn find(&self, name: &Authcid) -> Found {
        if !self.store_is_up {
            return Found::Unavailable;
        }
        let known = *name == self.name();
        let verifier = Verifier::ClearText(Password::new(self.password.as_str()));
        let identity = Identity::new(name.clone())
            .with_verifier(verifier)
            .with_standing(self.standing);
        known.then_some(identity).into()
    }
}

pub(crate) struct Server {
    session: Box<dyn AnyServer>,
    setup: Setup,
    handshake: Option<Handshake>,
}

impl Server {
    pub(crate) fn new(setup: &Setup) -> Self {
        Self {
            session: setup.protocol.server(setup),
            setup: setup.clone(),
            handshake: None,
        }
    }
}

impl Server {
    pub(crate) fn into_unread(self) -> Wire {
        self.session.into_unread()
    }
}

/// What the registry does: it has more mechanisms than a test may offer.
pub(crate) fn start(begin: server::Begin<'_>) -> Result<server::Turn, server::Failure> {
    let all: [&dyn server::Mechanism; 3] = [&Hello, &Prove, &Empty];
    let found = all.into_iter().find(|one| one.name() == begin.mechanism());
    let mechanism = found.ok_or(Unusable::Mechanism)?;
    server::start(mechanism, &server::Setup::default(), begin)
}

impl Session for Server {
    fn next(&mut self) -> Seen {
        use sasl_profile::server::Event;
        loop {
            match self.handshake.take() {
                None => {}
                Some(Handshake::Late) => {
                    self.handshake = Some(Handshake::AtOnce);
                    return Seen::Receive;
                }
                Some(_) => {
                    self.setup.secure();
                    let mechanisms = self.setup.mechanisms.clone();
                    self.session.secured(&self.setup.channel(), mechanisms);
                }
            }
            match self.session.poll() {
                Event::StartTls => {
                    self.handshake = Some(self.setup.handshake);
                    return Seen::Event(START_TLS.into());
                }
                Event::Send(octets) => return Seen::Sent(octets.to_vec()),
                Event::Receive => return Seen::Receive,
                Event::Auth(auth) => {
                    let channel = self.setup.channel();
                    self.session.turn(start(auth.begin(&channel)));
                }
                Event::Ask(server::Question::Password(question)) => {
                    let found = self.setup.find(question.authcid());
                    self.session.turn(question.against(found));
                }
                Event::Ask(server::Question::Anonymous(question)) => {
                    let anonymous = Authcid::parse("anonymous").unwrap();
                    self.session.turn(question.allow(anonymous));
                }
                Event::Ask(question) => self.session.turn(question.refuse()),
                Event::Compute(job) => self.session.turn(job.run()),
                Event::Done(login) => return Seen::Event(format!("done {}", login.acts_as())),
                Event::Refused(failure) => {
                    return Seen::Event(format!("refused {}", words(failure.error())));
                }
                Event::Closed => return Seen::End("closed".into()),
            }
        }
    }

    fn receive(&mut self, octets: &[u8]) {
        self.session.receive(octets);
    }
}

pub(crate) struct Client {
    session: Box<dyn AnyClient>,
    setup: Setup,
    offer: Option<Offer>,
    handshake: Option<Handshake>,
}

impl Client {
    pub(crate) fn new(setup: &Setup) -> Self {
        Self {
            session: setup.protocol.client(setup),
            setup: setup.clone(),
            offer: None,
            handshake: None,
        }
    }

    fn begin(&self, offer: &Offer) -> Result<client::Turn, client::Failure> {
        let all: [&dyn client::Mechanism; 3] = [&Hello, &Prove, &Empty];
        let ours = &self.setup.mechanisms;
        let mechanism = all
            .into_iter()
            .find(|one| ours.contains(&one.name()) && offer.contains(one.name()))
            .ok_or(Unusable::Mechanism)?;
        let password = Password::new(self.setup.password.as_str());
        let credentials = Credentials::password(self.setup.name(), password);
        let setup = client::Setup::default();
        client::start(mechanism, &setup, credentials, &self.setup.channel(), offer)
    }
}

impl Session for Client {
    fn next(&mut self) -> Seen {
        use sasl_profile::client::Event;
        loop {
            if let Some(offer) = self.offer.take() {
                self.session.turn(self.begin(&offer));
            }
            match self.handshake.take() {
                None => {}
                Some(Handshake::Late) => {
                    self.handshake = Some(Handshake::AtOnce);
                    return Seen::Receive;
                }
                Some(_) => {
                    self.setup.secure();
                    self.session.secured(&self.setup.channel());
                }
            }
            match self.session.poll() {
                Event::StartTls => {
                    self.handshake = Some(self.setup.handshake);
                    return Seen::Event(START_TLS.into());
                }
                Event::Send(octets) => return Seen::Sent(octets.to_vec()),
                Event::Receive => return Seen::Receive,
                Event::Offer(offer) => {
                    let mut event = String::from("offer");
                    for name in offer.mechanisms() {
                        event = format!("{event} {name}");
                    }
                    self.offer = Some(offer);
                    return Seen::Event(event);
                }
                Event::Compute(job) => self.session.turn(job.run()),
                Event::Done(login) => {
                    let proved = if login.server_proved() { " proved" } else { "" };
                    return Seen::End(format!("done {}{proved}", login.mechanism()));
                }
                Event::Failed(failure) => {
                    let said = failure
                        .said()
                        .map(|said| format!(": {}", said.escape_debug()));
                    let said = said.unwrap_or_default();
                    return Seen::End(format!("failed {}{said}", words(failure.error())));
                }
            }
        }
    }

    fn receive(&mut self, octets: &[u8]) {
        self.session.receive(octets);
    }
}

fn words(error: Error) -> String {
    match error {
        Error::Cancelled => "cancelled".into(),
        _ => format!("{} {}", error.class(), error.reason()),
    }
}

/// Runs the two against each other, in pieces of `size` octets, and says how each ended.
pub(crate) fn pump(
    server: &mut Server,
    client: &mut Client,
    size: usize,
) -> (Vec<String>, Vec<String>) {
    let mut ends = (Vec::new(), Vec::new());
    let (mut to_server, mut to_client) = (VecDeque::new(), VecDeque::new());
    let mut open = (true, true);
    // One of them has to say something, or it never ends.
    let mut last = None;
    while open.0 || open.1 {
        let now = (to_server.clone(), to_client.clone(), ends.clone());
        assert_ne!(last.as_ref(), Some(&now), "both wait");
        last = Some(now);
        if !shakes_alone(&ends.0, &ends.1) {
            step(
                server,
                &mut open.0,
                &mut to_server,
                &mut to_client,
                &mut ends.0,
                size,
            );
        }
        if !shakes_alone(&ends.1, &ends.0) {
            step(
                client,
                &mut open.1,
                &mut to_client,
                &mut to_server,
                &mut ends.1,
                size,
            );
        }
    }
    ends
}

const START_TLS: &str = "start tls";

/// Whether a side has begun a handshake that the other has not come to: it waits there.
fn shakes_alone(events: &[String], others: &[String]) -> bool {
    let is_start = |event: &String| event == START_TLS;
    events.last().is_some_and(is_start) && !others.iter().any(is_start)
}

fn step(
    session: &mut dyn Session,
    open: &mut bool,
    inbox: &mut VecDeque<u8>,
    outbox: &mut VecDeque<u8>,
    events: &mut Vec<String>,
    size: usize,
) {
    let mut waits = false;
    while *open && !waits {
        match session.next() {
            Seen::Sent(octets) => outbox.extend(octets),
            Seen::Event(event) => {
                *open = !event.starts_with("done");
                waits = event == START_TLS;
                events.push(event);
            }
            Seen::End(end) => {
                *open = false;
                events.push(end);
            }
            Seen::Receive if inbox.is_empty() => waits = true,
            Seen::Receive => {
                let chunk: Vec<u8> = inbox.drain(..size.min(inbox.len())).collect();
                session.receive(&chunk);
            }
        }
    }
}
