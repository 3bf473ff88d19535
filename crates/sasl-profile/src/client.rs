//! A client's session, the same for every protocol.
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
//!
//! What differs from one protocol to the next is in their own modules, behind [`Protocol`].

mod dialect;
mod starttls;

pub use dialect::Protocol;
pub(crate) use dialect::{Dialect, Prelude, Refusal, Reply, refused};
pub use starttls::StartTls;

use alloc::collections::VecDeque;
use core::{fmt, mem};

use sasl_core::client::{Authenticated, Computation, Failure, Response, Turn};
use sasl_core::{Error, Malformed, Offer, Unavailable, Violation};

use crate::line::Lines;
use crate::wire::Wire;

/// What the application has to do next.
#[derive(Debug)]
#[must_use = "a session whose event is dropped gets no further"]
pub enum Event {
    // Exhaustive on purpose: an application has to treat every one.
    /// Send this to the server.
    Send(Wire),
    /// Receive what the server sends and bring it to [`Session::receive`].
    Receive,
    /// The server waits for a TLS handshake: do it, check the server's certificate, and bring what became of the channel
    /// to [`Session::secured`]. Only with [`Session::with_starttls`]. If the handshake fails, close the connection.
    StartTls,
    /// The server offers these: choose one, start it and bring its first turn to [`Session::turn`]. There may be none.
    Offer(Offer),
    /// Run this, off the runtime if there is one, and bring the turn.
    Compute(Computation),
    /// Logged in: the server says so, and the mechanism agrees.
    Done(Authenticated),
    /// Not logged in. The connection may be in the middle of something: close it.
    Failed(Failure),
}

/// One connection of a client, from the greeting to a login.
///
/// Protocols name it: [`smtp::Client`](crate::smtp::Client) is one, and has the constructor.
///
/// After [`Event::Done`] the connection belongs to the application again, with nothing left unread unless the protocol
/// lets servers speak unasked; then [`into_unread`](Self::into_unread) has it.
pub struct Session<P> {
    protocol: P,
    starttls: StartTls,
    lines: Lines,
    ended: bool,
    state: State,
    events: VecDeque<Event>,
}

/// What is waited for.
enum State {
    /// What comes before the offer.
    Prelude,
    /// The end of a TLS handshake.
    Handshake,
    /// A turn from the application, with nothing of the exchange sent.
    Start,
    /// What the server says to the beginning of an exchange or a response.
    Verdict(Response),
    /// An empty challenge, to be answered with the initial response that could not go along with the beginning.
    Invitation(Response),
    /// A turn from the application, in the middle of an exchange.
    Turn,
    /// Whatever the server says to the cancellation.
    Cancelled(Failure),
    /// Nothing any more.
    Over(Failure),
}

