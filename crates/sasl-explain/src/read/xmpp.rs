//! XMPP (RFC 6120 §6, XEP-0388). No XML is parsed here: the few elements that matter are looked for in the text.

use super::conversation::Conversation;
use super::line::Line;
use super::payload;
use super::{Heard, MAX_EXCHANGES, nonempty};
use crate::exchange::{Answer, Exchange, Outcome, Protocol, Side};

/// The most elements that are looked at.
const MAX: usize = 20_000;

pub(super) fn read(lines: &[Line<'_>]) -> Vec<Exchange> {
    let mut text = String::new();
    // Where in the text each line begins.
    let mut starts = Vec::new();
    for line in lines {
        starts.push((text.len(), line.number));
        text.push_str(line.text);
        text.push('\n');
    }
    let mut reader = Reader {
        talk: Conversation::new(Protocol::Xmpp, false),
        names: Vec::new(),
        within: Within::Nothing,
    };
    for element in Elements::of(&text).take(MAX) {
        let at = starts.partition_point(|(start, _)| *start <= element.at);
        let number = starts
            .get(at.saturating_sub(1))
            .map_or(1, |(_, number)| *number);
        reader.element(number, &element);
    }
    reader.finish();
    let mut exchanges = reader.talk.end();
    let surplus = exchanges.len().saturating_sub(MAX_EXCHANGES);
    exchanges.drain(..surplus);
    exchanges
}

/// A tag and the text behind it.
struct Element<'a> {
    at: usize,
    name: &'a str,
    closes: bool,
    attributes: &'a str,
    text: &'a str,
}

impl<'a> Element<'a> {
    fn attribute(&self, name: &str) -> Option<&'a str> {
        let (_, behind) = self.attributes.split_once(name)?;
        let value = behind.trim_start().strip_prefix('=')?.trim_start();
        let quote = value.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
        value.get(1..)?.split_once(quote).map(|(value, _)| value)
    }
}

struct Elements<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Elements<'a> {
    fn of(text: &'a str) -> Self {
        Self { text, at: 0 }
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = Element<'a>;

    fn next(&mut self) -> Option<Element<'a>> {
        let rest = self.text.get(self.at..)?;
        let open = rest.find('<')?;
        let at = self.at.saturating_add(open);
        let tag = self.text.get(at.saturating_add(1)..)?;
        let end = tag.find(['<', '>'])?;
        let inside = tag.get(..end)?;
        let behind = tag.get(end..)?.strip_prefix('>').unwrap_or_default();
        let text = behind.split('<').next().unwrap_or_default();
        self.at = at.saturating_add(1).saturating_add(end);
        let closes = inside.starts_with('/');
        let inside = inside.trim_start_matches('/').trim_end_matches('/');
        let (name, attributes) = inside
            .split_once(char::is_whitespace)
            .unwrap_or((inside, ""));
        // With a prefix for the namespace or without.
        let name = name.rsplit(':').next().unwrap_or(name);
        Some(Element {
            at,
            name,
            closes,
            attributes,
            text: text.trim(),
        })
    }
}

enum Within {
    Nothing,
    /// `<authenticate>` of SASL2, whose initial response is an element of its own.
    Authenticate(usize, String),
    Success(usize, Option<String>),
    Failure(usize, Option<String>, String, Option<String>),
}

struct Reader<'a> {
    talk: Conversation,
    names: Vec<&'a str>,
    within: Within,
}

impl<'a> Reader<'a> {
    fn element(&mut self, number: usize, element: &Element<'a>) {
        if element.closes {
            match element.name {
                "mechanisms" | "authentication" => {
                    let names = std::mem::take(&mut self.names);
                    self.talk.offer(number, &names);
                }
                "authenticate" | "success" | "failure" => self.finish(),
                _ => {}
            }
            return;
        }
        match element.name {
            "mechanism" if self.names.len() < 64 => self.names.push(element.text),
            "channel-binding" => {
                if let Some(name) = element.attribute("type") {
                    self.talk.binding_type(name);
                }
            }
            "proceed" => self.talk.tls(),
            "auth" => {
                if let Some(name) = element.attribute("mechanism") {
                    self.finish();
                    self.talk.heard(
                        number,
                        Side::Client,
                        Heard::Begin(name, nonempty(element.text)),
                    );
                }
            }
            "authenticate" => {
                if let Some(name) = element.attribute("mechanism") {
                    self.finish();
                    self.within = Within::Authenticate(number, name.into());
                }
            }
            "initial-response" => {
                if let Within::Authenticate(number, name) =
                    std::mem::replace(&mut self.within, Within::Nothing)
                {
                    self.talk.heard(
                        number,
                        Side::Client,
                        Heard::Begin(&name, Some(element.text)),
                    );
                }
            }
            "challenge" => {
                self.finish();
                self.talk
                    .heard(number, Side::Server, Heard::Message(unpadded(element.text)));
            }
            "response" => {
                self.finish();
                self.talk
                    .heard(number, Side::Client, Heard::Message(element.text));
            }
            "abort" => self.talk.heard(number, Side::Client, Heard::Cancel),
            "success" => {
                self.finish();
                self.within = Within::Success(number, nonempty(element.text).map(Into::into));
            }
            "failure" => {
                self.finish();
                let data = nonempty(element.text).map(Into::into);
                self.within = Within::Failure(number, None, String::new(), data);
            }
            name => self.inside(name, element.text),
        }
    }

    /// What stands within a success or a failure.
    fn inside(&mut self, name: &str, text: &str) {
        match &mut self.within {
            Within::Success(_, data) if name == "additional-data" => {
                *data = nonempty(text).map(Into::into);
            }
            Within::Failure(_, _, said, _) if name == "text" => *said = text.into(),
            Within::Failure(_, condition @ None, ..) => *condition = Some(name.into()),
            _ => {}
        }
    }

    /// What began ends here.
    fn finish(&mut self) {
        match std::mem::replace(&mut self.within, Within::Nothing) {
            Within::Nothing => {}
            Within::Authenticate(number, name) => {
                self.talk
                    .heard(number, Side::Client, Heard::Begin(&name, None));
            }
            Within::Success(number, data) => {
                let outcome = Outcome::new(Answer::Success, "", "");
                self.talk.outcome(number, outcome, data.as_deref());
            }
            Within::Failure(number, condition, said, data) => {
                let condition = condition.unwrap_or_default();
                let outcome = Outcome::new(meaning(&condition, &said), &condition, &said);
                // What was said is no data, if it is no base64.
                let data = data.filter(|data| payload::encoded(data).fault.is_none());
                self.talk.outcome(number, outcome, data.as_deref());
            }
        }
    }
}

/// An empty challenge may be written `=`.
fn unpadded(text: &str) -> &str {
    if text == "=" { "" } else { text }
}

/// RFC 6120 §6.5.
fn meaning(condition: &str, text: &str) -> Answer {
    match condition {
        "aborted" => Answer::Aborted,
        "account-disabled" => Answer::Disabled,
        "credentials-expired" => Answer::Expired,
        "encryption-required" => Answer::EncryptionRequired,
        "incorrect-encoding" => Answer::Encoding,
        "invalid-authzid" => Answer::Authorization,
        "invalid-mechanism" => Answer::NoMechanism,
        "malformed-request" => Answer::Malformed,
        "mechanism-too-weak" => Answer::TooWeak,
        "temporary-auth-failure" => Answer::Temporary,
        "not-authorized" => Answer::Refused,
        _ => super::answer::by_words(text).unwrap_or(Answer::Refused),
    }
}
