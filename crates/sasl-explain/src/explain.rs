//! From an exchange to what is said of it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sasl_core::Password;
use zeroize::Zeroizing;

use crate::decode::{Before, Role, decode};
use crate::exchange::{Answer, Event, Exchange, Kind, Payload, Side};
use crate::explanation::{Explanation, Step};
use crate::family::{Family, Shape};
use crate::judge::{Case, Item, judge};
use crate::shown::{self, Show, attribute};

/// How to explain.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Options {
    /// The mechanism, where the log does not say; it counts before what the log says.
    pub mechanism: Option<String>,
    /// Whether passwords, tokens, proofs and signatures are shown.
    pub reveal: bool,
    /// The password, to check proofs and signatures with.
    pub password: Option<Password>,
}

impl Options {
    /// Names the mechanism.
    #[must_use]
    pub fn mechanism(mut self, name: &str) -> Self {
        self.mechanism = Some(name.into());
        self
    }

    /// Shows the secrets.
    #[must_use]
    pub fn reveal(mut self) -> Self {
        self.reveal = true;
        self
    }

    /// Checks proofs and signatures with this password. That takes the iterations that the server named.
    #[must_use]
    pub fn password(mut self, password: Password) -> Self {
        self.password = Some(password);
        self
    }
}

/// Explains an exchange.
///
/// Nothing in what it returns is a secret, unless `options` ask for that. It takes little time, except that with a password
/// SCRAM's keys are derived, with no more than two million iterations.
#[must_use]
pub fn explain(exchange: &Exchange, options: &Options) -> Explanation {
    let (mechanism, mechanism_from) = name(exchange, options);
    let family = match &mechanism {
        Some(name) => Family::of(name),
        None => by_shape(exchange),
    };
    let show = Show {
        secrets: options.reveal,
    };
    let mut reader = Reader {
        family,
        show,
        before: Before::default(),
        items: Vec::new(),
    };
    let mut steps: Vec<_> = exchange
        .events
        .iter()
        .enumerate()
        .map(|(at, event)| reader.step(at.saturating_add(1), event))
        .collect();

    let case = Case {
        exchange,
        family,
        mechanism: mechanism.as_deref(),
        items: &reader.items,
    };
    let (checks, verdict) = judge(&case, options.password.as_ref());
    let findings = verdict
        .also
        .iter()
        .map(|finding| (finding.cause, finding.step));
    for (cause, at) in findings.chain([(verdict.cause, verdict.step)]) {
        if let Some(step) = steps.iter_mut().find(|step| Some(step.number) == at)
            && cause != crate::cause::NONE.word
        {
            step.causes.push(cause);
        }
    }
    Explanation {
        mechanism_from: mechanism
            .as_ref()
            .map(|_| mechanism_from)
            .or_else(|| (family != Family::Other).then_some("messages")),
        mechanism: mechanism
            .filter(|name| shown::name(name).is_some())
            .or_else(|| guessed(family, &reader.items)),
        protocol: exchange.protocol,
        offered: exchange
            .offer()
            .map(|offer| {
                offer
                    .mechanisms
                    .iter()
                    .map(|name| shown::text(name))
                    .collect()
            })
            .unwrap_or_default(),
        steps,
        checks,
        verdict,
    }
}

/// The name of the mechanism, and where it comes from.
fn name(exchange: &Exchange, options: &Options) -> (Option<String>, &'static str) {
    match (&options.mechanism, &exchange.mechanism) {
        (Some(name), _) => (Some(name.to_ascii_uppercase()), "option"),
        (None, Some(name)) => (Some(name.to_ascii_uppercase()), "log"),
        (None, None) => (None, "messages"),
    }
}

fn by_shape(exchange: &Exchange) -> Family {
    let shapes = exchange
        .events
        .iter()
        .filter_map(|event| match &event.kind {
            Kind::Message(payload) => Shape::of(payload.octets()?),
            Kind::Begin { initial, .. } => Shape::of(initial.as_ref()?.octets()?),
            _ => None,
        });
    let families: Vec<_> = shapes.map(Shape::family).collect();
    // Only XOAUTH2's first message is its own: its errors look like OAUTHBEARER's.
    let strongest = [Family::Xoauth2, Family::Login];
    strongest
        .into_iter()
        .find(|family| families.contains(family))
        .or(families.first().copied())
        .unwrap_or(Family::Other)
}

