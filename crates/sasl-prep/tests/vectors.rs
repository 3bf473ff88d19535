//! The examples of RFC 4013 §3 and what other implementations test, as data.

use sasl_prep::{PrepError, Prepared, saslprep_query, saslprep_stored, trace};
use serde_json::Value;

/// The error that the word after "error:" stands for: a table of RFC 3454 or a rule.
fn fault(outcome: &str) -> Option<PrepError> {
    let reason = outcome.strip_prefix("error: ")?;
    Some(if reason.contains("bidi") {
        PrepError::Bidi
    } else if reason.contains("unassigned") {
        PrepError::Unassigned
    } else {
        PrepError::Prohibited
    })
}

fn text<'a>(vector: &'a Value, field: &str) -> Option<&'a str> {
    vector.get(field).and_then(Value::as_str)
}

#[test]
fn vectors() {
    let vectors: Vec<Value> = serde_json::from_str(include_str!("data/vectors.json")).unwrap();
    assert_eq!(vectors.len(), 32);
    for vector in &vectors {
        let id = text(vector, "id").unwrap();
        if text(vector, "kind") == Some("stringprep-range") {
            assert_eq!(
                text(vector, "outcome").unwrap(),
                "0x00-0x1F and 0x7F: error prohibited; 0x20-0x7E: identity"
            );
            continue; // Written out below.
        }
        let input = text(vector, "input").unwrap();
        let wanted =
            fault(text(vector, "outcome").unwrap()).map_or(Ok(text(vector, "output")), Err);
        let prepare = match (text(vector, "profile"), text(vector, "mode")) {
            (Some("SASLprep"), Some("stored")) => saslprep_stored,
            (Some("SASLprep"), Some("query")) => saslprep_query,
            (Some("trace"), None) => {
                assert_eq!(trace(input), wanted.map(|_| ()), "{id}");
                continue;
            }
            other => panic!("{id}: {other:?}"),
        };
        let prepared = prepare(input);
        let prepared = prepared
            .as_ref()
            .map(|prepared| Some(prepared.as_str()))
            .map_err(|fault| *fault);
        assert_eq!(prepared, wanted, "{id}");
    }
}

#[test]
fn saslprep_ascii_range() {
    for octet in 0..=0x7f_u8 {
        let text = char::from(octet).to_string();
        let wanted = if matches!(octet, 0x20..=0x7e) {
            Ok(text.as_str())
        } else {
            Err(PrepError::Prohibited)
        };
        for prepared in [saslprep_stored(&text), saslprep_query(&text)] {
            assert_eq!(
                prepared
                    .as_ref()
                    .map(Prepared::as_str)
                    .map_err(|fault| *fault),
                wanted
            );
        }
        assert_eq!(trace(&text).is_ok(), matches!(octet, 0x20..=0x7e));
    }
}
