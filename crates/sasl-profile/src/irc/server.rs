//! The server's side of IRC.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::str;

use sasl_core::server::{Authenticated, SuccessData};
use sasl_core::{Error, Malformed, MechanismName, Unusable};

use super::authenticate::{self, Pieces};
use super::message::Message;
use super::reply::{self, Names};
use crate::line::Lines;
use crate::mail::host;
use crate::names::fold;
use crate::server::{Act, Answer, AuthCommand, Dialect, Farewell, Scene, Session, Tls};
use crate::wire::Wire;

/// What a server of IRC hears and says.
///
/// It answers CAP, AUTHENTICATE, STARTTLS, PING and QUIT, takes NICK and USER, reads over PASS and PONG, and says 451 to
/// all else: whoever talks to it is not registered.
#[derive(Debug)]
pub struct Irc {
    server: Box<str>,
    nick: Box<str>,
    /// The capabilities that the client has requested.
    enabled: Vec<&'static str>,
    /// What is offered, as it was at the last command.
    mechanisms: Arc<[MechanismName]>,
    starttls: bool,
    pieces: Pieces,
}

/// Octets of a line without its end (RFC 2812 §2.3). A piece that is longer than it may be still fits, for 905.
const LINE: usize = 510;

/// Octets of a nickname: as many as any network allows.
const NICK: usize = 30;

/// What a line is that is neither AUTHENTICATE nor STARTTLS.
enum Aside {
    Nothing,
    Say(Wire),
    /// The negotiation is over.
    End,
    Quit(Wire),
}

impl Session<Irc> {
    /// A session on a fresh connection.
    ///
    /// `name` is the server's name; only printable ASCII of it is used, and no more than 63 octets (RFC 2812 §1.1).
    /// `mechanisms` is what the answer to `CAP LS 302` offers, in this order; nothing else can log in. Without any there is
    /// no capability `sasl`.
    ///
    /// The session ends no registration: after [`Event::Done`](crate::server::Event::Done) that is for the application.
    #[must_use]
    pub fn new(name: &str, mechanisms: impl IntoIterator<Item = MechanismName>) -> Self {
        let name: String = host(name).chars().take(63).collect();
        Self::begin(
            Irc {
                server: name.into(),
                nick: "*".into(),
                enabled: Vec::new(),
                mechanisms: Arc::new([]),
                starttls: false,
                pieces: Pieces::default(),
            },
            mechanisms,
        )
    }
}

