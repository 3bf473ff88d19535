//! Every rule of the protocols whose messages come whole, as a conversation: `tests/framed/PROTOCOL/*.txt`.
//!
//! The head of a file says what the rule is and what the two sides have; the rest is who says what:
//!
//! ```text
//! C: / S:            a message                   C. / S.    the end of the connection
//! server: / client:  an event on that side
//! ```
//!
//! Elements are text, in which {base64:text} is encoded and {A*9} is nine of them. Other messages are hexadecimal digits and
//! "text", with lengths around them:
//!
//! ```text
//! [ … ]   four octets, which count themselves    < … >   four octets     { … }   as BER has it    ( … )   one octet
//! ```
//!
//! The name of a file says which side it is played to: `server-`, `client-` or `both-`.
#![expect(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "the helpers of a test are meant to panic too"
)]

#[cfg(test)]
#[path = "common/empty.rs"]
mod empty;
#[cfg(test)]
#[path = "common/hello.rs"]
mod hello;
#[cfg(test)]
#[path = "common/prove.rs"]
mod prove;

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::{fs, panic};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use empty::{EMPTY, Empty};
use hello::{HELLO, Hello};
use prove::{PROVE, Prove};
use sasl_core::{
    Authcid, BindingName, Channel, Credentials, Error, Found, Identity, MechanismName, Offer,
    Password, Protection, Standing, Unusable, Verifier, client, server,
};
#[cfg(feature = "ldap")]
use sasl_profile::ldap;
use sasl_profile::{amqp, framed, postgres};
#[cfg(feature = "xmpp")]
use sasl_profile::{sasl2, xmpp};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Side {
    Server,
    Client,
}

#[derive(Clone, Debug)]
enum Item {
    Says(Side, Vec<u8>),
    Hangs(Side),
    Event(Side, String),
}

/// What an application does to a session, and what it sees.
enum Seen {
    Sent(Vec<u8>),
    Receive,
    Event(String),
    End(String),
}

trait Session {
    fn next(&mut self) -> Seen;
    fn receive(&mut self, message: &[u8]);
}

trait ServerSession {
    fn poll(&mut self) -> framed::server::Event;
    fn receive(&mut self, message: &[u8]);
    fn turn(&mut self, turn: Result<server::Turn, server::Failure>);
}

trait ClientSession {
    fn poll(&mut self) -> framed::client::Event;
    fn receive(&mut self, message: &[u8]);
    fn turn(&mut self, turn: Result<client::Turn, client::Failure>);
}

impl<P: framed::server::Protocol> ServerSession for framed::Server<P> {
    fn poll(&mut self) -> framed::server::Event {
        self.poll()
    }

    fn receive(&mut self, message: &[u8]) {
        self.receive(message);
    }

    fn turn(&mut self, turn: Result<server::Turn, server::Failure>) {
        self.turn(turn);
    }
}

impl<P: framed::client::Protocol> ClientSession for framed::Client<P> {
    fn poll(&mut self) -> framed::client::Event {
        self.poll()
    }

    fn receive(&mut self, message: &[u8]) {
        self.receive(message);
    }

    fn turn(&mut self, turn: Result<client::Turn, client::Failure>) {
        self.turn(turn);
    }
}

#[derive(Clone, Debug)]
struct Setup {
    mechanisms: Vec<MechanismName>,
    binding_types: Vec<BindingName>,
    protection: Protection,
    name: String,
    password: String,
    standing: Standing,
    store_is_up: bool,
    attempts: Option<u32>,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            mechanisms: vec![HELLO, PROVE, EMPTY],
            binding_types: Vec::new(),
            protection: Protection::Tls,
            name: "user".into(),
            password: "pencil".into(),
            standing: Standing::Active,
            store_is_up: true,
            attempts: None,
        }
    }
}

impl Setup {
    fn channel(&self) -> Channel {
        Channel::new(self.protection)
    }

    fn find(&self, name: &Authcid) -> Found {
        if !self.store_is_up {
            return Found::Unavailable;
        }
        let known = name.as_str() == self.name;
        let verifier = Verifier::ClearText(Password::new(self.password.as_str()));
        let identity = Identity::new(name.clone())
            .with_verifier(verifier)
            .with_standing(self.standing);
        known.then_some(identity).into()
    }

    #[cfg(any(feature = "ldap", feature = "xmpp"))]
    fn offer(&self) -> Offer {
        let offer: Offer = self.mechanisms.iter().copied().collect();
        offer.with_binding_types(self.binding_types.iter().cloned())
    }

