//! What a protocol brings to a server's session.

use alloc::sync::Arc;

use sasl_core::server::{Authenticated, SuccessData};
use sasl_core::{Error, Malformed, MechanismName, Secret};

use crate::line::Lines;
use crate::wire::Wire;

/// A protocol of this crate, on a server. There are no others: it is here to be named in bounds.
pub trait Protocol: Dialect {}

impl<P: Dialect> Protocol for P {}

/// The server's side of a protocol: what is heard, and what is said.
///
/// The session keeps count of attempts and commands, runs the exchange, and decides about the connection.
pub trait Dialect {
    /// Whether the protocol has a field for the data of a success.
    const SUCCESS_DATA: SuccessData;

    /// How what the client sends is cut into lines.
    fn lines() -> Lines;

    /// The first words on a fresh connection, if the server has them.
    fn greeting(&mut self, scene: Scene) -> Option<Wire>;

    /// Forgets what was heard before a TLS handshake. The first words after it, if the server has them.
    fn secured(&mut self, scene: Scene) -> Option<Wire>;

    /// What to do about a line that begins no exchange and belongs to none.
    fn command(&mut self, line: &[u8], scene: Scene) -> Act;

    /// The answer to a command that was too long to be kept.
    fn too_long(&mut self) -> Wire;

    /// What a line in an exchange is.
    fn response(&mut self, line: &[u8]) -> Answer;

    fn challenge(&mut self, challenge: &[u8]) -> Wire;

    /// The client is in.
    fn success(&mut self, login: &Authenticated) -> Wire;

    /// What a client hears about a failed attempt. Nothing tells a wrong password from an account that is unknown,
    /// disabled or expired.
    fn refusal(&mut self, error: Error) -> Wire;

    fn farewell(&mut self, farewell: Farewell) -> Wire;
}

/// What a command may depend on.
#[derive(Debug)]
pub struct Scene {
    /// What is offered, on the channel as it is.
    pub mechanisms: Arc<[MechanismName]>,
    pub tls: Tls,
    pub authenticated: bool,
}

impl Scene {
    /// What to offer. After a login there is nothing left.
    pub fn offer(&self) -> &[MechanismName] {
        match self.authenticated {
            true => &[],
            false => &self.mechanisms,
        }
    }

    /// Whether STARTTLS is among the capabilities. Under TLS it must not be, and after a login there is no way back.
    pub fn offers_starttls(&self) -> bool {
        self.tls == Tls::Offered && !self.authenticated
    }
}

/// What is to be said of TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// Nothing.
    Unknown,
    /// It can be had.
    Offered,
    /// It is there.
    Active,
}

/// What to do about a command.
#[derive(Debug)]
pub enum Act {
    /// Nothing, but it counts.
    Nothing,
    Say(Wire),
    /// The client may begin with its handshake, and hears so.
    StartTls(Wire),
    /// The client wants to log in; what it said may be wrong, which is an attempt all the same.
    Auth(Result<AuthCommand, Error>),
    /// The client goes away.
    Quit(Wire),
}

/// What a client wants to log in with.
#[derive(Debug)]
pub struct AuthCommand {
    pub mechanism: MechanismName,
    /// `None` is none, which is not an empty one.
    pub initial_response: Option<Secret>,
}

/// What a line in an exchange is.
#[derive(Debug)]
pub enum Answer {
    /// There is no going on.
    Cancel,
    Response(Result<Secret, Malformed>),
    /// A part of a response, or something beside the exchange, to be answered with this if with anything.
    More(Option<Wire>),
    /// The client goes away.
    Quit(Wire),
}

/// Why the server ends the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Farewell {
    TooManyAttempts,
    TooManyCommands,
    /// The application answered what was not asked.
    Confused,
    /// A CR or LF stands alone ([`Malformed::Line`]), or a line is too long to know where it ends.
    Broken(Malformed),
    /// Something stands behind STARTTLS.
    Premature,
}
