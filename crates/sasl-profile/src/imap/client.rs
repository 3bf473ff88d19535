//! The client's side of IMAP.

use alloc::format;
use alloc::string::String;

use sasl_core::client::Failure;
use sasl_core::{Malformed, MechanismName, Refused, Secret, Unavailable, Unusable, Violation};

use super::heard::{self, Capabilities, Condition, Heard, Said, Text};
use crate::base64;
use crate::client::{Dialect, Prelude, Refusal, Reply, Session, StartTls, refused};
use crate::line::{Lines, Literals};
use crate::mail;
use crate::wire::Wire;

/// What a client of IMAP says and hears.
#[derive(Debug)]
pub struct Imap {
    heard: Heard,
    awaited: Awaited,
    /// Of the command that was sent last: there are never two at a time.
    tag: u32,
    capabilities: Option<Capabilities>,
}

/// What is waited for before the exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Awaited {
    Greeting,
    /// The end of CAPABILITY.
    Capabilities,
    /// The end of STARTTLS.
    Permission,
}

/// Octets of a command line with its end: what clients should stay below, and servers allow for (RFC 7162 §4). An AUTHENTICATE
/// command with its initial response has to fit; a response need not.
const COMMAND: usize = 8192;

impl Session<Imap> {
    /// A session on a fresh connection.
    #[must_use]
    #[expect(
        clippy::new_without_default,
        reason = "a connection is not made out of nothing"
    )]
    pub fn new() -> Self {
        Self::begin(Imap {
            heard: Heard::default(),
            awaited: Awaited::Greeting,
            tag: 0,
            capabilities: None,
        })
    }
}

impl Imap {
    fn tag(&self) -> String {
        format!("A{}", self.tag)
    }

    /// The beginning of a command, behind a tag of its own.
    fn command(&mut self, name: &str) -> Wire {
        self.tag = self.tag.saturating_add(1);
        let mut command = Wire::from(&*self.tag());
        command.push(b" ");
        command.push(name.as_bytes());
        command
    }

    fn authenticate(&mut self, mechanism: MechanismName) -> Wire {
        let mut command = self.command("AUTHENTICATE ");
        command.push(mechanism.as_str().as_bytes());
        command
    }

    fn ask(&mut self) -> Wire {
        self.awaited = Awaited::Capabilities;
        self.capabilities = None;
        self.command("CAPABILITY").end_line()
    }

    fn learn(&mut self, capabilities: Capabilities, wish: StartTls) -> Result<Prelude, Failure> {
        if wish.wants(capabilities.offers_starttls())? {
            self.awaited = Awaited::Permission;
            return Ok(Prelude::Send(self.command("STARTTLS").end_line()));
        }
        let offer = capabilities.offer();
        self.capabilities = Some(capabilities);
        Ok(Prelude::Offer(offer))
    }

    fn greeted(
        &mut self,
        condition: Condition,
        text: &Text,
        wish: StartTls,
    ) -> Result<Prelude, Failure> {
        match condition {
            Condition::Ok => match text.capabilities() {
                Some(capabilities) => self.learn(capabilities, wish),
                None => Ok(Prelude::Send(self.ask())),
            },
            // RFC 3501 §6.2.1: STARTTLS is for the state before a login, and PREAUTH comes behind it. Anybody on the way
            // can say so, and read along.
            Condition::PreAuth if wish == StartTls::Require => Err(Unusable::ClearText.into()),
            Condition::PreAuth => Err(Unusable::PreAuthenticated.into()),
            Condition::Bye => Err(refused(refusal(condition, text))),
            Condition::No | Condition::Bad => Err(Violation::UnexpectedMessage.into()),
        }
    }

    fn asked(&mut self, text: &Text, wish: StartTls) -> Result<Prelude, Failure> {
        match self.capabilities.take().or_else(|| text.capabilities()) {
            Some(capabilities) => self.learn(capabilities, wish),
            None => Err(Violation::UnexpectedMessage.into()),
        }
    }
}

impl Dialect for Imap {
    type Said = Said;

    fn lines() -> Lines {
        Lines::with_literals(heard::LINE, Literals::FromServer)
    }

    /// RFC 3501 §7: a server may send data at any time, but the end of a command, or the word to go on with it, only if there is
    /// one. Who is early with that knows the next tag beforehand, and is not the server (CVE-2026-42246).
    fn may_be_unasked(unread: &[u8]) -> bool {
        let mut rest = unread;
        while !rest.is_empty() {
            if !rest.starts_with(b"* ") && rest != b"*" {
                return false;
            }
            let end = rest.iter().position(|octet| *octet == b'\n');
            rest = match end {
                Some(end) => rest.get(end.saturating_add(1)..).unwrap_or_default(),
                None => &[],
            };
        }
        !unread.is_empty()
    }

