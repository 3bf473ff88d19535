//! Every rule as a conversation: `tests/transcripts/PROTOCOL/*.txt`.
//!
//! The head of a file says what the rule is and what the two sides have; the rest is who says what:
//!
//! ```text
//! C: / S:        a line with its CR LF          {A*9}            nine of them
//! C| / S|        octets as they stand           {base64:text}    the text, encoded
//! C. / S.        the end of the connection      \r \n \t \0 \xNN an octet
//! server: / client:  an event on that side
//! ```
//! `{3}` and `{3+}` announce a literal and stay as they are.
//!
//! The name of a file says which side it is played to: `server-`, `client-` or `both-`. It is played in whole lines, octet
//! by octet, and cut in two at every place (but with `cut: no`); to a server, also all at once (but with `cut: always`).
#![expect(
    clippy::arithmetic_side_effects,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "the helpers of a test are meant to panic too"
)]

#[cfg(test)]
mod common;

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::{fs, panic};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use common::protocol::Protocol;
use common::{Client, Handshake, Seen, Server, Session, Setup};
use sasl_core::{MechanismName, Protection, Standing};
use sasl_profile::client::StartTls;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Side {
    Server,
    Client,
}

#[derive(Clone, Debug)]
enum Item {
    /// What this side says.
    Says(Side, Vec<u8>),
    Hangs(Side),
    Event(Side, String),
}

struct Transcript {
    setup: Setup,
    cut: MayBeCut,
    items: Vec<Item>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum MayBeCut {
    Yes,
    /// The rule is about what comes together.
    No,
    /// The rule is about what must not come together.
    Always,
}

#[derive(Clone, Copy, Debug)]
enum Cut {
    Lines,
    Octets,
    /// Every chunk in two, here.
    At(usize),
    AllAtOnce,
}

#[test]
fn every_transcript_holds_however_it_is_cut() {
    let mut count = 0;
    for path in files() {
        let transcript = Transcript::read(&path);
        let name = path.file_name().unwrap().to_string_lossy();
        let sides: &[_] = match name.split('-').next() {
            Some("server") => &[Side::Server],
            Some("client") => &[Side::Client],
            Some("both") => &[Side::Server, Side::Client],
            _ => panic!("{path:?}"),
        };
        for side in sides {
            count += 1;
            transcript.play_all(*side, &path);
        }
    }
    assert!(count >= 690, "{count} transcripts");
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transcripts");
    let inside = |folder: &Path| {
        let entries = fs::read_dir(folder).unwrap();
        entries
            .map(|entry| entry.unwrap().path())
            .collect::<Vec<_>>()
    };
    let mut files: Vec<_> = inside(&folder).iter().flat_map(|one| inside(one)).collect();
    files.sort();
    files
}

impl Transcript {
    fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap();
        let (head, body) = text.split_once("\n\n").unwrap();
        assert!(head.starts_with("rule: "), "{path:?}");
        let folder = path.parent().unwrap().file_name().unwrap();
        let mut setup = Setup {
            protocol: Protocol::named(&folder.to_string_lossy()),
            ..Setup::default()
        };
        let mut cut = MayBeCut::Yes;
        for line in head.lines().filter(|line| !line.starts_with(' ')) {
            let (key, value) = line.split_once(':').unwrap();
            let value = expand(value.trim());
            match key {
                "rule" => {}
                "mechanisms" => setup.mechanisms = names(&value),
                "mechanisms in TLS" => setup.mechanisms_in_tls = Some(names(&value)),
                "starttls" if value == "if offered" => setup.starttls = StartTls::IfOffered,
                "starttls" if value == "required" => setup.starttls = StartTls::Require,
                "handshake" if value == "late" => setup.handshake = Handshake::Late,
                "handshake" if value == "skipped" => setup.handshake = Handshake::Skipped,
                "user" => setup.name = value,
                "password" => setup.password = value,
                "channel" if value == "open" => setup.protection = Protection::None,
                "store" if value == "down" => setup.store_is_up = false,
                "account" if value == "disabled" => setup.standing = Standing::Disabled,
                "account" if value == "expired" => setup.standing = Standing::Expired,
                "cut" if value == "no" => cut = MayBeCut::No,
                "cut" if value == "always" => cut = MayBeCut::Always,
                "commands" => setup.commands = Some(value.parse().unwrap()),
                "attempts" => setup.attempts = Some(value.parse().unwrap()),
                _ => panic!("{path:?}: {line}"),
            }
        }
        let items = body.lines().filter(|line| !line.is_empty()).map(item);
        Self {
            setup,
            cut,
            items: items.collect(),
        }
    }

    fn play_all(&self, side: Side, path: &Path) {
        let longest = self.items.iter().map(|item| match item {
            Item::Says(whose, octets) if *whose != side => octets.len(),
            _ => 0,
        });
        // Long lines are about their length.
        let places = Some(longest.max().unwrap()).filter(|len| *len < 2000);
        let mut cuts = vec![Cut::Lines];
        if self.cut != MayBeCut::No {
            cuts.push(Cut::Octets);
            cuts.extend((1..places.unwrap_or(1)).map(Cut::At));
        }
        if side == Side::Server && self.cut != MayBeCut::Always {
            cuts.push(Cut::AllAtOnce);
        }
        for cut in cuts {
            let played = panic::catch_unwind(|| self.play(side, cut));
            assert!(played.is_ok(), "{path:?} on the {side:?}, cut: {cut:?}");
        }
    }

