//! A server's session, the same for every protocol.
//!
//! ```text
//!          ┌──────────────────────── poll ◄─────────────────────────┐
//!          ▼                                                        │
//!   Event::Send      write it                                       │
//!   Event::Receive   read ──► receive(octets)                       │
//!   Event::StartTls  handshake ──► secured(channel, mechanisms)     │
//!   Event::Auth      start an exchange ──► turn(..)                 │
//!   Event::Ask       answer the question ──► turn(..)               │
//!   Event::Compute   run it ──► turn(..)                            │
//!   Event::Refused   log it; the client may try again ──────────────┘
//!   Event::Done      the client is in, and has been told
//!   Event::Closed    close the connection
//! ```
//!
//! What differs from one protocol to the next is in their own modules, behind [`Protocol`].

mod auth;
mod dialect;
mod starttls;

pub use auth::Auth;
pub use dialect::Protocol;
pub(crate) use dialect::{Act, Answer, AuthCommand, Dialect, Farewell, Scene, Tls};

use alloc::collections::VecDeque;
use alloc::sync::Arc;
use core::{fmt, mem};

use sasl_core::server::{Authenticated, Challenge, Computation, Failure, Question, Turn};
use sasl_core::{Malformed, MechanismName, Unavailable, Unusable};

use crate::line::{Line, Lines};
use crate::wire::Wire;

/// What the application has to do next.
#[derive(Debug)]
#[must_use = "a session whose event is dropped gets no further"]
pub enum Event {
    // Exhaustive on purpose: an application has to treat every one.
    /// Send this to the client.
    Send(Wire),
    /// Receive what the client sends and bring it to [`Session::receive`].
    Receive,
    /// The client has been told to begin with TLS: do the handshake, and bring what became of the channel to
    /// [`Session::secured`]. Only with [`Session::with_starttls`]. If the handshake fails, close the connection.
    StartTls,
    /// The client asks to authenticate: start an exchange and bring its first turn to [`Session::turn`].
    Auth(Auth),
    /// Answer this, and bring the turn.
    Ask(Question),
    /// Run this, off the runtime if there is one, and bring the turn.
    Compute(Computation),
    /// The client is in, and has been told so. Only this means it.
    Done(Authenticated),
    /// An attempt failed, and the client has been told as much of it as it may hear. It may try again, but after
    /// [`Violation::Premature`](sasl_core::Violation::Premature): then somebody spoke before a TLS handshake.
    Refused(Failure),
    /// It is over: close the connection.
    Closed,
}

/// One connection of a server, from the greeting to a login.
///
/// Protocols name it: [`smtp::Server`](crate::smtp::Server) is one, and has the constructor and the commands that it
/// answers by itself. A server that does more than logging in goes on by itself after [`Event::Done`], with
/// [`into_unread`](Self::into_unread).
///
/// What a client gets to hear depends on the octets that it sent and not on how they were cut. One that does not wait
/// for replies has its lines taken one after the other all the same; only behind STARTTLS nothing may stand.
pub struct Session<P> {
    protocol: P,
    mechanisms: Arc<[MechanismName]>,
    attempts: u32,
    commands: u32,
    tls: Tls,
    authenticated: bool,
    lines: Lines,
    ended: bool,
    state: State,
    events: VecDeque<Event>,
}

/// What is waited for.
enum State {
    /// The greeting goes out first: with the next poll, when all settings are made.
    Fresh,
    /// A command from the client.
    Command,
    /// A response from the client.
    Response(Challenge),
    /// A turn from the application, of a mechanism that was offered or not.
    Turn { offered: bool },
    /// The end of a TLS handshake.
    Handshake,
    /// Nothing any more.
    Closed,
}

impl<P> Session<P> {
    /// Failed attempts until the connection is closed, unless the application says otherwise: RFC 4954 §9 wants no fewer
    /// than 3 of an SMTP server.
    pub const ATTEMPTS: u32 = 3;

    /// Commands that lead to no attempt until the connection is closed, unless the application says otherwise. A client
    /// that logs in and nothing else has three or four.
    pub const COMMANDS: u32 = 100;
}

