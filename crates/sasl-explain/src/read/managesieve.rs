//! `ManageSieve` (RFC 5804). Its strings are quoted; literals are lines of their own, behind one that ends in `{12}` or `{12+}`.

use super::detect::is_name;
use super::{Heard, answer, is, word};
use crate::exchange::{Answer, Outcome};

pub(super) fn server(text: &str) -> Option<Heard<'_>> {
    let (first, rest) = word(text);
    if is(first, "\"SASL\"") {
        return Some(Heard::Offer(
            unquoted(rest)?.split_ascii_whitespace().collect(),
        ));
    }
    if is(first, "OK") {
        let (code, words) = answer::bracketed(rest, '(', ')');
        let data = code.and_then(|code| {
            let (name, value) = word(code);
            is(name, "SASL").then_some(unquoted(value)?)
        });
        let words = unquoted(words).unwrap_or(words);
        return Some(Heard::Outcome(
            Outcome::new(Answer::Success, "OK", words),
            data,
        ));
    }
    if is(first, "NO") || is(first, "BYE") {
        let (code, words) = answer::bracketed(rest, '(', ')');
        let words = unquoted(words).unwrap_or(words);
        let (name, value) = word(code.unwrap_or_default());
        let data = if is(name, "SASL") {
            unquoted(value)
        } else {
            None
        };
        let shown = code
            .filter(|_| data.is_none())
            .map_or_else(|| first.into(), |code| format!("{first} ({code})"));
        let answer = answer::refusal(code, words);
        return Some(Heard::Outcome(Outcome::new(answer, &shown, words), data));
    }
    message(text)
}

pub(super) fn client(text: &str) -> Option<Heard<'_>> {
    let (command, rest) = word(text);
    if is(command, "AUTHENTICATE") {
        let (name, initial) = word(rest);
        let name = unquoted(name)?;
        return is_name(name).then(|| Heard::Begin(name, unquoted(initial)));
    }
    match command {
        tls if is(tls, "STARTTLS") => Some(Heard::AskTls),
        other
            if ["CAPABILITY", "LOGOUT", "NOOP"]
                .iter()
                .any(|word| is(word, other)) =>
        {
            Some(Heard::Other)
        }
        _ if text == "\"*\"" => Some(Heard::Cancel),
        _ => message(text),
    }
}

/// A string by itself. The line that says how long a literal is says nothing else.
fn message(text: &str) -> Option<Heard<'_>> {
    if text.starts_with('{')
        && text.ends_with('}')
        && text.bytes().any(|octet| octet.is_ascii_digit())
        && !text.contains('"')
    {
        return Some(Heard::Other);
    }
    unquoted(text).map(Heard::Message)
}

fn unquoted(text: &str) -> Option<&str> {
    // Two strings in a line, as capabilities are, are not one.
    text.strip_prefix('"')?
        .strip_suffix('"')
        .filter(|inside| !inside.contains('"'))
}
