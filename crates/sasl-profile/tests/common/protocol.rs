//! The protocols, and their sessions as one type.

use sasl_core::{Channel, MechanismName, client, server};
use sasl_profile::client::StartTls;
use sasl_profile::{Wire, imap, irc, pop3, sieve, smtp};

use super::Setup;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Protocol {
    Smtp,
    Lmtp,
    Imap,
    Pop3,
    Sieve,
    Irc,
}

impl Protocol {
    /// By the name of its folder.
    pub(crate) fn named(name: &str) -> Self {
        match name {
            "smtp" => Self::Smtp,
            "lmtp" => Self::Lmtp,
            "imap" => Self::Imap,
            "pop3" => Self::Pop3,
            "sieve" => Self::Sieve,
            "irc" => Self::Irc,
            _ => panic!("{name}"),
        }
    }

    pub(crate) fn server(self, setup: &Setup) -> Box<dyn AnyServer> {
        let mechanisms = setup.mechanisms.clone();
        match self {
            Self::Smtp => set_server(smtp::Server::new("mail.example.org", mechanisms), setup),
            Self::Lmtp => set_server(smtp::Server::lmtp("mail.example.org", mechanisms), setup),
            Self::Imap => set_server(imap::Server::new("mail.example.org", mechanisms), setup),
            Self::Pop3 => set_server(pop3::Server::new("mail.example.org", mechanisms), setup),
            Self::Sieve => set_server(sieve::Server::new("Example 1", mechanisms), setup),
            Self::Irc => set_server(irc::Server::new("irc.example.org", mechanisms), setup),
        }
    }

    pub(crate) fn client(self, setup: &Setup) -> Box<dyn AnyClient> {
        match self {
            Self::Smtp => set_client(smtp::Client::new("client.example.org"), setup),
            Self::Lmtp => set_client(smtp::Client::lmtp("client.example.org"), setup),
            Self::Imap => set_client(imap::Client::new(), setup),
            Self::Pop3 => set_client(pop3::Client::new(), setup),
            Self::Sieve => set_client(sieve::Client::new(), setup),
            Self::Irc => set_client(irc::Client::new("nick"), setup),
        }
    }
}

fn set_server<P: sasl_profile::server::Protocol + 'static>(
    mut session: sasl_profile::server::Session<P>,
    setup: &Setup,
) -> Box<dyn AnyServer> {
    if let Some(attempts) = setup.attempts {
        session = session.with_attempts(attempts);
    }
    if let Some(commands) = setup.commands {
        session = session.with_commands(commands);
    }
    if setup.starttls != StartTls::Never {
        session = session.with_starttls(&setup.channel());
    }
    Box::new(session)
}

fn set_client<P: sasl_profile::client::Protocol + 'static>(
    session: sasl_profile::client::Session<P>,
    setup: &Setup,
) -> Box<dyn AnyClient> {
    Box::new(session.with_starttls(setup.starttls, &setup.channel()))
}

/// A server's session of any protocol.
pub(crate) trait AnyServer {
    fn poll(&mut self) -> sasl_profile::server::Event;
    fn receive(&mut self, octets: &[u8]);
    fn turn(&mut self, turn: Result<server::Turn, server::Failure>);
    fn secured(&mut self, channel: &Channel, mechanisms: Vec<MechanismName>);
    fn into_unread(self: Box<Self>) -> Wire;
}

impl<P: sasl_profile::server::Protocol> AnyServer for sasl_profile::server::Session<P> {
    fn poll(&mut self) -> sasl_profile::server::Event {
        self.poll()
    }

    fn receive(&mut self, octets: &[u8]) {
        self.receive(octets);
    }

    fn turn(&mut self, turn: Result<server::Turn, server::Failure>) {
        self.turn(turn);
    }

    fn secured(&mut self, channel: &Channel, mechanisms: Vec<MechanismName>) {
        self.secured(channel, mechanisms);
    }

    fn into_unread(self: Box<Self>) -> Wire {
        (*self).into_unread()
    }
}

/// A client's session of any protocol.
pub(crate) trait AnyClient {
    fn poll(&mut self) -> sasl_profile::client::Event;
    fn receive(&mut self, octets: &[u8]);
    fn turn(&mut self, turn: Result<client::Turn, client::Failure>);
    fn secured(&mut self, channel: &Channel);
}

impl<P: sasl_profile::client::Protocol> AnyClient for sasl_profile::client::Session<P> {
    fn poll(&mut self) -> sasl_profile::client::Event {
        self.poll()
    }

    fn receive(&mut self, octets: &[u8]) {
        self.receive(octets);
    }

    fn turn(&mut self, turn: Result<client::Turn, client::Failure>) {
        self.turn(turn);
    }

    fn secured(&mut self, channel: &Channel) {
        self.secured(channel);
    }
}
