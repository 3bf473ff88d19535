//! The client's side.
//!
//! ```text
//!          ┌──────────────────────── poll ◄─────────────────────────┐
//!          ▼                                                        │
//!   Event::Send      write it                                       │
//!   Event::Receive   read a message ──► receive(message)            │
//!   Event::Offer     choose a mechanism, start it ──► turn(..)      │
//!   Event::Compute   run it ──► turn(..) ───────────────────────────┘
//!   Event::Done      both sides agree: logged in
//!   Event::Failed    not logged in
//! ```

use alloc::collections::VecDeque;
use core::{fmt, mem};

use sasl_core::client::{Authenticated, Computation, Failure, Response, Turn};
use sasl_core::{Error, Malformed, Offer, Secret, Unavailable, Unusable, Violation};

use super::{ClientProtocol, FromServer, with_said};
use crate::wire::Wire;

/// A protocol of this crate whose messages come whole, on a client. There are no others: it is here to be named in bounds.
pub trait Protocol: ClientProtocol {}

impl<P: ClientProtocol> Protocol for P {}

/// What the application has to do next.
#[derive(Debug)]
#[must_use = "a session whose event is dropped gets no further"]
pub enum Event {
    // Exhaustive on purpose: an application has to treat every one.
    /// Send this to the server.
    Send(Wire),
    /// Receive a message and bring it to [`Client::receive`].
    Receive,
    /// The server offers these: choose one, start it and bring its first turn to [`Client::turn`]. There may be none.
    Offer(Offer),
    /// Run this, off the runtime if there is one, and bring the turn.
    Compute(Computation),
    /// Logged in: the server says so, and the mechanism agrees.
    Done(Authenticated),
    /// Not logged in. The server may believe otherwise, or be in the middle of something: close the connection.
    Failed(Failure),
}

/// A client's part in logging in.
///
/// It begins where the protocol comes to it and ends with [`Event::Done`]; then the connection belongs to the
/// application again.
pub struct Client<P> {
    protocol: P,
    inbox: VecDeque<Result<Secret, Malformed>>,
    ended: bool,
    state: State,
    events: VecDeque<Event>,
}

/// What is waited for.
enum State {
    /// The server's offer.
    Offer,
    /// A turn from the application, with nothing of the exchange sent.
    Start,
    /// What the server says to a response.
    Verdict(Response),
    /// The success, after its data was found right.
    Success(Response),
    /// A turn from the application, in the middle of an exchange.
    Turn,
    /// Whatever the server says to this side's giving up.
    Cancelled(Failure),
    /// Nothing any more.
    Over(Failure),
}

impl<P: ClientProtocol> Client<P> {
    /// A session that knows the offer, or waits for it.
    pub(crate) fn with(mut protocol: P, offer: Option<Offer>) -> Self {
        let opening = protocol.opening();
        let state = match offer {
            Some(_) => State::Start,
            None => State::Offer,
        };
        let opening = opening.map(Event::Send).into_iter();
        Self {
            protocol,
            inbox: VecDeque::new(),
            ended: false,
            state,
            events: opening.chain(offer.map(Event::Offer)).collect(),
        }
    }

    #[cfg(any(feature = "ldap", feature = "xmpp"))]
    pub(crate) fn protocol(&self) -> &P {
        &self.protocol
    }

