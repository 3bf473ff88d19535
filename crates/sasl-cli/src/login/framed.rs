//! The protocols whose messages come whole: cut out of what is received, and what comes before their exchange.

mod amqp;
mod carrier;
mod ldap;
mod postgres;
mod xmpp;

use std::mem;

use sasl::client::{Failure, Turn};
use sasl::{Channel, Error, Malformed, Protection, Unavailable, Unusable, Violation};
use sasl_profile::Wire;
use sasl_profile::client::StartTls;
use sasl_profile::framed::client::Event as Step;
use zeroize::Zeroizing;

pub(crate) use amqp::Amqp;
pub(super) use carrier::Carrier;
pub(crate) use ldap::Ldap;
pub(crate) use postgres::Postgres;
pub(crate) use xmpp::Xmpp;

use super::answer::Answer;
use super::record::Sender;
use super::session::{Event, Session};
use super::target::Target;

/// What a session of these protocols begins with.
#[derive(Debug, Clone)]
pub(crate) struct Opening {
    /// The server, as messages about it have it.
    pub(crate) place: String,
    /// The domain or host that is logged in to.
    pub(crate) host: String,
    pub(crate) user: String,
    /// PostgreSQL's.
    pub(crate) database: Option<String>,
    /// Whether to ask for TLS; never where it is there already.
    pub(crate) starttls: StartTls,
}

impl Opening {
    pub(crate) fn new(
        target: &Target,
        user: Option<&str>,
        starttls: StartTls,
        channel: &Channel,
    ) -> Self {
        Self {
            place: target.place.to_string(),
            host: target.place.host().unwrap_or_else(|| "localhost".into()),
            user: user.unwrap_or_default().to_owned(),
            database: target.database.clone(),
            starttls: match channel.protection() {
                Protection::Tls => StartTls::Never,
                _ => starttls,
            },
        }
    }
}

/// A protocol's messages up to the exchange, and words for all of them.
pub(crate) trait Protocol {
    /// What carries the exchange.
    type Carrier: Carrier;

    /// Octets of the longest message that is read.
    const MAX: usize;

    /// What the client says first, and again after a handshake.
    fn open(&mut self) -> Result<Next<Self::Carrier>, Error>;

    /// Where the first message in what was received ends, `None` if not all of it is there.
    fn cut(&mut self, octets: &[u8]) -> Result<Option<usize>, Malformed>;

    /// Takes a message that comes before the exchange.
    fn hear(&mut self, message: &[u8]) -> Result<Next<Self::Carrier>, Failure>;

    /// Looks at a message of the exchange; an error is the end.
    fn overhear(&mut self, _: &[u8]) -> Result<(), Failure> {
        Ok(())
    }

    /// The handshake is done: what was said before is forgotten.
    fn secured(&mut self);

    /// How a client leaves after it has logged in.
    fn farewell(&mut self, carrier: &Self::Carrier) -> Option<Wire>;

    /// What the server said last.
    fn answer(&self) -> Option<&Answer>;

    /// A message for `--verbose`, with nothing of the exchange in it.
    fn describe(&self, sender: Sender, message: &[u8]) -> String;
}

/// What comes next.
pub(crate) enum Next<C> {
    /// There is more to hear.
    Hear,
    Send(Wire),
    /// The server waits for the handshake.
    StartTls,
    /// The exchange begins, behind what is still to be sent.
    Exchange(Option<Wire>, C),
}

/// Something that passed, for `--verbose`.
pub(crate) struct Passed {
    pub(crate) sender: Sender,
    pub(crate) text: String,
}

/// One connection of a client.
pub(crate) struct Framed<P: Protocol> {
    protocol: P,
    /// What was received and not read.
    unread: Zeroizing<Vec<u8>>,
    ended: bool,
    state: State<P::Carrier>,
    to_send: Option<Wire>,
    /// What was overheard behind messages that the exchange has not heard yet.
    overheard: Option<Failure>,
    passed: Vec<Passed>,
}

enum State<C> {
    /// Nothing was said yet.
    Fresh,
    Before,
    /// The handshake is due.
    Due,
    /// The handshake is under way.
    Handshake,
    Exchange(C),
    Over(Failure),
}

impl<P: Protocol> Session for Framed<P> {
    fn poll(&mut self) -> Event {
        loop {
            if let Some(octets) = self.to_send.take() {
                return self.send(octets);
            }
            match mem::replace(&mut self.state, over(Error::Cancelled)) {
                State::Fresh => {
                    let next = self.protocol.open();
                    self.go(next.map_err(Failure::from));
                }
                State::Before => match self.message() {
                    Ok(Some(message)) => {
                        let next = self.protocol.hear(&message);
                        self.go(next);
                    }
                    Ok(None) if self.ended => self.state = over(Unavailable::Connection),
                    Ok(None) => {
                        self.state = State::Before;
                        return Event::Receive;
                    }
                    Err(malformed) => self.state = over(malformed),
                },
                State::Due => {
                    self.state = State::Handshake;
                    return Event::StartTls;
                }
                State::Handshake => {}
                State::Exchange(carrier) => {
                    if let Some(event) = self.exchange(carrier) {
                        return event;
                    }
                }
                State::Over(failure) => {
                    self.state = State::Over(failure.clone());
                    return Event::Failed(failure);
                }
            }
        }
    }

    fn receive(&mut self, octets: &[u8]) {
        self.ended |= octets.is_empty();
        // What a growing vector leaves behind is not wiped.
        let mut grown = Vec::with_capacity(self.unread.len().saturating_add(octets.len()));
        grown.extend_from_slice(&self.unread);
        grown.extend_from_slice(octets);
        self.unread = Zeroizing::new(grown);
    }

