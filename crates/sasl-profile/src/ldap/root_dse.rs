//! What a server offers, in the root of its directory.

use core::str;

use alloc::string::String;
use alloc::vec::Vec;

use sasl_core::{Malformed, MechanismName, Offer, limits};

use super::ber;
use super::message::{self, Message, MessageId};
use super::result_code::{self, ResultCode};
use super::start_tls::START_TLS;
use crate::octets::Octets;
use crate::wire::Wire;

const SEARCH: u8 = 0x63;
const ENTRY: u8 = 0x64;
const DONE: u8 = 0x65;
const REFERENCE: u8 = 0x73;
/// `present [7] AttributeDescription` of a filter (RFC 4511 §4.5.1).
const PRESENT: u8 = 0x87;

const MECHANISMS: &[u8] = b"supportedSASLMechanisms";
const EXTENSIONS: &[u8] = b"supportedExtension";

/// A message that answers the search for the root DSE (RFC 4512 §5.1): the entry, then the end.
///
/// ```text
/// SearchResultEntry ::= [APPLICATION 4] SEQUENCE {
///      objectName      LDAPDN,
///      attributes      SEQUENCE OF SEQUENCE { type OCTET STRING, vals SET OF OCTET STRING } }
///
/// SearchResultReference ::= [APPLICATION 19] SEQUENCE OF URI
///
/// SearchResultDone ::= [APPLICATION 5] LDAPResult
/// ```
/// (RFC 4511 §4.5.2.)
///
/// ```
/// use sasl_profile::ldap::{MessageId, ResultCode, RootDse};
///
/// let request = RootDse::request(MessageId::FIRST);
/// assert!(request.ends_with(b"\x04\x17supportedSASLMechanisms\x04\x12supportedExtension"));
///
/// let done = b"\x30\x0c\x02\x01\x01\x65\x07\x0a\x01\0\x04\0\x04\0";
/// let (id, RootDse::Done { code, .. }) = RootDse::parse(done)? else { panic!() };
/// assert_eq!((id, code), (MessageId::FIRST, ResultCode::SUCCESS));
/// # Ok::<(), sasl_core::Malformed>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RootDse {
    /// The entry, as far as a login goes.
    Entry {
        /// `supportedSASLMechanisms`, in the server's order; what is no name of a mechanism is left out.
        mechanisms: Vec<MechanismName>,
        /// Whether `supportedExtension` has that of [`StartTls`](super::StartTls).
        starts_tls: bool,
    },
    /// Where else to look; a root DSE is nowhere else.
    Reference,
    /// The end of the search.
    Done {
        /// What became of it. Without an entry before it, the server shows nobody its root DSE.
        code: ResultCode,
        /// The server's words, unproven and for people.
        diagnostic: String,
    },
}

impl RootDse {
    /// The search for it: the base object with no name, of which the two attributes above are asked for.
    pub fn request(id: MessageId) -> Wire {
        let string = |octets: &[u8]| ber::element(ber::OCTET_STRING, &[octets]);
        let attributes = ber::element(ber::SEQUENCE, &[&string(MECHANISMS), &string(EXTENSIONS)]);
        let operation = ber::element(
            SEARCH,
            &[
                &string(b""),
                // The base object alone, no aliases.
                &ber::integer(ber::ENUMERATED, 0),
                &ber::integer(ber::ENUMERATED, 0),
                // No limits of size and time.
                &ber::integer(ber::INTEGER, 0),
                &ber::integer(ber::INTEGER, 0),
                // With the values.
                &ber::element(ber::BOOLEAN, &[b"\0"]),
                &ber::element(PRESENT, &[b"objectClass"]),
                &attributes,
            ],
        );
        message::encode(id, &operation)
    }

    /// Reads a whole message, and says which request it answers.
    ///
    /// # Errors
    /// [`Malformed::TooLong`] above [`MAX`](super::MAX), and [`Malformed::Message`] for what does not answer a search.
    pub fn parse(octets: &[u8]) -> Result<(MessageId, Self), Malformed> {
        let message = Message::parse(octets)?;
        let (tag, mut content) = message.operation;
        let answer = match tag {
            ENTRY => entry(content)?,
            REFERENCE => Self::Reference,
            DONE => {
                let (code, diagnostic) = result_code::read(&mut content)?;
                ber::ignore_rest(content)?;
                Self::Done { code, diagnostic }
            }
            _ => return Err(Malformed::Message),
        };
        Ok((message.id, answer))
    }
}

/// What a client chooses from, out of the mechanisms of an entry.
impl From<&RootDse> for Offer {
    fn from(answer: &RootDse) -> Self {
        match answer {
            RootDse::Entry { mechanisms, .. } => mechanisms.iter().copied().collect(),
            RootDse::Reference | RootDse::Done { .. } => [].into_iter().collect(),
        }
    }
}

