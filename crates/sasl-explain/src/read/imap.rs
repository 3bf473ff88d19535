//! IMAP (RFC 9051, RFC 4959, RFC 5530).

use super::detect::is_name;
use super::{Heard, answer, is, nonempty, word};
use crate::exchange::{Answer, Outcome};

pub(super) fn server(text: &str) -> Option<Heard<'_>> {
    let (first, rest) = word(text);
    let (second, behind) = word(rest);
    match first {
        "+" => return Some(Heard::Message(rest)),
        "*" if is(second, "CAPABILITY") => return Some(offer(behind)),
        "*" => {
            let (code, _) = answer::bracketed(behind, '[', ']');
            let capabilities = code.and_then(|code| {
                let (name, names) = word(code);
                is(name, "CAPABILITY").then_some(names)
            });
            return Some(capabilities.map_or(Heard::Other, offer));
        }
        _ => {}
    }
    let status = ["OK", "NO", "BAD"]
        .into_iter()
        .find(|status| is(status, second))?;
    let (code, words) = answer::bracketed(behind, '[', ']');
    // OK may come with the capabilities, and they with much.
    let shown = code
        .filter(|code| !code.contains(' '))
        .map_or_else(|| status.into(), |code| format!("{status} [{code}]"));
    let answer = match status {
        "OK" => Answer::Success,
        "BAD" => answer::by_words(words).unwrap_or(Answer::Malformed),
        _ => answer::refusal(code, words),
    };
    Some(Heard::Outcome(Outcome::new(answer, &shown, words), None))
}

pub(super) fn client(text: &str) -> Option<Heard<'_>> {
    let (_, rest) = word(text);
    let (command, behind) = word(rest);
    if is(command, "AUTHENTICATE") {
        let (name, initial) = word(behind);
        return is_name(name).then(|| Heard::Begin(name, nonempty(initial)));
    }
    match command {
        tls if is(tls, "STARTTLS") => Some(Heard::AskTls),
        other
            if [
                "CAPABILITY",
                "LOGOUT",
                "NOOP",
                "LOGIN",
                "ID",
                "SELECT",
                "LIST",
            ]
            .iter()
            .any(|word| is(word, other)) =>
        {
            Some(Heard::Other)
        }
        _ => None,
    }
}

fn offer(names: &str) -> Heard<'_> {
    let names = names.split_ascii_whitespace().filter_map(|name| {
        let (auth, mechanism) = name.split_at_checked(5)?;
        is(auth, "AUTH=").then_some(mechanism)
    });
    Heard::Offer(names.collect())
}
