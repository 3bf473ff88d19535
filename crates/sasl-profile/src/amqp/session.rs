//! How the sessions speak AMQP.

use alloc::boxed::Box;
use alloc::string::String;

use sasl_core::server::Authenticated;
use sasl_core::{Error, Malformed, MechanismName, Unusable, Violation};

use super::from_client::sasl_header;
use super::{Code, FromClient, FromServer, MAX, MAX_FRAME, SASL, from_client, from_server};
use crate::framed::{self, ClientProtocol, Refusal, ServerProtocol};
use crate::wire::Wire;

/// A server's part, from the client's header to the outcome. One attempt is all that a connection has.
pub type Server = framed::Server<OnServer>;

/// A client's part, from its header to the outcome.
pub type Client = framed::Client<OnClient>;

/// A server to its session.
#[derive(Debug)]
pub struct OnServer {
    offer: Wire,
    max_frame: usize,
    has_greeted: bool,
    hostname: Option<String>,
}

/// A client to its session.
#[derive(Debug)]
pub struct OnClient {
    max_frame: usize,
    is_greeted: bool,
    hostname: Option<Box<str>>,
}

impl Server {
    /// A session that offers these mechanisms, in this order; nothing else can log in. A server that asks nobody to log in
    /// offers ANONYMOUS (part 5.3.3.1).
    #[must_use]
    pub fn new(mechanisms: impl IntoIterator<Item = MechanismName>) -> Self {
        let protocol = OnServer {
            offer: Wire::default(),
            max_frame: MAX_FRAME,
            has_greeted: false,
            hostname: None,
        };
        Self::with(protocol, mechanisms, 1)
    }

    /// Sets how long a frame may be, in both directions: no fewer than [`MAX_FRAME`] octets, no more than [`MAX`].
    #[must_use]
    pub fn with_max_frame(mut self, octets: usize) -> Self {
        self.protocol_mut().max_frame = octets.clamp(MAX_FRAME, MAX);
        self
    }

    /// The host that the client means, once it has said so.
    #[must_use]
    pub fn hostname(&self) -> Option<&str> {
        self.protocol().hostname.as_deref()
    }
}

impl Client {
    /// A session on a fresh connection.
    #[must_use]
    pub fn new() -> Self {
        let protocol = OnClient {
            max_frame: MAX_FRAME,
            is_greeted: false,
            hostname: None,
        };
        Self::with(protocol, None)
    }

    /// Sets how long a frame may be, in both directions: no fewer than [`MAX_FRAME`] octets, no more than [`MAX`]. What is
    /// longer is not sent: [`Unusable::TooLong`].
    #[must_use]
    pub fn with_max_frame(mut self, octets: usize) -> Self {
        self.protocol_mut().max_frame = octets.clamp(MAX_FRAME, MAX);
        self
    }

    /// Sets the host that the client means.
    #[must_use]
    pub fn with_hostname(mut self, name: &str) -> Self {
        self.protocol_mut().hostname = Some(name.into());
        self
    }
}

impl Default for Client {
    fn default() -> Self {
        Self::new()
    }
}

impl ServerProtocol for OnServer {
    fn max_read(&self) -> usize {
        self.max_frame
    }

    fn max_sent(&self) -> usize {
        self.max_frame
    }

    fn opening(&mut self, mechanisms: &[MechanismName]) -> Option<Wire> {
        // Not before the client's header: that says whether it wants this layer at all.
        self.offer = sasl_header();
        self.offer.push(&from_server::mechanisms(mechanisms));
        None
    }

    fn read(
        &mut self,
        message: &[u8],
        _: Option<MechanismName>,
    ) -> Result<framed::FromClient, Error> {
        match FromClient::parse(message)? {
            FromClient::Header(SASL) if !self.has_greeted => {
                self.has_greeted = true;
                Ok(framed::FromClient::Hello(core::mem::take(&mut self.offer)))
            }
            FromClient::Init {
                mechanism,
                initial_response,
                hostname,
            } if self.has_greeted => {
                self.hostname = hostname;
                Ok(framed::FromClient::Begin {
                    mechanism,
                    initial_response,
                })
            }
            FromClient::Response(data) if self.has_greeted => {
                Ok(framed::FromClient::Response(data))
            }
            _ => Err(Violation::Order.into()),
        }
    }

    fn challenge(&mut self, data: &[u8]) -> Wire {
        from_server::challenge(data)
    }

    fn success(&mut self, login: &Authenticated) -> Wire {
        from_server::outcome(Code::Ok, login.additional_data())
    }

    fn failure(&mut self, error: Error) -> Refusal {
        Refusal::Last(Some(match self.has_greeted {
            true => from_server::outcome(Code::of(error), None),
            // Part 2.2: this is what is spoken here.
            false => sasl_header(),
        }))
    }
}

impl ClientProtocol for OnClient {
    fn max_read(&self) -> usize {
        self.max_frame
    }

    fn max_sent(&self) -> usize {
        self.max_frame
    }

    fn opening(&mut self) -> Option<Wire> {
        Some(sasl_header())
    }

    fn read(&mut self, message: &[u8]) -> Result<framed::FromServer, Malformed> {
        match FromServer::parse(message)? {
            FromServer::Header(SASL) if !self.is_greeted => {
                self.is_greeted = true;
                Ok(framed::FromServer::Nothing)
            }
            // A server without this layer.
            FromServer::Header(_) if !self.is_greeted => Ok(framed::FromServer::Failure {
                error: Some(Unusable::Mechanism.into()),
                said: String::new(),
            }),
            _ if !self.is_greeted => Err(Malformed::Message),
            FromServer::Header(_) => Err(Malformed::Message),
            FromServer::Mechanisms(names) => {
                Ok(framed::FromServer::Offer(names.into_iter().collect()))
            }
            FromServer::Challenge(data) => Ok(framed::FromServer::Challenge(data)),
            FromServer::Outcome {
                code: Code::Ok,
                additional_data,
            } => Ok(framed::FromServer::Success(additional_data)),
            FromServer::Outcome { code, .. } => Ok(framed::FromServer::Failure {
                error: code.error(),
                said: String::new(),
            }),
        }
    }

    fn begin(&mut self, mechanism: MechanismName, initial_response: Option<&[u8]>) -> Wire {
        from_client::init(mechanism, initial_response, self.hostname.as_deref())
    }

    fn respond(&mut self, _: MechanismName, response: &[u8]) -> Wire {
        from_client::response(response)
    }

    fn abort(&mut self) -> Option<Wire> {
        None
    }
}
