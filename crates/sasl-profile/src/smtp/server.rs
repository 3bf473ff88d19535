//! The server's side.
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

mod auth;
mod starttls;

pub use auth::Auth;

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::sync::Arc;
use core::{fmt, mem};

use sasl_core::server::{Authenticated, Challenge, Computation, Failure, Question, Turn};
use sasl_core::{Malformed, MechanismName, Unavailable, Unusable};

use super::command::{self, AuthArguments, Command};
use super::{host, reply};
use crate::line::{Line, Lines};
use crate::wire::Wire;

/// What the application has to do next.
#[derive(Debug)]
#[must_use = "a session whose event is dropped gets no further"]
pub enum Event {
    // Exhaustive on purpose: an application has to treat every one.
    /// Send this to the client.
    Send(Wire),
    /// Receive what the client sends and bring it to [`Server::receive`].
    Receive,
    /// The client has been told to begin with TLS: do the handshake, and bring what became of the channel to
    /// [`Server::secured`]. Only with [`Server::with_starttls`]. If the handshake fails, close the connection.
    StartTls,
    /// The client asks to authenticate: start an exchange and bring its first turn to [`Server::turn`].
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

/// One connection of an SMTP server, from the greeting to a login.
///
/// It answers all commands itself: EHLO, HELO, STARTTLS, AUTH, NOOP, RSET, HELP, VRFY and QUIT, and what sends mail with 530, or
/// with 502 after a login. A server that does more than logging in goes on by itself after [`Event::Done`], with
/// [`into_unread`](Self::into_unread).
///
/// What a client gets to hear depends on the octets that it sent and not on how they were cut. One that does not wait
/// for replies, as RFC 2920 §3.1 would have it for AUTH, has its lines taken one after the other all the same; only
/// behind STARTTLS nothing may stand.
pub struct Server {
    host: Box<str>,
    mechanisms: Arc<[MechanismName]>,
    attempts: u32,
    commands: u32,
    tls: Tls,
    lines: Lines,
    ended: bool,
    stage: Stage,
    state: State,
    events: VecDeque<Event>,
}

/// How far the client has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Connected,
    SaidEhlo,
    Authenticated,
}

/// What is to be said of TLS.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tls {
    /// Nothing.
    Unknown,
    /// It can be had.
    Offered,
    /// It is there.
    Active,
}

/// What is waited for.
enum State {
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

impl Server {
    /// Failed attempts until the connection is closed, unless the application says otherwise: no fewer than 3, says
    /// RFC 4954 §9.
    pub const ATTEMPTS: u32 = 3;

    /// Commands that lead to no attempt until the connection is closed, unless the application says otherwise. A client
    /// that logs in and nothing else has three or four.
    pub const COMMANDS: u32 = 100;

    /// A session on a fresh connection.
    ///
    /// `name` is the server's host name; only printable ASCII of it is used. `mechanisms` is what the answer to EHLO
    /// offers, in this order; nothing else can log in.
    #[must_use]
    pub fn new(name: &str, mechanisms: impl IntoIterator<Item = MechanismName>) -> Self {
        let host = host(name);
        let greeting = Event::Send(reply::greeting(&host));
        Self {
            host,
            mechanisms: mechanisms.into_iter().collect(),
            attempts: Self::ATTEMPTS,
            commands: Self::COMMANDS,
            tls: Tls::Unknown,
            lines: Lines::new(command::LINE),
            ended: false,
            stage: Stage::Connected,
            state: State::Command,
            events: [greeting].into(),
        }
    }

