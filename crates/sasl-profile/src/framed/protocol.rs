//! What a protocol tells the sessions.

use alloc::string::String;

use sasl_core::client::Failure;
use sasl_core::server::Authenticated;
use sasl_core::{Error, Malformed, MechanismName, Offer, Secret};

use crate::wire::Wire;

/// How a server of this protocol reads and writes.
pub trait ServerProtocol {
    /// Octets of the longest message that is read.
    fn max_read(&self) -> usize;

    /// Octets of the longest message that the peer reads, where the protocol says so.
    fn max_sent(&self) -> usize {
        usize::MAX
    }

    /// What the server says before it was asked, if anything: its offer.
    fn opening(&mut self, mechanisms: &[MechanismName]) -> Option<Wire>;

    /// Reads a message, which is within [`max_read`](Self::max_read). An exchange with `ongoing` may wait for it.
    fn read(&mut self, message: &[u8], ongoing: Option<MechanismName>)
    -> Result<FromClient, Error>;

    fn challenge(&mut self, data: &[u8]) -> Wire;

    /// The success, with its data.
    fn success(&mut self, login: &Authenticated) -> Wire;

    fn failure(&mut self, error: Error) -> Refusal;
}

/// What a client sent.
#[derive(Debug)]
pub enum FromClient {
    /// It wants to authenticate.
    Begin {
        mechanism: MechanismName,
        /// `None` is none, which is not an empty one.
        initial_response: Option<Secret>,
    },
    /// It answers the challenge.
    Response(Secret),
    /// It gives up.
    Abort,
    /// It begins to speak the protocol, and hears this.
    Hello(Wire),
    /// It goes away.
    Bye,
    /// What needs no answer.
    Nothing,
}

/// How a failed attempt is told.
#[derive(Debug)]
pub enum Refusal {
    /// The client may try again.
    Told(Wire),
    /// It may not: the connection closes.
    Last(Option<Wire>),
}

/// How a client of this protocol reads and writes.
pub trait ClientProtocol {
    /// Octets of the longest message that is read.
    fn max_read(&self) -> usize;

    /// Octets of the longest message that the peer reads, where the protocol says so.
    fn max_sent(&self) -> usize {
        usize::MAX
    }

    /// What the client says before it was offered anything.
    fn opening(&mut self) -> Option<Wire>;

    /// Reads a message, which is within [`max_read`](Self::max_read).
    fn read(&mut self, message: &[u8]) -> Result<FromServer, Malformed>;

    /// Begins an exchange; no initial response is not an empty one.
    fn begin(&mut self, mechanism: MechanismName, initial_response: Option<&[u8]>) -> Wire;

    fn respond(&mut self, mechanism: MechanismName, response: &[u8]) -> Wire;

    /// How this side gives up, where the protocol has a message for it and an answer to that.
    fn abort(&mut self) -> Option<Wire>;
}

/// What a server sent.
#[derive(Debug)]
pub enum FromServer {
    Offer(Offer),
    Challenge(Secret),
    /// The data of a success, which comes next.
    Final(Secret),
    Success(Option<Secret>),
    Failure {
        /// What the protocol says that it was; `None` where only the mechanism may know better than "refused".
        error: Option<Error>,
        said: String,
    },
    /// What the mechanism agrees to, and this side then cannot do.
    Unusable(Option<Secret>, Error),
    /// What changes nothing.
    Nothing,
}

/// A failure with the server's words, unless it has better ones.
pub(crate) fn with_said(failure: Failure, said: &str) -> Failure {
    match failure.said() {
        None if !said.is_empty() => Failure::with_said(failure.error(), said),
        _ => failure,
    }
}
