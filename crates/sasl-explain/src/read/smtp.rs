//! SMTP (RFC 4954).

use super::detect::{is_name, reply};
use super::{Heard, answer, is, nonempty, word};
use crate::exchange::{Answer, Outcome};

pub(super) fn server(text: &str) -> Option<Heard<'_>> {
    let (code, _, rest) = reply(text)?;
    Some(match code {
        "334" => Heard::Message(rest),
        "235" => Heard::Outcome(Outcome::new(Answer::Success, code, rest), None),
        "220" => Heard::Ready,
        code if code.starts_with(['4', '5']) => {
            let (enhanced, words) = enhanced(rest);
            let said = match enhanced {
                Some(enhanced) => format!("{code} {enhanced}"),
                None => code.into(),
            };
            Heard::Outcome(
                Outcome::new(meaning(code, enhanced, words), &said, words),
                None,
            )
        }
        _ => match rest.split_at_checked(4) {
            Some((auth, _)) if is(auth, "AUTH") => {
                // Old servers write AUTH=.
                let names = rest.split(|c: char| c.is_whitespace() || c == '=').skip(1);
                Heard::Offer(names.filter(|name| !name.is_empty()).collect())
            }
            _ => Heard::Other,
        },
    })
}

pub(super) fn client(text: &str) -> Option<Heard<'_>> {
    let (command, rest) = word(text);
    if is(command, "AUTH") {
        let (name, initial) = word(rest);
        return is_name(name).then(|| Heard::Begin(name, nonempty(initial)));
    }
    match command {
        tls if is(tls, "STARTTLS") => Some(Heard::AskTls),
        other
            if [
                "EHLO", "HELO", "QUIT", "NOOP", "RSET", "MAIL", "RCPT", "DATA",
            ]
            .iter()
            .any(|word| is(word, other)) =>
        {
            Some(Heard::Other)
        }
        _ => None,
    }
}

/// The enhanced code (RFC 3463), and the text behind it.
fn enhanced(text: &str) -> (Option<&str>, &str) {
    let (code, rest) = word(text);
    let sound = code.split('.').count() == 3
        && code
            .bytes()
            .all(|octet| octet.is_ascii_digit() || octet == b'.')
        && code.starts_with(['4', '5']);
    if sound {
        (Some(code), rest)
    } else {
        (None, text)
    }
}

fn is_unknown(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    text.contains("command")
        && [
            "unrecognized",
            "not recognized",
            "unknown",
            "not implemented",
        ]
        .iter()
        .any(|word| text.contains(word))
}

/// RFC 4954 §4, §6.
fn meaning(code: &str, enhanced: Option<&str>, text: &str) -> Answer {
    let words = answer::by_words(text);
    match (code, enhanced) {
        ("538", _) | (_, Some("5.7.11")) => Answer::EncryptionRequired,
        ("530", _) if words == Some(Answer::EncryptionRequired) => Answer::EncryptionRequired,
        // Google's, for accounts that need another password.
        ("534", _) if text.to_ascii_lowercase().contains("application-specific") => Answer::Refused,
        ("534", _) => Answer::TooWeak,
        ("525", _) | (_, Some("5.7.13")) => Answer::Disabled,
        ("432", _) | (_, Some("4.7.12")) => Answer::Transition,
        ("504" | "502", _) => Answer::NoMechanism,
        ("503", _) => match words {
            Some(Answer::NoMechanism | Answer::EncryptionRequired) => {
                words.unwrap_or(Answer::Order)
            }
            _ => Answer::Order,
        },
        ("500", Some("5.5.6")) => Answer::TooLong,
        // A server that knows no AUTH at all.
        ("500", _) if is_unknown(text) => Answer::NoMechanism,
        ("501", Some("5.7.0")) if words != Some(Answer::Aborted) => Answer::InitialResponse,
        ("501" | "500", Some("5.5.2")) => words.unwrap_or(Answer::Encoding),
        ("501" | "500", _) => words.unwrap_or(Answer::Malformed),
        // The code stands for all that fails; what is said may be about the account or the server, and not the password.
        ("535", _) => words
            .filter(|words| {
                matches!(
                    words,
                    Answer::NoMechanism
                        | Answer::Disabled
                        | Answer::EncryptionRequired
                        | Answer::Expired
                        | Answer::Temporary
                )
            })
            .unwrap_or(Answer::Refused),

        (temporary, _) if temporary.starts_with('4') => Answer::Temporary,
        _ => words.unwrap_or(Answer::Refused),
    }
}