fn entry(mut content: Octets<'_>) -> Result<RootDse, Malformed> {
    ber::expect(&mut content, ber::OCTET_STRING)?;
    let mut attributes = ber::expect(&mut content, ber::SEQUENCE)?;
    ber::ignore_rest(content)?;
    let mut mechanisms = Vec::new();
    let mut starts_tls = false;
    while !attributes.is_empty() {
        let mut attribute = ber::expect(&mut attributes, ber::SEQUENCE)?;
        let name = ber::expect(&mut attribute, ber::OCTET_STRING)?.rest();
        let mut values = ber::expect(&mut attribute, ber::SET)?;
        ber::ignore_rest(attribute)?;
        while !values.is_empty() {
            let value = ber::expect(&mut values, ber::OCTET_STRING)?.rest();
            // Descriptions have no case (RFC 4512 §2.5).
            if name.eq_ignore_ascii_case(MECHANISMS) && mechanisms.len() < limits::OFFER {
                let name = str::from_utf8(value).ok();
                mechanisms.extend(name.and_then(|name| MechanismName::parse(name).ok()));
            }
            starts_tls |= name.eq_ignore_ascii_case(EXTENSIONS) && value == START_TLS;
        }
    }
    Ok(RootDse::Entry {
        mechanisms,
        starts_tls,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    fn message(id: u32, operation: &[u8]) -> Wire {
        message::encode(MessageId::new(id), operation)
    }

    fn made(attributes: &[(&[u8], &[&[u8]])]) -> Wire {
        let attributes: Vec<u8> = attributes
            .iter()
            .flat_map(|(name, values)| {
                let values: Vec<u8> = values
                    .iter()
                    .flat_map(|value| ber::element(ber::OCTET_STRING, &[value]).to_vec())
                    .collect();
                let name = ber::element(ber::OCTET_STRING, &[name]);
                let values = ber::element(ber::SET, &[&values]);
                ber::element(ber::SEQUENCE, &[&name, &values]).to_vec()
            })
            .collect();
        let name = ber::element(ber::OCTET_STRING, &[]);
        let attributes = ber::element(ber::SEQUENCE, &[&attributes]);
        message(2, &ber::element(ENTRY, &[&name, &attributes]))
    }

    #[test]
    fn what_answers_no_search_is_refused() {
        for operation in [
            &b""[..],
            b"\x61\x07\x0a\x01\0\x04\0\x04\0", // of a bind
            b"\x64\0",
            b"\x64\x02\x04\0",
            b"\x64\x04\x04\0\x30\x01",
            b"\x64\x06\x04\0\x30\x02\x30\0",
            b"\x64\x08\x04\0\x30\x04\x30\x02\x04\0",
            b"\x64\x0a\x04\0\x30\x06\x30\x04\x04\0\x30\0", // a sequence of values
            b"\x65\0",
            b"\x65\x03\x0a\x01\0",
        ] {
            let octets = message(1, operation);
            assert_eq!(
                RootDse::parse(&octets).err(),
                Some(Malformed::Message),
                "{operation:x?}"
            );
        }
        assert_eq!(
            RootDse::parse(&vec![0; super::super::MAX + 1]).err(),
            Some(Malformed::TooLong)
        );
    }

    #[test]
    fn mechanisms_are_found_in_any_case() {
        let names: &[&[u8]] = &[b"SCRAM-SHA-256", b"no name", b"\xff", b"PLAIN"];
        let octets = made(&[
            (b"objectClass", &[b"top"]),
            (b"SUPPORTEDsaslmechanisms", names),
            (EXTENSIONS, &[b"1.3.6.1.4.1.4203.1.11.3"]),
        ]);
        let (id, entry) = RootDse::parse(&octets).unwrap();
        assert_eq!(id, MessageId::new(2));
        assert_eq!(Offer::from(&entry).mechanisms(), ["SCRAM-SHA-256", "PLAIN"]);
        assert!(matches!(
            entry,
            RootDse::Entry {
                starts_tls: false,
                ..
            }
        ));
        let octets = made(&[(EXTENSIONS, &[START_TLS])]);
        let (_, entry) = RootDse::parse(&octets).unwrap();
        let expected = RootDse::Entry {
            mechanisms: vec![],
            starts_tls: true,
        };
        assert_eq!(entry, expected);
    }

    #[test]
    fn an_endless_list_is_cut() {
        let many: Vec<&[u8]> = vec![b"X"; limits::OFFER + 1];
        let (_, entry) = RootDse::parse(&made(&[(MECHANISMS, &many)])).unwrap();
        let RootDse::Entry { mechanisms, .. } = entry else {
            panic!()
        };
        assert_eq!(mechanisms.len(), limits::OFFER);
    }

    #[test]
    fn the_request_is_what_rfc_4511_has() {
        let request = RootDse::request(MessageId::new(3));
        let (rest, tree) = lber::parse::parse_tag(&request).unwrap();
        assert!(rest.is_empty());
        let parts = tree.expect_constructed().unwrap();
        let [_, search] = &parts[..] else { panic!() };
        assert_eq!(
            (search.id, search.class),
            (3, lber::common::TagClass::Application)
        );
        let parts = search.clone().expect_constructed().unwrap();
        assert_eq!(parts.len(), 8);
    }
}
