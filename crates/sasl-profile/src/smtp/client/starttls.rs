//! STARTTLS (RFC 3207) on the client.

use sasl_core::{Channel, Error, Protection, Unusable};

use super::super::heard::{self, Heard};
use super::{Client, Event, State};
use crate::line::Lines;

/// Whether a client asks for TLS before it logs in (RFC 3207).
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

impl Client {
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
    /// `channel` is what the connection is now. All that the server said before is forgotten (RFC 3207 §4.2): the session
    /// says EHLO again, and [`Event::Offer`] has what is offered under TLS. A channel that is not under TLS, a server that
    /// was heard before the handshake, and a handshake that nobody waits for are the end.
    pub fn secured(&mut self, channel: &Channel) {
        match self.state {
            State::Handshake if channel.protection() == Protection::Tls => {
                // Something may have been received since the event.
                if self.is_in_step() {
                    self.lines = Lines::new(heard::LINE);
                    self.heard = Heard::default();
                    self.starttls = StartTls::Never;
                    self.ehlo();
                }
            }
            State::Handshake => self.fail(Unusable::ClearText),
            State::Over(_) => {}
            _ => self.fail(Error::Cancelled),
        }
    }

    /// The server waits for the handshake, and must not have said anything behind its 220: that was sent in clear text,
    /// by anybody, and would be taken for what came under TLS.
    pub(super) fn handshake(&mut self) {
        if self.is_in_step() {
            self.events.push_back(Event::StartTls);
            self.state = State::Handshake;
        }
    }
}
