//! IRC: `IRCv3`'s capability `sasl`.

use super::detect::is_name;
use super::{Heard, is, word};
use crate::exchange::{Answer, Outcome};

pub(super) fn server(text: &str) -> Option<Heard<'_>> {
    let text = without_tags(text);
    let text = match text.strip_prefix(':') {
        Some(prefixed) => word(prefixed).1,
        None => text,
    };
    let (command, rest) = word(text);
    if is(command, "AUTHENTICATE") {
        return Some(Heard::Message(parameter(rest)));
    }
    if is(command, "CAP") {
        let list = rest
            .split([' ', ':'])
            .find_map(|word| word.strip_prefix("sasl="));
        return Some(list.map_or(Heard::Other, |list| Heard::Offer(list.split(',').collect())));
    }
    let answer = match command {
        "903" | "900" => Answer::Success,
        "904" | "902" => Answer::Refused,
        "905" => Answer::TooLong,
        "906" => Answer::Aborted,
        "907" => Answer::Order,
        "908" => Answer::NoMechanism,
        _ => return None,
    };
    let said = rest.split_once(':').map_or(rest, |(_, said)| said);
    Some(Heard::Outcome(Outcome::new(answer, command, said), None))
}

/// `begun` tells the mechanism from the messages, which are written alike.
pub(super) fn client(text: &str, begun: bool) -> Option<Heard<'_>> {
    let (command, rest) = word(without_tags(text));
    if !is(command, "AUTHENTICATE") {
        return ["CAP", "NICK", "USER", "QUIT", "PASS"]
            .iter()
            .any(|word| is(word, command))
            .then_some(Heard::Other);
    }
    match parameter(rest) {
        "*" => Some(Heard::Cancel),
        name if !begun && is_name(name) => Some(Heard::Begin(name, None)),
        message => Some(Heard::Message(message)),
    }
}

/// The last parameter of a message may have a colon before it.
fn parameter(text: &str) -> &str {
    text.strip_prefix(':').unwrap_or(text)
}

fn without_tags(text: &str) -> &str {
    if text.starts_with('@') {
        word(text).1
    } else {
        text
    }
}