impl Irc {
    fn names(&self) -> Names<'_> {
        Names {
            server: &self.server,
            nick: &self.nick,
        }
    }

    fn numeric(&self, code: &str, middle: &str, text: &str) -> Wire {
        self.names().numeric(code, middle, text)
    }

    fn note(&mut self, scene: &Scene) {
        self.starttls = scene.offers_starttls();
        self.mechanisms = Arc::clone(&scene.mechanisms);
    }

    /// What can be said at any time.
    fn aside(&mut self, message: &Message<'_>) -> Aside {
        let first = message.params().first().copied();
        match () {
            () if message.is("CAP") => self.cap(message),
            () if message.is("NICK") => self.nick(first.unwrap_or_default()),
            () if message.is("USER") && message.params().len() >= 4 => Aside::Nothing,
            () if message.is("USER") => Aside::Say(self.too_few("USER")),
            () if message.is("PASS") || message.is("PONG") => Aside::Nothing,
            () if message.is("PING") => match first {
                Some(token) => Aside::Say(self.names().pong(&printable(token))),
                None => Aside::Say(self.too_few("PING")),
            },
            () if message.is("QUIT") => Aside::Quit(reply::error("Bye")),
            () => Aside::Say(self.numeric("451", "", "You have not registered")),
        }
    }

    /// RFC 2812 §5.2.
    fn too_few(&self, command: &str) -> Wire {
        self.numeric("461", command, "Not enough parameters")
    }

    /// RFC 2812 §3.1.2.
    fn nick(&mut self, nick: &[u8]) -> Aside {
        match nickname(nick) {
            Some(nick) => {
                self.nick = nick.into();
                Aside::Nothing
            }
            None if nick.is_empty() => Aside::Say(self.numeric("431", "", "No nickname given")),
            None => Aside::Say(self.numeric("432", "*", "Erroneous nickname")),
        }
    }

    /// capability-negotiation.
    fn cap(&mut self, message: &Message<'_>) -> Aside {
        let mut params = message.params().iter().copied();
        let subcommand = params.next().unwrap_or_default();
        let is = |name: &str| subcommand.eq_ignore_ascii_case(name.as_bytes());
        Aside::Say(match () {
            () if is("LS") => {
                let list = self.capabilities(params.next().unwrap_or_default());
                self.names().cap("LS", &list)
            }
            () if is("LIST") => {
                let list = reply::list(self.enabled.iter().copied(), " ", reply::LIST);
                self.names().cap("LIST", &list)
            }
            () if is("REQ") => self.request(params.next_back().unwrap_or_default()),
            () if is("END") => return Aside::End,
            () => self.numeric("410", "*", "Invalid CAP command"),
        })
    }

    /// What can be requested, with the mechanisms for a client of version 302.
    fn capabilities(&self, version: &[u8]) -> String {
        let version = match str::from_utf8(version).unwrap_or_default() {
            digits if !digits.is_empty() && digits.bytes().all(|octet| octet.is_ascii_digit()) => {
                // More than any number is a high one too.
                digits.parse().unwrap_or(u32::MAX)
            }
            _ => 0,
        };
        let names = self.mechanisms.iter().map(MechanismName::as_str);
        let sasl = match version {
            302.. => [
                "sasl=",
                &reply::list(names, ",", reply::LIST.saturating_sub(9)),
            ]
            .concat(),
            _ => "sasl".into(),
        };
        let words = [
            (!self.mechanisms.is_empty()).then_some(&*sasl),
            self.starttls.then_some("tls"),
        ];
        reply::list(words.into_iter().flatten(), " ", reply::LIST)
    }

    /// All that is requested, or nothing.
    fn request(&mut self, list: &[u8]) -> Wire {
        let asked = printable(list);
        let mut enabled = self.enabled.clone();
        for word in asked.split_ascii_whitespace() {
            let known = match word.strip_prefix('-') {
                // Whoever has 302 has it, and nobody else needs it: nothing ever changes here.
                Some("cap-notify") => false,
                Some(name) => {
                    enabled.retain(|one| *one != name);
                    self.known(name).is_some()
                }
                None => self.known(word).is_some_and(|name| {
                    enabled.retain(|one| *one != name);
                    enabled.push(name);
                    true
                }),
            };
            if !known {
                return self.names().cap("NAK", &asked);
            }
        }
        self.enabled = enabled;
        self.names().cap("ACK", &asked)
    }

    fn known(&self, name: &str) -> Option<&'static str> {
        match name {
            // sasl-3.2: NAK where there is no logging in.
            "sasl" if !self.mechanisms.is_empty() => Some("sasl"),
            "tls" if self.starttls => Some("tls"),
            "cap-notify" => Some("cap-notify"),
            _ => None,
        }
    }

    /// The tls extension.
    fn starttls(&self, scene: &Scene) -> Act {
        let complaint = match scene.tls {
            Tls::Unknown => self.numeric("421", "STARTTLS", "Unknown command"),
            Tls::Active => self.numeric("691", "", "STARTTLS failed (TLS is already active)"),
            Tls::Offered if scene.authenticated => {
                self.numeric("691", "", "STARTTLS failed (you are logged in)")
            }
            Tls::Offered => {
                let text = "STARTTLS successful, proceed with TLS handshake";
                return Act::StartTls(self.numeric("670", "", text));
            }
        };
        Act::Say(complaint)
    }

    /// The beginning of an exchange.
    ///
    /// ```abnf
    /// initial-authenticate = "AUTHENTICATE" SP mechanism CRLF
    /// ```
    fn authenticate(&self, message: &Message<'_>, scene: &Scene) -> Act {
        if scene.authenticated {
            let text = "You have already authenticated using SASL";
            return Act::Say(self.numeric("907", "", text));
        }
        match message.params() {
            [] => Act::Say(self.too_few("AUTHENTICATE")),
            [b"*", ..] => Act::Say(self.numeric("906", "", reply::ABORTED)),
            // sasl-3.1: "the client MUST enable the sasl capability before".
            _ if !self.enabled.contains(&"sasl") => {
                Act::Say(self.numeric("904", "", "Request the capability sasl first"))
            }
            [name] => Act::Auth(match fold(name) {
                Some(mechanism) => Ok(AuthCommand {
                    mechanism,
                    initial_response: None,
                }),
                // What cannot be a name is the name of nothing that is offered.
                None => Err(Unusable::Mechanism.into()),
            }),
            // There is no initial response.
            _ => Act::Auth(Err(Malformed::Line.into())),
        }
    }
}

impl Dialect for Irc {
    /// sasl-3.1: 903 has no field for it.
    const SUCCESS_DATA: SuccessData = SuccessData::AsChallenge;

    fn lines() -> Lines {
        Lines::new(LINE)
    }

    fn greeting(&mut self, _: Scene) -> Option<Wire> {
        None
    }