impl<P: Protocol> Session<P> {
    /// A session on a fresh connection.
    pub(crate) fn begin(protocol: P, mechanisms: impl IntoIterator<Item = MechanismName>) -> Self {
        Self {
            protocol,
            mechanisms: mechanisms.into_iter().collect(),
            attempts: Self::ATTEMPTS,
            commands: Self::COMMANDS,
            tls: Tls::Unknown,
            authenticated: false,
            lines: P::lines(),
            ended: false,
            state: State::Fresh,
            events: VecDeque::new(),
        }
    }

    /// For what only one protocol has to set.
    pub(crate) fn protocol_mut(&mut self) -> &mut P {
        &mut self.protocol
    }

    /// Sets how many attempts may fail, at least 1. The command after the last is answered with the end of the
    /// connection.
    ///
    /// Every attempt counts, however it fails: a token is refused in a challenge, and a client that then cancels has
    /// made its guess all the same.
    #[must_use]
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// Sets how many commands may lead to no attempt, such as NOOP and what is none; at least 1. The one after the last
    /// is answered with the end of the connection.
    #[must_use]
    pub fn with_commands(mut self, commands: u32) -> Self {
        self.commands = commands.max(1);
        self
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
                // Without the word that the handshake is done there is nobody to talk to.
                State::Closed | State::Handshake => return Event::Closed,
                State::Fresh => {
                    let greeting = self.protocol.greeting(self.scene());
                    self.events.extend(greeting.map(Event::Send));
                    self.state = State::Command;
                }
                State::Turn { .. } => self.refuse(Unavailable::Store.into()),
                waiting => match self.lines.next() {
                    Some(line) => self.line(waiting, line),
                    None if self.ended => self.hang_up(&waiting),
                    None => {
                        self.state = waiting;
                        return Event::Receive;
                    }
                },
            }
        }
    }

    /// Takes what the client sent. No octets at all are the end of the connection.
    ///
    /// Meant as the answer to [`Event::Receive`]. Called more often, the session keeps what it has not come to.
    pub fn receive(&mut self, octets: &[u8]) {
        self.ended |= octets.is_empty();
        if !self.ended {
            self.lines.receive(octets);
        }
    }

    /// Goes on with an exchange: the answer to [`Event::Auth`], [`Event::Ask`] and [`Event::Compute`].
    ///
    /// A turn that nobody waits for, even [`Turn::Done`], is a mistake of the application: it logs nobody in, and the
    /// connection is closed with an internal error.
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
            State::Fresh | State::Command | State::Response(_) | State::Handshake => {
                self.part(Farewell::Confused);
            }
        }
    }

    /// Ends the session and hands out what came in and was not read, for an application that goes on by itself after
    /// [`Event::Done`].
    pub fn into_unread(self) -> Wire {
        self.lines.into_unread()
    }

    fn line(&mut self, waiting: State, line: Line) {
        match (waiting, line) {
            (waiting, Line::Broken(malformed)) => {
                self.part(Farewell::Broken(malformed));
                if matches!(waiting, State::Response(_)) {
                    self.events.push_back(Event::Refused(malformed.into()));
                }
            }
            (State::Response(challenge), Line::Whole(text)) => {
                self.response(challenge, text.expose());
            }
            (State::Response(_), Line::TooLong) => self.refuse(Malformed::TooLong.into()),
            (_, Line::Whole(text)) => {
                let act = self.protocol.command(text.expose(), self.scene());
                self.act(act);
            }
            (_, Line::TooLong) => {
                let words = self.protocol.too_long();
                self.act(Act::Say(words));
            }
        }
    }

    fn response(&mut self, challenge: Challenge, text: &[u8]) {
        let turn = match self.protocol.response(text) {
            Answer::Cancel => Err(challenge.abort()),
            Answer::Response(response) => response
                .map_err(Failure::from)
                .and_then(|response| challenge.respond(response.expose())),
            Answer::Quit(words) => {
                self.say(words);
                return self.hang_up(&State::Response(challenge));
            }
            Answer::More(words) => {
                // Else a client could keep this up for ever.
                if self.spend() {
                    self.events.extend(words.map(Event::Send));
                    self.state = State::Response(challenge);
                } else {
                    self.hang_up(&State::Response(challenge));
                }
                return;
            }
        };
        self.advance(turn);
    }

    /// Turns what the exchange wants into what the client hears and the application does.
    fn advance(&mut self, turn: Result<Turn, Failure>) {
        match turn {
            Ok(Turn::Challenge(challenge)) => {
                let words = self.protocol.challenge(challenge.data());
                self.say(words);
                self.state = State::Response(challenge);
            }
            Ok(Turn::Ask(question)) => self.wait(Event::Ask(question), true),
            Ok(Turn::Compute(job)) => self.wait(Event::Compute(job), true),
            Ok(Turn::Done(login)) => {
                self.authenticated = true;
                self.state = State::Command;
                let words = self.protocol.success(&login);
                self.say(words);
                self.events.push_back(Event::Done(login));
            }
            Err(failure) => self.refuse(failure),
        }
    }

    fn wait(&mut self, event: Event, offered: bool) {
        self.events.push_back(event);
        self.state = State::Turn { offered };
    }

    /// The attempt has failed. A mechanism's last word is dropped (RFC 4422 §3.6): clients know the protocol's refusal,
    /// and few would answer one more challenge first.
    fn refuse(&mut self, failure: Failure) {
        self.attempts = self.attempts.saturating_sub(1);
        self.state = State::Command;
        let words = self.protocol.refusal(failure.error());
        self.say(words);
        self.events.push_back(Event::Refused(failure));
    }

    fn act(&mut self, act: Act) {
        if let Act::Quit(words) = act {
            return self.say(words);
        }
        // RFC 4954 §9. The last attempt was answered as all others: the end alone looks like a passing trouble.
        if self.attempts == 0 {
            return self.part(Farewell::TooManyAttempts);
        }
        if !matches!(act, Act::Auth(_)) && !self.spend() {
            return;
        }
        self.state = State::Command;
        match act {
            Act::Say(words) => self.say(words),
            Act::StartTls(words) => self.starttls(words),
            Act::Auth(Ok(command)) => self.auth(command),
            Act::Auth(Err(error)) => self.refuse(error.into()),
            Act::Nothing | Act::Quit(_) => {}
        }
    }

    /// Takes one command from what is left of them. After the last the client hears of it, and that is all.
    fn spend(&mut self) -> bool {
        match self.commands.checked_sub(1) {
            Some(left) => {
                self.commands = left;
                true
            }
            None => {
                self.part(Farewell::TooManyCommands);
                false
            }
        }
    }

    fn auth(&mut self, command: AuthCommand) {
        let offered = self.mechanisms.contains(&command.mechanism);
        let auth = Auth {
            mechanism: command.mechanism,
            initial_response: command.initial_response,
            offered: Arc::clone(&self.mechanisms),
            binding_types: Arc::default(),
            success_data: P::SUCCESS_DATA,
        };
        self.wait(Event::Auth(auth), offered);
    }

    fn hang_up(&mut self, waiting: &State) {
        if matches!(waiting, State::Response(_)) {
            self.events
                .push_back(Event::Refused(Unavailable::Connection.into()));
        }
    }

    /// What a command may depend on.
    fn scene(&self) -> Scene {
        Scene {
            mechanisms: Arc::clone(&self.mechanisms),
            tls: self.tls,
            authenticated: self.authenticated,
        }
    }

    fn say(&mut self, words: Wire) {
        self.events.push_back(Event::Send(words));
    }

    /// The last words; the connection is closed behind them.
    fn part(&mut self, farewell: Farewell) {
        let words = self.protocol.farewell(farewell);
        self.say(words);
    }
}

impl<P: fmt::Debug> fmt::Debug for Session<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("protocol", &self.protocol)
            .field("mechanisms", &self.mechanisms)
            .field("authenticated", &self.authenticated)
            .finish_non_exhaustive()
    }
}
