//! What passed between the two sides, as it was recorded.

use std::fmt;

use sasl_core::{BindingName, MechanismName, Offer, Secret};
use serde::Serialize;

/// Who said something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    // Exhaustive on purpose: an exchange has two.
    /// Who logs in.
    Client,
    /// Who lets in.
    Server,
}

impl Side {
    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Client => Self::Server,
            Self::Server => Self::Client,
        }
    }

    /// `client` or `server`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Server => "server",
        }
    }
}

/// What carried the messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Protocol {
    /// Nothing that is known: the messages alone.
    Bare,
    /// SMTP (RFC 4954).
    Smtp,
    /// IMAP (RFC 9051).
    Imap,
    /// POP3 (RFC 5034).
    Pop3,
    /// `ManageSieve` (RFC 5804).
    Managesieve,
    /// IRC (`IRCv3`'s capability `sasl`).
    Irc,
    /// XMPP (RFC 6120, XEP-0388).
    Xmpp,
}

impl Protocol {
    /// The name that people use.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Bare => "no protocol around it",
            Self::Smtp => "SMTP",
            Self::Imap => "IMAP",
            Self::Pop3 => "POP3",
            Self::Managesieve => "ManageSieve",
            Self::Irc => "IRC",
            Self::Xmpp => "XMPP",
        }
    }
}

/// What is wrong with base64, and where: the first character is 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Base64Fault {
    pub(crate) kind: Base64FaultKind,
    pub(crate) at: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Base64FaultKind {
    /// `-` or `_`, of RFC 4648 §5.
    UrlSafe,
    /// White space inside.
    Space,
    /// `=` missing, inside, or too many.
    Padding,
    /// Bits behind the last octet that are not zero.
    TrailingBits,
    /// Any other character.
    Character,
}

/// One message as it was recorded. `Debug` shows nothing of it.
pub(crate) struct Payload {
    /// The octets, as far as they could be had.
    pub(crate) octets: Option<Secret>,
    /// What is wrong with their base64.
    pub(crate) fault: Option<Base64Fault>,
    /// Characters in the log.
    pub(crate) characters: usize,
    /// A lone `=` where the protocol writes an empty message so.
    pub(crate) equals: bool,
    /// Who sent it was told by its turn alone.
    pub(crate) guessed: bool,
}

impl Payload {
    pub(crate) fn of(octets: &[u8]) -> Self {
        Self {
            characters: octets.len(),
            octets: Some(octets.into()),
            fault: None,
            equals: false,
            guessed: false,
        }
    }

    /// The octets, if they are known.
    pub(crate) fn octets(&self) -> Option<&[u8]> {
        self.octets.as_ref().map(Secret::expose)
    }

    /// Whether the log has something else in its place.
    pub(crate) fn is_hidden(&self) -> bool {
        self.octets.is_none() && self.fault.is_none()
    }
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Payload(..)")
    }
}

/// How the protocol said that an exchange ended, cut by what a client can do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answer {
    /// Logged in.
    Success,
    /// Refused: `535`, `NO`, `not-authorized`.
    Refused,
    /// Not now: `454`, `UNAVAILABLE`, `temporary-auth-failure`.
    Temporary,
    /// Not without TLS: `538`, `PRIVACYREQUIRED`, `encryption-required`.
    EncryptionRequired,
    /// Not with so weak a mechanism: `534`, `mechanism-too-weak`.
    TooWeak,
    /// No such mechanism: `504`, `invalid-mechanism`.
    NoMechanism,
    /// A message does not parse: `501`, `BAD`, `malformed-request`.
    Malformed,
    /// A message is not base64: `501 5.5.2`, `incorrect-encoding`.
    Encoding,
    /// A message is too long: `500 5.5.6`, 905.
    TooLong,
    /// An initial response came where none may: `501 5.7.0`.
    InitialResponse,
    /// The client gave up, and the server saw it: 906, `aborted`.
    Aborted,
    /// Not at this point: `503`, 907.
    Order,
    /// The account is disabled: `account-disabled`.
    Disabled,
    /// The credentials have expired: `credentials-expired`, `EXPIRED`.
    Expired,
    /// Logged in, but not as whom was asked for: `AUTHORIZATIONFAILED`, `invalid-authzid`.
    Authorization,
    /// The password has to be sent in clear text once, to make new keys: `432 4.7.12`.
    Transition,
}

/// How an exchange ended.
#[derive(Debug)]
pub struct Outcome {
    pub(crate) answer: Answer,
    /// The protocol's code: `535 5.7.8`, `not-authorized`.
    pub(crate) code: String,
    /// What stood behind it.
    pub(crate) text: String,
    /// What came with it.
    pub(crate) data: Option<Payload>,
}

