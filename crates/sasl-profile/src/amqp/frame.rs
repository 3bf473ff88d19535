//! As much of AMQP's types (part 1.6) and frames (part 2.3) as the SASL layer has.

use alloc::vec::Vec;

use sasl_core::Malformed;

use super::MAX;
use crate::octets::Octets;
use crate::wire::Wire;

/// The descriptors (part 5.3.3), by number and by name.
const DESCRIPTORS: [(u8, &[u8]); 5] = [
    (MECHANISMS, b"amqp:sasl-mechanisms:list"),
    (INIT, b"amqp:sasl-init:list"),
    (CHALLENGE, b"amqp:sasl-challenge:list"),
    (RESPONSE, b"amqp:sasl-response:list"),
    (OUTCOME, b"amqp:sasl-outcome:list"),
];
pub(super) const MECHANISMS: u8 = 0x40;
pub(super) const INIT: u8 = 0x41;
pub(super) const CHALLENGE: u8 = 0x42;
pub(super) const RESPONSE: u8 = 0x43;
pub(super) const OUTCOME: u8 = 0x44;

/// The frame's type (part 5.3.1).
const SASL: u8 = 1;

const NULL: u8 = 0x40;
const UBYTE: u8 = 0x50;
const BINARY: [u8; 2] = [0xa0, 0xb0];
const STRING: [u8; 2] = [0xa1, 0xb1];
const SYMBOL: [u8; 2] = [0xa3, 0xb3];
const LIST0: u8 = 0x45;
const LIST: [u8; 2] = [0xc0, 0xd0];
const ARRAY: [u8; 2] = [0xe0, 0xf0];

/// A value of one of the types that occur.
pub(super) enum Value<'a> {
    Null,
    Ubyte(u8),
    Binary(&'a [u8]),
    String(&'a [u8]),
    Symbol(&'a [u8]),
    /// An array of symbols.
    Symbols(Vec<&'a [u8]>),
}

/// What is in a frame: the descriptor, and the fields of its list.
pub(super) struct Frame<'a> {
    pub(super) descriptor: u8,
    fields: alloc::vec::IntoIter<Value<'a>>,
}

impl<'a> Frame<'a> {
    /// The most fields of a list.
    const FIELDS: usize = 3;

    /// Reads a whole frame.
    ///
    /// ```text
    /// size (4 octets) data-offset (1, in words of 4 octets) type (1) ignored (2) extended-header body
    /// ```
    pub(super) fn parse(octets: &'a [u8]) -> Result<Self, Malformed> {
        if octets.len() > MAX {
            return Err(Malformed::TooLong);
        }
        let mut frame = Octets::new(octets);
        let size = frame.u32()?;
        if usize::try_from(size).ok() != Some(octets.len()) {
            return Err(Malformed::Message);
        }
        let [offset, kind, _, _] = frame.array()?;
        let header = usize::from(offset).saturating_mul(4);
        if kind != SASL {
            return Err(Malformed::Message);
        }
        frame.take(header.checked_sub(8).ok_or(Malformed::Message)?)?;
        let descriptor = descriptor(&mut frame)?;
        let fields = list(frame)?;
        Ok(Self {
            descriptor,
            fields: fields.into_iter(),
        })
    }

    /// The next field. What is left out at the end is null.
    pub(super) fn next(&mut self) -> Value<'a> {
        self.fields.next().unwrap_or(Value::Null)
    }

    /// The next field, which must be octets.
    pub(super) fn binary(&mut self) -> Result<&'a [u8], Malformed> {
        self.optional_binary()?.ok_or(Malformed::Message)
    }

    /// The next field, which must be octets or null.
    pub(super) fn optional_binary(&mut self) -> Result<Option<&'a [u8]>, Malformed> {
        match self.next() {
            Value::Binary(octets) => Ok(Some(octets)),
            Value::Null => Ok(None),
            _ => Err(Malformed::Message),
        }
    }

    /// There is no other field.
    pub(super) fn end(&mut self) -> Result<(), Malformed> {
        match self.fields.next() {
            None => Ok(()),
            Some(_) => Err(Malformed::Message),
        }
    }
}

fn descriptor(octets: &mut Octets<'_>) -> Result<u8, Malformed> {
    if octets.u8()? != 0 {
        return Err(Malformed::Message);
    }
    let known = |number| DESCRIPTORS.into_iter().find(|(known, _)| *known == number);
    let found = match octets.u8()? {
        // A ulong, short and long.
        0x53 => known(octets.u8()?),
        0x80 => match octets.array()? {
            [0, 0, 0, 0, 0, 0, 0, number] => known(number),
            _ => None,
        },
        kind if SYMBOL.contains(&kind) => {
            let name = variable(octets, kind)?;
            DESCRIPTORS.into_iter().find(|(_, known)| *known == name)
        }
        _ => None,
    };
    found.map(|(number, _)| number).ok_or(Malformed::Message)
}

