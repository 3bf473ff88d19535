//! Which protocol it is, and who speaks its lines.

use super::line::{Line, Mark};
use super::{is, word};
use crate::exchange::{Protocol, Side};

/// The most lines that are looked at to tell the protocol.
const MAX: usize = 2000;

/// The protocol that most of the lines are of.
pub(super) fn protocol(lines: &[Line<'_>]) -> Protocol {
    let mut scores = [
        (Protocol::Xmpp, 0_usize),
        (Protocol::Managesieve, 0),
        (Protocol::Irc, 0),
        (Protocol::Imap, 0),
        (Protocol::Pop3, 0),
        (Protocol::Smtp, 0),
    ];
    for line in lines.iter().take(MAX) {
        for (protocol, score) in &mut scores {
            *score = score.saturating_add(weight(*protocol, line.text));
        }
    }
    // Of equals the later one: AUTH alone is a matter of mail submission more often than of POP3.
    scores
        .into_iter()
        .filter(|(_, score)| *score >= 2)
        .max_by_key(|(_, score)| *score)
        .map_or(Protocol::Bare, |(protocol, _)| protocol)
}

/// How much a line speaks for a protocol.
fn weight(protocol: Protocol, text: &str) -> usize {
    let (first, rest) = word(text);
    let (second, _) = word(rest);
    match protocol {
        Protocol::Xmpp => {
            let elements = [
                "<auth ",
                "<challenge",
                "<success",
                "<failure",
                "<response",
                "<authenticate ",
                "<mechanisms",
            ];
            if elements.iter().any(|element| text.contains(element)) {
                5
            } else {
                0
            }
        }
        Protocol::Managesieve if is(first, "AUTHENTICATE") && rest.starts_with('"') => 6,
        Protocol::Managesieve if is(first, "\"SASL\"") => 6,
        Protocol::Irc if is(first, "CAP") && rest.contains("sasl") => 4,
        Protocol::Irc
            if is(first, "AUTHENTICATE") && !rest.is_empty() && !rest.starts_with('"') =>
        {
            4
        }
        Protocol::Irc
            if first.starts_with(':') && (is(second, "AUTHENTICATE") || is_numeric(second)) =>
        {
            4
        }
        Protocol::Imap if is(second, "AUTHENTICATE") && !first.starts_with(':') => 6,
        Protocol::Imap if first == "*" && is(second, "CAPABILITY") => 4,
        Protocol::Imap if first == "*" && (is(second, "OK") || is(second, "BYE")) => 2,
        Protocol::Imap if is_tagged(first, second) => 2,
        Protocol::Pop3 if first == "+OK" || first == "-ERR" => 3,
        Protocol::Pop3 if is(first, "AUTH") && is_name(second) || is(first, "CAPA") => 2,
        Protocol::Smtp if is(first, "AUTH") && is_name(second) => 2,
        Protocol::Smtp if is(first, "EHLO") => 3,
        Protocol::Smtp if reply(text).is_some() => 2,
        _ => 0,
    }
}

/// Who says a line like this, in whatever protocol.
pub(super) fn speaker(text: &str) -> Option<Side> {
    let (first, rest) = word(text);
    let (second, _) = word(rest);
    if reply(text).is_some()
        || first == "+OK"
        || first == "-ERR"
        || first == "+" && !rest.is_empty()
        || is_tagged(first, second)
        || first == "*" && (is(second, "CAPABILITY") || is(second, "OK") || is(second, "BYE"))
        || first.starts_with(':') && is_numeric(second)
        || is(first, "\"SASL\"")
    {
        return Some(Side::Server);
    }
    let commanded = is(first, "AUTH") && is_name(second)
        || is(first, "EHLO")
        || is(first, "STARTTLS")
        || is(first, "CAPA")
        || is(first, "AUTHENTICATE") && rest.starts_with('"')
        || is(second, "AUTHENTICATE") && !first.starts_with(':');
    commanded.then_some(Side::Client)
}

/// Which side an arrow away means: who is found to speak so.
pub(super) fn away(lines: &[Line<'_>], speaker: impl Fn(&str) -> Option<Side>) -> Side {
    let (mut client, mut server) = (0_usize, 0_usize);
    for line in lines.iter().take(MAX) {
        let away = match line.mark {
            Some(Mark::Away) => speaker(line.text),
            Some(Mark::Back) => speaker(line.text).map(Side::other),
            _ => None,
        };
        match away {
            Some(Side::Client) => client = client.saturating_add(1),
            Some(Side::Server) => server = server.saturating_add(1),
            None => {}
        }
    }
    if server > client {
        Side::Server
    } else {
        Side::Client
    }
}

/// A reply of SMTP that has to do with logins: its code, whether more of it follows, and its text.
pub(super) fn reply(text: &str) -> Option<(&str, bool, &str)> {
    let (code, rest) = text.split_at_checked(3)?;
    let sound =
        code.bytes().all(|octet| octet.is_ascii_digit()) && code.starts_with(['2', '3', '4', '5']);
    let more = rest.starts_with('-');
    let ends = rest.is_empty() || rest.starts_with(' ') || more;
    (sound && ends).then(|| (code, more, rest.get(1..).unwrap_or_default().trim()))
}

/// `A001 OK`: not a reply of SMTP, whose codes are tags too.
fn is_tagged(first: &str, second: &str) -> bool {
    ["OK", "NO", "BAD"].iter().any(|word| is(word, second))
        && !first.is_empty()
        && first.len() <= 20
        && first
            .bytes()
            .all(|octet| octet.is_ascii_alphanumeric() || octet == b'.')
        && reply(first).is_none()
}

fn is_numeric(word: &str) -> bool {
    word.len() == 3 && word.starts_with("90")
}

/// What could be a mechanism, in any case.
pub(super) fn is_name(word: &str) -> bool {
    sasl_core::MechanismName::parse(&word.to_ascii_uppercase()).is_ok()
}
