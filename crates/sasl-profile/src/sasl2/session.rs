//! How the sessions speak it.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;

use sasl_core::server::Authenticated;
use sasl_core::{BindingName, Error, Malformed, MechanismName, Offer, Unusable, Violation};

use super::{Condition, Failure, Features, FromClient, FromServer, MAX, from_client, from_server};
use crate::framed::{self, ClientProtocol, Refusal, ServerProtocol};
use crate::wire::Wire;
use crate::xml::Element;
use crate::xmpp::ATTEMPTS;

/// A server's part. Put [`features`](Server::features) into the stream's features first, by
/// [`encode_sasl2`](Features::encode_sasl2).
///
/// Whatever comes in an exchange and is no part of it ends the connection (XEP-0388, During Authentication), a second `<authenticate/>` as well.
pub type Server = framed::Server<OnServer>;

/// A client's part.
pub type Client = framed::Client<OnClient>;

/// A server to its session.
#[derive(Debug)]
pub struct OnServer {
    domain: Box<str>,
    /// Whether something came that is no part of it.
    is_over: bool,
}

/// A client to its session.
#[derive(Debug, Default)]
pub struct OnClient {
    inline: Wire,
    identifier: Option<String>,
}

impl Server {
    /// A session that offers these mechanisms, in this order; nothing else can log in. It takes 3 attempts.
    ///
    /// `domain` makes a JID of the name of who logs in, unless it is one.
    #[must_use]
    pub fn new(mechanisms: impl IntoIterator<Item = MechanismName>, domain: &str) -> Self {
        let protocol = OnServer {
            domain: domain.into(),
            is_over: false,
        };
        Self::with(protocol, mechanisms, 3)
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
    /// A session that knows the offer from the stream's features ([`Features::parse_sasl2`]).
    #[must_use]
    pub fn new(offer: Offer) -> Self {
        Self::with(OnClient::default(), Some(offer))
    }

    /// Sets the elements to stand in `<authenticate/>` behind the initial response, such as `<user-agent/>`.
    ///
    /// # Errors
    /// [`Malformed`] unless they are whole elements.
    pub fn with_inline(mut self, elements: &str) -> Result<Self, Malformed> {
        Element::parse_all(elements.as_bytes())?;
        self.protocol_mut().inline = Wire::from(elements);
        Ok(self)
    }

    /// The JID that the server says this client has, after its success.
    #[must_use]
    pub fn authorization_identifier(&self) -> Option<&str> {
        self.protocol().identifier.as_deref()
    }
}

impl ServerProtocol for OnServer {
    fn max_read(&self) -> usize {
        MAX
    }

    fn opening(&mut self, _: &[MechanismName]) -> Option<Wire> {
        None
    }

    fn read(
        &mut self,
        message: &[u8],
        ongoing: Option<MechanismName>,
    ) -> Result<framed::FromClient, Error> {
        self.is_over = false;
        match FromClient::parse(message) {
            Ok(FromClient::Authenticate {
                mechanism,
                initial_response,
            }) if ongoing.is_none() => Ok(framed::FromClient::Begin {
                mechanism,
                initial_response,
            }),
            Ok(FromClient::Response(data)) => Ok(framed::FromClient::Response(data)),
            Ok(FromClient::Abort(_)) => Ok(framed::FromClient::Abort),
            Ok(FromClient::Authenticate { .. } | FromClient::Next(_)) => {
                self.is_over = true;
                Err(Violation::Order.into())
            }
            Err(malformed) => {
                self.is_over = malformed == Malformed::Message;
                Err(malformed.into())
            }
        }
    }

    fn challenge(&mut self, data: &[u8]) -> Wire {
        from_server::challenge(data)
    }

    fn success(&mut self, login: &Authenticated) -> Wire {
        let name = login.acts_as();
        let data = login.additional_data();
        if name.contains('@') {
            from_server::success(data, name)
        } else {
            from_server::success(data, &format!("{name}@{}", self.domain))
        }
    }

    fn failure(&mut self, error: Error) -> Refusal {
        let failure = FromServer::Failure(Failure::new(Condition::of(error))).encode();
        match self.is_over {
            true => Refusal::Last(Some(failure)),
            false => Refusal::Told(failure),
        }
    }
}

impl ClientProtocol for OnClient {
    fn max_read(&self) -> usize {
        MAX
    }

    fn opening(&mut self) -> Option<Wire> {
        None
    }

    fn read(&mut self, message: &[u8]) -> Result<framed::FromServer, Malformed> {
        Ok(match FromServer::parse(message)? {
            FromServer::Challenge(data) => framed::FromServer::Challenge(data),
            FromServer::Success(success) => {
                self.identifier = Some(success.authorization_identifier);
                framed::FromServer::Success(success.additional_data)
            }
            // Tasks are like mechanisms (XEP-0388, Continue), and there are none here.
            FromServer::Continue(more) => {
                framed::FromServer::Unusable(more.additional_data, Unusable::Mechanism.into())
            }
            FromServer::Failure(failure) => framed::FromServer::Failure {
                error: failure.condition.error(),
                said: failure.text.unwrap_or_default(),
            },
        })
    }

    fn begin(&mut self, mechanism: MechanismName, initial_response: Option<&[u8]>) -> Wire {
        from_client::authenticate(mechanism, initial_response, &self.inline)
    }

    fn respond(&mut self, _: MechanismName, response: &[u8]) -> Wire {
        from_client::response(response)
    }

    fn abort(&mut self) -> Option<Wire> {
        Some(FromClient::Abort(None).encode())
    }
}