    fn play(&self, side: Side, cut: Cut) {
        let mut session: Box<dyn Session> = match side {
            Side::Server => Box::new(Server::new(&self.setup)),
            Side::Client => Box::new(Client::new(&self.setup)),
        };
        let ours = self.items.iter().filter(|item| match item {
            Item::Says(whose, _) | Item::Event(whose, _) => *whose == side,
            Item::Hangs(_) => false,
        });
        let ours: Vec<_> = ours.collect();
        let mut inbox = self.inbox(side, cut);
        let mut seen = 0;
        let mut rest: Vec<u8> = Vec::new();
        loop {
            let event = session.next();
            let end = matches!(event, Seen::End(_));
            match event {
                Seen::Sent(octets) => {
                    assert!(octets.ends_with(b"\r\n"), "{octets:?}");
                    rest.extend(octets);
                    while let Some(Item::Says(_, line)) = ours.get(seen) {
                        let Some(after) = rest.strip_prefix(line.as_slice()) else {
                            break;
                        };
                        rest = after.to_vec();
                        seen += 1;
                    }
                    let rest = String::from_utf8_lossy(&rest);
                    assert_eq!(rest, "", "was sent instead of {:?}", ours.get(seen));
                }
                Seen::Event(event) | Seen::End(event) => {
                    match ours.get(seen) {
                        Some(Item::Event(_, expected)) => assert_eq!(event, *expected),
                        other => panic!("{event:?} instead of {other:?}"),
                    }
                    seen += 1;
                }
                Seen::Receive => match inbox.pop_front() {
                    Some((octets, due)) => {
                        if !matches!(cut, Cut::AllAtOnce) {
                            assert!(seen >= due, "{:?} is missing", ours.get(seen));
                        }
                        session.receive(&octets);
                    }
                    None => break,
                },
            }
            if end {
                break;
            }
        }
        assert_eq!(seen, ours.len(), "{:?} is missing", ours.get(seen));
    }

    /// What the other side sends, in chunks, each with the number of our items that must come before.
    fn inbox(&self, side: Side, cut: Cut) -> VecDeque<(Vec<u8>, usize)> {
        let mut inbox: VecDeque<(Vec<u8>, usize)> = VecDeque::new();
        let mut due = 0;
        for item in &self.items {
            match item {
                Item::Says(whose, octets) if *whose != side => match cut {
                    Cut::Lines => inbox.push_back((octets.clone(), due)),
                    // What one piece brings about may come between it and the next.
                    Cut::Octets => inbox.extend(octets.chunks(1).map(|one| (one.to_vec(), due))),
                    Cut::At(place) => {
                        let (one, other) = octets.split_at(place.min(octets.len()));
                        let halves = [one, other].into_iter().filter(|half| !half.is_empty());
                        inbox.extend(halves.map(|half| (half.to_vec(), due)));
                    }
                    Cut::AllAtOnce => match inbox.back_mut() {
                        Some((all, _)) => all.extend(octets),
                        None => inbox.push_back((octets.clone(), due)),
                    },
                },
                Item::Hangs(whose) if *whose != side => inbox.push_back((Vec::new(), due)),
                Item::Says(whose, _) | Item::Event(whose, _) if *whose == side => due += 1,
                _ => {}
            }
        }
        inbox
    }
}

fn names(list: &str) -> Vec<MechanismName> {
    let names = list.split_whitespace();
    names
        .map(|name| MechanismName::parse(name).unwrap())
        .collect()
}

fn item(line: &str) -> Item {
    let (mark, rest) = line.split_at_checked(2).unwrap();
    let side = if mark.starts_with('C') {
        Side::Client
    } else {
        Side::Server
    };
    let text = || octets(&expand(rest.strip_prefix(' ').unwrap_or(rest)));
    match mark {
        "C:" | "S:" => Item::Says(side, [text(), b"\r\n".to_vec()].concat()),
        "C|" | "S|" => Item::Says(side, text()),
        "C." | "S." => Item::Hangs(side),
        _ => match line.split_once(": ").unwrap() {
            ("server", event) => Item::Event(Side::Server, event.into()),
            ("client", event) => Item::Event(Side::Client, event.into()),
            _ => panic!("{line}"),
        },
    }
}

/// Takes the braces out, from the inside.
fn expand(text: &str) -> String {
    let mut text = text.to_owned();
    let mut done = text.len();
    while let Some(start) = text[..done].rfind('{') {
        let len = text[start..].find('}').unwrap();
        let inner = &text[start + 1..start + len];
        done = start;
        let value = match inner.strip_prefix("base64:") {
            Some(inner) => STANDARD.encode(octets(inner)),
            None => match inner.split_once('*') {
                Some((what, times)) => what.repeat(times.parse().unwrap()),
                // A literal's length, which the other side reads.
                None => continue,
            },
        };
        text.replace_range(start..=start + len, &value);
    }
    text
}

/// Takes the backslashes out.
fn octets(text: &str) -> Vec<u8> {
    let mut octets = Vec::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            octets.extend(c.to_string().bytes());
            continue;
        }
        octets.push(match chars.next().unwrap() {
            'r' => b'\r',
            'n' => b'\n',
            't' => b'\t',
            '0' => 0,
            'x' => u8::from_str_radix(&chars.by_ref().take(2).collect::<String>(), 16).unwrap(),
            other => panic!("\\{other}"),
        });
    }
    octets
}