    fn turn(&mut self, turn: Result<Turn, Failure>) {
        match &mut self.state {
            State::Exchange(carrier) => carrier.turn(turn),
            _ => self.state = over(Error::Cancelled),
        }
    }

    fn secured(&mut self, channel: &Channel) {
        self.state = match self.state {
            State::Handshake if channel.protection() != Protection::Tls => {
                over(Unusable::ClearText)
            }
            // Something may have been received since.
            State::Handshake if !self.unread.is_empty() => over(Violation::Premature),
            State::Handshake => {
                self.protocol.secured();
                State::Fresh
            }
            _ => over(Error::Cancelled),
        };
    }

    fn passed(&mut self) -> Option<Vec<Passed>> {
        Some(mem::take(&mut self.passed))
    }

    fn answer(&self) -> Option<Answer> {
        self.protocol.answer().cloned()
    }

    fn farewell(&mut self) -> Option<Wire> {
        match &self.state {
            State::Exchange(carrier) => self.protocol.farewell(carrier),
            _ => None,
        }
    }
}

impl<P: Protocol> Framed<P> {
    pub(crate) fn new(protocol: P) -> Self {
        Self {
            protocol,
            unread: Zeroizing::default(),
            ended: false,
            state: State::Fresh,
            to_send: None,
            overheard: None,
            passed: Vec::new(),
        }
    }

    /// What the exchange wants; `None` if it has to be asked again.
    fn exchange(&mut self, mut carrier: P::Carrier) -> Option<Event> {
        let event = match carrier.poll() {
            // The beginning of something that the server says unasked.
            Step::Send(_) if !self.unread.is_empty() => {
                self.state = over(Violation::Premature);
                return None;
            }
            Step::Send(octets) => self.send(octets),
            Step::Receive => match self.feed(&mut carrier) {
                Ok(true) => {
                    self.state = State::Exchange(carrier);
                    return None;
                }
                Ok(false) => Event::Receive,
                Err(failure) => {
                    self.state = State::Over(failure);
                    return None;
                }
            },
            Step::Offer(offer) => Event::Offer(offer),
            Step::Compute(job) => Event::Compute(job),
            Step::Done(login) => Event::Done(login),
            Step::Failed(failure) => Event::Failed(failure),
        };
        self.state = State::Exchange(carrier);
        Some(event)
    }

    /// Brings every whole message to the exchange, which knows whether one comes too early. Whether there was any, or the end.
    fn feed(&mut self, carrier: &mut P::Carrier) -> Result<bool, Failure> {
        if let Some(failure) = self.overheard.take() {
            return Err(failure);
        }
        let mut fed = false;
        loop {
            match self.message() {
                Ok(Some(message)) => match self.protocol.overhear(&message) {
                    Ok(()) => carrier.receive(&message),
                    Err(failure) if fed => {
                        self.overheard = Some(failure);
                        return Ok(true);
                    }
                    Err(failure) => return Err(failure),
                },
                // It comes again.
                Err(_) if fed => return Ok(true),
                Err(malformed) => return Err(malformed.into()),
                Ok(None) if self.ended && !fed => {
                    carrier.receive(&[]);
                    return Ok(true);
                }
                Ok(None) => return Ok(fed),
            }
            fed = true;
        }
    }

    /// Takes the next whole message out of what was received.
    fn message(&mut self) -> Result<Option<Zeroizing<Vec<u8>>>, Malformed> {
        let Some(len) = self.protocol.cut(&self.unread)? else {
            return match self.unread.len() > P::MAX {
                true => Err(Malformed::TooLong),
                false => Ok(None),
            };
        };
        let (message, rest) = self
            .unread
            .split_at_checked(len)
            .unwrap_or((&self.unread, &[]));
        let (message, rest) = (message.to_vec(), rest.to_vec());
        self.unread = Zeroizing::new(rest);
        let message = Zeroizing::new(message);
        self.note(Sender::Server, &message);
        Ok(Some(message))
    }

    fn go(&mut self, next: Result<Next<P::Carrier>, Failure>) {
        // What the server says before it was asked may be somebody else's word.
        let silent = self.unread.is_empty();
        self.state = match next {
            Ok(Next::Hear) => State::Before,
            Ok(Next::Exchange(None, carrier)) => State::Exchange(carrier),
            Ok(_) if !silent => over(Violation::Premature),
            Ok(Next::StartTls) => State::Due,
            Ok(Next::Send(octets)) => {
                self.to_send = Some(octets);
                State::Before
            }
            Ok(Next::Exchange(octets, carrier)) => {
                self.to_send = octets;
                State::Exchange(carrier)
            }
            Err(failure) => State::Over(failure),
        };
    }

    fn send(&mut self, octets: Wire) -> Event {
        self.note(Sender::Client, &octets);
        Event::Send(octets)
    }

    fn note(&mut self, sender: Sender, message: &[u8]) {
        let text = self.protocol.describe(sender, message);
        if text.is_empty() {
            return;
        }
        self.passed.push(Passed { sender, text });
    }
}

fn over<C>(error: impl Into<Error>) -> State<C> {
    State::Over(error.into().into())
}

/// Whether to ask for TLS, now that it is known whether the server has it.
fn wants_tls(starttls: StartTls, offered: bool) -> Result<bool, Error> {
    match (starttls, offered) {
        (StartTls::Never, _) | (StartTls::IfOffered, false) => Ok(false),
        (_, true) => Ok(true),
        (StartTls::Require, false) => Err(Unusable::ClearText.into()),
    }
}
