//! As much of BER as LDAP has (X.690 §8, RFC 4511 §5.1): tags of one octet, definite lengths, primitive strings.
//!
//! It is written out here since no crate would do: `der` refuses the long lengths of Active Directory, `lber` nests as deep as a peer
//! likes, takes nine octets of length for a small one and leaves copies of passwords behind, and `rasn` brings three dozen
//! crates. The tests have `lber` for an oracle.

use sasl_core::Malformed;

use crate::octets::Octets;
use crate::wire::Wire;

pub(super) const BOOLEAN: u8 = 0x01;
pub(super) const INTEGER: u8 = 0x02;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const ENUMERATED: u8 = 0x0a;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;

/// The next element's tag and what is in it.
pub(super) fn next<'a>(octets: &mut Octets<'a>) -> Result<(u8, Octets<'a>), Malformed> {
    let tag = octets.u8()?;
    // X.690 §8.1.2.4: more octets of tag follow. LDAP has none of these.
    if tag & 0x1f == 0x1f {
        return Err(Malformed::Message);
    }
    let len = length(octets)?;
    Ok((tag, Octets::new(octets.take(len)?)))
}

/// The next element, which must have this tag.
pub(super) fn expect<'a>(octets: &mut Octets<'a>, tag: u8) -> Result<Octets<'a>, Malformed> {
    match next(octets)? {
        (found, content) if found == tag => Ok(content),
        _ => Err(Malformed::Message),
    }
}

/// The next element if it has this tag.
pub(super) fn optional<'a>(
    octets: &mut Octets<'a>,
    tag: u8,
) -> Result<Option<Octets<'a>>, Malformed> {
    let mut ahead = *octets;
    match ahead.is_empty() || ahead.u8()? != tag {
        true => Ok(None),
        false => expect(octets, tag).map(Some),
    }
}

/// What a later version has added to a sequence is ignored (RFC 4511 §4), if it is BER.
pub(super) fn ignore_rest(mut octets: Octets<'_>) -> Result<(), Malformed> {
    while !octets.is_empty() {
        next(&mut octets)?;
    }
    Ok(())
}

/// A number from 0 to 2^31-1 (RFC 4511 §4.1.1).
pub(super) fn number(mut content: Octets<'_>) -> Result<u32, Malformed> {
    let octets = content.rest();
    match octets.first() {
        Some(0..=0x7f) if octets.len() <= 4 => Ok(octets
            .iter()
            .fold(0, |number, octet| number << 8 | u32::from(*octet))),
        _ => Err(Malformed::Message),
    }
}

/// X.690 §8.1.3: the length in as many octets as its writer liked, but not indefinite (RFC 4511 §5.1).
pub(super) fn length(octets: &mut Octets<'_>) -> Result<usize, Malformed> {
    match octets.u8()? {
        len @ 0..=0x7f => Ok(len.into()),
        // No crate that writes LDAP takes more than four.
        count @ 0x81..=0x84 => {
            let octets = octets.take(usize::from(count & 0x7f))?;
            let len = octets
                .iter()
                .fold(0, |len, octet| len << 8 | u32::from(*octet));
            usize::try_from(len).map_err(|_| Malformed::TooLong)
        }
        _ => Err(Malformed::Message),
    }
}

/// An element with these parts in it, its length as short as can be.
pub(super) fn element(tag: u8, parts: &[&[u8]]) -> Wire {
    let mut len = 0_usize;
    for part in parts {
        len = len.saturating_add(part.len());
    }
    let mut wire = Wire::with_room_for(len.saturating_add(6));
    wire.push(&[tag]);
    match u8::try_from(len) {
        Ok(len @ 0..=0x7f) => wire.push(&[len]),
        _ => {
            let len = u32::try_from(len).unwrap_or(u32::MAX).to_be_bytes();
            let zeros = len.iter().take_while(|octet| **octet == 0).count();
            let len = len.get(zeros..).unwrap_or_default();
            wire.push(&[u8::try_from(len.len()).unwrap_or_default() | 0x80]);
            wire.push(len);
        }
    }
    for part in parts {
        wire.push(part);
    }
    wire
}

/// A number from 0 to 2^31-1.
pub(super) fn integer(tag: u8, number: u32) -> Wire {
    let octets = number.to_be_bytes();
    // X.690 §8.3.2: the first nine bits are not all alike.
    let needless = octets
        .windows(2)
        .take_while(|pair| matches!(pair, [0, 0..=0x7f]))
        .count();
    element(tag, &[octets.get(needless..).unwrap_or_default()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ldap_forbids_is_refused() {
        for octets in [
            &b""[..],
            b"\x04",
            b"\x04\x01",
            b"\x04\x80a\0\0",         // indefinite
            b"\x04\x81",              // no length
            b"\x04\x85\0\0\0\0\x01a", // five octets of length
            b"\x04\xff\x01a",
            b"\x04\x84\xff\xff\xff\xffa",
            b"\x1f\x01a", // a tag of several octets
            b"\xbf\x81\x01\x01a",
        ] {
            assert!(next(&mut Octets::new(octets)).is_err(), "{octets:x?}");
        }
        for octets in [
            &b""[..],
            b"\x80",
            b"\xff\xff",
            b"\0\0\0\0\0",
            b"\x7f\0\0\0\0",
        ] {
            assert!(number(Octets::new(octets)).is_err(), "{octets:x?}");
        }
    }

    #[test]
    fn lengths_may_have_leading_zeros() {
        for octets in [
            &b"\x04\x03abc"[..],
            b"\x04\x81\x03abc",
            b"\x04\x82\0\x03abc",
            b"\x04\x84\0\0\0\x03abc",
        ] {
            let mut content = expect(&mut Octets::new(octets), OCTET_STRING).unwrap();
            assert_eq!(content.rest(), b"abc");
        }
    }

    #[test]
    fn numbers_are_as_short_as_can_be() {
        for (value, octets) in [
            (0, &b"\x02\x01\0"[..]),
            (127, b"\x02\x01\x7f"),
            (128, b"\x02\x02\0\x80"),
            (256, b"\x02\x02\x01\0"),
            (0x7fff_ffff, b"\x02\x04\x7f\xff\xff\xff"),
        ] {
            assert_eq!(&*integer(INTEGER, value), octets);
            let content = expect(&mut Octets::new(octets), INTEGER).unwrap();
            assert_eq!(number(content), Ok(value));
        }
    }

    #[test]
    fn another_implementation_agrees() {
        for len in [0, 1, 127, 128, 255, 256, 65_535, 65_536] {
            let content = alloc::vec![7; len];
            let ours = element(OCTET_STRING, &[&content]);
            let (rest, theirs) = lber::parse::parse_tag(&ours).unwrap();
            assert!(rest.is_empty());
            let payload = theirs.expect_primitive().unwrap();
            assert_eq!(payload, content);
            let tag = lber::structures::ASNTag::into_structure(lber::structures::Tag::OctetString(
                lber::structures::OctetString {
                    inner: payload,
                    ..Default::default()
                },
            ));
            let mut buffer = bytes::BytesMut::new();
            lber::write::encode_into(&mut buffer, tag).unwrap();
            assert_eq!(*buffer, *ours);
        }
    }
}
