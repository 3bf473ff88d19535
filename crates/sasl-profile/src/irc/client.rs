//! The client's side of IRC.

use alloc::boxed::Box;
use alloc::string::String;

use sasl_core::client::Failure;
use sasl_core::{Error, Malformed, MechanismName, Offer, Secret, Unavailable, Unusable, Violation};

use super::authenticate;
use super::heard::{self, Capabilities, Heard, Said};
use crate::client::{Dialect, Prelude, Refusal, Reply, Session, StartTls, refused};
use crate::line::Lines;
use crate::wire::Wire;

/// What a client of IRC says and hears.
#[derive(Debug)]
pub struct Irc {
    nick: Box<str>,
    heard: Heard,
    capabilities: Capabilities,
    awaited: Awaited,
}

/// What is waited for before the exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Awaited {
    /// The answer to CAP LS.
    Capabilities,
    /// The answer to STARTTLS.
    Permission,
    /// The answer to CAP REQ.
    Acknowledgement,
    /// The end of the exchange.
    Outcome,
}

impl Session<Irc> {
    /// A session on a fresh connection. `nick` is the nickname to register with: what cannot stand in a parameter is
    /// left out, and so is all after 64 octets.
    ///
    /// NICK and USER are sent together with the request for `sasl`, and nothing is sent that ends the registration: after
    /// [`Event::Done`](crate::client::Event::Done) that is for the application to do, with `CAP END`. What the server says
    /// of a nickname that is taken or forbidden is read over, since it is no matter for a login.
    ///
    /// Where a server does not list its mechanisms, EXTERNAL and PLAIN are taken for its offer.
    #[must_use]
    pub fn new(nick: &str) -> Self {
        Self::begin(Irc {
            nick: parameter(nick),
            heard: Heard::default(),
            capabilities: Capabilities::default(),
            awaited: Awaited::Capabilities,
        })
    }
}

impl Irc {
    /// The list is whole.
    fn listed(&mut self, wish: StartTls) -> Result<Prelude, Failure> {
        if wish.wants(self.capabilities.offers_starttls())? {
            self.awaited = Awaited::Permission;
            // The tls extension: before NICK and USER.
            return Ok(Prelude::Send(Wire::from("STARTTLS").end_line()));
        }
        match self.capabilities.offer() {
            None => Ok(Prelude::Offer(Offer::default())),
            Some(_) => {
                self.awaited = Awaited::Acknowledgement;
                Ok(Prelude::Send(self.request()))
            }
        }
    }

    fn request(&self) -> Wire {
        let user: String = self
            .nick
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect();
        let user = if user.is_empty() { "user" } else { &user };
        let mut lines = Wire::default();
        for part in ["NICK ", &self.nick, "\r\nUSER ", user, " 0 * :", &self.nick] {
            lines.push(part.as_bytes());
        }
        lines.push(b"\r\nCAP REQ :sasl\r\n");
        lines
    }

    /// What can come at any time, and is never what is waited for.
    fn aside(&mut self, said: Said) -> Result<Option<Wire>, Said> {
        match said {
            // Behind STARTTLS a server hears nothing but the handshake.
            Said::Ping(_) if self.awaited == Awaited::Permission => Ok(None),
            Said::Ping(token) => Ok(pong(&token)),
            Said::New(list) => {
                self.capabilities.add(&list);
                Ok(None)
            }
            said => Err(said),
        }
    }
}

impl Dialect for Irc {
    type Said = Said;

    fn lines() -> Lines {
        Lines::new(heard::LINE)
    }

    /// Notices, numerics about other things and PING come at any time. Half a line may become one.
    fn may_be_unasked(unread: &[u8]) -> bool {
        let mut lines = unread.split_inclusive(|octet| *octet == b'\n');
        let answers = lines.any(|line| line.strip_suffix(b"\r\n").is_some_and(heard::is_answer));
        !unread.is_empty() && !answers
    }

    fn open(&mut self) -> Option<Wire> {
        self.awaited = Awaited::Capabilities;
        Some(Wire::from("CAP LS 302").end_line())
    }

    fn secured(&mut self) -> Option<Wire> {
        self.heard = Heard::default();
        self.capabilities = Capabilities::default();
        self.open()
    }

    fn line(&mut self, line: &Secret) -> Result<Option<Said>, Malformed> {
        self.heard.line(line)
    }

