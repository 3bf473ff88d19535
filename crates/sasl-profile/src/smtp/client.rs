//! The client's side.
//!
//! ```text
//!          ┌──────────────────────── poll ◄─────────────────────────┐
//!          ▼                                                        │
//!   Event::Send      write it                                       │
//!   Event::Receive   read ──► receive(octets)                       │
//!   Event::StartTls  handshake ──► secured(channel)                 │
//!   Event::Offer     choose a mechanism, start it ──► turn(..)      │
//!   Event::Compute   run it ──► turn(..) ───────────────────────────┘
//!   Event::Done      both sides agree: logged in
//!   Event::Failed    not logged in
//! ```

mod starttls;

pub use starttls::StartTls;

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use core::{fmt, mem};

use sasl_core::client::{Authenticated, Computation, Failure, Response, Turn};
use sasl_core::{Error, Malformed, Offer, Refused, Unavailable, Unusable, Violation};

use super::heard::{self, Heard, Reply};
use super::host;
use crate::base64;
use crate::line::Lines;
use crate::wire::Wire;

/// What the application has to do next.
#[derive(Debug)]
#[must_use = "a session whose event is dropped gets no further"]
pub enum Event {
    // Exhaustive on purpose: an application has to treat every one.
    /// Send this to the server.
    Send(Wire),
    /// Receive what the server sends and bring it to [`Client::receive`].
    Receive,
    /// The server waits for a TLS handshake: do it, check the server's certificate, and bring what became of the channel
    /// to [`Client::secured`]. Only with [`Client::with_starttls`]. If the handshake fails, close the connection.
    StartTls,
    /// The server offers these: choose one, start it and bring its first turn to [`Client::turn`]. There may be none.
    Offer(Offer),
    /// Run this, off the runtime if there is one, and bring the turn.
    Compute(Computation),
    /// Logged in: the server says so, and the mechanism agrees.
    Done(Authenticated),
    /// Not logged in. The connection may be in the middle of something: close it.
    Failed(Failure),
}

/// One connection of an SMTP client, from the greeting to a login.
///
/// After [`Event::Done`] the connection belongs to the application again, with nothing left unread.
pub struct Client {
    name: Box<str>,
    starttls: StartTls,
    lines: Lines,
    heard: Heard,
    ended: bool,
    state: State,
    events: VecDeque<Event>,
}

/// What is waited for.
enum State {
    Greeting,
    /// The answer to EHLO.
    Capabilities,
    /// The answer to STARTTLS.
    Permission,
    /// The end of a TLS handshake.
    Handshake,
    /// A turn from the application, with nothing of the exchange sent.
    Start,
    /// What the server says to an AUTH command or a response.
    Verdict(Response),
    /// An empty challenge, to be answered with the initial response that did not fit the command line.
    Invitation(Response),
    /// A turn from the application, in the middle of an exchange.
    Turn,
    /// Whatever the server says to the cancellation.
    Cancelled(Failure),
    /// Nothing any more.
    Over(Failure),
}

impl Client {
    /// Octets of a command line with its end (RFC 5321 §4.5.3.1.4). An AUTH command with its initial response has to
    /// fit (RFC 4954 §4); a response need not.
    const COMMAND: usize = 512;