    fn secured(&mut self, _: Scene) -> Option<Wire> {
        self.nick = "*".into();
        self.enabled.clear();
        None
    }

    fn command(&mut self, line: &[u8], scene: Scene) -> Act {
        self.note(&scene);
        let Some(message) = Message::parse(line) else {
            return match self.no_message(line) {
                Some(words) => Act::Say(words),
                None => Act::Nothing,
            };
        };
        if message.is("AUTHENTICATE") {
            return self.authenticate(&message, &scene);
        }
        if message.is("STARTTLS") {
            return self.starttls(&scene);
        }
        match self.aside(&message) {
            Aside::Nothing | Aside::End => Act::Nothing,
            Aside::Say(words) => Act::Say(words),
            Aside::Quit(words) => Act::Quit(words),
        }
    }

    fn too_long(&mut self) -> Wire {
        self.numeric("417", "", "Input line was too long")
    }

    fn response(&mut self, line: &[u8]) -> Answer {
        let Some(message) = Message::parse(line) else {
            return Answer::More(self.no_message(line));
        };
        if message.is("AUTHENTICATE") {
            return match message.params() {
                // sasl-3.1.
                [b"*"] => Answer::Cancel,
                [piece] => match self.pieces.push(piece) {
                    Some(response) => Answer::Response(response),
                    None => Answer::More(None),
                },
                _ => Answer::Response(Err(Malformed::Line)),
            };
        }
        match self.aside(&message) {
            Aside::Nothing => Answer::More(None),
            Aside::Say(words) => Answer::More(Some(words)),
            // sasl-3.1: who ends the registration in an exchange has aborted it.
            Aside::End => Answer::Cancel,
            Aside::Quit(words) => Answer::Quit(words),
        }
    }

    fn challenge(&mut self, challenge: &[u8]) -> Wire {
        authenticate::encode(challenge)
    }

    fn success(&mut self, login: &Authenticated) -> Wire {
        self.names().success(login.acts_as())
    }

    fn refusal(&mut self, error: Error) -> Wire {
        // Nothing of it is in the next attempt.
        self.pieces = Pieces::default();
        self.names().refusal(error, &self.mechanisms)
    }

    fn farewell(&mut self, farewell: Farewell) -> Wire {
        reply::error(match farewell {
            Farewell::TooManyAttempts => "Too many SASL authentication failures",
            Farewell::TooManyCommands => "Too many commands",
            Farewell::Confused => "Internal error",
            Farewell::Broken(Malformed::TooLong) => "Line too long",
            Farewell::Broken(_) => "Lines end with CR LF",
            Farewell::Premature => "Nothing may be sent behind STARTTLS",
        })
    }
}

impl Irc {
    /// The answer to a line that is no message. RFC 2812 §2.3.1: "empty messages are silently ignored".
    fn no_message(&self, line: &[u8]) -> Option<Wire> {
        (!line.is_empty()).then(|| self.numeric("421", "*", "Unknown command"))
    }
}

/// ```abnf
/// nickname = ( letter / special ) *( letter / digit / special / "-" )
/// special  = %x5B-60 / %x7B-7D
/// ```
/// (RFC 2812 §2.3.1.)
fn nickname(nick: &[u8]) -> Option<&str> {
    let special = |octet: &u8| matches!(octet, b'['..=b'`' | b'{'..=b'}');
    let first = nick.first()?;
    let begins = first.is_ascii_alphabetic() || special(first);
    let goes_on = |octet: &u8| octet.is_ascii_alphanumeric() || special(octet) || *octet == b'-';
    (begins && nick.len() <= NICK && nick.iter().all(goes_on))
        .then(|| str::from_utf8(nick).ok())
        .flatten()
}

/// What may come back to a client of what it sent: printable ASCII, and no more than fits.
fn printable(text: &[u8]) -> String {
    let octets = text.iter().filter(|octet| matches!(octet, b' '..=b'~'));
    octets
        .take(reply::LIST)
        .map(|octet| char::from(*octet))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_nicknames_are_refused() {
        for nick in [
            "", "*", "1a", "-a", "a b", "a!b", "a@b", "a,b", ":a", "a\0", "\u{e4}", "#a",
        ] {
            assert_eq!(nickname(nick.as_bytes()), None, "{nick:?}");
        }
        assert_eq!(nickname(&[b'a'; 31]), None);
        for nick in ["a", "[a]-1", "`^_{|}\\"] {
            assert_eq!(nickname(nick.as_bytes()), Some(nick));
        }
    }

    #[test]
    fn what_comes_back_is_printable() {
        assert_eq!(printable(b"a\x1b[2J\x01\xff b"), "a[2J b");
        assert_eq!(printable(&[b'a'; 1000]).len(), reply::LIST);
    }
}
