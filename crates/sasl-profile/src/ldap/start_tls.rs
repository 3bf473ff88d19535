//! TLS on a connection that began without.

use alloc::string::String;

use sasl_core::Malformed;

use super::ber;
use super::message::{self, Message, MessageId};
use super::result_code::{self, ResultCode};
use crate::wire::Wire;

const REQUEST: u8 = 0x77;
const REQUEST_NAME: u8 = 0x80;
pub(super) const RESPONSE: u8 = 0x78;

/// The name of the operation.
pub(super) const START_TLS: &[u8] = b"1.3.6.1.4.1.1466.20037";

/// What a server says to the request for TLS (RFC 4511 §4.14).
///
/// ```text
/// ExtendedRequest ::= [APPLICATION 23] SEQUENCE {
///      requestName      [0] LDAPOID }
///
/// ExtendedResponse ::= [APPLICATION 24] SEQUENCE {
///      COMPONENTS OF LDAPResult,
///      responseName     [10] LDAPOID OPTIONAL,
///      responseValue    [11] OCTET STRING OPTIONAL }
/// ```
/// After [`ResultCode::SUCCESS`] comes the handshake. Whatever was received behind that answer came without TLS, from anybody:
/// there must be nothing.
///
/// ```
/// use sasl_profile::ldap::{MessageId, ResultCode, StartTls};
///
/// let id = MessageId::FIRST;
/// assert!(StartTls::request(id).ends_with(b"\x80\x161.3.6.1.4.1.1466.20037"));
///
/// let answer = StartTls::parse(b"\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\0\x04\0\x04\0")?;
/// assert_eq!((answer.message_id, answer.code), (id, ResultCode::SUCCESS));
/// # Ok::<(), sasl_core::Malformed>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StartTls {
    /// Which request it answers. A Notice of Disconnection has [`MessageId::UNSOLICITED`].
    pub message_id: MessageId,
    /// What became of it. [`ResultCode::PROTOCOL_ERROR`] is how a server says that it does not know the request.
    pub code: ResultCode,
    /// The server's words, unproven and for people.
    pub diagnostic: String,
}

impl StartTls {
    /// The request.
    pub fn request(id: MessageId) -> Wire {
        let name = ber::element(REQUEST_NAME, &[START_TLS]);
        message::encode(id, &ber::element(REQUEST, &[&name]))
    }

    /// Reads a whole message.
    ///
    /// # Errors
    /// [`Malformed::TooLong`] above [`MAX`](super::MAX), and [`Malformed::Message`] for what is no extended response.
    pub fn parse(octets: &[u8]) -> Result<Self, Malformed> {
        let message = Message::parse(octets)?;
        let (RESPONSE, mut content) = message.operation else {
            return Err(Malformed::Message);
        };
        let (code, diagnostic) = result_code::read(&mut content)?;
        // Its name is left out by some servers, and another's is answered under another id.
        ber::ignore_rest(content)?;
        Ok(Self {
            message_id: message.id,
            code,
            diagnostic,
        })
    }
}

/// The message with which a client leaves (RFC 4511 §4.3). It has no answer.
pub fn unbind(id: MessageId) -> Wire {
    message::encode(id, &ber::element(super::session::UNBIND, &[]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_extended_response_is_refused() {
        for octets in [
            &b""[..],
            b"\x30\x0c\x02\x01\x01\x61\x07\x0a\x01\0\x04\0\x04\0",
            b"\x30\x05\x02\x01\x01\x78\0",
            b"\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\0\x04\0\x04\0more",
        ] {
            assert_eq!(StartTls::parse(octets), Err(Malformed::Message));
        }
    }

    #[test]
    fn a_refusal_has_words() {
        let octets = b"\x30\x10\x02\x01\x07\x78\x0b\x0a\x01\x02\x04\0\x04\x02no\x8a\0";
        let answer = StartTls::parse(octets).unwrap();
        assert_eq!(answer.message_id, MessageId::new(7));
        assert_eq!(answer.code, ResultCode::PROTOCOL_ERROR);
        assert_eq!(answer.diagnostic, "no");
    }

    #[test]
    fn a_client_leaves_without_a_word_too_many() {
        assert_eq!(&*unbind(MessageId::new(3)), b"\x30\x05\x02\x01\x03\x42\0");
    }
}