    fn server(&self, protocol: &str) -> Box<dyn ServerSession> {
        let mechanisms = self.mechanisms.iter().copied();
        match protocol {
            "amqp" => Box::new(amqp::Server::new(mechanisms)),
            "postgres" => Box::new(postgres::Server::new(mechanisms)),
            #[cfg(feature = "ldap")]
            "ldap" => match self.attempts {
                Some(attempts) => Box::new(ldap::Server::new(mechanisms).with_attempts(attempts)),
                None => Box::new(ldap::Server::new(mechanisms)),
            },
            #[cfg(feature = "xmpp")]
            "sasl2" => Box::new(
                sasl2::Server::new(mechanisms, "example.org")
                    .with_attempts(self.attempts.unwrap_or(3)),
            ),
            #[cfg(feature = "xmpp")]
            "xmpp" => Box::new(
                xmpp::Server::new(mechanisms)
                    .with_binding_types(self.binding_types.iter().cloned())
                    .with_attempts(self.attempts.unwrap_or(3)),
            ),
            other => panic!("{other}"),
        }
    }

    fn client(&self, protocol: &str) -> Box<dyn ClientSession> {
        match protocol {
            "amqp" => Box::new(amqp::Client::new()),
            "postgres" => Box::new(postgres::Client::new()),
            #[cfg(feature = "ldap")]
            "ldap" => Box::new(ldap::Client::new(self.offer())),
            #[cfg(feature = "xmpp")]
            "sasl2" => Box::new(sasl2::Client::new(self.offer())),
            #[cfg(feature = "xmpp")]
            "xmpp" => Box::new(xmpp::Client::new(self.offer())),
            other => panic!("{other}"),
        }
    }
}

struct ServerRun(Box<dyn ServerSession>, Setup);

impl Session for ServerRun {
    fn next(&mut self) -> Seen {
        use framed::server::Event;
        loop {
            match self.0.poll() {
                Event::Send(octets) => return Seen::Sent(octets.to_vec()),
                Event::Receive => return Seen::Receive,
                Event::Auth(auth) => {
                    let channel = self.1.channel();
                    let all: [&dyn server::Mechanism; 3] = [&Hello, &Prove, &Empty];
                    let found = all.into_iter().find(|one| one.name() == auth.mechanism());
                    let setup = server::Setup::default();
                    self.0.turn(match found {
                        Some(mechanism) => server::start(mechanism, &setup, auth.begin(&channel)),
                        None => Err(Unusable::Mechanism.into()),
                    });
                }
                Event::Ask(server::Question::Password(question)) => {
                    let found = self.1.find(question.authcid());
                    self.0.turn(question.against(found));
                }
                Event::Ask(server::Question::Anonymous(question)) => {
                    let anonymous = Authcid::parse("anonymous").unwrap();
                    self.0.turn(question.allow(anonymous));
                }
                Event::Ask(question) => self.0.turn(question.refuse()),
                Event::Compute(job) => self.0.turn(job.run()),
                Event::Done(login) => return Seen::End(format!("done {}", login.acts_as())),
                Event::Refused(failure) => {
                    return Seen::Event(format!("refused {}", words(failure.error())));
                }
                Event::Closed => return Seen::End("closed".into()),
            }
        }
    }

    fn receive(&mut self, message: &[u8]) {
        self.0.receive(message);
    }
}

struct ClientRun(Box<dyn ClientSession>, Setup, Option<Offer>);

impl Session for ClientRun {
    fn next(&mut self) -> Seen {
        use framed::client::Event;
        if let Some(offer) = self.2.take() {
            let all: [&dyn client::Mechanism; 3] = [&Hello, &Prove, &Empty];
            let ours = &self.1.mechanisms;
            let found = all
                .into_iter()
                .find(|one| ours.contains(&one.name()) && offer.contains(one.name()));
            let name = Authcid::parse(&self.1.name).unwrap();
            let password = Password::new(self.1.password.as_str());
            let credentials = Credentials::password(name, password);
            let setup = client::Setup::default();
            let channel = self.1.channel();
            self.0.turn(match found {
                Some(mechanism) => client::start(mechanism, &setup, credentials, &channel, &offer),
                None => Err(Unusable::Mechanism.into()),
            });
        }
        loop {
            match self.0.poll() {
                Event::Send(octets) => return Seen::Sent(octets.to_vec()),
                Event::Receive => return Seen::Receive,
                Event::Offer(offer) => {
                    let mut event = String::from("offer");
                    for name in offer.mechanisms() {
                        event = format!("{event} {name}");
                    }
                    for name in offer.binding_types() {
                        event = format!("{event} {name}");
                    }
                    self.2 = Some(offer);
                    return Seen::Event(event);
                }
                Event::Compute(job) => self.0.turn(job.run()),
                Event::Done(login) => {
                    let proved = if login.server_proved() { " proved" } else { "" };
                    return Seen::End(format!("done {}{proved}", login.mechanism()));
                }
                Event::Failed(failure) => {
                    let said = failure
                        .said()
                        .map(|said| format!(": {}", said.escape_debug()));
                    let error = words(failure.error());
                    return Seen::End(format!("failed {error}{}", said.unwrap_or_default()));
                }
            }
        }
    }