/// A list with nothing behind it.
fn list(mut octets: Octets<'_>) -> Result<Vec<Value<'_>>, Malformed> {
    let mut values = Vec::new();
    let kind = octets.u8()?;
    if kind == LIST0 {
        octets.end()?;
        return Ok(values);
    }
    if !LIST.contains(&kind) {
        return Err(Malformed::Message);
    }
    let mut list = Octets::new(variable(&mut octets, kind)?);
    octets.end()?;
    let count = number(&mut list, kind)?;
    if count > Frame::FIELDS {
        return Err(Malformed::Message);
    }
    for _ in 0..count {
        values.push(value(&mut list)?);
    }
    list.end()?;
    Ok(values)
}

fn value<'a>(octets: &mut Octets<'a>) -> Result<Value<'a>, Malformed> {
    let kind = octets.u8()?;
    Ok(match kind {
        NULL => Value::Null,
        UBYTE => Value::Ubyte(octets.u8()?),
        _ if BINARY.contains(&kind) => Value::Binary(variable(octets, kind)?),
        _ if STRING.contains(&kind) => Value::String(variable(octets, kind)?),
        _ if SYMBOL.contains(&kind) => Value::Symbol(variable(octets, kind)?),
        _ if ARRAY.contains(&kind) => {
            let mut array = Octets::new(variable(octets, kind)?);
            let count = number(&mut array, kind)?;
            let kind = array.u8()?;
            if !SYMBOL.contains(&kind) {
                return Err(Malformed::Message);
            }
            // Each has at least the octet of its length.
            let mut symbols = Vec::new();
            for _ in 0..count {
                symbols.push(variable(&mut array, kind)?);
            }
            array.end()?;
            Value::Symbols(symbols)
        }
        _ => return Err(Malformed::Message),
    })
}

/// A number of one octet or four: types of variable width come in pairs, and the upper half of the code says which it is
/// (part 1.2).
fn number(octets: &mut Octets<'_>, kind: u8) -> Result<usize, Malformed> {
    match kind & 0x10 {
        0 => octets.u8().map(usize::from),
        _ => usize::try_from(octets.u32()?).map_err(|_| Malformed::TooLong),
    }
}

/// What stands behind its length.
fn variable<'a>(octets: &mut Octets<'a>, kind: u8) -> Result<&'a [u8], Malformed> {
    let len = number(octets, kind)?;
    octets.take(len)
}

/// A frame with these fields.
pub(super) fn frame(descriptor: u8, fields: &[&Wire]) -> Wire {
    let mut len = 0_usize;
    for field in fields {
        len = len.saturating_add(field.len());
    }
    let count = u8::try_from(fields.len()).unwrap_or(u8::MAX);
    let mut wire = Wire::with_room_for(len.saturating_add(20));
    // The size counts all of the frame, and that of the list its count.
    match u8::try_from(len.saturating_add(1)) {
        Ok(size) => {
            wire.push(&word(len.saturating_add(14)));
            wire.push(&[2, SASL, 0, 0, 0, 0x53, descriptor, 0xc0, size, count]);
        }
        Err(_) => {
            wire.push(&word(len.saturating_add(20)));
            wire.push(&[2, SASL, 0, 0, 0, 0x53, descriptor, 0xd0]);
            wire.push(&word(len.saturating_add(4)));
            wire.push(&word(usize::from(count)));
        }
    }
    for field in fields {
        wire.push(field);
    }
    wire
}

pub(super) fn null() -> Wire {
    Wire::from([NULL].as_slice())
}

pub(super) fn ubyte(number: u8) -> Wire {
    Wire::from([UBYTE, number].as_slice())
}

pub(super) fn binary(octets: &[u8]) -> Wire {
    with_len(BINARY, octets)
}

pub(super) fn optional_binary(octets: Option<&[u8]>) -> Wire {
    octets.map_or_else(null, binary)
}

pub(super) fn string(text: &str) -> Wire {
    with_len(STRING, text.as_bytes())
}

pub(super) fn symbol(text: &str) -> Wire {
    with_len(SYMBOL, text.as_bytes())
}

/// One symbol, or an array of them: a field that may have several values has one without an array, too (part 1.4).
pub(super) fn symbols<'a>(symbols: impl ExactSizeIterator<Item = &'a str> + Clone) -> Wire {
    let mut names = symbols.clone();
    if let (1, Some(only)) = (symbols.len(), names.next()) {
        return symbol(only);
    }
    let mut array = Wire::default();
    array.push(&word(symbols.len()));
    array.push(&[0xa3]);
    for name in symbols {
        array.push(&[u8::try_from(name.len()).unwrap_or(u8::MAX)]);
        array.push(name.as_bytes());
    }
    let mut wire = Wire::from([0xf0].as_slice());
    wire.push(&word(array.len()));
    wire.push(&array);
    wire
}

fn with_len([short, long]: [u8; 2], octets: &[u8]) -> Wire {
    let mut wire = Wire::with_room_for(octets.len().saturating_add(5));
    match u8::try_from(octets.len()) {
        Ok(len) => wire.push(&[short, len]),
        Err(_) => {
            wire.push(&[long]);
            wire.push(&word(octets.len()));
        }
    }
    wire.push(octets);
    wire
}

fn word(number: usize) -> [u8; 4] {
    u32::try_from(number).unwrap_or(u32::MAX).to_be_bytes()
}
