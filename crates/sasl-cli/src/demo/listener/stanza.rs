//! What an XMPP server says around an exchange (RFC 6120 §4, §7), and what of a client it understands there.

use std::fmt::Write as _;

use quick_xml::escape::escape;

use crate::xmpp_stream::{STREAMS, TLS, Tag};

const CLIENT: &str = "jabber:client";
const STANZAS: &str = "urn:ietf:params:xml:ns:xmpp-stanzas";
const BIND: &str = "urn:ietf:params:xml:ns:xmpp-bind";
const SESSION: &str = "urn:ietf:params:xml:ns:xmpp-session";

/// Octets of a part of an address at most (RFC 7622 §3).
const PART: usize = 1023;

pub(super) const END: &str = "</stream:stream>";
pub(super) const PROCEED: &str = "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";
pub(super) const TLS_FAILURE: &str = "<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";

/// Why a stream ends (RFC 6120 §4.9.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Condition {
    HostUnknown,
    InvalidNamespace,
    NotAuthorized,
    NotWellFormed,
    PolicyViolation,
    UnsupportedEncoding,
    UnsupportedStanzaType,
    UnsupportedVersion,
}

impl Condition {
    const fn as_str(self) -> &'static str {
        match self {
            Self::HostUnknown => "host-unknown",
            Self::InvalidNamespace => "invalid-namespace",
            Self::NotAuthorized => "not-authorized",
            Self::NotWellFormed => "not-well-formed",
            Self::PolicyViolation => "policy-violation",
            Self::UnsupportedEncoding => "unsupported-encoding",
            Self::UnsupportedStanzaType => "unsupported-stanza-type",
            Self::UnsupportedVersion => "unsupported-version",
        }
    }

    /// The stream's last words.
    pub(super) fn error(self) -> String {
        let condition = self.as_str();
        format!(
            "<stream:error><{condition} xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>{END}"
        )
    }
}

/// The server's own tag (RFC 6120 §4.7).
pub(super) fn header(domain: &str, id: &str) -> String {
    format!(
        "<?xml version='1.0'?><stream:stream from='{}' id='{id}' version='1.0' xml:lang='en' \
         xmlns='{CLIENT}' xmlns:stream='{STREAMS}'>",
        escape(domain)
    )
}

pub(super) fn features(inside: &str) -> String {
    format!("<stream:features>{inside}</stream:features>")
}

/// TLS and nothing else (RFC 6120 §5.3.1).
pub(super) fn starttls() -> String {
    format!("<starttls xmlns='{TLS}'><required/></starttls>")
}

/// What comes after a login. Sessions are of RFC 3921 and do nothing, but there are clients that ask for one.
pub(super) fn bind() -> String {
    format!("<bind xmlns='{BIND}'/><session xmlns='{SESSION}'><optional/></session>")
}

/// What is asked for with a client's own tag: the domain.
pub(super) fn domain(tags: &[Tag]) -> Result<Option<String>, Condition> {
    let [stream] = tags else {
        return Err(Condition::NotWellFormed);
    };
    // RFC 6120 §4.8.
    if !stream.is(STREAMS, "stream") || stream.attribute("xmlns") != Some(CLIENT) {
        return Err(Condition::InvalidNamespace);
    }
    // RFC 6120 §4.7.5: who has no version knows no features.
    if !(stream.attribute("version")).is_some_and(|version| version.starts_with("1.")) {
        return Err(Condition::UnsupportedVersion);
    }
    match stream.attribute("to") {
        None => Ok(None),
        Some(domain) if is_part(domain) && !domain.contains(['@', '/']) => {
            Ok(Some(domain.to_owned()))
        }
        Some(_) => Err(Condition::HostUnknown),
    }
}

/// The answer to a stanza of a client that is logged in (RFC 6120 §8); nothing where none is due.
pub(super) fn answer(tags: &[Tag], bare: &str) -> Result<Option<String>, Condition> {
    let Some((stanza, inside)) = tags.split_first() else {
        return Err(Condition::NotWellFormed);
    };
    let is_stanza = stanza.namespace.is_empty() || stanza.namespace == CLIENT;
    match stanza.name.as_str() {
        _ if !is_stanza => return Err(Condition::UnsupportedStanzaType),
        "presence" | "message" => return Ok(None),
        "iq" => {}
        _ => return Err(Condition::UnsupportedStanzaType),
    }
    let id = stanza.attribute("id").unwrap_or_default();
    let id = escape(printable(id)).into_owned();
    let payload = inside.first();
    let asks_for = |namespace, name| payload.is_some_and(|tag| tag.is(namespace, name));
    let answer = match stanza.attribute("type") {
        Some("set") if asks_for(BIND, "bind") => {
            let resource = inside.iter().find(|tag| tag.is(BIND, "resource"));
            let resource = resource.map_or("", |tag| tag.text.as_str());
            // RFC 6120 §7.7.2.2: the server may choose another.
            let resource = if is_part(resource) { resource } else { "sasl" };
            let jid = format!("{bare}/{resource}");
            format!(
                "<iq type='result' id='{id}'><bind xmlns='{BIND}'><jid>{}</jid></bind></iq>",
                escape(jid)
            )
        }
        Some("set") if asks_for(SESSION, "session") => format!("<iq type='result' id='{id}'/>"),
        // RFC 6120 §8.4.
        Some("get" | "set") => format!(
            "<iq type='error' id='{id}'><error type='cancel'><service-unavailable xmlns='{STANZAS}'/></error></iq>"
        ),
        _ => return Ok(None),
    };
    Ok(Some(answer))
}

