//! As much of BER as LDAP has (X.690 §8, RFC 4511 §5.1): tags of one octet, definite lengths, primitive strings.
//!
//! `asn1-rs` reads and writes the headers of elements and the numbers, one element at a time. What is in an element is only ever
//! borrowed or written into a [`Wire`], so that no copy of a password is left behind, and nothing nests as deep as a peer likes.
//! What RFC 4511 forbids, and the crate reads, is refused here. The tests have `lber` for an oracle.

use asn1_rs::{FromBer, Header, Integer, Length, ToDer};
use sasl_core::Malformed;

use crate::octets::Octets;
use crate::wire::Wire;

pub(super) const BOOLEAN: u8 = 0x01;
pub(super) const INTEGER: u8 = 0x02;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const ENUMERATED: u8 = 0x0a;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;

/// The longest header: a tag of one octet, and five octets of length.
const HEADER: usize = 6;

/// The next element's tag and how long it is inside; `None` if not all of this is there.
pub(super) fn header(octets: &mut Octets<'_>) -> Result<Option<(u8, usize)>, Malformed> {
    let whole = octets.rest();
    let (rest, header) = match Header::from_ber(whole) {
        Ok(read) => read,
        Err(asn1_rs::Err::Incomplete(_)) if whole.len() < HEADER => return Ok(None),
        Err(_) => return Err(Malformed::Message),
    };
    *octets = Octets::new(rest);
    // The length is in as many octets as its writer liked, but no crate that writes LDAP takes more than four.
    if whole.len().saturating_sub(rest.len()) > HEADER {
        return Err(Malformed::Message);
    }
    match (header.raw_tag(), header.length()) {
        (Some(&[tag]), Length::Definite(len)) => Ok(Some((tag, len))),
        // LDAP has no tags of several octets, and RFC 4511 §5.1 has no indefinite lengths.
        _ => Err(Malformed::Message),
    }
}

/// The next element's tag and what is in it.
pub(super) fn next<'a>(octets: &mut Octets<'a>) -> Result<(u8, Octets<'a>), Malformed> {
    let (tag, len) = header(octets)?.ok_or(Malformed::Message)?;
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
    if ahead.is_empty() {
        return Ok(None);
    }
    let (found, content) = next(&mut ahead)?;
    if found != tag {
        return Ok(None);
    }
    *octets = ahead;
    Ok(Some(content))
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
    match content.rest() {
        // The crate takes nothing for 0, and zeros without end in front.
        octets @ [_, ..] if octets.len() <= 4 => Integer::new(octets)
            .as_i32()
            .ok()
            .and_then(|number| u32::try_from(number).ok())
            .ok_or(Malformed::Message),
        _ => Err(Malformed::Message),
    }
}

/// An element with these parts in it, its length as short as can be.
pub(super) fn element(tag: u8, parts: &[&[u8]]) -> Wire {
    let len = parts
        .iter()
        .fold(0, |len: usize, part| len.saturating_add(part.len()));
    // What could fail is the writing, and a vector takes it all.
    let length = Length::Definite(len).to_der_vec().unwrap_or_default();
    // The content is put behind it here and not by the crate: it goes into a buffer that is wiped and large enough at once.
    let mut wire = Wire::with_room_for(length.len().saturating_add(len).saturating_add(1));
    wire.push(&[tag]);
    wire.push(&length);
    for part in parts {
        wire.push(part);
    }
    wire
}

/// A number from 0 to 2^31-1.
pub(super) fn integer(tag: u8, number: u32) -> Wire {
    element(tag, &[Integer::from(number).as_ref()])
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
    fn no_buffer_grows() {
        for len in [0, 1, 127, 128, 255, 256, 65_535, 65_536, 0x0100_0000] {
            let wire = element(OCTET_STRING, &[&alloc::vec![7; len], b"more"]);
            assert_eq!(wire.capacity(), wire.len());
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
