//! The client's side of SMTP and LMTP.

use alloc::boxed::Box;

use sasl_core::client::Failure;
use sasl_core::{Malformed, MechanismName, Secret, Unavailable, Unusable, Violation};

use super::heard::{self, Heard};
use crate::base64;
use crate::client::{self, Dialect, Prelude, Refusal, Session, StartTls, refused};
use crate::line::Lines;
use crate::mail::{self, host};
use crate::wire::Wire;

/// What a client of SMTP or LMTP says and hears.
#[derive(Debug)]
pub struct Smtp {
    /// EHLO, or LHLO.
    hello: &'static str,
    name: Box<str>,
    heard: Heard,
    awaited: Awaited,
}

/// The reply that is waited for before the exchange.
#[derive(Debug, Clone, Copy)]
enum Awaited {
    Greeting,
    /// The answer to EHLO.
    Capabilities,
    /// The answer to STARTTLS.
    Permission,
}

/// Octets of a command line with its end (RFC 5321 §4.5.3.1.4). An AUTH command with its initial response has to fit
/// (RFC 4954 §4); a response need not.
const COMMAND: usize = 512;

impl Session<Smtp> {
    /// A session on a fresh connection. `name` is how this client calls itself in EHLO: a host name, or an address in
    /// brackets; only printable ASCII of it is used.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self::begin(Smtp::new("EHLO ", name))
    }

    /// The same for LMTP (RFC 2033): it says LHLO where SMTP says EHLO.
    #[must_use]
    pub fn lmtp(name: &str) -> Self {
        Self::begin(Smtp::new("LHLO ", name))
    }
}

impl Smtp {
    fn new(hello: &'static str, name: &str) -> Self {
        Self {
            hello,
            name: host(name),
            heard: Heard::default(),
            awaited: Awaited::Greeting,
        }
    }

    fn hello(&mut self) -> Wire {
        self.awaited = Awaited::Capabilities;
        let mut hello = Wire::from(self.hello);
        hello.push(self.name.as_bytes());
        hello.end_line()
    }

    fn capabilities(&mut self, reply: &heard::Reply, wish: StartTls) -> Result<Prelude, Failure> {
        if wish.wants(reply.offers_starttls())? {
            self.awaited = Awaited::Permission;
            Ok(Prelude::Send(Wire::from("STARTTLS").end_line()))
        } else {
            Ok(Prelude::Offer(reply.offer()))
        }
    }
}

impl Dialect for Smtp {
    type Said = heard::Reply;

    fn lines() -> Lines {
        Lines::new(heard::LINE)
    }

    fn secured(&mut self) -> Option<Wire> {
        self.heard = Heard::default();
        Some(self.hello())
    }

    fn line(&mut self, line: &Secret) -> Result<Option<heard::Reply>, Malformed> {
        self.heard.line(line)
    }

    fn prelude(&mut self, reply: heard::Reply, wish: StartTls) -> Result<Prelude, Failure> {
        match (self.awaited, reply.code) {
            (Awaited::Greeting, 220) => Ok(Prelude::Send(self.hello())),
            (Awaited::Capabilities, 250) => self.capabilities(&reply, wish),
            (Awaited::Permission, 220) => Ok(Prelude::Handshake),
            (_, 400..=599) => Err(refused(refusal(&reply))),
            _ => Err(Violation::UnexpectedMessage.into()),
        }
    }

    fn auth(&mut self, mechanism: MechanismName) -> Wire {
        mail::auth(mechanism).end_line()
    }

    fn auth_with(&mut self, mechanism: MechanismName, initial: &[u8]) -> Option<Wire> {
        mail::auth_with(mechanism, initial, COMMAND)
    }

    fn respond(&mut self, response: &[u8]) -> Wire {
        mail::response(response)
    }

    /// RFC 4954 §4.
    fn cancel(&mut self) -> Wire {
        Wire::from("*").end_line()
    }

    fn reply(&mut self, reply: heard::Reply) -> client::Reply {
        match reply.code {
            334 => client::Reply::Challenge(decode(&reply)),
            // RFC 4954 §4: a success carries no data.
            235 => client::Reply::Success(None),
            400..=599 => client::Reply::Refused(refusal(&reply)),
            _ => client::Reply::Unexpected,
        }
    }
}

/// A challenge is one line of base64.
fn decode(reply: &heard::Reply) -> Result<Secret, Malformed> {
    base64::decode(reply.only_line().ok_or(Malformed::Line)?)
}

fn refusal(reply: &heard::Reply) -> Refusal {
    let error = match reply.code {
        // RFC 4954 §4 and §6. "530" is how a server asks for STARTTLS first (RFC 3207 §4).
        400..=499 => Some(Unavailable::Server.into()),
        504 => Some(Unusable::Mechanism.into()),
        530 | 538 => Some(Unusable::ClearText.into()),
        _ => None,
    };
    Refusal {
        error,
        said: reply.said(),
    }
}
