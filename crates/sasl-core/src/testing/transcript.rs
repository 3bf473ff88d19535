//! What happened in an exchange between two ends in memory.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use crate::error::{Error, Unavailable};
use crate::principal::{Authcid, Authzid};
use crate::properties::Side;
use crate::server::Question;
use crate::{client, server};

/// One message between the ends, without what a protocol puts around it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Message {
    /// The client names the mechanism, with its initial response; `None` is none, which is not an empty one.
    Initial(Option<Vec<u8>>),
    /// The server challenges.
    Challenge(Vec<u8>),
    /// The client responds.
    Response(Vec<u8>),
    /// The server says success, with the data that comes with it; `None` is none, which is not an empty one.
    Success(Option<Vec<u8>>),
    /// The server's last word before it says failure; to the client a challenge, whose answer is discarded.
    Parting(Vec<u8>),
    /// The server says failure.
    Failure,
    /// The client gives up.
    Cancel,
}

impl Message {
    /// Who sends it.
    #[must_use]
    pub fn sender(&self) -> Side {
        match self {
            Self::Initial(_) | Self::Response(_) | Self::Cancel => Side::Client,
            Self::Challenge(_) | Self::Success(_) | Self::Parting(_) | Self::Failure => {
                Side::Server
            }
        }
    }

    /// What the mechanism put into it; `None` is nothing, which is not something empty.
    #[must_use]
    pub fn data(&self) -> Option<&[u8]> {
        match self {
            Self::Initial(data) | Self::Success(data) => data.as_deref(),
            Self::Challenge(data) | Self::Response(data) | Self::Parting(data) => Some(data),
            Self::Failure | Self::Cancel => None,
        }
    }

    /// The same message with other data; those that carry none stay as they are.
    #[must_use]
    pub fn with_data(&self, data: impl Into<Vec<u8>>) -> Self {
        match self {
            Self::Initial(_) => Self::Initial(Some(data.into())),
            Self::Challenge(_) => Self::Challenge(data.into()),
            Self::Response(_) => Self::Response(data.into()),
            Self::Success(_) => Self::Success(Some(data.into())),
            Self::Parting(_) => Self::Parting(data.into()),
            Self::Failure => Self::Failure,
            Self::Cancel => Self::Cancel,
        }
    }

    /// What kind of message it is, as one word.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Initial(_) => "initial",
            Self::Challenge(_) => "challenge",
            Self::Response(_) => "response",
            Self::Success(_) => "success",
            Self::Parting(_) => "parting",
            Self::Failure => "failure",
            Self::Cancel => "cancel",
        }
    }
}

/// As a line of a transcript: `C: response "…"`.
impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = match self.sender() {
            Side::Client => "C",
            Side::Server => "S",
        };
        write!(f, "{side}: {}", self.kind())?;
        match self.data() {
            Some(data) => write!(f, " \"{}\"", data.escape_ascii()),
            None => Ok(()),
        }
    }
}

/// A question that the server's side asked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Asked {
    /// Whether a password is this one's.
    Password(Authcid),
    /// What the store has about this name.
    Lookup(Authcid),
    /// Whose a token is.
    Token,
    /// Whether this identity of the channel has an account.
    External(Authcid),
    /// Whether a stranger may come in.
    Anonymous,
    /// Whether this one may act as that one; `None` is itself.
    Authorize(Authcid, Option<Authzid>),
    /// What only one mechanism asks.
    Other,
}

impl Asked {
    /// The question as one word.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Password(_) => "password",
            Self::Lookup(_) => "lookup",
            Self::Token => "token",
            Self::External(_) => "external",
            Self::Anonymous => "anonymous",
            Self::Authorize(..) => "authorize",
            Self::Other => "other",
        }
    }
}

impl From<&Question> for Asked {
    fn from(question: &Question) -> Self {
        match question {
            Question::Password(question) => Self::Password(question.authcid().clone()),
            Question::Lookup(question) => Self::Lookup(question.authcid().clone()),
            Question::Token(_) => Self::Token,
            Question::External(question) => Self::External(question.identity().clone()),
            Question::Anonymous(_) => Self::Anonymous,
            Question::Authorize(question) => {
                Self::Authorize(question.authcid().clone(), question.authzid().cloned())
            }
            Question::Other(_) => Self::Other,
        }
    }
}

/// Everything that happened in one exchange.
///
/// It holds what was sent, passwords included: print it in tests only.
#[derive(Debug)]
#[non_exhaustive]
pub struct Transcript {
    /// The messages in their order, as they were sent, and not as they may have been changed on the way.
    pub messages: Vec<Message>,
    /// The questions in their order.
    pub questions: Vec<Asked>,
    /// How often the server computed.
    pub server_computations: usize,
    /// How often the client computed.
    pub client_computations: usize,
    /// How the server ended; one that was left waiting is cancelled.
    pub server: Result<server::Authenticated, server::Failure>,
    /// How the client ended; for one that was left waiting, the connection ended.
    pub client: Result<client::Authenticated, client::Failure>,
    /// Whether it was cut off, because it had taken too many steps to be likely to end.
    pub endless: bool,
    /// What `Debug` shows of every turn, question and result on the way, and `Display` of every failure.
    pub shown: Vec<String>,
}

impl Default for Transcript {
    /// Nothing has happened, and both ends wait.
    fn default() -> Self {
        Self {
            messages: Vec::new(),
            questions: Vec::new(),
            server_computations: 0,
            client_computations: 0,
            server: Err(Error::Cancelled.into()),
            client: Err(Unavailable::Connection.into()),
            endless: false,
            shown: Vec::new(),
        }
    }
}

impl Transcript {
    /// The names of the questions in their order.
    #[must_use]
    pub fn question_names(&self) -> Vec<&'static str> {
        self.questions.iter().map(Asked::name).collect()
    }

    /// The messages that one side sent.
    pub fn sent_by(&self, side: Side) -> impl Iterator<Item = &Message> {
        self.messages
            .iter()
            .filter(move |message| message.sender() == side)
    }

    /// Why the server failed; `None` is that it did not.
    #[must_use]
    pub fn server_error(&self) -> Option<Error> {
        self.server.as_ref().err().map(server::Failure::error)
    }

    /// Why the client failed; `None` is that it did not.
    #[must_use]
    pub fn client_error(&self) -> Option<Error> {
        self.client.as_ref().err().map(client::Failure::error)
    }

    /// The data that came with the success.
    #[must_use]
    pub fn success_data(&self) -> Option<&[u8]> {
        self.messages.iter().find_map(|message| match message {
            Message::Success(data) => data.as_deref(),
            _ => None,
        })
    }
}

/// `C:` and `S:` lines, then how each side ended.
impl fmt::Display for Transcript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for message in &self.messages {
            writeln!(f, "{message}")?;
        }
        let server = self
            .server
            .as_ref()
            .map_or_else(ToString::to_string, |login| {
                alloc::format!("success as {}", login.authcid())
            });
        let client = self
            .client
            .as_ref()
            .map_or_else(ToString::to_string, |_| "success".to_string());
        writeln!(f, "server: {server}\nclient: {client}")
    }
}
