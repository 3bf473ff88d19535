//! The preparation as a matter of choice: [`Preparation`] carried out.

use sasl_core::{Preparation, Secret};

use crate::{PrepError, Prepared, saslprep_query, saslprep_stored};

type Saslprep = fn(&str) -> Result<Prepared, PrepError>;

/// Prepares text that is to be kept, or that a SCRAM client derives its keys from; see [`saslprep_stored`].
///
/// # Errors
///
/// For [`Preparation::Saslprep`] those of [`saslprep_stored`]; the other two never fail.
pub fn stored_text(preparation: Preparation, text: &str) -> Result<Prepared, PrepError> {
    by_choice(preparation, text, saslprep_stored)
}

/// Prepares text that is only compared with what is stored; see [`saslprep_query`].
///
/// Under [`Preparation::SaslprepOrRaw`] this is [`stored_text`]: a query that prepared more strings than were
/// prepared when they were stored would not find the others, which were stored raw.
///
/// # Errors
///
/// For [`Preparation::Saslprep`] those of [`saslprep_query`]; the other two never fail.
pub fn query_text(preparation: Preparation, text: &str) -> Result<Prepared, PrepError> {
    by_choice(preparation, text, saslprep_query)
}

/// Whether preparation leaves the text as it is, as far as that can be told without a copy of it: printable ASCII stays.
pub(crate) fn is_prepared(preparation: Preparation, text: &str) -> bool {
    match preparation {
        Preparation::Saslprep | Preparation::SaslprepOrRaw | Preparation::None => {
            text.bytes().all(|octet| matches!(octet, b' '..=b'~'))
        }
        _ => false,
    }
}

/// Prepares the octets of a password that is to be kept, or that a SCRAM client derives its keys from.
///
/// ```
/// use sasl_prep::{PrepError, Preparation, stored};
///
/// let bell = "\u{2168}\u{7}".as_bytes();
/// assert_eq!(stored(Preparation::Saslprep, bell).err(), Some(PrepError::Prohibited));
/// assert!(stored(Preparation::SaslprepOrRaw, bell)?.matches(bell));
/// assert!(stored(Preparation::SaslprepOrRaw, "\u{2168}".as_bytes())?.matches(b"IX"));
/// assert!(stored(Preparation::None, b"\xff")?.matches(b"\xff"));
/// # Ok::<(), PrepError>(())
/// ```
///
/// # Errors
///
/// For [`Preparation::Saslprep`] those of [`saslprep_stored`] and [`PrepError::NotUtf8`]; the other two never fail.
pub fn stored(preparation: Preparation, octets: &[u8]) -> Result<Secret, PrepError> {
    octets_by_choice(preparation, octets, saslprep_stored)
}

/// Prepares the octets of a password that is only compared with what is stored; as text, see [`query_text`].
///
/// # Errors
///
/// For [`Preparation::Saslprep`] those of [`saslprep_query`] and [`PrepError::NotUtf8`]; the other two never fail.
pub fn query(preparation: Preparation, octets: &[u8]) -> Result<Secret, PrepError> {
    octets_by_choice(preparation, octets, saslprep_query)
}

fn by_choice(
    preparation: Preparation,
    text: &str,
    saslprep: Saslprep,
) -> Result<Prepared, PrepError> {
    match preparation {
        Preparation::Saslprep => saslprep(text),
        Preparation::SaslprepOrRaw => Ok(saslprep_or_raw(text)),
        Preparation::None => Ok(Prepared::as_is(text)),
        // What is not known is not guessed: a key derived in the wrong way would be stored.
        _ => Err(PrepError::Unsupported),
    }
}

fn octets_by_choice(
    preparation: Preparation,
    octets: &[u8],
    saslprep: Saslprep,
) -> Result<Secret, PrepError> {
    if let Ok(text) = str::from_utf8(octets) {
        return by_choice(preparation, text, saslprep).map(Prepared::into_secret);
    }
    match preparation {
        Preparation::Saslprep => Err(PrepError::NotUtf8),
        Preparation::SaslprepOrRaw | Preparation::None => Ok(Secret::from(octets)),
        _ => Err(PrepError::Unsupported),
    }
}

/// As PostgreSQL: a string of which nothing would be left cannot be prepared either, and unassigned code points always
/// count, so that both forms are one.
fn saslprep_or_raw(text: &str) -> Prepared {
    match saslprep_stored(text) {
        Ok(prepared) if !prepared.is_empty() => prepared,
        _ => Prepared::as_is(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: [&[u8]; 10] = [
        b"",
        b"\0",
        b"\xff",
        b"\xc0\x80",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"abc\xc3",
        "\u{627}1".as_bytes(),
        "\u{ad}".as_bytes(),
        "\u{221}\u{aa}".as_bytes(),
    ];

    #[test]
    fn none_leaves_everything() {
        for octets in HOSTILE.into_iter().chain(["\u{aa}".as_bytes()]) {
            assert!(stored(Preparation::None, octets).unwrap().matches(octets));
            assert!(query(Preparation::None, octets).unwrap().matches(octets));
        }
        assert_eq!(
            query_text(Preparation::None, "\u{aa}\u{7}")
                .unwrap()
                .as_str(),
            "\u{aa}\u{7}"
        );
    }

    #[test]
    fn or_raw_leaves_what_cannot_be_prepared() {
        for octets in HOSTILE {
            assert!(
                stored(Preparation::SaslprepOrRaw, octets)
                    .unwrap()
                    .matches(octets),
                "{octets:x?}"
            );
            // The unassigned in query form, too: the one that was stored is the raw one.
            assert!(
                query(Preparation::SaslprepOrRaw, octets)
                    .unwrap()
                    .matches(octets),
                "{octets:x?}"
            );
        }
        assert_eq!(
            query_text(Preparation::SaslprepOrRaw, "\u{aa}")
                .unwrap()
                .as_str(),
            "a"
        );
    }

    #[test]
    fn saslprep_says_what_is_wrong() {
        let faults = HOSTILE.map(|octets| {
            (
                stored(Preparation::Saslprep, octets).err(),
                query(Preparation::Saslprep, octets).err(),
            )
        });
        let both = |fault| (Some(fault), Some(fault));
        let not_utf8 = both(PrepError::NotUtf8);
        assert_eq!(
            faults,
            [
                (None, None),
                both(PrepError::Prohibited),
                not_utf8,
                not_utf8,
                not_utf8,
                not_utf8,
                not_utf8,
                both(PrepError::Bidi),
                (None, None),
                (Some(PrepError::Unassigned), None),
            ]
        );
        assert!(
            query(Preparation::Saslprep, "\u{221}\u{aa}".as_bytes())
                .unwrap()
                .matches("\u{221}a".as_bytes())
        );
    }
}
