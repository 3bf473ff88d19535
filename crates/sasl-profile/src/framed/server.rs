//! The server's side.
//!
//! ```text
//!          ┌──────────────────────── poll ◄─────────────────────────┐
//!          ▼                                                        │
//!   Event::Send      write it                                       │
//!   Event::Receive   read a message ──► receive(message)            │
//!   Event::Auth      start an exchange ──► turn(..)                 │
//!   Event::Ask       answer the question ──► turn(..)               │
//!   Event::Compute   run it ──► turn(..)                            │
//!   Event::Refused   log it; the client may try again ──────────────┘
//!   Event::Done      the client is in, and has been told
//!   Event::Closed    close the connection
//! ```

pub use crate::server::Auth;

use alloc::collections::VecDeque;
use alloc::sync::Arc;
use core::{fmt, mem};

use sasl_core::server::{
    Authenticated, Challenge, Computation, Failure, Question, SuccessData, Turn,
};
use sasl_core::{BindingName, Malformed, MechanismName, Secret, Unavailable, Unusable, Violation};

use super::{FromClient, Refusal, ServerProtocol};
use crate::wire::Wire;

/// A protocol of this crate whose messages come whole, on a server. There are no others: it is here to be named in bounds.
pub trait Protocol: ServerProtocol {}

impl<P: ServerProtocol> Protocol for P {}

/// What the application has to do next.
#[derive(Debug)]
#[must_use = "a session whose event is dropped gets no further"]
pub enum Event {
    // Exhaustive on purpose: an application has to treat every one.
    /// Send this to the client.
    Send(Wire),
    /// Receive a message and bring it to [`Server::receive`].
    Receive,
    /// The client asks to authenticate: start an exchange and bring its first turn to [`Server::turn`].
    Auth(Auth),
    /// Answer this, and bring the turn.
    Ask(Question),
    /// Run this, off the runtime if there is one, and bring the turn.
    Compute(Computation),
    /// The client is in, and has been told so. Only this means it.
    Done(Authenticated),
    /// An attempt failed, and the client has been told as much of it as it may hear. It may try again, unless
    /// [`Closed`](Self::Closed) comes next.
    Refused(Failure),
    /// It is over: close the connection.
    Closed,
}

/// A server's part in logging one client in.
///
/// It begins where the protocol comes to it and ends with [`Event::Done`]; then the connection belongs to the
/// application again.
pub struct Server<P> {
    protocol: P,
    mechanisms: Arc<[MechanismName]>,
    binding_types: Arc<[BindingName]>,
    attempts: u32,
    asides: u32,
    inbox: VecDeque<Result<Secret, Malformed>>,
    ended: bool,
    ongoing: Option<MechanismName>,
    state: State,
    events: VecDeque<Event>,
}

/// Messages that lead to no attempt until the session is over, such as LDAP's `AbandonRequest`.
const ASIDES: u32 = 100;

/// What is waited for.
enum State {
    /// A client that wants to authenticate.
    Begin,
    /// A response from the client.
    Response(Challenge),
    /// A turn from the application, of a mechanism that was offered or not.
    Turn { offered: bool },
    /// Nothing any more.
    Closed,
}

impl<P: ServerProtocol> Server<P> {
    pub(crate) fn with(
        mut protocol: P,
        mechanisms: impl IntoIterator<Item = MechanismName>,
        attempts: u32,
    ) -> Self {
        let mechanisms: Arc<[_]> = mechanisms.into_iter().collect();
        let opening = protocol.opening(&mechanisms);
        Self {
            protocol,
            mechanisms,
            binding_types: Arc::default(),
            attempts: attempts.max(1),
            asides: ASIDES,
            inbox: VecDeque::new(),
            ended: false,
            ongoing: None,
            state: State::Begin,
            events: opening.map(Event::Send).into_iter().collect(),
        }
    }

    pub(crate) fn protocol(&self) -> &P {
        &self.protocol
    }

    pub(crate) fn protocol_mut(&mut self) -> &mut P {
        &mut self.protocol
    }

    #[cfg(any(feature = "ldap", feature = "xmpp"))]
    pub(crate) fn set_attempts(&mut self, attempts: u32) {
        self.attempts = attempts;
    }

    #[cfg(feature = "xmpp")]
    pub(crate) fn set_binding_types(&mut self, types: impl IntoIterator<Item = BindingName>) {
        self.binding_types = types.into_iter().collect();
    }

    /// The mechanisms that are offered, in this order; nothing else can log in.
    #[must_use]
    pub fn mechanisms(&self) -> &[MechanismName] {
        &self.mechanisms
    }

    /// The types of channel binding that the client is told of; none where the protocol lists none.
    #[must_use]
    pub fn binding_types(&self) -> &[BindingName] {
        &self.binding_types
    }

    /// What to do next.
    ///
    /// Who asks before the turn was brought that is waited for has not answered: the attempt fails as temporarily
    /// unavailable.
    pub fn poll(&mut self) -> Event {
        loop {
            if let Some(event) = self.events.pop_front() {
                return event;
            }
            match mem::replace(&mut self.state, State::Closed) {
                State::Closed => return Event::Closed,
                State::Turn { .. } => self.refuse(Unavailable::Store.into()),
                waiting => match self.inbox.pop_front() {
                    Some(message) => self.message(waiting, message),
                    None if self.ended => self.hang_up(&waiting),
                    None => {
                        self.state = waiting;
                        return Event::Receive;
                    }
                },
            }
        }
    }

    /// Takes one message of the client, whole and by itself. No octets at all are the end of the connection.
    ///
    /// Meant as the answer to [`Event::Receive`]. Called more often, the session keeps what it has not come to.
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

