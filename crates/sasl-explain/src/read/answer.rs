//! What servers' words mean, where a code does not say it.

use crate::exchange::Answer;

/// What a text says that came with an unspecific refusal.
pub(super) fn by_words(text: &str) -> Option<Answer> {
    let text = text.to_ascii_lowercase();
    let any = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if any(&[
        // Cyrus SASL's words; Postfix's and Exim's where AUTH was not on offer at all.
        "no mechanism available",
        "authentication not enabled",
        "auth command used when not advertised",
    ]) || any(&["mechanism", "auth type", "authentication type"])
        && any(&[
            "unsupported",
            "not supported",
            "unknown",
            "not available",
            "no such",
            "unrecognized",
            "not offered",
            "invalid mech",
        ])
    {
        Some(Answer::NoMechanism)
    } else if any(&["encrypt", "tls", "ssl", "secure", "plaintext", "cleartext"])
        && any(&[
            "require",
            "must",
            "disallow",
            "disabled",
            "only",
            "not allowed",
            "first",
        ])
    {
        Some(Answer::EncryptionRequired)
    } else if any(&["expired"]) {
        Some(Answer::Expired)
    } else if any(&["disabled", "locked", "suspended"])
        && any(&["account", "user", "mailbox", "tenant"])
    {
        Some(Answer::Disabled)
    } else if any(&[
        "temporar",
        "try again",
        "try later",
        "internal error",
        "unavailable",
        "connection lost to authentication server",
    ]) {
        Some(Answer::Temporary)
    } else if any(&["base64", "base 64"]) {
        Some(Answer::Encoding)
    } else if any(&["initial response"]) {
        Some(Answer::InitialResponse)
    } else if any(&["cancel", "abort"]) {
        Some(Answer::Aborted)
    } else if any(&["too long"]) {
        Some(Answer::TooLong)
    } else {
        None
    }
}

/// The codes of RFC 5530 and their like in POP3 and ManageSieve, of which levels that are not known are left out of account (RFC 2449
/// §8, RFC 5804 §1.3).
pub(super) fn by_code(code: &str) -> Option<Answer> {
    let before = |slash: usize| {
        let end = code.match_indices('/').nth(slash);
        end.and_then(|(end, _)| code.get(..end)).unwrap_or(code)
    };
    // None that is known has more than two levels.
    known(before(1)).or_else(|| known(before(0)))
}

fn known(code: &str) -> Option<Answer> {
    Some(match code.to_ascii_uppercase().as_str() {
        "AUTHENTICATIONFAILED" | "AUTH" => Answer::Refused,
        "AUTHORIZATIONFAILED" => Answer::Authorization,
        "EXPIRED" => Answer::Expired,
        "PRIVACYREQUIRED" | "ENCRYPT-NEEDED" => Answer::EncryptionRequired,
        "UNAVAILABLE" | "SERVERBUG" | "SYS/TEMP" | "TRYLATER" | "IN-USE" | "LIMIT"
        | "LOGIN-DELAY" => Answer::Temporary,
        "AUTH-TOO-WEAK" => Answer::TooWeak,
        "TRANSITION-NEEDED" => Answer::Transition,
        "CANNOT" => Answer::NoMechanism,
        _ => return None,
    })
}

/// What a refusal means by its code, else by its text.
pub(super) fn refusal(code: Option<&str>, text: &str) -> Answer {
    code.and_then(by_code)
        .or_else(|| by_words(text))
        .unwrap_or(Answer::Refused)
}

/// The code between two brackets at the start, and the text behind it.
pub(super) fn bracketed(text: &str, open: char, close: char) -> (Option<&str>, &str) {
    let inside = text
        .strip_prefix(open)
        .and_then(|text| text.split_once(close));
    match inside {
        Some((code, rest)) => (Some(code), rest.trim()),
        None => (None, text),
    }
}
