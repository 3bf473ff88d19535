//! POP3 (RFC 5034).

use super::detect::is_name;
use super::{Heard, answer, is, nonempty, word};
use crate::exchange::{Answer, Outcome};

pub(super) fn server(text: &str) -> Option<Heard<'_>> {
    let (first, rest) = word(text);
    match first {
        "+" => Some(Heard::Message(rest)),
        "+OK" => Some(Heard::Outcome(
            Outcome::new(Answer::Success, "+OK", rest),
            None,
        )),
        "-ERR" => {
            let (code, words) = answer::bracketed(rest, '[', ']');
            let shown = code.map_or_else(|| "-ERR".into(), |code| format!("-ERR [{code}]"));
            Some(Heard::Outcome(
                Outcome::new(answer::refusal(code, words), &shown, words),
                None,
            ))
        }
        sasl if is(sasl, "SASL") => Some(Heard::Offer(rest.split_ascii_whitespace().collect())),
        _ => None,
    }
}

pub(super) fn client(text: &str) -> Option<Heard<'_>> {
    let (command, rest) = word(text);
    if is(command, "AUTH") {
        let (name, initial) = word(rest);
        return is_name(name).then(|| Heard::Begin(name, nonempty(initial)));
    }
    match command {
        tls if is(tls, "STLS") => Some(Heard::AskTls),
        other
            if ["CAPA", "QUIT", "USER", "PASS", "STAT", "NOOP", "LIST"]
                .iter()
                .any(|word| is(word, other)) =>
        {
            Some(Heard::Other)
        }
        _ => None,
    }
}