impl Outcome {
    /// An outcome; the code is the protocol's, and may be empty.
    #[must_use]
    pub fn new(answer: Answer, code: &str, text: &str) -> Self {
        Self {
            answer,
            code: code.into(),
            text: text.into(),
            data: None,
        }
    }

    /// Adds what the server sent along: its last proof, in protocols that have a place for it.
    #[must_use]
    pub fn with_data(mut self, data: &[u8]) -> Self {
        self.data = Some(Payload::of(data));
        self
    }
}

/// Something that happened.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) from: Side,
    /// The line of the log, from 1.
    pub(crate) line: Option<usize>,
    pub(crate) kind: Kind,
}

#[derive(Debug)]
pub(crate) enum Kind {
    /// The client chooses a mechanism.
    Begin {
        mechanism: String,
        initial: Option<Payload>,
    },
    Message(Payload),
    /// `*`.
    Cancel,
    Outcome(Outcome),
}

/// What a server advertised, and when.
#[derive(Debug, Clone)]
pub(crate) struct Advertised {
    pub(crate) line: Option<usize>,
    pub(crate) mechanisms: Vec<String>,
    /// Whether TLS had begun before, as far as the log shows it.
    pub(crate) tls: bool,
}

/// One exchange: what was offered, the messages in their order, and the outcome.
///
/// [`read`](crate::read) makes them of logs. Whoever has the messages themselves puts them in:
///
/// ```
/// use sasl_explain::{Answer, Exchange, Options, Outcome, Side, explain};
///
/// let mut exchange = Exchange::new("PLAIN");
/// exchange.start(Some(b"\0user\0"));
/// exchange.end(Outcome::new(Answer::Refused, "535", "no"));
/// let explanation = explain(&exchange, &Options::default());
/// assert_eq!(explanation.verdict.cause, "plain-empty-password");
/// ```
///
/// Messages are kept in memory that is wiped, and `Debug` shows none.
#[derive(Debug)]
pub struct Exchange {
    pub(crate) mechanism: Option<String>,
    pub(crate) protocol: Protocol,
    pub(crate) advertised: Vec<Advertised>,
    pub(crate) binding_types: Vec<String>,
    pub(crate) events: Vec<Event>,
}

impl Exchange {
    /// The most messages of one exchange that are kept. No mechanism needs as many.
    pub const MAX_EVENTS: usize = 100;

    /// An exchange of this mechanism.
    #[must_use]
    pub fn new(mechanism: &str) -> Self {
        Self {
            mechanism: Some(mechanism.into()),
            ..Self::unnamed(Protocol::Bare)
        }
    }

    pub(crate) fn unnamed(protocol: Protocol) -> Self {
        Self {
            mechanism: None,
            protocol,
            advertised: Vec::new(),
            binding_types: Vec::new(),
            events: Vec::new(),
        }
    }

    /// Says what carried it.
    #[must_use]
    pub fn over(mut self, protocol: Protocol) -> Self {
        self.protocol = protocol;
        self
    }

    /// Adds what the server offered on this connection, as the client read it.
    #[must_use]
    pub fn offered(mut self, offer: &Offer) -> Self {
        self.advertised.push(Advertised {
            line: None,
            mechanisms: offer
                .mechanisms()
                .iter()
                .map(MechanismName::to_string)
                .collect(),
            tls: false,
        });
        self.binding_types = offer
            .binding_types()
            .iter()
            .map(BindingName::to_string)
            .collect();
        self
    }

    /// The client chose the mechanism, with or without an initial response.
    pub fn start(&mut self, initial: Option<&[u8]>) {
        let kind = Kind::Begin {
            mechanism: self.mechanism.clone().unwrap_or_default(),
            initial: initial.map(Payload::of),
        };
        self.push(Side::Client, None, kind);
    }

    /// A message, as its mechanism made it.
    pub fn message(&mut self, from: Side, octets: &[u8]) {
        self.push(from, None, Kind::Message(Payload::of(octets)));
    }

    /// The client gave up.
    pub fn cancel(&mut self) {
        self.push(Side::Client, None, Kind::Cancel);
    }

    /// The protocol said how it ended.
    pub fn end(&mut self, outcome: Outcome) {
        self.push(Side::Server, None, Kind::Outcome(outcome));
    }

    pub(crate) fn push(&mut self, from: Side, line: Option<usize>, kind: Kind) {
        if self.events.len() < Self::MAX_EVENTS {
            self.events.push(Event { from, line, kind });
        }
    }

    /// What was offered last.
    pub(crate) fn offer(&self) -> Option<&Advertised> {
        self.advertised.last()
    }
}
