//! How the sessions speak LDAP.

use sasl_core::server::Authenticated;
use sasl_core::{Error, Malformed, MechanismName, Offer, Unusable, Violation};

use super::bind_request::{self, Authentication, BindRequest};
use super::bind_response::{self, BindResponse};
use super::message::{Message, MessageId};
use super::{MAX, ResultCode};
use crate::framed::{self, ClientProtocol, FromClient, FromServer, Refusal, ServerProtocol};
use crate::wire::Wire;

/// A server's part in binding. Bring the bind requests; other requests are the application's, which answers none of them
/// during an exchange (RFC 4511 §4.2.1).
///
/// A request of another mechanism discards the exchange that is under way. A client may try as often as it likes: LDAP has no
/// limit, [`Server::with_attempts`] sets one. What is no bind request is answered with a Notice of Disconnection. One that comes
/// after a login begins another session.
pub type Server = framed::Server<Ldap>;

/// A client's part in binding.
pub type Client = framed::Client<Ldap>;

/// LDAP to a session.
#[derive(Debug)]
pub struct Ldap {
    /// On a server, the request to answer, if it could be read. On a client, the last that was sent, or the one before the
    /// first.
    id: Option<MessageId>,
    /// Whether the request had a control that must be understood.
    refuses_control: bool,
}

impl Server {
    /// A session that takes these mechanisms; nothing else can log in.
    #[must_use]
    pub fn new(mechanisms: impl IntoIterator<Item = MechanismName>) -> Self {
        Self::with(Ldap::at(None), mechanisms, u32::MAX)
    }

    /// Sets how many attempts may fail, at least 1.
    #[must_use]
    pub fn with_attempts(mut self, attempts: u32) -> Self {
        self.set_attempts(attempts.max(1));
        self
    }
}

impl Client {
    /// A session that knows the offer, from the root DSE or otherwise. Its first message has the id 1.
    #[must_use]
    pub fn new(offer: Offer) -> Self {
        Self::with(Ldap::at(Some(MessageId::UNSOLICITED)), Some(offer))
    }

    /// Sets the id that was used last on this connection: the session goes on with the next.
    #[must_use]
    pub fn with_last_message_id(mut self, id: MessageId) -> Self {
        self.protocol_mut().id = Some(id);
        self
    }

    /// The id that was used last.
    #[must_use]
    pub fn last_message_id(&self) -> MessageId {
        self.protocol().id.unwrap_or(MessageId::UNSOLICITED)
    }
}

impl Ldap {
    fn at(id: Option<MessageId>) -> Self {
        Self {
            id,
            refuses_control: false,
        }
    }

    fn response(&self, code: ResultCode, credentials: Option<&[u8]>) -> Wire {
        let id = self.id.unwrap_or(MessageId::UNSOLICITED);
        bind_response::encode(id, code, "", credentials)
    }

    /// The id of the next request.
    fn next_id(&mut self) -> MessageId {
        let id = self.id.unwrap_or(MessageId::UNSOLICITED).next();
        self.id = Some(id);
        id
    }
}

/// `UnbindRequest` and `AbandonRequest` (RFC 4511 §4.3, §4.11).
pub(super) const UNBIND: u8 = 0x42;
const ABANDON: u8 = 0x50;

impl ServerProtocol for Ldap {
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
    ) -> Result<FromClient, Error> {
        self.id = None;
        self.refuses_control = false;
        let message = Message::parse(message)?;
        match message.operation.0 {
            UNBIND => return Ok(FromClient::Bye),
            // A bind cannot be abandoned.
            ABANDON => return Ok(FromClient::Nothing),
            bind_request::TAG if message.id == MessageId::UNSOLICITED => {
                return Err(Malformed::Message.into());
            }
            bind_request::TAG => self.id = Some(message.id),
            _ => return Err(Violation::Order.into()),
        }
        let request = BindRequest::read(&message)?;
        if request.version != 3 {
            return Err(Malformed::Message.into());
        }
        if request.has_critical_control {
            self.refuses_control = true;
            return Err(Violation::Extension.into());
        }
        match request.authentication {
            Authentication::Abort => Ok(FromClient::Abort),
            Authentication::Simple(_) | Authentication::Unknown => Err(Unusable::Mechanism.into()),
            Authentication::Sasl {
                mechanism,
                credentials,
            } if ongoing == Some(mechanism) => {
                Ok(FromClient::Response(credentials.unwrap_or_default()))
            }
            Authentication::Sasl {
                mechanism,
                credentials,
            } => Ok(FromClient::Begin {
                mechanism,
                initial_response: credentials,
            }),
        }
    }

    fn challenge(&mut self, data: &[u8]) -> Wire {
        self.response(ResultCode::SASL_BIND_IN_PROGRESS, Some(data))
    }

    fn success(&mut self, login: &Authenticated) -> Wire {
        self.response(ResultCode::SUCCESS, login.additional_data())
    }

    fn failure(&mut self, error: Error) -> Refusal {
        match self.id {
            // RFC 4511 §4.1.1: what cannot be read ends the connection.
            None => Refusal::Last(Some(bind_response::notice_of_disconnection(
                ResultCode::PROTOCOL_ERROR,
            ))),
            Some(_) if self.refuses_control => {
                Refusal::Told(self.response(ResultCode::UNAVAILABLE_CRITICAL_EXTENSION, None))
            }
            Some(_) => Refusal::Told(self.response(ResultCode::of(error), None)),
        }
    }
}

impl ClientProtocol for Ldap {
    fn max_read(&self) -> usize {
        MAX
    }

    fn opening(&mut self) -> Option<Wire> {
        None
    }

    fn read(&mut self, message: &[u8]) -> Result<FromServer, Malformed> {
        let response = BindResponse::parse(message)?;
        let is_notice = response.message_id == MessageId::UNSOLICITED;
        if !is_notice && Some(response.message_id) != self.id {
            return Err(Malformed::Message);
        }
        Ok(match response.code {
            ResultCode::SUCCESS if !is_notice => FromServer::Success(response.credentials),
            ResultCode::SASL_BIND_IN_PROGRESS if !is_notice => {
                FromServer::Challenge(response.credentials.unwrap_or_default())
            }
            code => FromServer::Failure {
                error: code.error(),
                said: response.diagnostic,
            },
        })
    }

    fn begin(&mut self, mechanism: MechanismName, initial_response: Option<&[u8]>) -> Wire {
        bind_request::encode_sasl(self.next_id(), mechanism, initial_response)
    }

    fn respond(&mut self, mechanism: MechanismName, response: &[u8]) -> Wire {
        bind_request::encode_sasl(self.next_id(), mechanism, Some(response))
    }

    fn abort(&mut self) -> Option<Wire> {
        Some(BindRequest::abort(self.next_id()).encode())
    }
}
