//! The client's side of POP3.

use alloc::string::String;

use sasl_core::client::Failure;
use sasl_core::{Malformed, MechanismName, Secret, Unavailable, Violation};

use super::heard::{self, Capabilities, Heard, Said};
use crate::base64;
use crate::client::{Dialect, Prelude, Refusal, Reply, Session, StartTls, refused};
use crate::line::Lines;
use crate::mail;
use crate::wire::Wire;

/// What a client of POP3 says and hears.
#[derive(Debug)]
pub struct Pop3 {
    heard: Heard,
    awaited: Awaited,
}

/// The response that is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Awaited {
    Greeting,
    /// The answer to CAPA.
    Capabilities,
    /// The answer to STLS.
    Permission,
    /// One in an exchange.
    Verdict,
}

/// Octets of a command line with its end (RFC 2449 §4). An AUTH command with its initial response has to fit
/// (RFC 5034 §4); a response need not.
const COMMAND: usize = 255;

impl Session<Pop3> {
    /// A session on a fresh connection.
    #[must_use]
    #[expect(
        clippy::new_without_default,
        reason = "a connection is not made out of nothing"
    )]
    pub fn new() -> Self {
        Self::begin(Pop3 {
            heard: Heard::default(),
            awaited: Awaited::Greeting,
        })
    }
}

impl Pop3 {
    fn capa(&mut self) -> Wire {
        self.awaited = Awaited::Capabilities;
        Wire::from("CAPA").end_line()
    }

    fn capabilities(&mut self, said: &Capabilities, wish: StartTls) -> Result<Prelude, Failure> {
        if wish.wants(said.offers_stls())? {
            self.awaited = Awaited::Permission;
            Ok(Prelude::Send(Wire::from("STLS").end_line()))
        } else {
            self.awaited = Awaited::Verdict;
            Ok(Prelude::Offer(said.offer()))
        }
    }
}

impl Dialect for Pop3 {
    type Said = Said;

    fn lines() -> Lines {
        Lines::new(heard::LINE)
    }

    fn secured(&mut self) -> Option<Wire> {
        self.heard = Heard::default();
        Some(self.capa())
    }

    fn line(&mut self, line: &Secret) -> Result<Option<Said>, Malformed> {
        self.heard.line(line, self.awaited == Awaited::Capabilities)
    }

    fn prelude(&mut self, said: Said, wish: StartTls) -> Result<Prelude, Failure> {
        match (self.awaited, said) {
            (Awaited::Greeting, Said::Ok) => Ok(Prelude::Send(self.capa())),
            (Awaited::Capabilities, Said::Capabilities(said)) => self.capabilities(&said, wish),
            // RFC 2449 §5: a server without CAPA says so. Then there is nothing to choose from, and no TLS.
            (Awaited::Capabilities, Said::Err(_)) => {
                self.capabilities(&Capabilities::default(), wish)
            }
            (Awaited::Permission, Said::Ok) => Ok(Prelude::Handshake),
            (Awaited::Greeting | Awaited::Permission, Said::Err(text)) => {
                Err(refused(refusal(&text)))
            }
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

    /// RFC 5034 §4.
    fn cancel(&mut self) -> Wire {
        Wire::from("*").end_line()
    }

    fn reply(&mut self, said: Said) -> Reply {
        match said {
            Said::Challenge(text) => Reply::Challenge(base64::decode(text.expose())),
            // RFC 5034 §4: a success carries no data.
            Said::Ok => Reply::Success(None),
            Said::Err(text) => Reply::Refused(refusal(&text)),
            Said::Capabilities(_) => Reply::Unexpected,
        }
    }
}

fn refusal(text: &Secret) -> Refusal {
    let said = String::from_utf8_lossy(text.expose()).into_owned();
    // RFC 3206 §4, RFC 2449 §8.1. [AUTH] and [SYS/PERM] are as much as the server says in any case.
    let is_temporary = ["SYS/TEMP", "LOGIN-DELAY", "IN-USE"]
        .into_iter()
        .any(|code| heard::has_code(&said, code));
    let error = is_temporary.then(|| Unavailable::Server.into());
    Refusal { error, said }
}