    /// Goes on with an exchange: the answer to [`Event::Auth`], [`Event::Ask`] and [`Event::Compute`].
    ///
    /// A turn that nobody waits for, even [`Turn::Done`], is a mistake of the application: it logs nobody in, and the
    /// session is over.
    pub fn turn(&mut self, turn: Result<Turn, Failure>) {
        match mem::replace(&mut self.state, State::Closed) {
            State::Turn { offered } => {
                // What was not offered is not accepted. If it failed anyway, that says more.
                self.advance(turn.and_then(|turn| match offered {
                    true => Ok(turn),
                    false => Err(Unusable::Mechanism.into()),
                }));
            }
            State::Closed => {}
            State::Begin | State::Response(_) => {
                self.attempts = 0;
                self.refuse(Unavailable::Store.into());
            }
        }
    }

    fn message(&mut self, waiting: State, message: Result<Secret, Malformed>) {
        let ongoing = self
            .ongoing
            .filter(|_| matches!(waiting, State::Response(_)));
        let read = message
            .map_err(Into::into)
            .and_then(|message| self.protocol.read(message.expose(), ongoing));
        match (waiting, read) {
            (waiting, Ok(FromClient::Nothing)) => self.aside(waiting, None),
            (waiting, Ok(FromClient::Hello(message))) => self.aside(waiting, Some(message)),
            (waiting, Ok(FromClient::Bye)) => self.hang_up(&waiting),
            (_, Err(error)) => self.refuse(error.into()),
            (
                waiting,
                Ok(FromClient::Begin {
                    mechanism,
                    initial_response,
                }),
            ) => {
                if let State::Response(challenge) = waiting {
                    // Begun anew (RFC 6120 §6.4.2, RFC 4513 §5.2.1.2): the first is gone, without a word. It was an
                    // attempt all the same.
                    let attempts = self.attempts.saturating_sub(1);
                    if attempts == 0 {
                        return self.refuse(challenge.abort());
                    }
                    self.attempts = attempts;
                    self.events.push_back(Event::Refused(challenge.abort()));
                }
                self.begin(mechanism, initial_response);
            }
            (State::Response(challenge), Ok(FromClient::Response(response))) => {
                self.advance(challenge.respond(response.expose()));
            }
            (State::Response(challenge), Ok(FromClient::Abort)) => self.refuse(challenge.abort()),
            (_, Ok(FromClient::Response(_))) => self.refuse(Violation::Order.into()),
            (_, Ok(FromClient::Abort)) => self.refuse(sasl_core::Error::Cancelled.into()),
        }
    }

    /// What leads to no attempt, and is answered with this if with anything. Else a client could keep it up for ever.
    fn aside(&mut self, waiting: State, answer: Option<Wire>) {
        match self.asides.checked_sub(1) {
            Some(left) => {
                self.asides = left;
                self.events.extend(answer.map(Event::Send));
                self.state = waiting;
            }
            None => self.hang_up(&waiting),
        }
    }

    fn begin(&mut self, mechanism: MechanismName, initial_response: Option<Secret>) {
        self.ongoing = Some(mechanism);
        let offered = self.mechanisms.contains(&mechanism);
        let auth = Auth {
            mechanism,
            initial_response,
            offered: Arc::clone(&self.mechanisms),
            binding_types: Arc::clone(&self.binding_types),
            // All of these protocols have a field for it.
            success_data: SuccessData::Attached,
        };
        self.wait(Event::Auth(auth), offered);
    }

    /// Turns what the exchange wants into what the client hears and the application does.
    fn advance(&mut self, turn: Result<Turn, Failure>) {
        match turn {
            Ok(Turn::Challenge(challenge)) => {
                let message = self.protocol.challenge(challenge.data());
                if message.len() > self.protocol.max_sent() {
                    return self.refuse(Unusable::TooLong.into());
                }
                self.events.push_back(Event::Send(message));
                self.state = State::Response(challenge);
            }
            Ok(Turn::Ask(question)) => self.wait(Event::Ask(question), true),
            Ok(Turn::Compute(job)) => self.wait(Event::Compute(job), true),
            Ok(Turn::Done(login)) => {
                let message = self.protocol.success(&login);
                if message.len() > self.protocol.max_sent() {
                    return self.refuse(Unusable::TooLong.into());
                }
                self.events.push_back(Event::Send(message));
                self.events.push_back(Event::Done(login));
                self.state = State::Closed;
            }
            Err(failure) => self.refuse(failure),
        }
    }

    fn wait(&mut self, event: Event, offered: bool) {
        self.events.push_back(event);
        self.state = State::Turn { offered };
    }

    /// The attempt has failed. A mechanism's last word is dropped: RFC 4422 §3.6.
    fn refuse(&mut self, failure: Failure) {
        self.attempts = self.attempts.saturating_sub(1);
        self.ongoing = None;
        let (message, may_go_on) = match self.protocol.failure(failure.error()) {
            Refusal::Told(message) => (Some(message), true),
            Refusal::Last(message) => (message, false),
        };
        self.events.extend(message.map(Event::Send));
        self.events.push_back(Event::Refused(failure));
        self.state = if may_go_on && self.attempts > 0 {
            State::Begin
        } else {
            State::Closed
        };
    }

    fn hang_up(&mut self, waiting: &State) {
        if matches!(waiting, State::Response(_)) {
            self.events
                .push_back(Event::Refused(Unavailable::Connection.into()));
        }
    }
}

impl<P> fmt::Debug for Server<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("mechanisms", &self.mechanisms)
            .finish_non_exhaustive()
    }
}