/// What is said of a mechanism that only its messages name.
fn guessed(family: Family, items: &[Item<'_>]) -> Option<String> {
    let name = match family {
        Family::Plain => "PLAIN",
        Family::Login => "LOGIN",
        Family::CramMd5 => "CRAM-MD5",
        Family::OauthBearer => "OAUTHBEARER",
        Family::Xoauth2 => "XOAUTH2",
        Family::Scram { .. } => {
            let hash = crate::judge::hash_of(family, items)?;
            let plus = items.iter().any(|item| {
                item.role == Role::ScramClientFirst
                    && item
                        .octets()
                        .is_some_and(|octets| octets.starts_with(b"p="))
            });
            let name = hash.mechanism().to_string();
            return Some(if plus { name + "-PLUS" } else { name });
        }
        _ => return None,
    };
    Some(name.into())
}

/// Fewer octets may stand within other words by chance, and are left out as words alone.
const MIN_WITHIN: usize = 6;

/// What stands in the place of what is left out.
const LEFT_OUT: &str = "(redacted)";

/// Leaves out what a server says back: messages of the client, encoded or not, and the passwords and tokens in them.
pub(crate) fn echo_free<'a>(items: impl Iterator<Item = &'a Item<'a>>, said: &str) -> String {
    let messages: Vec<_> = items
        .filter(|item| item.side == Side::Client)
        .filter_map(|item| Some((item.role, item.octets()?)))
        .filter(|(_, octets)| octets.len() > 3)
        .collect();
    let echoes = |word: &str| {
        let word = word.trim_matches(|c: char| c.is_ascii_punctuation() && !"+/=".contains(c));
        let decoded = Zeroizing::new(STANDARD.decode(word).unwrap_or_default());
        messages.iter().any(|(_, message)| {
            decoded.as_slice() == *message
                || word.as_bytes() == *message
                || Some(word.as_bytes()) == last_field(message)
        })
    };
    let words = said
        .split(' ')
        .map(|word| if echoes(word) { LEFT_OUT } else { word });
    let said = words.collect::<Vec<_>>().join(" ");
    // Glued to other words: `password=…`, `user:…`. Each once, and not what stands in their place, so that nothing grows by it.
    let secrets = messages
        .iter()
        .filter(|(role, _)| *role != Role::LoginName)
        .flat_map(|(_, message)| [last_field(message), token(message)])
        .flatten()
        .filter_map(|secret| Some(Zeroizing::new(str::from_utf8(secret).ok()?.to_owned())));
    let encoded = messages
        .iter()
        .map(|(_, message)| Zeroizing::new(STANDARD.encode(message)));
    let mut left_out: Vec<_> = secrets
        .chain(encoded)
        .filter(|secret| secret.len() >= MIN_WITHIN && !LEFT_OUT.contains(secret.as_str()))
        .collect();
    // The longer ones first, of which others may be parts.
    left_out.sort_by(|one, other| (other.len(), other.as_str()).cmp(&(one.len(), one.as_str())));
    left_out.dedup_by(|one, other| one.as_str() == other.as_str());
    left_out
        .iter()
        .fold(said, |said, secret| said.replace(secret.as_str(), LEFT_OUT))
}

/// Where PLAIN has its password; all of a message without NULs.
fn last_field(message: &[u8]) -> Option<&[u8]> {
    message.rsplit(|octet| *octet == 0).next()
}

/// What stands behind `auth=Bearer`.
fn token(message: &[u8]) -> Option<&[u8]> {
    let mut fields = message.split(|octet| *octet == 1);
    let auth = fields.find_map(|field| field.strip_prefix(b"auth="))?;
    auth.rsplit(|octet| *octet == b' ').next()
}

struct Reader<'a> {
    family: Family,
    show: Show,
    before: Before,
    items: Vec<Item<'a>>,
}

impl<'a> Reader<'a> {
    fn step(&mut self, number: usize, event: &'a Event) -> Step {
        let mut step = Step {
            number,
            from: event.from,
            line: event.line,
            title: String::new(),
            text: None,
            attributes: Vec::new(),
            causes: Vec::new(),
        };
        match &event.kind {
            Kind::Begin { mechanism, initial } => {
                step.title = match shown::name(&mechanism.to_ascii_uppercase()) {
                    Some(name) => format!("begin {name}"),
                    None => "begin".into(),
                };
                step.attributes
                    .push(attribute("mechanism", mechanism, "what the client chose"));
                if let Some(payload) = initial {
                    let title = self.message(&mut step, event.from, payload, true);
                    step.title = format!("{}, {title}", step.title);
                }
            }
            Kind::Message(payload) => {
                step.title = self.message(&mut step, event.from, payload, false).into();
            }
            Kind::Cancel => step.title = "cancel (*)".into(),
            Kind::Outcome(outcome) => {
                if let Some(payload) = &outcome.data {
                    self.message(&mut step, event.from, payload, false);
                }
                let word = if outcome.answer == Answer::Success {
                    "success"
                } else {
                    "refused"
                };
                let code = shown::text(&outcome.code);
                step.title = if code.is_empty() || !code.is_ascii() || code.len() > 30 {
                    word.into()
                } else {
                    format!("{word} ({code})")
                };
                if !outcome.text.is_empty() {
                    let meaning = "the server's words, which nothing proves";
                    let said = self.without_echo(&outcome.text);
                    step.attributes.push(attribute("text", &said, meaning));
                }
            }
        }
        step
    }

    /// What a server says, without the words of a client that it says back: some quote the line that they refuse.
    fn without_echo(&self, said: &str) -> String {
        if self.show.secrets {
            return said.into();
        }
        echo_free(self.items.iter(), said)
    }

    fn message(
        &mut self,
        step: &mut Step,
        side: Side,
        payload: &'a Payload,
        initial: bool,
    ) -> &'static str {
        let decoded = decode(self.family, &self.before, side, payload, self.show);
        self.before.note(side, decoded.role, payload);
        self.items.push(Item {
            step: step.number,
            side,
            role: decoded.role,
            payload,
            initial,
        });
        if payload.equals {
            step.attributes.push(attribute(
                "=",
                "=",
                "how protocols write an initial response that is empty",
            ));
        }
        step.text = decoded.text.filter(|text| !text.is_empty());
        step.attributes.extend(decoded.attributes);
        decoded.title
    }
}