    pub(crate) fn protocol_mut(&mut self) -> &mut P {
        &mut self.protocol
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
                State::Start => self.fail(Error::Cancelled),
                State::Turn => self.cancel(Error::Cancelled.into()),
                waiting => match self.inbox.pop_front() {
                    Some(message) => self.message(waiting, message),
                    None if self.ended => self.lost(waiting, Unavailable::Connection.into()),
                    None => {
                        self.state = waiting;
                        return Event::Receive;
                    }
                },
            }
        }
    }

    /// Takes one message of the server, whole and by itself. No octets at all are the end of the connection.
    pub fn receive(&mut self, message: &[u8]) {
        self.ended |= message.is_empty();
        if !self.ended {
            self.inbox
                .push_back(match message.len() <= self.protocol.max_read() {
                    true => Ok(Secret::from(message)),
                    false => Err(Malformed::TooLong),
                });
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

    fn message(&mut self, waiting: State, message: Result<Secret, Malformed>) {
        let read = message.and_then(|message| self.protocol.read(message.expose()));
        match read {
            Ok(message) => self.hear(waiting, message),
            Err(malformed) => match waiting {
                State::Verdict(_) => self.cancel(malformed.into()),
                waiting => self.lost(waiting, malformed.into()),
            },
        }
    }

    fn hear(&mut self, waiting: State, message: FromServer) {
        match (waiting, message) {
            (waiting, FromServer::Nothing) => self.state = waiting,
            (State::Cancelled(failure), _) => self.fail(failure),
            (State::Offer, FromServer::Offer(offer)) => {
                self.events.push_back(Event::Offer(offer));
                self.state = State::Start;
            }
            (State::Verdict(response), FromServer::Challenge(challenge)) => {
                self.advance(response.challenge(challenge.expose()));
            }
            (State::Verdict(response), FromServer::Final(data)) => self.verify(response, &data),
            // Whether it comes too early, the mechanism knows.
            (State::Verdict(response), FromServer::Success(data)) => {
                self.success(response, data.as_ref());
            }
            (State::Success(response), FromServer::Success(None)) => self.success(response, None),
            (State::Verdict(response), FromServer::Unusable(data, error)) => {
                match response.success(data.as_ref().map(Secret::expose)) {
                    Ok(_) => self.cancel(error.into()),
                    Err(failure) => self.cancel(failure),
                }
            }
            (
                State::Verdict(response) | State::Success(response),
                FromServer::Failure { error, said },
            ) => {
                let failure = error.map_or_else(|| response.failure(), Into::into);
                self.fail(with_said(failure, &said));
            }
            (State::Offer, FromServer::Failure { error, said }) => {
                let error = error.unwrap_or(sasl_core::Refused::ByServer.into());
                self.fail(with_said(error.into(), &said));
            }
            _ => self.fail(Violation::UnexpectedMessage),
        }
    }

    /// Success data that comes by itself is taken as a challenge, whose answer must be empty (RFC 4422 §3) and is not
    /// sent.
    fn verify(&mut self, response: Response, data: &Secret) {
        match response.challenge(data.expose()) {
            Ok(Turn::Respond(last)) if last.data().is_none_or(<[u8]>::is_empty) => {
                self.state = State::Success(last);
            }
            Ok(_) => self.cancel(Violation::UnexpectedMessage.into()),
            Err(failure) => self.cancel(failure),
        }
    }

    fn success(&mut self, response: Response, data: Option<&Secret>) {
        match response.success(data.map(Secret::expose)) {
            Ok(login) => self.events.push_back(Event::Done(login)),
            Err(failure) => self.fail(failure),
        }
    }

    fn start(&mut self, turn: Result<Turn, Failure>) {
        match turn {
            Ok(Turn::Respond(response)) => {
                let message = self.protocol.begin(response.mechanism(), response.data());
                self.send(message, State::Verdict(response));
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
            Ok(Turn::Respond(response)) => {
                let data = response.data().unwrap_or_default();
                let message = self.protocol.respond(response.mechanism(), data);
                self.send(message, State::Verdict(response));
            }
            Ok(Turn::Compute(job)) => {
                self.events.push_back(Event::Compute(job));
                self.state = State::Turn;
            }
            Err(failure) => self.cancel(failure),
        }
    }

    /// Tells the server that there is no going on, if the protocol can, and fails when it has answered.
    fn cancel(&mut self, failure: Failure) {
        match self.protocol.abort() {
            Some(message) if self.inbox.is_empty() => {
                self.send(message, State::Cancelled(failure));
            }
            _ => self.fail(failure),
        }
    }

    /// What the server said before its time may be somebody else's word; then it is over.
    fn send(&mut self, message: Wire, waiting: State) {
        if message.len() > self.protocol.max_sent() {
            self.fail(Unusable::TooLong);
        } else if self.inbox.is_empty() {
            self.events.push_back(Event::Send(message));
            self.state = waiting;
        } else {
            self.fail(Violation::Premature);
        }
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

impl<P> fmt::Debug for Client<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").finish_non_exhaustive()
    }
}

/// After the end, and while the next state is being made.
fn over() -> State {
    State::Over(Error::Cancelled.into())
}
