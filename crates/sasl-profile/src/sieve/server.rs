//! The server's side of ManageSieve.

use alloc::boxed::Box;

use sasl_core::server::{Authenticated, SuccessData};
use sasl_core::{Error, Malformed, MechanismName};

use super::command::{self, Command};
use super::reply;
use crate::line::{Lines, Literals};
use crate::server::{Act, Answer, Dialect, Farewell, Scene, Session, Tls};
use crate::wire::Wire;

/// What a server of ManageSieve hears and says.
///
/// It answers AUTHENTICATE, CAPABILITY, LOGOUT, NOOP and STARTTLS, and what handles scripts with NO. After a login
/// that is the application's, which has [`into_unread`](Session::into_unread).
#[derive(Debug)]
pub struct Sieve {
    implementation: Box<str>,
    owner: Option<Box<str>>,
}

impl Session<Sieve> {
    /// A session on a fresh connection.
    ///
    /// `name` is the implementation's name and version, as clients see it; of it at most 128 printable ASCII characters
    /// without quotes and backslashes are used. `mechanisms` is what is offered, in this order; nothing else can log in.
    #[must_use]
    pub fn new(name: &str, mechanisms: impl IntoIterator<Item = MechanismName>) -> Self {
        let sieve = Sieve {
            implementation: reply::implementation(name),
            owner: None,
        };
        Self::begin(sieve, mechanisms)
    }
}

impl Sieve {
    fn capabilities(&self, scene: &Scene) -> Wire {
        reply::capabilities(&self.implementation, self.owner.as_deref(), scene)
    }
}

impl Dialect for Sieve {
    /// RFC 5804 §2.1: in the response code of its OK.
    const SUCCESS_DATA: SuccessData = SuccessData::Attached;

    fn lines() -> Lines {
        Lines::with_literals(command::LINE, Literals::FromClient)
    }

    /// RFC 5804 §1.7: capabilities are sent without being asked for.
    fn greeting(&mut self, scene: Scene) -> Option<Wire> {
        Some(self.capabilities(&scene))
    }

    /// RFC 5804 §2.2: after the handshake they are sent again.
    fn secured(&mut self, scene: Scene) -> Option<Wire> {
        Some(self.capabilities(&scene))
    }

    fn command(&mut self, line: &[u8], scene: Scene) -> Act {
        match Command::parse(line) {
            Command::Authenticate(_) if scene.authenticated => say(reply::ALREADY),
            Command::Authenticate(arguments) => Act::Auth(command::auth(arguments)),
            Command::Capability => Act::Say(self.capabilities(&scene)),
            Command::Logout => Act::Quit(reply::line(reply::LOGGED_OUT)),
            Command::Noop(None) => say(reply::OK),
            Command::Noop(Some(tag)) => Act::Say(reply::noop(tag.expose())),
            Command::StartTls => match scene.tls {
                Tls::Unknown => say(reply::UNIMPLEMENTED),
                Tls::Active => say(reply::TLS_IS_ACTIVE),
                // RFC 5804 §2.2: only before a login.
                Tls::Offered if scene.authenticated => say(reply::ALREADY),
                Tls::Offered => Act::StartTls(reply::line(reply::START_TLS)),
            },
            Command::Arguments => say(reply::BAD_ARGUMENTS),
            Command::Script if !scene.authenticated => say(reply::LOGIN_FIRST),
            Command::Script => say(reply::UNIMPLEMENTED),
            Command::Unknown => say(reply::UNKNOWN),
        }
    }

    fn too_long(&mut self) -> Wire {
        reply::line(reply::LINE_TOO_LONG)
    }

    fn response(&mut self, line: &[u8]) -> Answer {
        command::response(line)
    }

    fn challenge(&mut self, challenge: &[u8]) -> Wire {
        reply::challenge(challenge)
    }

    fn success(&mut self, login: &Authenticated) -> Wire {
        self.owner = Some(login.acts_as().into());
        reply::success(login)
    }

    fn refusal(&mut self, error: Error) -> Wire {
        reply::line(reply::refusal(error))
    }

    fn farewell(&mut self, farewell: Farewell) -> Wire {
        reply::line(match farewell {
            Farewell::TooManyAttempts => reply::TOO_MANY_ATTEMPTS,
            Farewell::TooManyCommands => reply::TOO_MANY_COMMANDS,
            Farewell::Confused => reply::CONFUSED,
            Farewell::Broken(Malformed::TooLong) => reply::LINE_TOO_LONG,
            Farewell::Broken(_) => reply::BAD_END,
            Farewell::Premature => reply::PREMATURE,
        })
    }
}

fn say(text: &str) -> Act {
    Act::Say(reply::line(text))
}
