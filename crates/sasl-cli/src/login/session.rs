//! What all protocols' sessions have in common here.

use sasl::Channel;
use sasl::client::{Failure, Turn};
use sasl_profile::client::Protocol as Carrier;
pub(crate) use sasl_profile::client::{Event, StartTls};
use sasl_profile::{client, imap, irc, pop3, sieve, smtp};

use super::postgres::Postgres;
use super::scheme::Protocol;
use super::target::Target;

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
    target: &Target,
    user: Option<&str>,
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
    // Who registers with an IRC server has a name there, even who logs in as nobody.
    let name = user.unwrap_or("user");
    match target.scheme.protocol {
        Protocol::Smtp => ready(smtp::Client::new(own_name), starttls, channel),
        Protocol::Lmtp => ready(smtp::Client::lmtp(own_name), starttls, channel),
        Protocol::Imap => ready(imap::Client::new(), starttls, channel),
        Protocol::Pop3 => ready(pop3::Client::new(), starttls, channel),
        Protocol::Sieve => ready(sieve::Client::new(), starttls, channel),
        Protocol::Irc => ready(irc::Client::new(name), starttls, channel),
        Protocol::Postgres => {
            let database = target.database.as_deref();
            Box::new(Postgres::new(name, database, starttls, channel))
        }
    }
}
