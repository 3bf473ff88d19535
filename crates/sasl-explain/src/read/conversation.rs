//! The exchanges within the lines of a protocol.

use std::mem;

use super::line::Line;
use super::{Heard, MAX_EXCHANGES, detect, imap, irc, managesieve, payload, pop3, smtp};
use crate::exchange::{
    Advertised, Answer, Base64FaultKind, Exchange, Kind, Outcome, Payload, Protocol, Side,
};

/// The most lists of mechanisms that are kept, and names in one.
const MAX_OFFERS: usize = 8;
const MAX_NAMES: usize = 64;

/// The most connections in one log that are told apart; of more the last.
const MAX_CONNECTIONS: usize = 64;

pub(super) fn read(protocol: Protocol, lines: &[Line<'_>]) -> Vec<Exchange> {
    let away = detect::away(lines, detect::speaker);
    // Several connections may be in one log, and their lines in any order.
    let spoken = |line: &&Line<'_>| line.mark.is_some() || detect::speaker(line.text).is_some();
    let marked = lines
        .iter()
        .any(|line| line.mark.is_some() && detect::speaker(line.text).is_some());
    let mut talks: Vec<(Option<&str>, Conversation)> = Vec::new();
    for line in lines
        .iter()
        .filter(|line| !marked || line.of.is_none() || spoken(line))
    {
        let of = line.of.filter(|_| marked);
        let known = talks.iter().position(|(known, _)| *known == of);
        let at = known.unwrap_or_else(|| {
            if talks.len() >= MAX_CONNECTIONS {
                talks.remove(0);
            }
            talks.push((of, Conversation::new(protocol, marked)));
            talks.len().saturating_sub(1)
        });
        if let Some((_, talk)) = talks.get_mut(at) {
            talk.line(line.number, line.side(away), line.text);
        }
    }
    let mut exchanges: Vec<_> = talks.into_iter().flat_map(|(_, talk)| talk.end()).collect();
    // By where they begin, and of too many the last.
    exchanges.sort_by_key(|exchange| exchange.events.first().and_then(|event| event.line));
    let surplus = exchanges.len().saturating_sub(MAX_EXCHANGES);
    exchanges.drain(..surplus);
    exchanges
}

/// What has passed so far.
pub(super) struct Conversation {
    protocol: Protocol,
    /// Whether the log marks who speaks: what is not marked is then a remark, or goes on with a reply.
    marked: bool,
    done: Vec<Exchange>,
    current: Option<Exchange>,
    advertised: Vec<Advertised>,
    binding_types: Vec<String>,
    tls: bool,
    asked_tls: bool,
    /// Whose turn it is in an exchange that is going on.
    turn: Option<Side>,
    /// The code of a refusal that has several lines.
    refused: Option<String>,
    /// IRC's pieces of a message that goes on.
    pieces: Option<(Side, zeroize::Zeroizing<String>)>,
}

impl Conversation {
    pub(super) fn new(protocol: Protocol, marked: bool) -> Self {
        Self {
            protocol,
            marked,
            done: Vec::new(),
            current: None,
            advertised: Vec::new(),
            binding_types: Vec::new(),
            tls: false,
            asked_tls: false,
            turn: None,
            refused: None,
            pieces: None,
        }
    }

    pub(super) fn end(mut self) -> Vec<Exchange> {
        self.done.extend(self.current.take());
        self.done
    }

    fn line(&mut self, number: usize, side: Option<Side>, text: &str) {
        let server = || match self.protocol {
            Protocol::Imap => imap::server(text),
            Protocol::Pop3 => pop3::server(text),
            Protocol::Managesieve => managesieve::server(text),
            Protocol::Irc => irc::server(text),
            _ => smtp::server(text),
        };
        let client = || match self.protocol {
            Protocol::Imap => imap::client(text),
            Protocol::Pop3 => pop3::client(text),
            Protocol::Managesieve => managesieve::client(text),
            Protocol::Irc => irc::client(text, self.turn.is_some()),
            _ => smtp::client(text),
        };
        // What both could have said is said by whose turn it is.
        let (first, heard) = match (side, self.turn) {
            (Some(Side::Client), _) => (Side::Client, client()),
            (Some(Side::Server), _) => (Side::Server, server()),
            (None, Some(Side::Server)) => match server() {
                Some(heard) => (Side::Server, Some(heard)),
                None => (Side::Client, client()),
            },
            (None, _) => match client() {
                Some(heard) => (Side::Client, Some(heard)),
                None => (Side::Server, server()),
            },
        };
        match heard {
            Some(heard) => self.heard(number, first, heard),
            // A client's message is a line by itself.
            None if side == Some(Side::Client)
                || side.is_none() && !self.marked && !text.is_empty() =>
            {
                let awaited = self.turn == Some(Side::Client);
                if awaited || side.is_some() && self.turn.is_some() {
                    self.heard(number, Side::Client, said(text));
                }
            }
            None => {}
        }
    }

    pub(super) fn heard(&mut self, number: usize, side: Side, heard: Heard<'_>) {
        match heard {
            Heard::Other => {}
            Heard::Offer(names) => self.offer(number, &names),
            Heard::AskTls => self.asked_tls = true,
            Heard::Ready => self.ready(),
            Heard::Begin(mechanism, initial) => {
                let mut exchange = self.fresh();
                exchange.mechanism = Some(mechanism.into());
                let kind = Kind::Begin {
                    mechanism: mechanism.into(),
                    initial: initial.map(payload::initial),
                };
                exchange.push(Side::Client, Some(number), kind);
                self.open(exchange);
                self.turn = Some(Side::Server);
            }
            Heard::Message(text) => self.message(number, side, text),
            Heard::Cancel => {
                if let Some(exchange) = &mut self.current {
                    exchange.push(Side::Client, Some(number), Kind::Cancel);
                    self.turn = Some(Side::Server);
                }
            }
            Heard::Outcome(outcome, data) => self.outcome(number, outcome, data),
        }
    }

    fn ready(&mut self) {
        self.tls |= mem::take(&mut self.asked_tls);
    }

    pub(super) fn tls(&mut self) {
        self.tls = true;
    }

    pub(super) fn binding_type(&mut self, name: &str) {
        if self.binding_types.len() < MAX_NAMES {
            self.binding_types.push(name.into());
        }
    }

    pub(super) fn offer(&mut self, number: usize, names: &[&str]) {
        if names.is_empty() {
            return;
        }
        let names = names
            .iter()
            .take(MAX_NAMES)
            .map(|name| name.to_ascii_uppercase());
        let offer = Advertised {
            line: Some(number),
            mechanisms: names.collect(),
            tls: self.tls,
        };
        // Old and new way of writing it stand side by side in SMTP.
        let known = self
            .advertised
            .iter()
            .any(|known| known.tls == offer.tls && known.mechanisms == offer.mechanisms);
        if !known && self.advertised.len() < MAX_OFFERS {
            self.advertised.push(offer);
        }
    }

    fn fresh(&self) -> Exchange {
        Exchange {
            advertised: self.advertised.clone(),
            binding_types: self.binding_types.clone(),
            ..Exchange::unnamed(self.protocol)
        }
    }

    fn open(&mut self, exchange: Exchange) {
        // Of too many the last ones are kept: the last login is what people ask about.
        if self.done.len() >= MAX_EXCHANGES {
            self.done.remove(0);
        }
        self.done.extend(self.current.replace(exchange));
        self.refused = None;
        self.pieces = None;
    }

    fn message(&mut self, number: usize, side: Side, text: &str) {
        let Some(whole) = self.whole(side, text) else {
            return;
        };
        if self.current.is_none() {
            // The log begins within an exchange; but before one, a string by itself is a capability of ManageSieve.
            // And words are none.
            if self.protocol == Protocol::Managesieve || whole.contains(' ') {
                return;
            }
            let exchange = self.fresh();
            self.open(exchange);
            self.turn = Some(side);
        }
        // Behind the outcome only the server's messages can be told from what comes next.
        if self.turn.is_none() && side == Side::Client {
            return;
        }
        let payload = payload::later(&whole);
        self.payload(number, side, payload);
    }

    fn payload(&mut self, number: usize, side: Side, mut payload: Payload) {
        let spaced = payload
            .fault
            .is_some_and(|fault| fault.kind == Base64FaultKind::Space);
        if side == Side::Server && spaced {
            // Words, and no base64 that was broken into lines.
            payload.octets = None;
        }
        if let Some(exchange) = &mut self.current {
            exchange.push(side, Some(number), Kind::Message(payload));
            self.turn = self.turn.map(|_| side.other());
        }
    }

    /// IRC's messages go on behind 400 characters, and `+` is an empty piece.
    fn whole(&mut self, side: Side, text: &str) -> Option<zeroize::Zeroizing<String>> {
        if self.protocol != Protocol::Irc {
            return Some(zeroize::Zeroizing::new(text.into()));
        }
        let (_, mut whole) = self
            .pieces
            .take()
            .filter(|(from, _)| *from == side)
            .unwrap_or_else(|| {
                (
                    side,
                    zeroize::Zeroizing::new(String::with_capacity(8 * 1024)),
                )
            });
        let last = text.len() != 400 || whole.len() > 64 * 1024;
        if text != "+" {
            whole.push_str(text);
        }
        if last {
            return Some(whole);
        }
        self.pieces = Some((side, whole));
        None
    }

    pub(super) fn outcome(&mut self, number: usize, mut outcome: Outcome, data: Option<&str>) {
        if self.turn.is_none() {
            // Not of an exchange: of STARTTLS, or one more line of the last refusal.
            if outcome.answer == Answer::Success {
                self.ready();
            } else if self.refused.as_deref() == Some(outcome.code.as_str()) {
                self.continued(&outcome.text);
            }
            return;
        }
        let Some(exchange) = &mut self.current else {
            return;
        };
        let cancelled = exchange
            .events
            .iter()
            .any(|event| matches!(event.kind, Kind::Cancel));
        if cancelled && matches!(outcome.answer, Answer::Malformed | Answer::Refused) {
            outcome.answer = Answer::Aborted;
        }
        outcome.data = data.map(payload::initial).map(|payload| Payload {
            equals: false,
            ..payload
        });
        self.refused = (outcome.answer != Answer::Success).then(|| outcome.code.clone());
        exchange.push(Side::Server, Some(number), Kind::Outcome(outcome));
        self.turn = None;
    }

    /// Adds what another line of the same refusal says.
    fn continued(&mut self, text: &str) {
        let last = self
            .current
            .as_mut()
            .and_then(|exchange| exchange.events.last_mut());
        if let Some(Kind::Outcome(outcome)) = last.map(|event| &mut event.kind)
            && outcome.text.len() < 1024
        {
            outcome.text.push(' ');
            outcome.text.push_str(text);
        }
    }
}

fn said(text: &str) -> Heard<'_> {
    match text {
        "*" => Heard::Cancel,
        text => Heard::Message(text),
    }
}