    fn receive(&mut self, message: &[u8]) {
        self.0.receive(message);
    }
}

fn words(error: Error) -> String {
    match error {
        Error::Cancelled => "cancelled".into(),
        _ => format!("{} {}", error.class(), error.reason()),
    }
}

struct Transcript {
    protocol: String,
    setup: Setup,
    items: Vec<Item>,
}

fn play_all(protocol: &str, at_least: usize) {
    let (mut count, mut failed) = (0, Vec::new());
    for path in files(protocol) {
        let transcript = Transcript::read(&path, protocol);
        let name = path.file_name().unwrap().to_string_lossy();
        let sides: &[_] = match name.split('-').next() {
            Some("server") => &[Side::Server],
            Some("client") => &[Side::Client],
            Some("both") => &[Side::Server, Side::Client],
            _ => panic!("{path:?}"),
        };
        for side in sides {
            count += 1;
            let played = panic::catch_unwind(|| transcript.play(*side));
            if played.is_err() {
                failed.push(format!("{name} on the {side:?}"));
            }
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
    assert!(count >= at_least, "{count} transcripts");
}

#[cfg(feature = "xmpp")]
#[test]
fn profile_table_xmpp_rfc_6120() {
    play_all("xmpp", 72);
}

#[cfg(feature = "xmpp")]
#[test]
fn profile_table_xmpp_sasl2_xep_0388() {
    play_all("sasl2", 44);
}

#[test]
fn profile_table_amqp_1_0() {
    play_all("amqp", 72);
}

#[cfg(feature = "ldap")]
#[test]
fn profile_table_ldap_rfc_4513() {
    play_all("ldap", 66);
}

#[test]
fn profile_table_postgresql() {
    play_all("postgres", 48);
}

fn files(protocol: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/framed");
    let entries = fs::read_dir(folder.join(protocol)).unwrap();
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

impl Transcript {
    fn read(path: &Path, protocol: &str) -> Self {
        let text = fs::read_to_string(path).unwrap();
        let (head, body) = text.split_once("\n\n").unwrap();
        assert!(head.starts_with("rule: "), "{path:?}");
        let mut setup = Setup::default();
        for line in head.lines().filter(|line| !line.starts_with(' ')) {
            let (key, value) = line.split_once(':').unwrap();
            let value = value.trim();
            match key {
                "rule" => {}
                "mechanisms" => {
                    let names = value.split_whitespace().map(MechanismName::parse);
                    setup.mechanisms = names.map(Result::unwrap).collect();
                }
                "binding types" => {
                    let names = value.split_whitespace().map(BindingName::parse);
                    setup.binding_types = names.map(Result::unwrap).collect();
                }
                "user" => setup.name = value.into(),
                "password" => setup.password = value.into(),
                "channel" if value == "open" => setup.protection = Protection::None,
                "store" if value == "down" => setup.store_is_up = false,
                "account" if value == "disabled" => setup.standing = Standing::Disabled,
                "account" if value == "expired" => setup.standing = Standing::Expired,
                "attempts" => setup.attempts = Some(value.parse().unwrap()),
                _ => panic!("{path:?}: {line}"),
            }
        }
        // What begins with a space goes on with the line before.
        let body = body.replace("\n ", " ");
        let lines = body.lines().filter(|line| !line.is_empty());
        Self {
            protocol: protocol.into(),
            setup,
            items: lines.map(|line| item(line, protocol)).collect(),
        }
    }

    fn play(&self, side: Side) {
        let setup = self.setup.clone();
        let mut session: Box<dyn Session> = match side {
            Side::Server => Box::new(ServerRun(setup.server(&self.protocol), setup)),
            Side::Client => Box::new(ClientRun(setup.client(&self.protocol), setup, None)),
        };
        let mut ours: VecDeque<_> = VecDeque::new();
        let mut theirs: VecDeque<_> = VecDeque::new();
        for item in &self.items {
            match item {
                Item::Says(whose, _) | Item::Event(whose, _) if *whose == side => {
                    ours.push_back(item);
                }
                // With how much of ours must come after it.
                Item::Says(whose, octets) if *whose != side => {
                    theirs.push_back((octets.clone(), ours.len()));
                }
                Item::Hangs(whose) if *whose != side => theirs.push_back((Vec::new(), ours.len())),
                _ => {}
            }
        }
        let all = ours.len();
        loop {
            match session.next() {
                Seen::Sent(octets) => {
                    let mut rest = octets.as_slice();
                    while let Some(Item::Says(_, message)) = ours.front() {
                        let Some(after) = rest.strip_prefix(message.as_slice()) else {
                            break;
                        };
                        rest = after;
                        ours.pop_front();
                        if rest.is_empty() {
                            break;
                        }
                    }
                    assert!(
                        rest.is_empty(),
                        "sent {} ({rest:x?}) instead of {:?}",
                        rest.escape_ascii(),
                        ours.front(),
                    );
                }
                Seen::Event(event) => match ours.pop_front() {
                    Some(Item::Event(_, expected)) => assert_eq!(event, *expected),
                    other => panic!("{event:?} instead of {other:?}"),
                },
                Seen::End(event) => {
                    match ours.pop_front() {
                        Some(Item::Event(_, expected)) => assert_eq!(event, *expected),
                        other => panic!("{event:?} instead of {other:?}"),
                    }
                    break;
                }
                Seen::Receive => match theirs.pop_front() {
                    Some((octets, due)) => {
                        assert!(all - ours.len() >= due, "{:?} is missing", ours.front());
                        session.receive(&octets);
                    }
                    None => break,
                },
            }
        }
        assert!(ours.is_empty(), "{:?} is missing", ours.front());
        assert!(theirs.is_empty(), "not read: {:x?}", theirs.front());
    }
}

fn item(line: &str, protocol: &str) -> Item {
    let (mark, rest) = line.split_at_checked(2).unwrap();
    let side = if mark.starts_with('C') {
        Side::Client
    } else {
        Side::Server
    };
    match mark {
        "C:" | "S:" => Item::Says(
            side,
            match protocol {
                "xmpp" | "sasl2" => expand(rest.trim()).into_bytes(),
                _ => binary(&expand(rest)),
            },
        ),
        "C." | "S." => Item::Hangs(side),
        _ => match line.split_once(": ").unwrap() {
            ("server", event) => Item::Event(Side::Server, event.into()),
            ("client", event) => Item::Event(Side::Client, event.into()),
            _ => panic!("{line}"),
        },
    }
}

/// Takes `{base64:…}` and `{A*9}` out, from the inside.
fn expand(text: &str) -> String {
    let mut text = text.to_owned();
    let mut end = text.len();
    while let Some(start) = text[..end].rfind('{') {
        let len = text[start..].find('}').unwrap();
        let inner = &text[start + 1..start + len];
        let value = match (inner.strip_prefix("base64:"), inner.split_once('*')) {
            (Some(inner), _) => STANDARD.encode(inner),
            (None, Some((what, times))) if !what.contains(' ') => {
                what.repeat(times.parse().unwrap())
            }
            _ => {
                end = start;
                continue;
            }
        };
        text.replace_range(start..=start + len, &value);
        end = start;
    }
    text
}

/// Reads what stands for octets.
fn binary(text: &str) -> Vec<u8> {
    let mut open: Vec<(char, Vec<u8>)> = vec![(' ', Vec::new())];
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let octets = match c {
            ' ' => continue,
            '[' | '<' | '{' | '(' => {
                open.push((c, Vec::new()));
                continue;
            }
            ']' | '>' | '}' | ')' => {
                let (kind, inner) = open.pop().unwrap();
                let len = u32::try_from(inner.len()).unwrap();
                let mut octets = match kind {
                    '[' => (len + 4).to_be_bytes().to_vec(),
                    '<' => len.to_be_bytes().to_vec(),
                    '(' => vec![u8::try_from(len).unwrap()],
                    '{' if len < 0x80 => vec![u8::try_from(len).unwrap()],
                    '{' if len < 0x100 => vec![0x81, u8::try_from(len).unwrap()],
                    '{' => [&[0x82], &len.to_be_bytes()[2..]].concat(),
                    other => panic!("{other}"),
                };
                octets.extend(inner);
                octets
            }
            '"' => chars
                .by_ref()
                .take_while(|c| *c != '"')
                .collect::<String>()
                .into_bytes(),
            digit => {
                let pair = format!("{digit}{}", chars.next().unwrap());
                vec![u8::from_str_radix(&pair, 16).expect(&pair)]
            }
        };
        open.last_mut().unwrap().1.extend(octets);
    }
    assert_eq!(open.len(), 1, "{text}");
    open.pop().unwrap().1
}