    /// Sets how many attempts may fail, at least 1. The command after the last is answered with 421 and the end.
    ///
    /// Every attempt counts, however it fails: a token is refused in a challenge, and a client that then cancels has
    /// made its guess all the same.
    #[must_use]
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// Sets how many commands may lead to no attempt, such as NOOP, EHLO and what is none; at least 1. The one after the
    /// last is answered with 421 and the end.
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
    /// connection is closed with 421.
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
            State::Command | State::Response(_) | State::Handshake => self.say(reply::CONFUSED),
        }
    }

    /// Ends the session and hands out what came in and was not read, for an application that goes on by itself after
    /// [`Event::Done`].
    pub fn into_unread(self) -> Wire {
        self.lines.into_unread()
    }

    fn line(&mut self, waiting: State, line: Line) {
        match (waiting, line) {
            (State::Response(_), Line::BadEnd) => {
                self.say(reply::BAD_END);
                self.events
                    .push_back(Event::Refused(Malformed::Line.into()));
            }
            (_, Line::BadEnd) => self.say(reply::BAD_END),
            (State::Response(challenge), Line::Whole(text)) => {
                self.response(challenge, text.expose());
            }
            (State::Response(_), Line::TooLong) => self.refuse(Malformed::TooLong.into()),
            (_, line) => self.command(&line),
        }
    }

    fn response(&mut self, challenge: Challenge, text: &[u8]) {
        let turn = match text {
            // RFC 4954 §4.
            b"*" => Err(challenge.abort()),
            // `=` is an empty response as an initial one only: here it is bad base64.
            text => command::decode(text)
                .map_err(Failure::from)
                .and_then(|response| challenge.respond(response.expose())),
        };
        self.advance(turn);
    }

    /// Turns what the exchange wants into what the client hears and the application does.
    fn advance(&mut self, turn: Result<Turn, Failure>) {
        match turn {
            Ok(Turn::Challenge(challenge)) => {
                let data = reply::challenge(challenge.data());
                self.events.push_back(Event::Send(data));
                self.state = State::Response(challenge);
            }
            Ok(Turn::Ask(question)) => self.wait(Event::Ask(question), true),
            Ok(Turn::Compute(job)) => self.wait(Event::Compute(job), true),
            Ok(Turn::Done(login)) => {
                self.stage = Stage::Authenticated;
                self.state = State::Command;
                self.say(reply::SUCCEEDED);
                self.events.push_back(Event::Done(login));
            }
            Err(failure) => self.refuse(failure),
        }
    }

    fn wait(&mut self, event: Event, offered: bool) {
        self.events.push_back(event);
        self.state = State::Turn { offered };
    }

    /// The attempt has failed. A mechanism's last word is dropped (RFC 4422 §3.6): clients know 535, and few would
    /// answer one more challenge first.
    fn refuse(&mut self, failure: Failure) {
        self.attempts = self.attempts.saturating_sub(1);
        self.state = State::Command;
        self.say(reply::refusal(failure.error()));
        self.events.push_back(Event::Refused(failure));
    }

    fn command(&mut self, line: &Line) {
        let command = match line {
            Line::Whole(line) => Command::parse(line.expose()),
            _ => Command::TooLong,
        };
        if matches!(command, Command::Quit) {
            return self.say(reply::BYE);
        }
        // RFC 4954 §9. The last attempt was answered as all others: "421" alone looks like a passing trouble.
        if self.attempts == 0 {
            return self.say(reply::TOO_MANY_ATTEMPTS);
        }
        if !(matches!(command, Command::Auth(_)) && self.stage == Stage::SaidEhlo) {
            match self.commands.checked_sub(1) {
                Some(left) => self.commands = left,
                None => return self.say(reply::TOO_MANY_COMMANDS),
            }
        }
        self.state = State::Command;
        match command {
            Command::Ehlo => self.ehlo(),
            Command::Helo => self.helo(),
            Command::Nameless => self.say(reply::NAMELESS),
            Command::StartTls(arguments) => self.starttls(arguments),
            Command::Auth(arguments) => self.auth(arguments),
            Command::Noop | Command::Rset => self.say(reply::OK),
            Command::Help => self.say(reply::HELP),
            Command::Vrfy => self.say(reply::NOT_VERIFIED),
            Command::Mail if self.stage != Stage::Authenticated => self.say(reply::LOGIN_FIRST),
            Command::Mail | Command::Unimplemented => self.say(reply::UNIMPLEMENTED),
            Command::TooLong => self.say(reply::TOO_LONG),
            Command::Unknown | Command::Quit => self.say(reply::UNKNOWN),
        }
    }

    fn ehlo(&mut self) {
        // After a login there is nothing left to offer.
        let mechanisms: &[_] = match self.stage {
            Stage::Authenticated => &[],
            _ => &self.mechanisms,
        };
        let starttls = self.offers_starttls();
        let capabilities = reply::capabilities(&self.host, starttls, mechanisms);
        self.events.push_back(Event::Send(capabilities));
        if self.stage == Stage::Connected {
            self.stage = Stage::SaidEhlo;
        }
    }

    fn helo(&mut self) {
        let hello = reply::hello(&self.host);
        self.events.push_back(Event::Send(hello));
        if self.stage == Stage::SaidEhlo {
            self.stage = Stage::Connected;
        }
    }

    fn auth(&mut self, arguments: &[u8]) {
        match self.stage {
            Stage::Connected => self.say(reply::EHLO_FIRST),
            Stage::Authenticated => self.say(reply::ALREADY),
            Stage::SaidEhlo => match AuthArguments::parse(arguments) {
                Err(error) => self.refuse(error.into()),
                Ok(AuthArguments {
                    mechanism,
                    initial_response,
                }) => {
                    let auth = Auth {
                        mechanism,
                        initial_response,
                        offered: Arc::clone(&self.mechanisms),
                    };
                    let offered = self.mechanisms.contains(&mechanism);
                    self.wait(Event::Auth(auth), offered);
                }
            },
        }
    }

    fn hang_up(&mut self, waiting: &State) {
        if matches!(waiting, State::Response(_)) {
            self.events
                .push_back(Event::Refused(Unavailable::Connection.into()));
        }
    }

    fn say(&mut self, text: &str) {
        self.events.push_back(Event::Send(reply::line(text)));
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("host", &self.host)
            .field("mechanisms", &self.mechanisms)
            .field("authenticated", &(self.stage == Stage::Authenticated))
            .finish_non_exhaustive()
    }
}
