//! The server's side of IMAP.

use alloc::boxed::Box;
use alloc::string::String;

use sasl_core::server::{Authenticated, SuccessData};
use sasl_core::{Error, Malformed, MechanismName};

use super::command::{self, Command};
use super::reply;
use crate::line::{Lines, Literals};
use crate::mail::{self, host};
use crate::server::{Act, Answer, Dialect, Farewell, Scene, Session, Tls};
use crate::wire::Wire;

/// What a server of IMAP hears and says.
///
/// It answers CAPABILITY, NOOP, LOGOUT, ID, STARTTLS and AUTHENTICATE, refuses LOGIN, and has no mail: commands for mailboxes get BAD, or
/// NO after a login. Literals (RFC 7888) are read over, so that none is taken for a command.
#[derive(Debug)]
pub struct Imap {
    name: Box<str>,
    /// Of the command that was last read; `*` if it had none.
    tag: Box<str>,
    /// Capabilities after a login, each behind a space.
    more: String,
}

/// In the place of a tag (RFC 3501 §2.2.2).
const UNTAGGED: &str = "*";

impl Session<Imap> {
    /// A session on a fresh connection.
    ///
    /// `name` is the server's host name; only printable ASCII of it is used. `mechanisms` is what the capabilities offer, in
    /// this order; nothing else can log in.
    #[must_use]
    pub fn new(name: &str, mechanisms: impl IntoIterator<Item = MechanismName>) -> Self {
        let imap = Imap {
            name: host(name),
            tag: UNTAGGED.into(),
            more: String::new(),
        };
        Self::begin(imap, mechanisms)
    }

    /// Sets which capabilities there are after the login beside `IMAP4rev1` and ID, for an application that goes on with mail.
    /// They stand in the OK, and clients do not ask again. What is no atom (RFC 3501 §9) is left out.
    #[must_use]
    pub fn with_capabilities<'a>(mut self, names: impl IntoIterator<Item = &'a str>) -> Self {
        let more = &mut self.protocol_mut().more;
        more.clear();
        for name in names.into_iter().filter(|name| is_atom(name)) {
            more.push(' ');
            more.push_str(name);
        }
        self
    }
}

/// RFC 3501 §9.
fn is_atom(name: &str) -> bool {
    let is_atom_char = |octet: u8| octet.is_ascii_graphic() && !b"(){%*\"\\]".contains(&octet);
    !name.is_empty() && name.bytes().all(is_atom_char)
}

impl Imap {
    fn tagged(&self, text: &str) -> Wire {
        reply::tagged(&self.tag, text)
    }

    fn say(&self, text: &str) -> Act {
        Act::Say(self.tagged(text))
    }

    fn data(&self, data: &[&str], text: &str) -> Wire {
        reply::with_data(data, &self.tag, text)
    }

    fn capabilities(&self, scene: &Scene) -> String {
        match scene.authenticated {
            true => reply::capabilities_after(&self.more),
            false => reply::capabilities(scene),
        }
    }

    fn starttls(&self, scene: &Scene) -> Act {
        let complaint = match scene.tls {
            Tls::Unknown => reply::NO_TLS,
            Tls::Active => reply::TLS_IS_ACTIVE,
            // RFC 3501 §6.2.1: it is for the state before a login.
            Tls::Offered if scene.authenticated => reply::ALREADY,
            Tls::Offered => return Act::StartTls(self.tagged(reply::START_TLS)),
        };
        self.say(complaint)
    }

    fn login(&self, scene: &Scene) -> Act {
        self.say(match scene.tls {
            _ if scene.authenticated => reply::ALREADY,
            Tls::Offered => reply::LOGIN_WITHOUT_TLS,
            Tls::Unknown | Tls::Active => reply::LOGIN,
        })
    }
}

impl Dialect for Imap {
    /// RFC 3501 §6.2.2: "OK" has no field for it.
    const SUCCESS_DATA: SuccessData = SuccessData::AsChallenge;

    fn lines() -> Lines {
        Lines::with_literals(command::LINE, Literals::FromClient)
    }

    fn greeting(&mut self, scene: Scene) -> Option<Wire> {
        Some(reply::greeting(&self.name, &self.capabilities(&scene)))
    }

    fn secured(&mut self, _: Scene) -> Option<Wire> {
        self.tag = UNTAGGED.into();
        None
    }

    fn command(&mut self, line: &[u8], scene: Scene) -> Act {
        let Some((tag, text)) = command::tagged(line) else {
            self.tag = UNTAGGED.into();
            return self.say(reply::NO_TAG);
        };
        self.tag = tag.into();
        match Command::parse(text) {
            Command::Capability => {
                let list = self.capabilities(&scene);
                Act::Say(self.data(&[&list], reply::CAPABILITY))
            }
            Command::Noop => self.say(reply::NOTHING),
            Command::Logout => Act::Quit(self.data(&[reply::LOGGING_OUT], reply::LOGOUT)),
            Command::Id => Act::Say(self.data(&["ID NIL"], reply::ID)),
            Command::StartTls => self.starttls(&scene),
            Command::Authenticate(_) if scene.authenticated => self.say(reply::ALREADY),
            Command::Authenticate(arguments) => Act::Auth(mail::auth_arguments(arguments)),
            Command::Login => self.login(&scene),
            Command::Mail if scene.authenticated => self.say(reply::NO_MAIL),
            Command::Mail => self.say(reply::LOGIN_FIRST),
            Command::Literal => self.say(reply::LITERAL),
            Command::Arguments => self.say(reply::ARGUMENTS),
            Command::Unknown => self.say(reply::UNKNOWN),
        }
    }

    /// Where there are literals there is no way on behind such a line; this is for the sake of the trait.
    fn too_long(&mut self) -> Wire {
        reply::tagged(UNTAGGED, reply::TOO_LONG)
    }

    fn response(&mut self, line: &[u8]) -> Answer {
        mail::answer(line)
    }

    fn challenge(&mut self, challenge: &[u8]) -> Wire {
        reply::challenge(challenge)
    }

    fn success(&mut self, _: &Authenticated) -> Wire {
        reply::success(&self.tag, &reply::capabilities_after(&self.more))
    }

    fn refusal(&mut self, error: Error) -> Wire {
        self.tagged(reply::refusal(error))
    }

    fn farewell(&mut self, farewell: Farewell) -> Wire {
        let text = match farewell {
            Farewell::TooManyAttempts => reply::TOO_MANY_ATTEMPTS,
            Farewell::TooManyCommands => reply::TOO_MANY_COMMANDS,
            Farewell::Confused => reply::CONFUSED,
            Farewell::Broken(Malformed::TooLong) => reply::TOO_LONG,
            Farewell::Broken(_) => reply::BAD_END,
            Farewell::Premature => reply::PREMATURE,
        };
        reply::tagged(UNTAGGED, text)
    }
}
