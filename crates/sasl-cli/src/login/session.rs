//! What all protocols' sessions have in common here.

use sasl::Channel;
use sasl::client::{Failure, Turn};
use sasl_profile::client::Protocol as Carrier;
pub(crate) use sasl_profile::client::{Event, StartTls};
use sasl_profile::{Wire, client, imap, irc, pop3, sieve, smtp};

use super::answer::Answer;
use super::framed::{Amqp, Framed, Ldap, Opening, Passed, Postgres, Xmpp};
use super::scheme::Protocol;
use super::target::Target;

/// A client's session of some protocol.
pub(crate) trait Session {
    fn poll(&mut self) -> Event;
    fn receive(&mut self, octets: &[u8]);
    fn turn(&mut self, turn: Result<Turn, Failure>);
    fn secured(&mut self, channel: &Channel);

    /// What passed since it was last asked, in words; `None` where it is lines that can be shown as they are.
    fn passed(&mut self) -> Option<Vec<Passed>> {
        None
    }

    /// What the server said last, where that is none of lines.
    fn answer(&self) -> Option<Answer> {
        None
    }

    /// The word with which a client leaves that has logged in, if there is one.
    fn farewell(&mut self) -> Option<Wire> {
        None
    }
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
    let opening = || Opening::new(target, user, starttls, channel);
    match target.scheme.protocol {
        Protocol::Smtp => ready(smtp::Client::new(own_name), starttls, channel),
        Protocol::Lmtp => ready(smtp::Client::lmtp(own_name), starttls, channel),
        Protocol::Imap => ready(imap::Client::new(), starttls, channel),
        Protocol::Pop3 => ready(pop3::Client::new(), starttls, channel),
        Protocol::Sieve => ready(sieve::Client::new(), starttls, channel),
        Protocol::Irc => ready(irc::Client::new(name), starttls, channel),
        Protocol::Xmpp => Box::new(Framed::new(Xmpp::new(opening()))),
        Protocol::Ldap => Box::new(Framed::new(Ldap::new(opening()))),
        Protocol::Amqp => Box::new(Framed::new(Amqp::new(opening()))),
        Protocol::Postgres => Box::new(Framed::new(Postgres::new(opening()))),
    }
}
