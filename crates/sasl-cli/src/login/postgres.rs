//! PostgreSQL's session: what comes before its exchange, and messages out of a stream.

use sasl::client::{Failure, Turn};
use sasl::{Channel, Malformed, Protection, Unavailable, Unusable, Violation};
use sasl_profile::Wire;
use sasl_profile::framed::client::Event as Inner;
use sasl_profile::postgres::{Client, FromServer, message_len};

use super::session::{Event, Session, StartTls};

/// `SSLRequest`: its length and its code.
const SSL_REQUEST: &[u8] = &[0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];

/// Version 3.0 of the protocol.
const VERSION: &[u8] = &[0, 3, 0, 0];

pub(super) struct Postgres {
    inner: Client,
    wish: StartTls,
    state: State,
    /// `user NUL name NUL …`: what the start-up message says.
    startup: Vec<u8>,
    unread: Vec<u8>,
    ended: bool,
}

enum State {
    /// Nothing was sent.
    Fresh,
    /// The one octet that answers an `SSLRequest`.
    Answer,
    Handshake,
    /// The start-up message was sent; the server says how it authenticates.
    Started,
    /// With SASL.
    Sasl,
    Over(Failure),
}

impl Postgres {
    /// A session on a fresh connection, for a database of this user's.
    pub(super) fn new(
        user: &str,
        database: Option<&str>,
        wish: StartTls,
        channel: &Channel,
    ) -> Self {
        let mut startup = VERSION.to_vec();
        let database = database.map(|database| ["database", database]);
        for [name, value] in [["user", user]].into_iter().chain(database) {
            for text in [name, value] {
                // A name has no NUL in it.
                startup.extend(text.bytes().filter(|octet| *octet != 0));
                startup.push(0);
            }
        }
        startup.push(0);
        Self {
            inner: Client::new(),
            wish: match channel.protection() {
                Protection::Tls => StartTls::Never,
                _ => wish,
            },
            state: State::Fresh,
            startup,
            unread: Vec::new(),
            ended: false,
        }
    }

    fn start(&mut self) -> Event {
        self.state = State::Started;
        let len = self.startup.len().saturating_add(4);
        let len = u32::try_from(len).unwrap_or(u32::MAX).to_be_bytes();
        let message = [len.as_slice(), &self.startup].concat();
        Event::Send(Wire::from(message.as_slice()))
    }

    /// The answer to an `SSLRequest`.
    fn answer(&mut self) -> Event {
        match (self.unread.as_slice(), self.wish) {
            ([], _) if self.ended => self.fail(Unavailable::Connection),
            ([], _) => Event::Receive,
            ([b'S'], _) => {
                self.unread.clear();
                self.state = State::Handshake;
                Event::StartTls
            }
            // What stands behind it came in clear text, from anybody.
            ([b'S', ..], _) => self.fail(Violation::Premature),
            ([b'N'], StartTls::IfOffered) => {
                self.unread.clear();
                self.start()
            }
            ([b'N'], _) => self.fail(Unusable::ClearText),
            _ => self.fail(Malformed::Message),
        }
    }

    /// The next whole message, if it is here.
    fn message(&mut self) -> Result<Option<Vec<u8>>, Malformed> {
        let Some(len) = message_len(&self.unread)? else {
            return Ok(None);
        };
        Ok(Some(
            self.unread.drain(..len.min(self.unread.len())).collect(),
        ))
    }

    /// Brings the session inside what it waits for; an event when that cannot be.
    fn feed(&mut self) -> Option<Event> {
        let message = match self.message() {
            Ok(Some(message)) => message,
            Ok(None) if self.ended => {
                self.inner.receive(&[]);
                return None;
            }
            Ok(None) => return Some(Event::Receive),
            Err(malformed) => return Some(self.fail(malformed)),
        };
        if matches!(self.state, State::Started) {
            match FromServer::parse(&message) {
                // Trusted by the address, a certificate or the operating system.
                Ok(FromServer::Ok) => return Some(self.fail(Unusable::PreAuthenticated)),
                Ok(FromServer::Other(_)) => return Some(self.fail(Unusable::Mechanism)),
                Ok(FromServer::Sasl(_)) => self.state = State::Sasl,
                _ => {}
            }
        }
        self.inner.receive(&message);
        None
    }

    fn fail(&mut self, failure: impl Into<Failure>) -> Event {
        let failure = failure.into();
        self.state = State::Over(failure.clone());
        Event::Failed(failure)
    }
}