/// An account's address. What a local part cannot have is written as XEP-0106 has it.
pub(super) fn bare_jid(name: &str, domain: &str) -> String {
    let mut jid = String::new();
    for c in name.chars() {
        match c {
            ' ' | '"' | '&' | '\'' | '/' | ':' | '<' | '>' | '@' | '\\' => {
                // A string takes everything.
                let _ = write!(jid, "\\{:02x}", u32::from(c));
            }
            c => jid.push(c),
        }
    }
    format!("{jid}@{domain}")
}

fn is_part(text: &str) -> bool {
    (1..=PART).contains(&text.len()) && !text.contains(char::is_control)
}

/// What XML can carry of what a client sent.
fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xmpp_stream::tags;

    #[test]
    fn streams_of_others_are_refused() {
        let asked = |text: &str| domain(&tags(text.as_bytes()).unwrap());
        for (stream, condition) in [
            ("<a/>", Condition::InvalidNamespace),
            (
                "<stream xmlns='jabber:client' version='1.0'>",
                Condition::InvalidNamespace,
            ),
            (
                "<stream:stream xmlns='jabber:server' version='1.0'>",
                Condition::InvalidNamespace,
            ),
            (
                "<stream:stream xmlns:stream='http://example.org' xmlns='jabber:client' version='1.0'>",
                Condition::InvalidNamespace,
            ),
            (
                "<stream:stream xmlns='jabber:client'>",
                Condition::UnsupportedVersion,
            ),
            (
                "<stream:stream xmlns='jabber:client' version='2.0'>",
                Condition::UnsupportedVersion,
            ),
            (
                "<stream:stream xmlns='jabber:client' version='1.0' to=''>",
                Condition::HostUnknown,
            ),
            (
                "<stream:stream xmlns='jabber:client' version='1.0' to='a@b/c'>",
                Condition::HostUnknown,
            ),
            (
                "<stream:stream xmlns='jabber:client' version='1.0' to='a&#27;'>",
                Condition::HostUnknown,
            ),
        ] {
            assert_eq!(asked(stream), Err(condition), "{stream}");
        }
        let stream = "<stream:stream xmlns='jabber:client' version='1.0' to='example.org'>";
        assert_eq!(asked(stream), Ok(Some("example.org".into())));
    }

    #[test]
    fn stanzas_get_an_answer_or_none() {
        let answered = |text: &str| answer(&tags(text.as_bytes()).unwrap(), "user@localhost");
        let bind = |inside: &str| {
            let text = format!(
                "<iq type='set' id='1&apos;&#27;'><bind xmlns='{BIND}'>{inside}</bind></iq>"
            );
            answered(&text).unwrap().unwrap()
        };
        let bound = |jid: &str| {
            format!(
                "<iq type='result' id='1&apos;'><bind xmlns='{BIND}'><jid>{jid}</jid></bind></iq>"
            )
        };
        assert_eq!(
            bind("<resource>home</resource>"),
            bound("user@localhost/home")
        );
        assert_eq!(bind(""), bound("user@localhost/sasl"));
        let long = format!("<resource>{}</resource>", "a".repeat(PART + 1));
        assert_eq!(bind(&long), bound("user@localhost/sasl"));
        for silent in [
            "<presence/>",
            "<message to='a@b'><body>hello</body></message>",
            "<iq type='result' id='a'/>",
            "<iq type='error' id='a'/>",
            "<iq/>",
        ] {
            assert_eq!(answered(silent), Ok(None), "{silent}");
        }
        let roster = answered("<iq type='get' id='a'><query xmlns='jabber:iq:roster'/></iq>");
        assert!(roster.unwrap().unwrap().contains("<service-unavailable "));
        for strange in ["<a/>", "<iq xmlns='urn:a' type='set'/>", "<stream:error/>"] {
            assert_eq!(
                answered(strange),
                Err(Condition::UnsupportedStanzaType),
                "{strange}"
            );
        }
    }

    #[test]
    fn names_are_written_as_addresses() {
        assert_eq!(bare_jid("user", "localhost"), "user@localhost");
        assert_eq!(
            bare_jid("d'artagnan@a", "localhost"),
            "d\\27artagnan\\40a@localhost"
        );
    }
}
