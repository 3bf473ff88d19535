//! The server's side of SMTP and LMTP.

use alloc::boxed::Box;

use sasl_core::server::{Authenticated, SuccessData};
use sasl_core::{Error, Malformed, MechanismName};

use super::command::{self, Command};
use super::reply;
use crate::line::Lines;
use crate::mail::{self, host};
use crate::server::{Act, Answer, Dialect, Farewell, Scene, Session, Tls};
use crate::wire::Wire;

/// What a server of SMTP or LMTP hears and says.
///
/// It answers EHLO, HELO, STARTTLS, AUTH, NOOP, RSET, HELP, VRFY and QUIT, and what sends mail with 530, or with 502
/// after a login. LMTP has LHLO, and neither EHLO nor HELO (RFC 2033 §4.1).
#[derive(Debug)]
pub struct Smtp {
    host: Box<str>,
    lmtp: bool,
    said_ehlo: bool,
}

impl Session<Smtp> {
    /// A session on a fresh connection.
    ///
    /// `name` is the server's host name; only printable ASCII of it is used. `mechanisms` is what the answer to EHLO
    /// offers, in this order; nothing else can log in.
    #[must_use]
    pub fn new(name: &str, mechanisms: impl IntoIterator<Item = MechanismName>) -> Self {
        Self::begin(Smtp::new(name, false), mechanisms)
    }

    /// The same for LMTP (RFC 2033).
    #[must_use]
    pub fn lmtp(name: &str, mechanisms: impl IntoIterator<Item = MechanismName>) -> Self {
        Self::begin(Smtp::new(name, true), mechanisms)
    }
}

impl Smtp {
    fn new(name: &str, lmtp: bool) -> Self {
        Self {
            host: host(name),
            lmtp,
            said_ehlo: false,
        }
    }

    fn ehlo(&mut self, scene: &Scene) -> Act {
        self.said_ehlo = true;
        Act::Say(reply::capabilities(
            &self.host,
            scene.offers_starttls(),
            scene.offer(),
        ))
    }

    fn helo(&mut self, scene: &Scene) -> Act {
        self.said_ehlo &= scene.authenticated;
        Act::Say(reply::hello(&self.host))
    }

    fn starttls(&self, arguments: &[u8], scene: &Scene) -> Act {
        let complaint = match scene.tls {
            Tls::Unknown => reply::UNIMPLEMENTED,
            Tls::Active => reply::TLS_IS_ACTIVE,
            // What a login was worth would be forgotten together with it.
            Tls::Offered if scene.authenticated => reply::ALREADY,
            Tls::Offered if !self.said_ehlo => self.say_hello_first(),
            Tls::Offered if !arguments.is_empty() => reply::NO_PARAMETERS,
            Tls::Offered => return Act::StartTls(reply::line(reply::START_TLS)),
        };
        say(complaint)
    }

    fn auth(&self, arguments: &[u8], scene: &Scene) -> Act {
        if scene.authenticated {
            say(reply::ALREADY)
        } else if self.said_ehlo {
            Act::Auth(mail::auth_arguments(arguments))
        } else {
            say(self.say_hello_first())
        }
    }

    fn say_hello_first(&self) -> &'static str {
        match self.lmtp {
            true => reply::LHLO_FIRST,
            false => reply::EHLO_FIRST,
        }
    }
}

impl Dialect for Smtp {
    /// RFC 4954 §4: "235" has no field for it.
    const SUCCESS_DATA: SuccessData = SuccessData::AsChallenge;

    fn lines() -> Lines {
        Lines::new(command::LINE)
    }

    fn greeting(&mut self, _: Scene) -> Option<Wire> {
        Some(reply::greeting(&self.host, self.lmtp))
    }

    fn secured(&mut self, _: Scene) -> Option<Wire> {
        self.said_ehlo = false;
        None
    }

    fn command(&mut self, line: &[u8], scene: Scene) -> Act {
        match Command::parse(line) {
            // RFC 2033 §4.1: an LMTP server knows no EHLO and no HELO, and an SMTP server no LHLO.
            Command::Ehlo | Command::Helo if self.lmtp => say(reply::UNKNOWN),
            Command::Lhlo if !self.lmtp => say(reply::UNKNOWN),
            Command::Ehlo | Command::Lhlo => self.ehlo(&scene),
            Command::Helo => self.helo(&scene),
            Command::Nameless => say(reply::NAMELESS),
            Command::StartTls(arguments) => self.starttls(arguments, &scene),
            Command::Auth(arguments) => self.auth(arguments, &scene),
            Command::Noop | Command::Rset => say(reply::OK),
            Command::Help => say(reply::HELP),
            Command::Vrfy => say(reply::NOT_VERIFIED),
            Command::Mail if !scene.authenticated => say(reply::LOGIN_FIRST),
            Command::Mail | Command::Unimplemented => say(reply::UNIMPLEMENTED),
            Command::Quit => Act::Quit(reply::line(reply::BYE)),
            Command::Unknown => say(reply::UNKNOWN),
        }
    }

    fn too_long(&mut self) -> Wire {
        reply::line(reply::TOO_LONG)
    }

    fn response(&mut self, line: &[u8]) -> Answer {
        mail::answer(line)
    }

    fn challenge(&mut self, challenge: &[u8]) -> Wire {
        reply::challenge(challenge)
    }

    fn success(&mut self, _: &Authenticated) -> Wire {
        reply::line(reply::SUCCEEDED)
    }

    fn refusal(&mut self, error: Error) -> Wire {
        reply::line(reply::refusal(error))
    }

    fn farewell(&mut self, farewell: Farewell) -> Wire {
        reply::line(match farewell {
            Farewell::TooManyAttempts => reply::TOO_MANY_ATTEMPTS,
            Farewell::TooManyCommands => reply::TOO_MANY_COMMANDS,
            Farewell::Confused => reply::CONFUSED,
            Farewell::Broken(Malformed::TooLong) => reply::TOO_LONG,
            Farewell::Broken(_) => reply::BAD_END,
            Farewell::Premature => reply::PREMATURE,
        })
    }
}

fn say(text: &str) -> Act {
    Act::Say(reply::line(text))
}