    fn secured(&mut self) -> Option<Wire> {
        self.heard = Heard::default();
        Some(self.ask())
    }

    fn line(&mut self, line: &Secret) -> Result<Option<Said>, Malformed> {
        self.heard.line(line.expose(), &self.tag()).map(Some)
    }

    fn prelude(&mut self, said: Said, wish: StartTls) -> Result<Prelude, Failure> {
        let awaited = self.awaited;
        match (awaited, said) {
            (Awaited::Greeting, Said::State(condition, text)) => {
                self.greeted(condition, &text, wish)
            }
            (Awaited::Greeting, _) => Err(Violation::UnexpectedMessage.into()),
            (Awaited::Capabilities, Said::Capabilities(capabilities)) => {
                self.capabilities = Some(capabilities);
                Ok(Prelude::More)
            }
            (_, said) => match Heeded::of(said) {
                Heeded::Nothing => Ok(Prelude::More),
                Heeded::End(text) if awaited == Awaited::Capabilities => self.asked(&text, wish),
                Heeded::End(_) => Ok(Prelude::Handshake),
                Heeded::Refused(refusal) => Err(refused(refusal)),
                Heeded::Continue(_) | Heeded::Unexpected => {
                    Err(Violation::UnexpectedMessage.into())
                }
            },
        }
    }

    fn auth(&mut self, mechanism: MechanismName) -> Wire {
        self.authenticate(mechanism).end_line()
    }

    fn auth_with(&mut self, mechanism: MechanismName, initial: &[u8]) -> Option<Wire> {
        let offered = self.capabilities.as_ref();
        if !offered.is_some_and(Capabilities::takes_initial_response) {
            return None;
        }
        let before = self.tag;
        let mut command = self.authenticate(mechanism);
        command.push(b" ");
        mail::push_initial(initial, &mut command);
        let command = command.end_line();
        if command.len() > COMMAND {
            // Nothing is sent: the tag is still free.
            self.tag = before;
            return None;
        }
        Some(command)
    }

    fn respond(&mut self, response: &[u8]) -> Wire {
        mail::response(response)
    }

    /// RFC 3501 §6.2.2.
    fn cancel(&mut self) -> Wire {
        Wire::from("*").end_line()
    }

    fn reply(&mut self, said: Said) -> Reply {
        match Heeded::of(said) {
            Heeded::Nothing => Reply::More,
            Heeded::Continue(text) => Reply::Challenge(base64::decode(text.expose())),
            // RFC 3501 §6.2.2: a success carries no data.
            Heeded::End(_) => Reply::Success(None),
            Heeded::Refused(refusal) => Reply::Refused(refusal),
            Heeded::Unexpected => Reply::Unexpected,
        }
    }
}

/// What a response means while a command is under way.
enum Heeded {
    Nothing,
    Continue(Secret),
    /// The command is done.
    End(Text),
    Refused(Refusal),
    /// It cannot be the answer: PREAUTH is a greeting, and a tag that was not sent is nobody's.
    Unexpected,
}

impl Heeded {
    fn of(said: Said) -> Self {
        match said {
            Said::Continue(text) => Self::Continue(text),
            Said::State(Condition::PreAuth, _) | Said::End { ours: false, .. } => Self::Unexpected,
            Said::State(Condition::Bye, text) => Self::Refused(refusal(Condition::Bye, &text)),
            Said::State(..) | Said::Capabilities(_) | Said::Data => Self::Nothing,
            Said::End {
                condition: Condition::Ok,
                text,
                ..
            } => Self::End(text),
            Said::End {
                condition, text, ..
            } => Self::Refused(refusal(condition, &text)),
        }
    }
}

fn refusal(condition: Condition, text: &Text) -> Refusal {
    // RFC 5530 §3. AUTHENTICATIONFAILED and CONTACTADMIN leave it open what is wrong.
    let error = match condition {
        _ if text.has_code("UNAVAILABLE") => Some(Unavailable::Server.into()),
        _ if text.has_code("PRIVACYREQUIRED") => Some(Unusable::ClearText.into()),
        _ if text.has_code("AUTHORIZATIONFAILED") => Some(Refused::NotPermitted.into()),
        _ if text.has_code("EXPIRED") => Some(Refused::Expired.into()),
        // RFC 3501 §7.1.5: the server goes away, whatever was asked of it.
        Condition::Bye => Some(Unavailable::Server.into()),
        _ => None,
    };
    Refusal {
        error,
        said: text.said(),
    }
}
