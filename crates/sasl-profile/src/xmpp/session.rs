//! How the sessions speak XMPP.

use sasl_core::server::Authenticated;
use sasl_core::{BindingName, Error, Malformed, MechanismName, Offer};

use super::failure::{Condition, Failure};
use super::features::Features;
use super::{FromClient, FromServer, MAX, from_client, from_server};
use crate::framed::{self, ClientProtocol, Refusal, ServerProtocol};
use crate::wire::Wire;

/// A server's part in a SASL negotiation. Put [`features`](Server::features) into the stream's features first.
///
/// A second `<auth/>` in an exchange discards the first (RFC 6120 §6.4.2).
pub type Server = framed::Server<Xmpp>;

/// A client's part in a SASL negotiation.
pub type Client = framed::Client<Xmpp>;

/// XMPP to a session.
#[derive(Debug, Default)]
pub struct Xmpp(());

/// Attempts: no fewer than 2, no more than 5 (RFC 6120 §6.4.5).
pub(crate) const ATTEMPTS: core::ops::RangeInclusive<u32> = 2..=5;

impl Server {
    /// A session that offers these mechanisms, in this order; nothing else can log in. It takes 3 attempts.
    #[must_use]
    pub fn new(mechanisms: impl IntoIterator<Item = MechanismName>) -> Self {
        Self::with(Xmpp::default(), mechanisms, 3)
    }

    /// Sets how many attempts may fail: no fewer than 2, no more than 5 (RFC 6120 §6.4.5). Every one counts, however it
    /// fails. After the last comes [`Event::Closed`](super::server::Event::Closed).
    #[must_use]
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.set_attempts(attempts.clamp(*ATTEMPTS.start(), *ATTEMPTS.end()));
        self
    }

    /// Sets the types of channel binding that the client is told of (XEP-0440), among which `tls-server-end-point` must be.
    #[must_use]
    pub fn with_binding_types(mut self, types: impl IntoIterator<Item = BindingName>) -> Self {
        self.set_binding_types(types);
        self
    }

    /// What to put into the stream's features.
    #[must_use]
    pub fn features(&self) -> Features {
        Features::new(self.mechanisms().iter().copied())
            .with_binding_types(self.binding_types().iter().cloned())
    }
}

impl Client {
    /// A session that knows the offer from the stream's features ([`Features::offer`]).
    #[must_use]
    pub fn new(offer: Offer) -> Self {
        Self::with(Xmpp::default(), Some(offer))
    }
}

impl ServerProtocol for Xmpp {
    fn max_read(&self) -> usize {
        MAX
    }

    fn opening(&mut self, _: &[MechanismName]) -> Option<Wire> {
        None
    }

    fn read(
        &mut self,
        message: &[u8],
        _: Option<MechanismName>,
    ) -> Result<framed::FromClient, Error> {
        Ok(match FromClient::parse(message)? {
            FromClient::Auth {
                mechanism,
                initial_response,
            } => framed::FromClient::Begin {
                mechanism,
                initial_response,
            },
            FromClient::Response(data) => framed::FromClient::Response(data),
            FromClient::Abort => framed::FromClient::Abort,
        })
    }

    fn challenge(&mut self, data: &[u8]) -> Wire {
        from_server::challenge(data)
    }

    fn success(&mut self, login: &Authenticated) -> Wire {
        from_server::success(login.additional_data())
    }

    fn failure(&mut self, error: Error) -> Refusal {
        let failure = Failure::new(Condition::of(error));
        Refusal::Told(FromServer::Failure(failure).encode())
    }
}

impl ClientProtocol for Xmpp {
    fn max_read(&self) -> usize {
        MAX
    }

    fn opening(&mut self) -> Option<Wire> {
        None
    }

    fn read(&mut self, message: &[u8]) -> Result<framed::FromServer, Malformed> {
        Ok(match FromServer::parse(message)? {
            FromServer::Challenge(data) => framed::FromServer::Challenge(data),
            FromServer::Success(data) => framed::FromServer::Success(data),
            FromServer::Failure(failure) => framed::FromServer::Failure {
                error: failure.condition.error(),
                said: failure.text.unwrap_or_default(),
            },
        })
    }

    fn begin(&mut self, mechanism: MechanismName, initial_response: Option<&[u8]>) -> Wire {
        from_client::auth(mechanism, initial_response)
    }

    fn respond(&mut self, _: MechanismName, response: &[u8]) -> Wire {
        from_client::response(response)
    }

    fn abort(&mut self) -> Option<Wire> {
        Some(from_client::abort())
    }
}
