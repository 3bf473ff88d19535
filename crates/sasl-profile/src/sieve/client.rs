//! The client's side of ManageSieve.

use core::mem;

use sasl_core::client::Failure;
use sasl_core::{Malformed, MechanismName, Secret, Unavailable, Unusable, Violation};

use super::heard::{self, Capabilities, Code, Kind, Line, Response};
use super::string;
use crate::client::{self, Dialect, Prelude, Refusal, Session, StartTls, refused};
use crate::line::{Lines, Literals};
use crate::mail::decode;
use crate::wire::Wire;

/// What a client of ManageSieve says and hears.
#[derive(Debug, Default)]
pub struct Sieve {
    capabilities: Capabilities,
    awaited: Awaited,
}

/// The response that is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Awaited {
    /// Capabilities, on a fresh connection or after a handshake.
    #[default]
    Capabilities,
    /// The answer to STARTTLS.
    Permission,
    /// What belongs to an exchange.
    Exchange,
}

/// A whole thing that a server says.
#[derive(Debug)]
pub enum Said {
    /// A string alone.
    Challenge(Secret),
    Response {
        response: Response,
        /// Of a success.
        data: Option<Secret>,
    },
}

impl Session<Sieve> {
    /// A session on a fresh connection. The server speaks first.
    #[must_use]
    #[expect(
        clippy::new_without_default,
        reason = "a connection is not made out of nothing"
    )]
    pub fn new() -> Self {
        Self::begin(Sieve::default())
    }
}

impl Sieve {
    fn capabilities(&mut self, wish: StartTls) -> Result<Prelude, Failure> {
        let capabilities = mem::take(&mut self.capabilities);
        if wish.wants(capabilities.starttls)? {
            self.awaited = Awaited::Permission;
            Ok(Prelude::Send(Wire::from("STARTTLS").end_line()))
        } else {
            self.awaited = Awaited::Exchange;
            Ok(Prelude::Offer(capabilities.offer()))
        }
    }

    fn refusal(&self, response: &Response) -> Refusal {
        // RFC 5804 §1.3. AUTH-TOO-WEAK says no more than its words; TRANSITION-NEEDED would have the user send the
        // password in clear text, which nobody decides but the user (§5).
        let error = match (&response.code, response.kind) {
            (Some(Code::TryLater), _) => Some(Unavailable::Server.into()),
            (Some(Code::EncryptNeeded), _) => Some(Unusable::ClearText.into()),
            (Some(Code::Referral(_)), _) => Some(Unusable::Referral.into()),
            // A server that goes away before it was asked for anything.
            (_, Kind::Bye) if self.awaited != Awaited::Exchange => Some(Unavailable::Server.into()),
            _ => None,
        };
        Refusal {
            error,
            said: response.said(),
        }
    }
}

impl Dialect for Sieve {
    type Said = Said;

    fn lines() -> Lines {
        Lines::with_literals(heard::LINE, Literals::FromServer)
    }

    /// RFC 5804 §2.2: the server sends its capabilities again, without being asked.
    fn secured(&mut self) -> Option<Wire> {
        *self = Self::default();
        None
    }

    fn line(&mut self, line: &Secret) -> Result<Option<Said>, Malformed> {
        match Line::parse(line.expose())? {
            Line::String(name, value) if self.awaited == Awaited::Capabilities => {
                self.capabilities.take(&name, value, line.len())?;
                Ok(None)
            }
            Line::String(challenge, None) => Ok(Some(Said::Challenge(challenge))),
            Line::String(_, Some(_)) => Err(Malformed::Line),
            Line::Response(response) => {
                let data = match (self.awaited, response.kind) {
                    (Awaited::Exchange, Kind::Ok) => response.data()?,
                    _ => None,
                };
                Ok(Some(Said::Response { response, data }))
            }
        }
    }

    fn prelude(&mut self, said: Said, wish: StartTls) -> Result<Prelude, Failure> {
        let Said::Response { response, .. } = said else {
            return Err(Violation::UnexpectedMessage.into());
        };
        match (response.kind, self.awaited) {
            (Kind::Ok, Awaited::Capabilities) => self.capabilities(wish),
            (Kind::Ok, Awaited::Permission) => Ok(Prelude::Handshake),
            (Kind::Ok, Awaited::Exchange) => Err(Violation::UnexpectedMessage.into()),
            (Kind::No | Kind::Bye, _) => Err(refused(self.refusal(&response))),
        }
    }

    fn auth(&mut self, mechanism: MechanismName) -> Wire {
        auth(mechanism).end_line()
    }

    /// RFC 5804 §2.1. However long it is: in a literal it fits.
    fn auth_with(&mut self, mechanism: MechanismName, initial: &[u8]) -> Option<Wire> {
        let mut command = auth(mechanism);
        command.push(b" ");
        string::encode(initial, Literals::FromClient, &mut command);
        Some(command.end_line())
    }

    fn respond(&mut self, response: &[u8]) -> Wire {
        let mut line = Wire::default();
        string::encode(response, Literals::FromClient, &mut line);
        line.end_line()
    }

    /// RFC 5804 §2.1.
    fn cancel(&mut self) -> Wire {
        Wire::from("\"*\"").end_line()
    }

    fn reply(&mut self, said: Said) -> client::Reply {
        match said {
            Said::Challenge(text) => client::Reply::Challenge(decode(text.expose())),
            Said::Response { response, data } => match response.kind {
                Kind::Ok => client::Reply::Success(data),
                Kind::No | Kind::Bye => client::Reply::Refused(self.refusal(&response)),
            },
        }
    }
}

fn auth(mechanism: MechanismName) -> Wire {
    let mut command = Wire::from("AUTHENTICATE \"");
    command.push(mechanism.as_str().as_bytes());
    command.push(b"\"");
    command
}