    fn prelude(&mut self, said: Said, wish: StartTls) -> Result<Prelude, Failure> {
        let said = match self.aside(said) {
            Ok(words) => return Ok(words.map_or(Prelude::More, Prelude::Say)),
            Err(said) => said,
        };
        match (self.awaited, said) {
            (_, Said::Error(text)) => Err(refused(refusal(None, text))),
            (_, Said::Gone(list)) => {
                self.capabilities.remove(&list);
                Ok(Prelude::More)
            }
            (Awaited::Capabilities, Said::Listed { list, more }) => {
                self.capabilities.add(&list);
                match more {
                    true => Ok(Prelude::More),
                    false => self.listed(wish),
                }
            }
            // A server without capabilities has nothing to offer.
            (Awaited::Capabilities, Said::Numeric(410 | 421 | 451, _)) => {
                self.capabilities = Capabilities::default();
                self.listed(wish)
            }
            (Awaited::Permission, Said::Numeric(670, _)) => Ok(Prelude::Handshake),
            (Awaited::Permission, Said::Numeric(691 | 421 | 451, text)) => {
                Err(refused(refusal(None, text)))
            }
            (Awaited::Acknowledgement, Said::Acknowledged(list)) if heard::has_sasl(&list) => {
                self.awaited = Awaited::Outcome;
                let offer = self.capabilities.offer().cloned();
                Ok(Prelude::Offer(offer.unwrap_or_default()))
            }
            // sasl-3.2: "if the authentication layer is unavailable".
            (Awaited::Acknowledgement, Said::Denied) => Err(Unavailable::Server.into()),
            // RFC 2812 §5.2: a command before its time. What was not answered may be yet.
            (Awaited::Acknowledgement, Said::Numeric(451, _)) => Ok(Prelude::More),
            _ => Err(Violation::UnexpectedMessage.into()),
        }
    }

    fn auth(&mut self, mechanism: MechanismName) -> Wire {
        let mut line = Wire::from("AUTHENTICATE ");
        line.push(mechanism.as_str().as_bytes());
        line.end_line()
    }

    /// sasl-3.1: there is none.
    fn auth_with(&mut self, _: MechanismName, _: &[u8]) -> Option<Wire> {
        None
    }

    fn respond(&mut self, response: &[u8]) -> Wire {
        authenticate::encode(response)
    }

    /// sasl-3.1.
    fn cancel(&mut self) -> Wire {
        Wire::from("AUTHENTICATE *").end_line()
    }

    fn reply(&mut self, said: Said) -> Reply {
        let said = match self.aside(said) {
            Ok(words) => return words.map_or(Reply::More, Reply::Say),
            Err(said) => said,
        };
        match said {
            Said::Challenge(challenge) => Reply::Challenge(challenge),
            // sasl-3.1: a success carries no data.
            Said::Numeric(903, _) => Reply::Success(None),
            Said::Numeric(code @ (421 | 451 | 902 | 904..=908), text) => {
                Reply::Refused(refusal(meaning(code), text))
            }
            Said::Error(text) => Reply::Refused(refusal(None, text)),
            // capability-negotiation: with the capability goes what it did.
            Said::Gone(list) if heard::has_sasl(&list) => {
                Reply::Refused(refusal(Some(Unavailable::Server.into()), String::new()))
            }
            Said::Gone(_) => Reply::More,
            _ => Reply::Unexpected,
        }
    }
}

/// What a numeric of sasl-3.1 tells, if it tells more than that it is over.
fn meaning(code: u16) -> Option<Error> {
    match code {
        905 => Some(Unusable::TooLong.into()),
        906 => Some(Error::Cancelled),
        // 904 comes behind it.
        908 => Some(Unusable::Mechanism.into()),
        _ => None,
    }
}

fn refusal(error: Option<Error>, said: String) -> Refusal {
    Refusal { error, said }
}

/// The answer to PING, unless it would not fit a line.
fn pong(token: &Secret) -> Option<Wire> {
    let mut line = Wire::from("PONG :");
    line.push(token.expose());
    let line = line.end_line();
    (line.len() <= 512).then_some(line)
}

/// A parameter that ends neither itself nor its line.
fn parameter(text: &str) -> Box<str> {
    let mut parameter = String::new();
    let chars = text.trim_start_matches(':').chars();
    for c in chars.filter(|c| !c.is_control() && !c.is_whitespace()) {
        if parameter.len().saturating_add(c.len_utf8()) > 64 {
            break;
        }
        parameter.push(c);
    }
    // A colon may have stood behind what was left out.
    match parameter.trim_start_matches(':') {
        "" => "user".into(),
        parameter => parameter.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nickname_is_one_parameter() {
        for (nick, clean) in [
            ("a\r\nQUIT", "aQUIT"),
            ("a b\0c", "abc"),
            (" : ::x", "x"),
            ("\u{2028}\u{85}\n", "user"),
            ("", "user"),
            ("j\u{fc}rgen", "j\u{fc}rgen"),
        ] {
            assert_eq!(&*parameter(nick), clean, "{nick:?}");
        }
        assert_eq!(parameter(&"\u{fc}".repeat(40)).len(), 64);
    }
}
