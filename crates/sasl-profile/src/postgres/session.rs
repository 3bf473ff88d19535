//! How the sessions speak PostgreSQL's protocol.

use sasl_core::server::Authenticated;
use sasl_core::{Error, Malformed, MechanismName, Unusable};

use super::error_response::ErrorResponse;
use super::{FromClient, FromServer, MAX, from_client, from_server};
use crate::framed::{self, ClientProtocol, Refusal, ServerProtocol};
use crate::wire::Wire;

/// A server's part, from the offer to `AuthenticationOk`. One attempt is all that a connection has.
pub type Server = framed::Server<Postgres>;

/// A client's part, from the offer to `AuthenticationOk`.
///
/// Notices and parameters that come in between may be brought or left out. What comes after
/// [`Event::Done`](super::client::Event::Done) is the application's.
pub type Client = framed::Client<Postgres>;

/// PostgreSQL's protocol to a session.
#[derive(Debug, Default)]
pub struct Postgres(());

impl Server {
    /// A session that sends the offer of these mechanisms, in this order; nothing else can log in.
    #[must_use]
    pub fn new(mechanisms: impl IntoIterator<Item = MechanismName>) -> Self {
        Self::with(Postgres::default(), mechanisms, 1)
    }
}

impl Client {
    /// A session that waits for the offer: begin it after the start-up message.
    #[must_use]
    pub fn new() -> Self {
        Self::with(Postgres::default(), None)
    }
}

impl Default for Client {
    fn default() -> Self {
        Self::new()
    }
}

impl ServerProtocol for Postgres {
    fn max_read(&self) -> usize {
        MAX
    }

    fn opening(&mut self, mechanisms: &[MechanismName]) -> Option<Wire> {
        Some(from_server::sasl(mechanisms))
    }

    fn read(
        &mut self,
        message: &[u8],
        ongoing: Option<MechanismName>,
    ) -> Result<framed::FromClient, Error> {
        Ok(match FromClient::parse(message, ongoing.is_none())? {
            FromClient::Initial(initial) => framed::FromClient::Begin {
                mechanism: initial.mechanism,
                initial_response: initial.response,
            },
            FromClient::Response(data) => framed::FromClient::Response(data),
            FromClient::Terminate => framed::FromClient::Bye,
        })
    }

    fn challenge(&mut self, data: &[u8]) -> Wire {
        from_server::authentication(11, data)
    }

    fn success(&mut self, login: &Authenticated) -> Wire {
        let mut wire = Wire::default();
        if let Some(data) = login.additional_data() {
            wire.push(&from_server::authentication(12, data));
        }
        wire.push(&FromServer::Ok.encode());
        wire
    }

    fn failure(&mut self, error: Error) -> Refusal {
        Refusal::Last(Some(ErrorResponse::of(error).encode()))
    }
}

impl ClientProtocol for Postgres {
    fn max_read(&self) -> usize {
        MAX
    }

    fn opening(&mut self) -> Option<Wire> {
        None
    }

    fn read(&mut self, message: &[u8]) -> Result<framed::FromServer, Malformed> {
        Ok(match FromServer::parse(message)? {
            FromServer::Sasl(mechanisms) => {
                framed::FromServer::Offer(mechanisms.into_iter().collect())
            }
            FromServer::Continue(data) => framed::FromServer::Challenge(data),
            FromServer::Final(data) => framed::FromServer::Final(data),
            FromServer::Ok => framed::FromServer::Success(None),
            // Who asks for the password itself does not get it.
            FromServer::Other(_) => framed::FromServer::Failure {
                error: Some(Unusable::Mechanism.into()),
                said: "".into(),
            },
            FromServer::Error(error) => framed::FromServer::Failure {
                error: error.code.error(),
                said: error.message,
            },
            FromServer::Aside(_) => framed::FromServer::Nothing,
        })
    }

    fn begin(&mut self, mechanism: MechanismName, initial_response: Option<&[u8]>) -> Wire {
        from_client::initial_response(mechanism, initial_response)
    }

    fn respond(&mut self, _: MechanismName, response: &[u8]) -> Wire {
        from_client::response(response)
    }

    fn abort(&mut self) -> Option<Wire> {
        None
    }
}
