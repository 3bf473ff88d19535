//! The envelope of all messages.

use core::fmt;

use sasl_core::Malformed;

use super::{MAX, ber};
use crate::octets::Octets;
use crate::wire::Wire;

/// Which request a message is, or answers (RFC 4511 §4.1.1.1): 1 to 2147483647. 0 is for a server's own notices.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId(u32);

impl MessageId {
    /// What a server says of its own accord.
    pub const UNSOLICITED: Self = Self(0);
    /// The first that most clients use.
    pub const FIRST: Self = Self(1);

    /// An id; what is above 2147483647 becomes that.
    #[must_use]
    pub const fn new(id: u32) -> Self {
        Self(if id > 0x7fff_ffff { 0x7fff_ffff } else { id })
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }

    /// The next; after the last comes 1.
    #[must_use]
    pub const fn next(self) -> Self {
        match self.0 {
            0..0x7fff_ffff => Self(self.0.saturating_add(1)),
            _ => Self::FIRST,
        }
    }
}

impl fmt::Debug for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How long the first message in `octets` is; `None` if not all of it is there.
///
/// # Errors
/// [`Malformed::Message`] for what is no LDAP message, [`Malformed::TooLong`] above [`MAX`].
pub fn message_len(octets: &[u8]) -> Result<Option<usize>, Malformed> {
    if octets.first().is_some_and(|tag| *tag != ber::SEQUENCE) {
        return Err(Malformed::Message);
    }
    let mut content = Octets::new(octets);
    let Some((_, len)) = ber::header(&mut content)? else {
        return Ok(None);
    };
    let header = octets.len().saturating_sub(content.rest().len());
    let len = header.saturating_add(len);
    if len > MAX {
        return Err(Malformed::TooLong);
    }
    Ok((len <= octets.len()).then_some(len))
}

/// A message, its operation not yet read.
///
/// ```text
/// LDAPMessage ::= SEQUENCE {
///      messageID       MessageID,
///      protocolOp      CHOICE { … },
///      controls        [0] Controls OPTIONAL }
/// ```
/// (RFC 4511 §4.1.1.)
pub(super) struct Message<'a> {
    pub(super) id: MessageId,
    /// The tag of the operation, and what is in it.
    pub(super) operation: (u8, Octets<'a>),
    /// Whether a control must be understood: none is, here.
    pub(super) has_critical_control: bool,
}

impl<'a> Message<'a> {
    pub(super) fn parse(octets: &'a [u8]) -> Result<Self, Malformed> {
        if octets.len() > MAX {
            return Err(Malformed::TooLong);
        }
        let mut octets = Octets::new(octets);
        let mut message = ber::expect(&mut octets, ber::SEQUENCE)?;
        octets.end()?;
        let id = ber::number(ber::expect(&mut message, ber::INTEGER)?)?;
        let operation = ber::next(&mut message)?;
        let has_critical_control = match ber::optional(&mut message, 0xa0)? {
            Some(controls) => one_is_critical(controls)?,
            None => false,
        };
        ber::ignore_rest(message)?;
        Ok(Self {
            id: MessageId(id),
            operation,
            has_critical_control,
        })
    }
}

/// ```text
/// Control ::= SEQUENCE {
///      controlType             LDAPOID,
///      criticality             BOOLEAN DEFAULT FALSE,
///      controlValue            OCTET STRING OPTIONAL }
/// ```
/// (RFC 4511 §4.1.11.)
fn one_is_critical(mut controls: Octets<'_>) -> Result<bool, Malformed> {
    let mut found = false;
    while !controls.is_empty() {
        let mut control = ber::expect(&mut controls, ber::SEQUENCE)?;
        ber::expect(&mut control, ber::OCTET_STRING)?;
        if let Some(mut critical) = ber::optional(&mut control, ber::BOOLEAN)? {
            found |= critical.u8()? != 0;
            critical.end()?;
        }
        ber::ignore_rest(control)?;
    }
    Ok(found)
}

/// A message with this operation.
pub(super) fn encode(id: MessageId, operation: &[u8]) -> Wire {
    let id = ber::integer(ber::INTEGER, id.get());
    ber::element(ber::SEQUENCE, &[&id, operation])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_waited_for_that_cannot_come() {
        for (octets, expected) in [
            (&b"\x31"[..], Malformed::Message),
            (b"\x04\x84", Malformed::Message),
            (b"\x30\x80", Malformed::Message),
            (b"\x30\xff", Malformed::Message),
            (b"\x30\x85\0\0\0\0", Malformed::Message),
            (b"\x30\x85\0\0\0\0\0", Malformed::Message),
            (b"\x30\xfe\0\0\0\0", Malformed::Message),
            (b"\x30\x84\xff\xff\xff\xff", Malformed::TooLong),
            (b"\x30\x84\x7f\xff\xff\xff", Malformed::TooLong),
        ] {
            assert_eq!(message_len(octets), Err(expected), "{octets:x?}");
        }
    }

    #[test]
    fn a_header_in_part_is_waited_for() {
        let message = b"\x30\x84\0\0\0\x01a";
        for len in 0..message.len() {
            assert_eq!(message_len(message.split_at(len).0), Ok(None), "{len}");
        }
        assert_eq!(message_len(message), Ok(Some(message.len())));
    }
}
