//! What a server sends.

use alloc::string::String;

use sasl_core::{Malformed, Secret};

use super::ber;
use super::message::{self, Message, MessageId};
use super::result_code::{self, ResultCode};
use super::start_tls;
use crate::wire::Wire;

/// The tag of the operation: `[APPLICATION 1] SEQUENCE`.
const TAG: u8 = 0x61;
const CREDENTIALS: u8 = 0x87;
/// Notice of Disconnection (RFC 4511 §4.4.1).
const DISCONNECTION: &[u8] = b"1.3.6.1.4.1.1466.20036";

/// A bind response.
///
/// ```text
/// BindResponse ::= [APPLICATION 1] SEQUENCE {
///      COMPONENTS OF LDAPResult,
///      serverSaslCreds    [7] OCTET STRING OPTIONAL }
///
/// LDAPResult ::= SEQUENCE {
///      resultCode         ENUMERATED { … },
///      matchedDN          LDAPDN,
///      diagnosticMessage  LDAPString,
///      referral           [3] Referral OPTIONAL }
/// ```
/// (RFC 4511 §4.2.2, §4.1.9.) A Notice of Disconnection (§4.4.1) is read as one with the id 0.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct BindResponse {
    /// Which request it answers.
    pub message_id: MessageId,
    /// What became of it.
    pub code: ResultCode,
    /// The server's words, unproven and for people.
    pub diagnostic: String,
    /// `None` is none, which is not empty data.
    pub credentials: Option<Secret>,
}

impl BindResponse {
    /// A response without words.
    #[must_use]
    pub fn new(message_id: MessageId, code: ResultCode, credentials: Option<Secret>) -> Self {
        Self {
            message_id,
            code,
            diagnostic: String::new(),
            credentials,
        }
    }

    /// Reads a whole message.
    ///
    /// # Errors
    /// [`Malformed::TooLong`] above [`MAX`](super::MAX), and [`Malformed::Message`] for what is neither a bind response nor a
    /// Notice of Disconnection.
    pub fn parse(octets: &[u8]) -> Result<Self, Malformed> {
        let message = Message::parse(octets)?;
        let (tag, mut response) = message.operation;
        let is_notice = message.id == MessageId::UNSOLICITED;
        if tag != if is_notice { start_tls::RESPONSE } else { TAG } {
            return Err(Malformed::Message);
        }
        let (code, diagnostic) = result_code::read(&mut response)?;
        let credentials = match is_notice {
            true => None,
            false => ber::optional(&mut response, CREDENTIALS)?,
        };
        ber::ignore_rest(response)?;
        Ok(Self {
            message_id: message.id,
            code,
            diagnostic,
            credentials: credentials.map(|mut octets| Secret::from(octets.rest())),
        })
    }

    /// The message on the wire.
    pub fn encode(&self) -> Wire {
        let credentials = self.credentials.as_ref().map(Secret::expose);
        encode(self.message_id, self.code, &self.diagnostic, credentials)
    }
}

pub(super) fn encode(
    id: MessageId,
    code: ResultCode,
    diagnostic: &str,
    credentials: Option<&[u8]>,
) -> Wire {
    let last = credentials.map(|data| ber::element(CREDENTIALS, &[data]));
    result(id, TAG, code, diagnostic, last.as_deref())
}

/// The last word of a server that has not understood what it was sent.
pub(super) fn notice_of_disconnection(code: ResultCode) -> Wire {
    let name = ber::element(0x8a, &[DISCONNECTION]);
    result(
        MessageId::UNSOLICITED,
        start_tls::RESPONSE,
        code,
        "",
        Some(&name),
    )
}

fn result(id: MessageId, tag: u8, code: ResultCode, diagnostic: &str, last: Option<&[u8]>) -> Wire {
    let code = ber::integer(ber::ENUMERATED, code.get());
    let matched = ber::element(ber::OCTET_STRING, &[]);
    let diagnostic = ber::element(ber::OCTET_STRING, &[diagnostic.as_bytes()]);
    let last = last.unwrap_or_default();
    let operation = ber::element(tag, &[&code, &matched, &diagnostic, last]);
    message::encode(id, &operation)
}
