//! What all protocols' sessions have in common here.

use sasl::Channel;
use sasl::client::{Failure, Turn};
use sasl_profile::client::Protocol as Carrier;
pub(crate) use sasl_profile::client::{Event, StartTls};
use sasl_profile::{client, imap, pop3, sieve, smtp};

use super::scheme::Protocol;

/// A client's session of some protocol.
pub(crate) trait Session {
    fn poll(&mut self) -> Event;
    fn receive(&mut self, octets: &[u8]);
    fn turn(&mut self, turn: Result<Turn, Failure>);
    fn secured(&mut self, channel: &Channel);
}

impl<P: Carrier> Session for client::Session<P> {
    fn poll(&mut self) -> Event {
        self.poll()
    }

    fn receive(&mut self, octets: &[u8]) {
        self.receive(octets);
    }

    fn turn(&mut self, turn: Result<Turn, Failure>) {
        self.turn(turn);
    }

    fn secured(&mut self, channel: &Channel) {
        self.secured(channel);
    }
}

/// A session on a fresh connection.
pub(crate) fn open(
    protocol: Protocol,
    own_name: &str,
    starttls: StartTls,
    channel: &Channel,
) -> Box<dyn Session> {
    fn ready<P: Carrier + 'static>(
        session: client::Session<P>,
        starttls: StartTls,
        channel: &Channel,
    ) -> Box<dyn Session> {
        Box::new(session.with_starttls(starttls, channel))
    }
    match protocol {
        Protocol::Smtp => ready(smtp::Client::new(own_name), starttls, channel),
        Protocol::Lmtp => ready(smtp::Client::lmtp(own_name), starttls, channel),
        Protocol::Imap => ready(imap::Client::new(), starttls, channel),
        Protocol::Pop3 => ready(pop3::Client::new(), starttls, channel),
        Protocol::Sieve => ready(sieve::Client::new(), starttls, channel),
    }
}