impl Session for Postgres {
    fn poll(&mut self) -> Event {
        match &self.state {
            State::Over(failure) => return Event::Failed(failure.clone()),
            State::Fresh if self.wish == StartTls::Never => return self.start(),
            State::Fresh => {
                self.state = State::Answer;
                return Event::Send(Wire::from(SSL_REQUEST));
            }
            State::Answer => return self.answer(),
            State::Handshake => return self.fail(sasl::Error::Cancelled),
            State::Started | State::Sasl => {}
        }
        loop {
            return match self.inner.poll() {
                Inner::Receive => match self.feed() {
                    Some(event) => event,
                    None => continue,
                },
                Inner::Send(octets) => Event::Send(octets),
                Inner::Offer(offer) => Event::Offer(offer),
                Inner::Compute(job) => Event::Compute(job),
                Inner::Done(login) => Event::Done(login),
                Inner::Failed(failure) => Event::Failed(failure),
            };
        }
    }

    fn receive(&mut self, octets: &[u8]) {
        self.ended |= octets.is_empty();
        self.unread.extend_from_slice(octets);
    }

    fn turn(&mut self, turn: Result<Turn, Failure>) {
        self.inner.turn(turn);
    }

    fn secured(&mut self, channel: &Channel) {
        match (&self.state, channel.protection()) {
            // Something may have been received since the event.
            (State::Handshake, Protection::Tls) if self.unread.is_empty() => {
                self.wish = StartTls::Never;
                self.state = State::Fresh;
            }
            (State::Handshake, Protection::Tls) => drop(self.fail(Violation::Premature)),
            _ => drop(self.fail(Unusable::ClearText)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sasl::Error;

    fn session(wish: StartTls) -> Postgres {
        Postgres::new("user", Some("db"), wish, &Channel::default())
    }

    fn failed(event: Event) -> Error {
        match event {
            Event::Failed(failure) => failure.error(),
            other => panic!("{other:?}"),
        }
    }

    fn sent(event: Event) -> Vec<u8> {
        match event {
            Event::Send(octets) => octets.to_vec(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_answers_a_request_for_tls_is_one_octet() {
        for (answer, wish, error) in [
            (&b"N"[..], StartTls::Require, Unusable::ClearText.into()),
            (b"S\0", StartTls::Require, Violation::Premature.into()),
            (
                b"SR\0\0\0\x17",
                StartTls::IfOffered,
                Violation::Premature.into(),
            ),
            (
                b"E\0\0\0\x05\0",
                StartTls::IfOffered,
                Malformed::Message.into(),
            ),
            (b"NN", StartTls::IfOffered, Malformed::Message.into()),
            (b"", StartTls::Require, Unavailable::Connection.into()),
        ] {
            let mut session = session(wish);
            assert_eq!(sent(session.poll()), SSL_REQUEST);
            assert!(matches!(session.poll(), Event::Receive));
            session.receive(answer);
            assert_eq!(failed(session.poll()), error, "{answer:?}");
            assert_eq!(failed(session.poll()), error, "it stays so");
        }
    }

    #[test]
    fn nothing_received_before_a_handshake_counts_after_it() {
        let mut session = session(StartTls::Require);
        let _ = sent(session.poll());
        session.receive(b"S");
        assert!(matches!(session.poll(), Event::StartTls));
        session.receive(b"R");
        session.secured(&Channel::new(Protection::Tls));
        assert_eq!(failed(session.poll()), Violation::Premature.into());
    }

    #[test]
    fn the_start_up_message_has_user_and_database() {
        let expected = b"\0\0\0\x1f\0\x03\0\0user\0user\0database\0db\0\0";
        assert_eq!(sent(session(StartTls::Never).poll()), expected);
        let mut session = session(StartTls::Require);
        let _ = sent(session.poll());
        session.receive(b"S");
        assert!(matches!(session.poll(), Event::StartTls));
        session.secured(&Channel::new(Protection::Tls));
        assert_eq!(sent(session.poll()), expected);
    }

    #[test]
    fn a_server_that_does_without_sasl_gets_nothing() {
        for (message, error) in [
            (&b"R\0\0\0\x08\0\0\0\0"[..], Unusable::PreAuthenticated),
            (b"R\0\0\0\x08\0\0\0\x03", Unusable::Mechanism),
            (b"R\0\0\0\x0c\0\0\0\x05salt", Unusable::Mechanism),
        ] {
            let mut session = session(StartTls::Never);
            let _ = sent(session.poll());
            for octet in message {
                assert!(matches!(session.poll(), Event::Receive));
                session.receive(&[*octet]);
            }
            assert_eq!(failed(session.poll()), error.into());
        }
    }
}
