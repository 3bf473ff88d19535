//! STARTTLS (RFC 3207) on the server.

use alloc::sync::Arc;

use sasl_core::{Channel, MechanismName, Protection, Violation};

use super::super::{command, reply};
use super::{Event, Server, Stage, State, Tls};
use crate::line::Lines;

impl Server {
    /// Offers STARTTLS, unless `channel` is under TLS from its first octet on.
    ///
    /// Who asks for it gets a 220, and the application an [`Event::StartTls`].
    #[must_use]
    pub fn with_starttls(mut self, channel: &Channel) -> Self {
        self.tls = match channel.protection() {
            Protection::Tls => Tls::Active,
            _ => Tls::Offered,
        };
        self
    }

    /// Goes on under TLS: the answer to [`Event::StartTls`], after the handshake.
    ///
    /// `channel` is what the connection is now, and `mechanisms` is what is offered on it. All that the client said before
    /// is forgotten (RFC 3207 §4.2) but for the attempts that failed. A channel that is not under TLS, a client that was
    /// heard before the handshake, and a handshake that nobody waits for have no way on: the connection is closed.
    ///
    /// Octets that were read together with the STARTTLS line belong to [`receive`](Self::receive), which refuses them, and
    /// not to the handshake: what an application buffers itself it has to check itself.
    pub fn secured(
        &mut self,
        channel: &Channel,
        mechanisms: impl IntoIterator<Item = MechanismName>,
    ) {
        let awaited = matches!(self.state, State::Handshake);
        self.state = State::Closed;
        if !awaited || channel.protection() != Protection::Tls {
            return;
        }
        if !self.lines.is_empty() {
            // A reply would be the first thing that is said under TLS, to somebody who did not ask.
            self.events
                .push_back(Event::Refused(Violation::Premature.into()));
            return;
        }
        self.lines = Lines::new(command::LINE);
        self.mechanisms = mechanisms.into_iter().collect::<Arc<_>>();
        self.stage = Stage::Connected;
        self.tls = Tls::Active;
        self.state = State::Command;
    }

    /// Whether the answer to EHLO has STARTTLS. Under TLS it must not (RFC 3207 §4.2), and after a login there is no way
    /// back.
    pub(super) fn offers_starttls(&self) -> bool {
        self.tls == Tls::Offered && self.stage != Stage::Authenticated
    }

    pub(super) fn starttls(&mut self, arguments: &[u8]) {
        match (self.tls, self.stage) {
            (Tls::Unknown, _) => self.say(reply::UNIMPLEMENTED),
            (Tls::Active, _) => self.say(reply::TLS_IS_ACTIVE),
            // What a login was worth would be forgotten together with it.
            (Tls::Offered, Stage::Authenticated) => self.say(reply::ALREADY),
            (Tls::Offered, Stage::Connected) => self.say(reply::EHLO_FIRST),
            (Tls::Offered, Stage::SaidEhlo) if !arguments.is_empty() => {
                self.say(reply::NO_PARAMETERS);
            }
            // What stands behind the line was sent in clear text, by anybody, and would be taken for what came under TLS
            // (CVE-2011-0411). No honest client sends it.
            (Tls::Offered, Stage::SaidEhlo) if !self.lines.is_empty() => {
                self.state = State::Closed;
                self.say(reply::PREMATURE);
                self.events
                    .push_back(Event::Refused(Violation::Premature.into()));
            }
            (Tls::Offered, Stage::SaidEhlo) => {
                self.say(reply::START_TLS);
                self.events.push_back(Event::StartTls);
                self.state = State::Handshake;
            }
        }
    }
}
