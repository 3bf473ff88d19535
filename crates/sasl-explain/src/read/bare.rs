//! The messages alone, in turn.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::line::{Line, Mark};
use super::{detect, is, payload};
use crate::exchange::{Answer, Exchange, Kind, Outcome, Payload, Protocol, Side};
use crate::family::{Family, Shape};

pub(super) fn read(lines: &[Line<'_>], mechanism: Option<&str>) -> Vec<Exchange> {
    let away = detect::away(lines, |text| shape(text).map(Shape::side));
    let raw = lines.iter().any(|line| payload::is_raw(line.text));
    let marked = lines.iter().any(|line| line.mark.is_some());
    let mut exchange = Exchange::unnamed(Protocol::Bare);
    let known = mechanism.map(|name| Family::of(&name.to_ascii_uppercase()));
    let mut turn = first(known, lines);
    let mut prose = false;
    for line in lines {
        let side = line.side(away);
        // Where some lines are marked, the others are remarks.
        if marked && side.is_none() {
            continue;
        }
        let shaped = shape(line.text).map(Shape::side);
        if side.is_none() && shaped.is_none() && line.text.contains(' ') {
            prose = true;
            continue;
        }
        let from = side.or(shaped).unwrap_or(turn);
        let number = Some(line.number);
        // No server's words have a NUL in them: that is a message.
        let outcome = outcome(line.text).filter(|_| !line.text.contains('\0'));
        let kind = match outcome {
            Some(outcome) if from == Side::Server || side.is_none() => Kind::Outcome(outcome),
            _ if line.text == "*" => Kind::Cancel,
            _ => {
                let message = if raw {
                    payload::raw(line.text)
                } else {
                    payload::later(line.text)
                };
                // Arrows point where the messages say; what says nothing may go either way.
                let marked = matches!(line.mark, Some(Mark::By(_)));
                let guessed = !marked && shaped.is_none();
                Kind::Message(Payload { guessed, ..message })
            }
        };
        let from = if matches!(kind, Kind::Outcome(_)) {
            Side::Server
        } else {
            from
        };
        exchange.push(from, number, kind);
        turn = from.other();
    }
    let words = lines.iter().any(|line| {
        line.text.contains(' ') && shape(line.text).is_none() && outcome(line.text).is_none()
    });
    let plausible = known.is_some() || is_plausible(&exchange, marked && !words);
    if plausible && !(prose && known.is_none() && !marked && exchange.events.len() < 2) {
        vec![exchange]
    } else {
        Vec::new()
    }
}

/// Whether what was read is an exchange, and no other text: at least half of what could be messages looks like some.
fn is_plausible(exchange: &Exchange, marked: bool) -> bool {
    let (mut sound, mut all, mut shaped) = (0_usize, 0_usize, false);
    for event in &exchange.events {
        let Kind::Message(payload) = &event.kind else {
            continue;
        };
        let Some(octets) = payload.octets() else {
            all = all.saturating_add(1);
            continue;
        };
        if octets.is_empty() {
            continue;
        }
        all = all.saturating_add(1);
        let looks = match Shape::of(octets) {
            Some(Shape::Plain) => is_plain(octets),
            shape => shape.is_some(),
        };
        shaped |= looks;
        // Marks say that it is a message; base64 that is sound does not happen to other text often.
        if looks || marked && payload.fault.is_none() {
            sound = sound.saturating_add(1);
        }
    }
    (shaped || marked) && sound > 0 && sound.saturating_mul(2) >= all
}

/// NULs alone make no PLAIN: there is text between a few of them.
fn is_plain(octets: &[u8]) -> bool {
    let nuls = octets.iter().filter(|octet| **octet == 0).count();
    let text = octets
        .iter()
        .all(|octet| *octet == 0 || !octet.is_ascii_control());
    nuls <= 4 && text && octets.len() <= 4096 && octets.iter().any(u8::is_ascii_alphanumeric)
}

/// Who speaks first.
fn first(known: Option<Family>, lines: &[Line<'_>]) -> Side {
    let shaped = lines
        .first()
        .and_then(|line| shape(line.text))
        .map(Shape::side);
    match (known, shaped) {
        (_, Some(side)) => side,
        (Some(family), _) if family.is_server_first() => Side::Server,
        _ => Side::Client,
    }
}

/// The shape of a message, as it is or out of its base64.
fn shape(text: &str) -> Option<Shape> {
    if text.len() > 64 * 1024 {
        return None;
    }
    let octets = payload::raw(text);
    octets.octets().and_then(Shape::of).or_else(|| {
        let octets = Zeroizing::new(STANDARD.decode(text).ok()?);
        Shape::of(&octets)
    })
}

/// A word that says how it ended.
fn outcome(text: &str) -> Option<Outcome> {
    let (first, rest) = super::word(text);
    let first = first.trim_end_matches([':', '.', '!']);
    let answer = if ["OK", "SUCCESS", "SUCCEEDED", "AUTHENTICATED"]
        .iter()
        .any(|word| is(word, first))
    {
        Answer::Success
    } else if [
        "FAIL", "FAILED", "FAILURE", "NO", "ERROR", "REFUSED", "DENIED",
    ]
    .iter()
    .any(|word| is(word, first))
    {
        super::answer::by_words(rest).unwrap_or(Answer::Refused)
    } else {
        return None;
    };
    Some(Outcome::new(answer, "", text))
}
