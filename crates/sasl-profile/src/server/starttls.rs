//! STARTTLS on the server.

use alloc::sync::Arc;

use sasl_core::{Channel, MechanismName, Protection, Violation};

use super::{Event, Farewell, Protocol, Session, State, Tls};
use crate::wire::Wire;

impl<P: Protocol> Session<P> {
    /// Offers STARTTLS, unless `channel` is under TLS from its first octet on.
    ///
    /// Who asks for it is told to begin, and the application gets an [`Event::StartTls`].
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
        if self.ended {
            return;
        }
        self.lines = P::lines();
        self.mechanisms = mechanisms.into_iter().collect::<Arc<_>>();
        self.tls = Tls::Active;
        self.state = State::Command;
        let words = self.protocol.secured(self.scene());
        self.events.extend(words.map(Event::Send));
    }

    /// The protocol allows it; it remains to be seen whether anything stands behind the line. That was sent in clear
    /// text, by anybody, and would be taken for what came under TLS (CVE-2011-0411). No honest client sends it.
    pub(super) fn starttls(&mut self, words: Wire) {
        if self.lines.is_empty() {
            self.say(words);
            self.events.push_back(Event::StartTls);
            self.state = State::Handshake;
        } else {
            self.state = State::Closed;
            self.part(Farewell::Premature);
            self.events
                .push_back(Event::Refused(Violation::Premature.into()));
        }
    }
}
