//! OAUTHBEARER (RFC 7628) and XOAUTH2.

use sasl_oauth::OauthError;

use crate::explanation::Attribute;
use crate::shown::{self, Show, attribute};

/// The most keys that are shown.
const MAX: usize = 32;

pub(super) fn token(octets: &[u8], show: Show) -> (String, Vec<Attribute>) {
    if octets == [1] {
        return answer(octets, show);
    }
    let mut parts = Vec::new();
    let mut text = Vec::new();
    for (at, field) in octets.split(|octet| *octet == 1).take(MAX).enumerate() {
        let (part, shown) = match str::from_utf8(field) {
            Ok(field) => field_of(at, field, show),
            Err(_) => (
                Some(show.hidden("?", field, "not UTF-8")),
                show.within(field),
            ),
        };
        parts.extend(part);
        text.push(shown);
    }
    (text.join("\\x01"), parts)
}

/// One field, and how it is shown within the message.
fn field_of(at: usize, field: &str, show: Show) -> (Option<Attribute>, String) {
    let open = shown::text(field);
    let lower = field.to_ascii_lowercase();
    match field.split_once('=') {
        _ if field.is_empty() => (None, String::new()),
        // Where a separator is missing the token stands in another field.
        _ if !lower.starts_with("auth=")
            && (lower.contains("auth=") || lower.contains("bearer")) =>
        {
            let part = show.hidden(
                "?",
                field.as_bytes(),
                "several fields, with no 0x01 between them",
            );
            (Some(part), show.within(field.as_bytes()))
        }
        Some(("user", name)) if at == 0 => (Some(attribute("user", name, "who logs in")), open),
        _ if at == 0
            && (field.starts_with("n,") || field.starts_with("y,") || field.starts_with("p=")) =>
        {
            (Some(header(field)), open)
        }
        Some(("auth", value)) => {
            // Another word may be half of a token.
            let known = value
                .split_once(' ')
                .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
            let (scheme, token) = known.unwrap_or(("", value));
            let meaning = match scheme {
                "" => "the token, without the word Bearer and a space before it",
                _ => "the token, a bearer token",
            };
            let part = show.hidden("auth", token.as_bytes(), meaning);
            let space = if scheme.is_empty() { "" } else { " " };
            let text = format!("auth={scheme}{space}{}", show.within(token.as_bytes()));
            (Some(part), text)
        }
        Some((key @ ("host" | "port" | "mthd" | "path"), value)) => {
            let meaning = match key {
                "host" => "the host that the client meant to reach",
                "port" => "the port that the client meant to reach",
                _ => "a key of OAUTH10A, which OAUTHBEARER ignores",
            };
            (Some(attribute(key, value, meaning)), open)
        }
        // A token that lost its key stands here too.
        _ => (
            Some(show.hidden("?", field.as_bytes(), "of no known key")),
            show.within(field.as_bytes()),
        ),
    }
}

fn header(field: &str) -> Attribute {
    let mut parts = field.split(',');
    let (flag, authzid) = (parts.next(), parts.next().unwrap_or_default());
    let meaning = match (flag, authzid.strip_prefix("a=")) {
        (Some("p"), _) => "gs2-header; this mechanism binds no channel".into(),
        (_, Some(authzid)) => format!("gs2-header: act as {}", shown::text(authzid)),
        (_, None) if authzid.is_empty() => "gs2-header: act as whose token it is".into(),
        _ => "gs2-header, whose second part is not a=".into(),
    };
    attribute("gs2-header", field, meaning)
}

pub(super) fn error(octets: &[u8]) -> (String, Vec<Attribute>) {
    let shown = shown::octets(octets);
    let error = str::from_utf8(octets)
        .ok()
        .and_then(|said| OauthError::parse(said).ok());
    let Some(error) = error else {
        let part = attribute("error", &shown, "not the JSON object that it should be");
        return (shown, vec![part]);
    };
    let mut parts = vec![attribute(
        "status",
        &error.status,
        "why the token is refused",
    )];
    let others = [
        (
            "schemes",
            &error.schemes,
            "schemes of authentication that the server has",
        ),
        ("scope", &error.scope, "scopes that a token needs"),
        (
            "openid-configuration",
            &error.openid_configuration,
            "where tokens come from, by the server's unproven word",
        ),
    ];
    for (name, value, meaning) in others {
        if let Some(value) = value {
            parts.push(attribute(name, value, meaning));
        }
    }
    (shown, parts)
}

pub(super) fn answer(octets: &[u8], show: Show) -> (String, Vec<Attribute>) {
    let part = match octets {
        [] => attribute("answer", "empty", "as XOAUTH2 answers an error"),
        [1] => attribute(
            "answer",
            "0x01",
            "as OAUTHBEARER answers an error (RFC 7628 §3.2.3)",
        ),
        other => show.hidden("answer", other, "neither 0x01 nor empty"),
    };
    let text = match octets {
        [1] => "\\x01".into(),
        [] => String::new(),
        other => show.within(other),
    };
    (text, vec![part])
}
