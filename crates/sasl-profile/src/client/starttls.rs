//! STARTTLS on the client.

use sasl_core::{Channel, Error, Protection, Unusable};

use super::{Event, Protocol, Session, State};

/// Whether a client asks for TLS before it logs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StartTls {
    // Exhaustive on purpose: less than never, or more than always, there is not.
    /// Never.
    #[default]
    Never,
    /// If the server offers it. Somebody on the way can strike that out: then the channel stays as it is, and no
    /// mechanism is left that would send a secret in clear text.
    IfOffered,
    /// Always: without it the session fails with [`Unusable::ClearText`] before anything of a login was sent.
    Require,
}

impl StartTls {
    /// Whether to ask, now that it is known whether the server has it.
    pub(crate) fn wants(self, offered: bool) -> Result<bool, Error> {
        match (self, offered) {
            (Self::IfOffered | Self::Require, true) => Ok(true),
            // Who struck it out wants to read along.
            (Self::Require, false) => Err(Unusable::ClearText.into()),
            (Self::Never, _) | (Self::IfOffered, false) => Ok(false),
        }
    }
}

impl<P: Protocol> Session<P> {
    /// Sets whether to ask for TLS, unless `channel` is under TLS from its first octet on.
    ///
    /// When the server agrees there is an [`Event::StartTls`]. When it does not, though it had offered it, the session
    /// fails. What the server offered before the handshake is never used.
    #[must_use]
    pub fn with_starttls(mut self, starttls: StartTls, channel: &Channel) -> Self {
        self.starttls = match channel.protection() {
            Protection::Tls => StartTls::Never,
            _ => starttls,
        };
        self
    }

    /// Goes on under TLS: the answer to [`Event::StartTls`], after the handshake.
    ///
    /// `channel` is what the connection is now. All that the server said before is forgotten: the session asks again, and
    /// [`Event::Offer`] has what is offered under TLS. A channel that is not under TLS, a server that was heard before
    /// the handshake, and a handshake that nobody waits for are the end.
    pub fn secured(&mut self, channel: &Channel) {
        match self.state {
            State::Handshake if channel.protection() == Protection::Tls => {
                // Something may have been received since the event.
                if self.is_silent() {
                    self.lines = P::lines();
                    self.starttls = StartTls::Never;
                    self.state = State::Prelude;
                    self.events.extend(self.protocol.secured().map(Event::Send));
                }
            }
            State::Handshake => self.fail(Unusable::ClearText),
            State::Over(_) => {}
            _ => self.fail(Error::Cancelled),
        }
    }

    /// The server waits for the handshake, and must not have said anything behind its word for it: that was sent in
    /// clear text, by anybody, and would be taken for what came under TLS.
    pub(super) fn handshake(&mut self) {
        if self.is_silent() {
            self.events.push_back(Event::StartTls);
            self.state = State::Handshake;
        }
    }
}