impl<P: Protocol> Session<P> {
    /// A session on a fresh connection.
    pub(crate) fn begin(mut protocol: P) -> Self {
        let words = protocol.open().map(Event::Send);
        Self {
            protocol,
            starttls: StartTls::Never,
            lines: P::lines(),
            ended: false,
            state: State::Prelude,
            events: words.into_iter().collect(),
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
                waiting => match self.said() {
                    Ok(Some(said)) => self.hear(waiting, said),
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

    /// Ends the session and hands out what came in and was not read, for an application that goes on by itself after
    /// [`Event::Done`].
    pub fn into_unread(self) -> Wire {
        self.lines.into_unread()
    }

    /// The next whole thing that the server says.
    fn said(&mut self) -> Result<Option<P::Said>, Malformed> {
        while let Some(line) = self.lines.next() {
            if let Some(said) = self.protocol.line(&line.whole()?)? {
                return Ok(Some(said));
            }
        }
        // Its end might never come.
        if self.lines.is_too_long() {
            return Err(Malformed::TooLong);
        }
        Ok(None)
    }

    fn hear(&mut self, waiting: State, said: P::Said) {
        if let State::Prelude = waiting {
            return self.prelude(said);
        }
        match (waiting, self.protocol.reply(said)) {
            (waiting, Reply::More) => self.state = waiting,
            (waiting, Reply::Say(words)) => self.say(words, waiting),
            (State::Cancelled(failure), _) => self.fail(failure),
            (State::Verdict(response), Reply::Challenge(challenge)) => match challenge {
                Ok(challenge) => self.advance(response.challenge(challenge.expose())),
                Err(malformed) => self.cancel(malformed.into()),
            },
            // RFC 4422 §5: without an initial response the challenge of a server that does not speak first is empty.
            (State::Invitation(response), Reply::Challenge(challenge)) => match challenge {
                Ok(challenge) if challenge.is_empty() => self.respond(response),
                Ok(_) => self.cancel(Violation::UnexpectedMessage.into()),
                Err(malformed) => self.cancel(malformed.into()),
            },
            // Whether it comes too early, the mechanism knows.
            (State::Verdict(response), Reply::Success(data)) => {
                if self.is_in_step() {
                    let data = data.as_ref().map(sasl_core::Secret::expose);
                    match response.success(data) {
                        Ok(login) => self.events.push_back(Event::Done(login)),
                        Err(failure) => self.fail(failure),
                    }
                }
            }
            (State::Verdict(response) | State::Invitation(response), Reply::Refused(refusal)) => {
                self.fail(refusal.failure(|| response.failure()));
            }
            // Success before the initial response was sent is among these.
            _ => self.fail(Violation::UnexpectedMessage),
        }
    }

    fn prelude(&mut self, said: P::Said) {
        match self.protocol.prelude(said, self.starttls) {
            Ok(Prelude::More) => self.state = State::Prelude,
            Ok(Prelude::Say(words)) => self.say(words, State::Prelude),
            Ok(Prelude::Send(words)) => self.send(words, State::Prelude),
            Ok(Prelude::Handshake) => self.handshake(),
            Ok(Prelude::Offer(offer)) => {
                if self.is_in_step() {
                    self.events.push_back(Event::Offer(offer));
                    self.state = State::Start;
                }
            }
            Err(failure) => self.fail(failure),
        }
    }

    fn start(&mut self, turn: Result<Turn, Failure>) {
        match turn {
            Ok(Turn::Respond(response)) => {
                let mechanism = response.mechanism();
                if let Some(initial) = response.data()
                    && let Some(words) = self.protocol.auth_with(mechanism, initial)
                {
                    return self.send(words, State::Verdict(response));
                }
                let words = self.protocol.auth(mechanism);
                let waiting = match response.data() {
                    Some(_) => State::Invitation(response),
                    None => State::Verdict(response),
                };
                self.send(words, waiting);
            }
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

    fn respond(&mut self, response: Response) {
        let words = self.protocol.respond(response.data().unwrap_or_default());
        self.send(words, State::Verdict(response));
    }

    /// Tells the server that there is no going on, and fails when it has answered.
    fn cancel(&mut self, failure: Failure) {
        if self.nothing_is_early() {
            let words = self.protocol.cancel();
            self.send(words, State::Cancelled(failure));
        } else {
            self.fail(failure);
        }
    }

    /// Answers what was said beside all else: what was asked before may have been answered already.
    fn say(&mut self, words: Wire, waiting: State) {
        self.events.push_back(Event::Send(words));
        self.state = waiting;
    }

    fn send(&mut self, words: Wire, waiting: State) {
        if self.is_in_step() {
            self.events.push_back(Event::Send(words));
            self.state = waiting;
        }
    }

    /// Whether the server has said no more than it was asked, or may say unasked. What it says before its time may be
    /// somebody else's word, such as one from before a TLS handshake; then it is over.
    fn is_in_step(&mut self) -> bool {
        let in_step = self.nothing_is_early();
        if !in_step {
            self.fail(Violation::Premature);
        }
        in_step
    }

    fn nothing_is_early(&self) -> bool {
        self.lines.is_empty() || P::may_be_unasked(self.lines.unread())
    }

    /// Whether the server has said nothing that was not read; if it has, it is over.
    fn is_silent(&mut self) -> bool {
        let silent = self.lines.is_empty();
        if !silent {
            self.fail(Violation::Premature);
        }
        silent
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

impl<P: fmt::Debug> fmt::Debug for Session<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("protocol", &self.protocol)
            .finish_non_exhaustive()
    }
}

/// After the end, and while the next state is being made.
fn over() -> State {
    State::Over(Error::Cancelled.into())
}
