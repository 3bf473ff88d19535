//! The server's side of POP3.

use alloc::boxed::Box;

use sasl_core::server::{Authenticated, SuccessData};
use sasl_core::{Error, Malformed, MechanismName};

use super::command::{self, Command};
use super::reply;
use crate::line::Lines;
use crate::mail::{self, host};
use crate::server::{Act, Answer, Dialect, Farewell, Scene, Session, Tls};
use crate::wire::Wire;

/// What a server of POP3 hears and says.
///
/// It answers CAPA, STLS, AUTH, NOOP and QUIT. AUTH without a mechanism gets the list of them. USER, PASS and APOP are
/// refused, and so is what reads mail.
#[derive(Debug)]
pub struct Pop3 {
    host: Box<str>,
}

impl Session<Pop3> {
    /// A session on a fresh connection.
    ///
    /// `name` is the server's host name; only printable ASCII of it is used, without angle brackets. `mechanisms` is
    /// what the answer to CAPA offers, in this order; nothing else can log in.
    #[must_use]
    pub fn new(name: &str, mechanisms: impl IntoIterator<Item = MechanismName>) -> Self {
        // RFC 1939 §7: what stands in angle brackets in a greeting offers APOP.
        let host = host(&name.replace(['<', '>'], ""));
        Self::begin(Pop3 { host }, mechanisms)
    }
}

impl Dialect for Pop3 {
    /// RFC 5034 §4: "+OK" has no field for it.
    const SUCCESS_DATA: SuccessData = SuccessData::AsChallenge;

    fn lines() -> Lines {
        Lines::new(command::LINE)
    }

    fn greeting(&mut self, _: Scene) -> Option<Wire> {
        Some(reply::greeting(&self.host))
    }

    /// RFC 2595 §4: there is no second greeting.
    fn secured(&mut self, _: Scene) -> Option<Wire> {
        None
    }

    fn command(&mut self, line: &[u8], scene: Scene) -> Act {
        let done = scene.authenticated;
        match Command::parse(line) {
            // RFC 5034 §3: SASL is announced in both states, without a difference.
            Command::Capa => Act::Say(reply::capabilities(
                scene.offers_starttls(),
                &scene.mechanisms,
            )),
            Command::Stls(arguments) => stls(arguments, &scene),
            Command::AuthList | Command::Auth(_) | Command::Password if done => say(reply::ALREADY),
            Command::AuthList => Act::Say(reply::mechanisms(scene.offer())),
            Command::Auth(arguments) => Act::Auth(mail::auth_arguments(arguments)),
            Command::Password => say(reply::USE_AUTH),
            Command::Noop if done => say(reply::OK),
            Command::Mail if done => say(reply::UNIMPLEMENTED),
            Command::Noop | Command::Mail => say(reply::LOGIN_FIRST),
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

/// RFC 2595 §4.
fn stls(arguments: &[u8], scene: &Scene) -> Act {
    say(match scene.tls {
        Tls::Unknown => reply::UNIMPLEMENTED,
        Tls::Active => reply::TLS_IS_ACTIVE,
        // STLS is for the AUTHORIZATION state.
        Tls::Offered if scene.authenticated => reply::ALREADY,
        Tls::Offered if !arguments.is_empty() => reply::NO_PARAMETERS,
        Tls::Offered => return Act::StartTls(reply::line(reply::START_TLS)),
    })
}

fn say(text: &str) -> Act {
    Act::Say(reply::line(text))
}
