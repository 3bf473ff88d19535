//! Records of comma-separated values (RFC 4180), strictly, and one on each line.
//!
//! ```abnf
//! record       = field *("," field)
//! field        = escaped / non-escaped
//! escaped      = DQUOTE *(TEXTDATA / "," / 2DQUOTE) DQUOTE
//! non-escaped  = *TEXTDATA                                 ; nothing but DQUOTE, "," and line breaks left out
//! ```
//! (RFC 4180 §2), but for line breaks inside quotes: with them one lost quote would swallow all lines up to the next. Lenient readers
//! make a password of `"pen"cil` that nobody meant.

use zeroize::Zeroizing;

/// The first field of a line and what follows it, its comma included. `None` when the field is not one.
pub(super) fn split_first(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = if line.starts_with(b"\"") {
        // Quotes inside are doubled, so that the first that is not ends the field.
        let mut octets = line.iter().enumerate().skip(1).peekable();
        loop {
            if let (at, b'"') = octets.next()? {
                match octets.peek() {
                    Some((_, b'"')) => octets.next(),
                    _ => break at.checked_add(1)?,
                };
            }
        }
    } else {
        let end = line.iter().position(|octet| matches!(octet, b',' | b'"'));
        end.unwrap_or(line.len())
    };
    let (field, rest) = line.split_at_checked(end)?;
    matches!(rest.first(), None | Some(b',')).then_some((field, rest))
}

/// Whether all that follows a field is more of them.
pub(super) fn are_fields(mut rest: &[u8]) -> bool {
    while let Some(field) = rest.strip_prefix(b",") {
        match split_first(field) {
            Some((_, behind)) => rest = behind,
            None => return false,
        }
    }
    rest.is_empty()
}

/// What a field says.
pub(super) fn unquote(field: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut said = Zeroizing::new(Vec::with_capacity(field.len()));
    match field {
        [b'"', quoted @ .., b'"'] => {
            let mut octets = quoted.iter();
            while let Some(octet) = octets.next() {
                said.push(*octet);
                if *octet == b'"' {
                    octets.next();
                }
            }
        }
        bare => said.extend_from_slice(bare),
    }
    said
}

/// Writes a field, with quotes where it needs them.
pub(super) fn push_field(line: &mut Vec<u8>, said: &str) {
    if said.contains([',', '"', '\r', '\n']) {
        line.push(b'"');
        line.extend_from_slice(said.replace('"', "\"\"").as_bytes());
        line.push(b'"');
    } else {
        line.extend_from_slice(said.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// All fields, as they are said.
    fn fields(line: &[u8]) -> Option<Vec<Vec<u8>>> {
        let (mut field, mut rest) = split_first(line)?;
        let mut fields = vec![unquote(field).to_vec()];
        while let Some(behind) = rest.strip_prefix(b",") {
            (field, rest) = split_first(behind)?;
            fields.push(unquote(field).to_vec());
        }
        Some(fields)
    }

    #[test]
    fn what_is_no_record_is_refused() {
        for line in [
            "\"", "\"a", "a\"", "a\"b", "\"a\"b", "\"a\" ", " \"a\"", "\"\"\"", "\"a\"\"", "a,\"",
            "a,\"b\"c", "a,b\"",
        ] {
            assert_eq!(fields(line.as_bytes()), None, "{line}");
        }
        assert!(!are_fields(b"a"));
        assert!(!are_fields(b",a,\""));
    }

    #[test]
    fn fields_are_told_apart() {
        for (line, expected) in [
            ("", vec![""]),
            (",", vec!["", ""]),
            ("a,b", vec!["a", "b"]),
            (" a , b ", vec![" a ", " b "]),
            ("\"\"", vec![""]),
            ("\"\"\"\"", vec!["\""]),
            ("\"a,b\",c", vec!["a,b", "c"]),
            ("a,\"say \"\"b\"\"\",", vec!["a", "say \"b\"", ""]),
        ] {
            let expected: Vec<_> = expected
                .iter()
                .map(|field| field.as_bytes().to_vec())
                .collect();
            assert_eq!(fields(line.as_bytes()), Some(expected), "{line}");
        }
    }

    proptest! {
        /// The crate `csv` reads and writes the same.
        #[test]
        fn as_the_csv_crate(record in prop::collection::vec("[^\r\n]{0,12}", 1..5)) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(&record).unwrap();
            let written = writer.into_inner().unwrap();
            let line = written.strip_suffix(b"\n").unwrap();
            let said: Vec<_> = record.iter().map(|field| field.as_bytes().to_vec()).collect();
            prop_assert_eq!(fields(line), Some(said));

            let mut own = Vec::new();
            for field in &record {
                if !own.is_empty() {
                    own.push(b',');
                }
                push_field(&mut own, field);
            }
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(own.as_slice());
            if let Some(read) = reader.records().next() {
                let read = read.unwrap();
                // That crate takes a byte order mark away, and a line of nothing but an empty field for none.
                let special = record.first().is_some_and(|first| first.is_empty() || first.starts_with('\u{feff}'));
                prop_assert!(special || read.iter().eq(record.iter().map(String::as_str)));
            }
        }

        #[test]
        fn nothing_panics(line in prop::collection::vec(any::<u8>(), 0..40), quotes in "[\",a]{0,20}") {
            for line in [line.as_slice(), quotes.as_bytes()] {
                if let Some((field, rest)) = split_first(line) {
                    prop_assert_eq!([field, rest].concat(), line);
                    are_fields(rest);
                }
            }
        }
    }
}
