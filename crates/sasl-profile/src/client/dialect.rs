//! What a protocol brings to a client's session.

use alloc::string::String;

use sasl_core::client::Failure;
use sasl_core::{Error, Malformed, MechanismName, Offer, Refused, Secret};

use super::StartTls;
use crate::line::Lines;
use crate::wire::Wire;

/// A protocol of this crate, on a client. There are no others: it is here to be named in bounds.
pub trait Protocol: Dialect {}

impl<P: Dialect> Protocol for P {}

/// The client's side of a protocol: what is said, and what is heard.
///
/// It keeps what it has said of a session before the exchange, and what it has heard of a reply. The session keeps all
/// else.
pub trait Dialect {
    /// A whole thing that a server says.
    type Said;

    /// How what the server sends is cut into lines.
    fn lines() -> Lines;

    /// Whether a server may say this without having been asked: all that came and was not read, perhaps with half a line
    /// at its end, or nothing of a line that is too long. What it may not say ends the session.
    fn may_be_unasked(_unread: &[u8]) -> bool {
        false
    }

    /// The first words on a fresh connection, if the client has them.
    fn open(&mut self) -> Option<Wire> {
        None
    }

    /// Forgets what was heard before a TLS handshake. The first words after it, if the client has them.
    fn secured(&mut self) -> Option<Wire>;

    /// Takes one more line; something whole comes out with its last.
    fn line(&mut self, line: &Secret) -> Result<Option<Self::Said>, Malformed>;

    /// What to do about what the server says before the exchange. `wish` has to be looked at when the server has said
    /// whether it has STARTTLS, with [`StartTls::wants`].
    fn prelude(&mut self, said: Self::Said, wish: StartTls) -> Result<Prelude, Failure>;

    /// The beginning of an exchange, without an initial response.
    fn auth(&mut self, mechanism: MechanismName) -> Wire;

    /// The beginning of an exchange, with an initial response if the protocol can carry this one.
    fn auth_with(&mut self, mechanism: MechanismName, initial: &[u8]) -> Option<Wire>;

    /// A response.
    fn respond(&mut self, response: &[u8]) -> Wire;

    /// The word that there is no going on.
    fn cancel(&mut self) -> Wire;

    /// What the server's words mean in an exchange.
    fn reply(&mut self, said: Self::Said) -> Reply;
}

/// How it goes on before the exchange.
#[derive(Debug)]
pub enum Prelude {
    /// The server has more to say.
    More,
    /// It has, and wants this answer, beside what it was asked.
    Say(Wire),
    /// The server has answered, and is asked this.
    Send(Wire),
    /// The server waits for a TLS handshake.
    Handshake,
    Offer(Offer),
}

/// What the server's words mean in an exchange.
#[derive(Debug)]
pub enum Reply {
    /// Nothing: it has more to say.
    More,
    /// Nothing, but it wants this answer, beside the exchange.
    Say(Wire),
    /// A challenge, or what should have been one.
    Challenge(Result<Secret, Malformed>),
    /// With the data of a success, where the protocol has a field for it.
    Success(Option<Secret>),
    Refused(Refusal),
    /// None of these.
    Unexpected,
}

/// Why the server says no.
#[derive(Debug)]
pub struct Refusal {
    /// If the protocol has a code that tells. Otherwise the mechanism knows better what it means.
    pub error: Option<Error>,
    /// The server's words, unproven; there may be none.
    pub said: String,
}

impl Refusal {
    /// With the server's words, unless the mechanism had better ones.
    pub(super) fn failure(self, by_mechanism: impl FnOnce() -> Failure) -> Failure {
        let failure = self.error.map_or_else(by_mechanism, Failure::from);
        match failure.said() {
            None if !self.said.is_empty() => Failure::with_said(failure.error(), &self.said),
            _ => failure,
        }
    }
}

/// A refusal before the exchange.
pub(crate) fn refused(refusal: Refusal) -> Failure {
    refusal.failure(|| Refused::ByServer.into())
}
