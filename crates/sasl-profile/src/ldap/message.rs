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
    let (tag, count) = match octets {
        [tag] => (*tag, 0),
        [tag, len, ..] if *len > 0x80 => (*tag, usize::from(*len & 0x7f)),
        [tag, ..] => (*tag, 0),
        [] => return Ok(None),
    };
    if tag != ber::SEQUENCE || count > 4 {
        return Err(Malformed::Message);
    }
    let header = count.saturating_add(2);
    let Some(header_octets) = octets.get(1..header) else {
        return Ok(None);
    };
    let len = ber::length(&mut Octets::new(header_octets))?.saturating_add(header);
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
