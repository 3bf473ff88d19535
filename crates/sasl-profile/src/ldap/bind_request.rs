//! What a client sends.

use core::str;

use alloc::vec::Vec;

use sasl_core::{Malformed, MechanismName, Secret};

use super::ber;
use super::message::{self, Message, MessageId};
use crate::octets::Octets;
use crate::wire::Wire;

/// The tag of the operation: `[APPLICATION 0] SEQUENCE`.
pub(super) const TAG: u8 = 0x60;
const SIMPLE: u8 = 0x80;
const SASL: u8 = 0xa3;

/// A bind request.
///
/// ```text
/// BindRequest ::= [APPLICATION 0] SEQUENCE {
///      version                 INTEGER (1 ..  127),
///      name                    LDAPDN,
///      authentication          AuthenticationChoice }
///
/// AuthenticationChoice ::= CHOICE {
///      simple                  [0] OCTET STRING,
///      sasl                    [3] SaslCredentials,
///      ...  }
///
/// SaslCredentials ::= SEQUENCE {
///      mechanism               LDAPString,
///      credentials             OCTET STRING OPTIONAL }
/// ```
/// (RFC 4511 §4.2.)
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct BindRequest {
    /// Which request this is.
    pub message_id: MessageId,
    /// 3, or the server does not take it.
    pub version: u32,
    /// The distinguished name; empty and ignored with SASL (RFC 4513 §5.2.1.1).
    pub name: Vec<u8>,
    /// How the client authenticates.
    pub authentication: Authentication,
    /// Whether the client sent a control that the server must understand or refuse (RFC 4511 §4.1.11). It is not written.
    pub has_critical_control: bool,
}

/// How a client authenticates.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Authentication {
    /// With its password in clear text, or nothing.
    Simple(Secret),
    /// With SASL.
    Sasl {
        /// The mechanism.
        mechanism: MechanismName,
        /// `None` is none, which is not an empty one.
        credentials: Option<Secret>,
    },
    /// With SASL and no mechanism: it gives up (RFC 4513 §5.2.1.2).
    Abort,
    /// With another choice, or a mechanism that cannot be: the server does not support it.
    Unknown,
}

impl BindRequest {
    /// A request with SASL credentials.
    #[must_use]
    pub fn sasl(
        message_id: MessageId,
        mechanism: MechanismName,
        credentials: Option<Secret>,
    ) -> Self {
        Self::new(
            message_id,
            Authentication::Sasl {
                mechanism,
                credentials,
            },
        )
    }

    /// A request that ends an exchange.
    #[must_use]
    pub fn abort(message_id: MessageId) -> Self {
        Self::new(message_id, Authentication::Abort)
    }

    fn new(message_id: MessageId, authentication: Authentication) -> Self {
        Self {
            message_id,
            version: 3,
            name: Vec::new(),
            authentication,
            has_critical_control: false,
        }
    }

    /// Reads a whole message.
    ///
    /// # Errors
    /// [`Malformed::TooLong`] above [`MAX`](super::MAX), and [`Malformed::Message`] for what is none, or no bind request.
    pub fn parse(octets: &[u8]) -> Result<Self, Malformed> {
        Self::read(&Message::parse(octets)?)
    }

    pub(super) fn read(message: &Message<'_>) -> Result<Self, Malformed> {
        let (TAG, mut request) = message.operation else {
            return Err(Malformed::Message);
        };
        let version = ber::number(ber::expect(&mut request, ber::INTEGER)?)?;
        let name = ber::expect(&mut request, ber::OCTET_STRING)?.rest().into();
        let authentication = match ber::next(&mut request)? {
            (SIMPLE, mut password) => Authentication::Simple(Secret::from(password.rest())),
            (SASL, credentials) => sasl(credentials)?,
            _ => Authentication::Unknown,
        };
        ber::ignore_rest(request)?;
        Ok(Self {
            message_id: message.id,
            version,
            name,
            authentication,
            has_critical_control: message.has_critical_control,
        })
    }

    /// The message on the wire.
    pub fn encode(&self) -> Wire {
        let authentication = match &self.authentication {
            Authentication::Simple(password) => ber::element(SIMPLE, &[password.expose()]),
            Authentication::Sasl {
                mechanism,
                credentials,
            } => write_sasl(*mechanism, credentials.as_ref().map(Secret::expose)),
            Authentication::Abort | Authentication::Unknown => {
                ber::element(SASL, &[&ber::element(ber::OCTET_STRING, &[])])
            }
        };
        request(self.message_id, self.version, &self.name, &authentication)
    }
}

fn sasl(mut credentials: Octets<'_>) -> Result<Authentication, Malformed> {
    let mechanism = ber::expect(&mut credentials, ber::OCTET_STRING)?.rest();
    let found = ber::optional(&mut credentials, ber::OCTET_STRING)?;
    ber::ignore_rest(credentials)?;
    if mechanism.is_empty() {
        return Ok(Authentication::Abort);
    }
    let name = str::from_utf8(mechanism).ok();
    Ok(
        match name.and_then(|name| MechanismName::parse(name).ok()) {
            Some(mechanism) => Authentication::Sasl {
                mechanism,
                credentials: found.map(|mut octets| Secret::from(octets.rest())),
            },
            None => Authentication::Unknown,
        },
    )
}

fn write_sasl(mechanism: MechanismName, credentials: Option<&[u8]>) -> Wire {
    let mechanism = ber::element(ber::OCTET_STRING, &[mechanism.as_str().as_bytes()]);
    match credentials {
        Some(data) => {
            let data = ber::element(ber::OCTET_STRING, &[data]);
            ber::element(SASL, &[&mechanism, &data])
        }
        None => ber::element(SASL, &[&mechanism]),
    }
}

fn request(id: MessageId, version: u32, name: &[u8], authentication: &[u8]) -> Wire {
    let version = ber::integer(ber::INTEGER, version);
    let name = ber::element(ber::OCTET_STRING, &[name]);
    let operation = ber::element(TAG, &[&version, &name, authentication]);
    message::encode(id, &operation)
}

/// A request with SASL credentials that are borrowed.
pub(super) fn encode_sasl(
    id: MessageId,
    mechanism: MechanismName,
    credentials: Option<&[u8]>,
) -> Wire {
    request(id, 3, b"", &write_sasl(mechanism, credentials))
}