    /// A session on a fresh connection. `name` is how this client calls itself in EHLO: a host name, or an address in
    /// brackets; only printable ASCII of it is used.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self {
            name: host(name),
            starttls: StartTls::Never,
            lines: Lines::new(heard::LINE),
            heard: Heard::default(),
            ended: false,
            state: State::Greeting,
            events: VecDeque::new(),
        }
    }

    /// What to do next.
    ///
    /// Who asks before the turn was brought that is waited for has given up. After the end there is no other
    /// [`Event::Done`], only [`Event::Failed`].
    pub fn poll(&mut self) -> Event {
        loop {
            if let Some(event) = self.events.pop_front() {
                return event;
            }
            match mem::replace(&mut self.state, over()) {
                State::Over(failure) => {
                    self.state = State::Over(failure.clone());
                    return Event::Failed(failure);
                }
                State::Start | State::Handshake => self.fail(Error::Cancelled),
                State::Turn => self.cancel(Error::Cancelled.into()),
                waiting => match self.reply() {
                    Ok(Some(reply)) => self.hear(waiting, &reply),
                    Ok(None) if self.ended => self.lost(waiting, Unavailable::Connection.into()),
                    Ok(None) => {
                        self.state = waiting;
                        return Event::Receive;
                    }
                    Err(malformed) => self.lost(waiting, malformed.into()),
                },
            }
        }
    }

    /// Takes what the server sent. No octets at all are the end of the connection.
    pub fn receive(&mut self, octets: &[u8]) {
        self.ended |= octets.is_empty();
        if !self.ended {
            self.lines.receive(octets);
        }
    }

    /// Goes on with the exchange: the answer to [`Event::Offer`] and [`Event::Compute`].
    ///
    /// A turn that nobody waits for is a mistake of the application: it ends the session as given up.
    pub fn turn(&mut self, turn: Result<Turn, Failure>) {
        match mem::replace(&mut self.state, over()) {
            State::Start => self.start(turn),
            State::Turn => self.advance(turn),
            State::Over(failure) => self.fail(failure),
            _ => self.fail(Error::Cancelled),
        }
    }

    /// The next whole reply.
    fn reply(&mut self) -> Result<Option<Reply>, Malformed> {
        while let Some(line) = self.lines.next() {
            if let Some(reply) = self.heard.line(line)? {
                return Ok(Some(reply));
            }
        }
        // Its end might never come.
        if self.lines.is_too_long() {
            return Err(Malformed::TooLong);
        }
        Ok(None)
    }

    fn hear(&mut self, waiting: State, reply: &Reply) {
        match (waiting, reply.code) {
            (State::Greeting, 220) => self.ehlo(),
            (State::Capabilities, 250) => self.capabilities(reply),
            (State::Permission, 220) => self.handshake(),
            (State::Cancelled(failure), _) => self.fail(failure),
            (State::Verdict(response), 334) => self.challenge(response, reply),
            (State::Invitation(response), 334) => self.invitation(response, reply),
            (State::Verdict(response), 235) => self.success(response),
            (State::Verdict(response) | State::Invitation(response), 500..=599) => {
                self.fail(refusal(reply, || response.failure()));
            }
            (_, 400..=599) => self.fail(refusal(reply, || Refused::ByServer.into())),
            // 235 before the initial response was sent is among these.
            _ => self.fail(Violation::UnexpectedMessage),
        }
    }

    fn ehlo(&mut self) {
        let mut ehlo = Wire::from("EHLO ");
        ehlo.push(self.name.as_bytes());
        self.send(ehlo, State::Capabilities);
    }

    fn capabilities(&mut self, reply: &Reply) {
        match (self.starttls, reply.offers_starttls()) {
            (StartTls::IfOffered | StartTls::Require, true) => {
                self.send(Wire::from("STARTTLS"), State::Permission);
            }
            // Who struck it out wants to read along.
            (StartTls::Require, false) => self.fail(Unusable::ClearText),
            (StartTls::Never, _) | (StartTls::IfOffered, false) => {
                if self.is_in_step() {
                    self.events.push_back(Event::Offer(reply.offer()));
                    self.state = State::Start;
                }
            }
        }
    }

    fn challenge(&mut self, response: Response, reply: &Reply) {
        match decode(reply) {
            Ok(challenge) => self.advance(response.challenge(challenge.expose())),
            Err(malformed) => self.cancel(malformed.into()),
        }
    }

    /// RFC 4422 §5.2: without an initial response the challenge of a server that does not speak first is empty.
    fn invitation(&mut self, response: Response, reply: &Reply) {
        match decode(reply) {
            Ok(challenge) if challenge.is_empty() => self.respond(response),
            Ok(_) => self.cancel(Violation::UnexpectedMessage.into()),
            Err(malformed) => self.cancel(malformed.into()),
        }
    }

    /// RFC 4954 §4: a success carries no data. Whether it comes too early, the mechanism knows.
    fn success(&mut self, response: Response) {
        if !self.is_in_step() {
            return;
        }
        match response.success(None) {
            Ok(login) => self.events.push_back(Event::Done(login)),
            Err(failure) => self.fail(failure),
        }
    }

    fn start(&mut self, turn: Result<Turn, Failure>) {
        match turn {
            Ok(Turn::Respond(response)) => self.auth(response),
            Ok(Turn::Compute(job)) => {
                self.events.push_back(Event::Compute(job));
                self.state = State::Start;
            }
            Err(failure) => self.fail(failure),
        }
    }

    fn advance(&mut self, turn: Result<Turn, Failure>) {
        match turn {
            Ok(Turn::Respond(response)) => self.respond(response),
            Ok(Turn::Compute(job)) => {
                self.events.push_back(Event::Compute(job));
                self.state = State::Turn;
            }
            Err(failure) => self.cancel(failure),
        }
    }

    fn auth(&mut self, response: Response) {
        let mut command = Wire::from("AUTH ");
        command.push(response.mechanism().as_str().as_bytes());
        let mut initial = Wire::from(" ");
        match response.data() {
            None => return self.send(command, State::Verdict(response)),
            // RFC 4954 §4: empty, and not absent.
            Some([]) => initial.push(b"="),
            Some(data) => base64::encode(data, &mut initial),
        }
        let len = command.len().saturating_add(initial.len());
        if len.saturating_add("\r\n".len()) > Self::COMMAND {
            return self.send(command, State::Invitation(response));
        }
        command.push(&initial);
        self.send(command, State::Verdict(response));
    }

    fn respond(&mut self, response: Response) {
        let mut line = Wire::default();
        base64::encode(response.data().unwrap_or_default(), &mut line);
        self.send(line, State::Verdict(response));
    }

    /// Tells the server that there is no going on (RFC 4954 §4), and fails when it has answered.
    fn cancel(&mut self, failure: Failure) {
        if self.lines.is_empty() {
            self.send(Wire::from("*"), State::Cancelled(failure));
        } else {
            self.fail(failure);
        }
    }

    fn send(&mut self, line: Wire, waiting: State) {
        if self.is_in_step() {
            self.events.push_back(Event::Send(line.end_line()));
            self.state = waiting;
        }
    }

    /// Whether the server has said no more than it was asked. What it says before its time may be somebody else's
    /// word, such as one from before a TLS handshake; then it is over.
    fn is_in_step(&mut self) -> bool {
        let in_step = self.lines.is_empty();
        if !in_step {
            self.fail(Violation::Premature);
        }
        in_step
    }

    /// The connection is of no more use. Who had failed before has failed of that.
    fn lost(&mut self, waiting: State, error: Error) {
        match waiting {
            State::Cancelled(failure) => self.fail(failure),
            _ => self.fail(error),
        }
    }

    fn fail(&mut self, failure: impl Into<Failure>) {
        self.state = State::Over(failure.into());
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// After the end, and while the next state is being made.
fn over() -> State {
    State::Over(Error::Cancelled.into())
}

/// A challenge is one line of base64.
fn decode(reply: &Reply) -> Result<sasl_core::Secret, Malformed> {
    base64::decode(reply.only_line().ok_or(Malformed::Line)?)
}

/// What a refusal means, with the server's words unless the mechanism had better ones.
fn refusal(reply: &Reply, by_mechanism: impl FnOnce() -> Failure) -> Failure {
    let failure = match reply.code {
        // RFC 4954 §4 and §6. "530" is how a server asks for STARTTLS first (RFC 3207 §4).
        400..=499 => Unavailable::Server.into(),
        504 => Unusable::Mechanism.into(),
        530 | 538 => Unusable::ClearText.into(),
        _ => by_mechanism(),
    };
    match failure.said() {
        Some(_) => failure,
        None => Failure::with_said(failure.error(), &reply.said()),
    }
}
