//! XMPP (RFC 6120): the stream, STARTTLS, and the stream again.

use sasl::client::Failure;
use sasl::{Error, Malformed, Refused, Unavailable, Unusable};
use sasl_profile::Wire;
use sasl_profile::client::StartTls;
use sasl_profile::xmpp::{self, Condition, Features, FromClient, FromServer};

use super::{Answer, Next, Opening, Protocol, wants_tls};
use crate::login::record::Sender;
use crate::login::verdict::Kind;
use crate::login::words::Hidden;
use crate::xmpp_stream::{Cutter, SASL, STREAMS, TLS, Tag, tags};

/// A client's stream.
pub(crate) struct Xmpp {
    opening: Opening,
    cutter: Cutter,
    awaited: Awaited,
    answer: Option<Answer>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Awaited {
    /// The server's stream.
    Stream,
    Features,
    /// Its word for the handshake.
    Proceed,
    Element,
}

const REQUEST: &str = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";
const END: &str = "</stream:stream>";

impl Xmpp {
    pub(crate) fn new(opening: Opening) -> Self {
        Self {
            opening,
            cutter: Cutter::default(),
            awaited: Awaited::Stream,
            answer: None,
        }
    }

    /// The beginning of a stream (RFC 6120 §4.7). Who the client is, it says nobody before TLS.
    fn header(&self) -> String {
        let host = quick_xml::escape::escape(&self.opening.host);
        format!(
            "<?xml version='1.0'?><stream:stream to='{host}' version='1.0' xml:lang='en' xmlns='jabber:client' \
             xmlns:stream='{STREAMS}'>"
        )
    }

    fn features(&mut self, message: &[u8], tags: &[Tag]) -> Result<Next<xmpp::Client>, Failure> {
        let [features, inside @ ..] = tags else {
            return Err(Malformed::Message.into());
        };
        if !features.is(STREAMS, "features") {
            return Err(Malformed::Message.into());
        }
        let offered = inside
            .iter()
            .any(|tag| tag.depth == 1 && tag.is(TLS, "starttls"));
        if wants_tls(self.opening.starttls, offered)? {
            self.awaited = Awaited::Proceed;
            return Ok(Next::Send(REQUEST.into()));
        }
        self.awaited = Awaited::Element;
        let offer = Features::parse(message)?.offer();
        Ok(Next::Exchange(None, xmpp::Client::new(offer)))
    }

    /// The server ends the stream, with an error or without (RFC 6120 §4.4, §4.9).
    fn stream_ends(&mut self, tags: &[Tag]) -> Result<(), Failure> {
        let [error, inside @ ..] = tags else {
            // An end tag alone.
            return Err(Unavailable::Connection.into());
        };
        if !error.is(STREAMS, "error") {
            return Ok(());
        }
        let condition = inside
            .iter()
            .find(|tag| tag.depth == 1 && tag.name != "text");
        let condition = condition.map_or_else(String::new, |tag| tag.name.clone());
        let text = inside
            .iter()
            .find(|tag| tag.depth == 1 && tag.name == "text");
        let text = text.map_or_else(String::new, |tag| tag.text.clone());
        let error: Error = match condition.as_str() {
            // RFC 6120 §4.9.3.
            "internal-server-error"
            | "remote-connection-failed"
            | "reset"
            | "resource-constraint"
            | "system-shutdown"
            | "connection-timeout" => Unavailable::Server.into(),
            _ => Refused::ByServer.into(),
        };
        self.answer = Some(Answer::new(condition, text, None));
        Err(error.into())
    }
}

impl Protocol for Xmpp {
    type Carrier = xmpp::Client;

    const MAX: usize = xmpp::MAX;

    fn open(&mut self) -> Result<Next<xmpp::Client>, Error> {
        Ok(Next::Send(self.header().as_str().into()))
    }

    fn cut(&mut self, octets: &[u8]) -> Result<Option<usize>, Malformed> {
        let cut = match self.awaited {
            Awaited::Stream => self.cutter.header(octets)?,
            Awaited::Proceed => return self.cutter.element(octets),
            Awaited::Features | Awaited::Element => self.cutter.element(octets)?,
        };
        // White space may stand anywhere between elements (RFC 6120 §4.6.1), and says nothing.
        Ok(cut.map(|end| {
            let behind = octets.get(end..).unwrap_or_default();
            let blank = behind
                .iter()
                .take_while(|octet| octet.is_ascii_whitespace())
                .count();
            end.saturating_add(blank)
        }))
    }

    fn hear(&mut self, message: &[u8]) -> Result<Next<xmpp::Client>, Failure> {
        let tags = tags(message)?;
        if self.awaited != Awaited::Stream {
            self.stream_ends(&tags)?;
        }
        match (self.awaited, tags.as_slice()) {
            // What has no version has no features (RFC 6120 §4.7.5).
            (Awaited::Stream, [stream]) if stream.is(STREAMS, "stream") => match stream
                .attribute("version")
            {
                Some(version) if version.starts_with("1.") => {
                    self.awaited = Awaited::Features;
                    Ok(Next::Hear)
                }
                _ => {
                    let place = &self.opening.place;
                    let sentence =
                        format!("nothing sent: {place} speaks XMPP as it was before SASL");
                    self.answer = Some(Answer::default().meaning(Kind::NothingOffered, sentence));
                    Err(Unusable::Mechanism.into())
                }
            },
            (Awaited::Features, tags) => self.features(message, tags),
            (Awaited::Proceed, [proceed]) if proceed.is(TLS, "proceed") => Ok(Next::StartTls),
            (Awaited::Proceed, [failure, ..]) if failure.is(TLS, "failure") => {
                Err(Unavailable::Server.into())
            }
            _ => Err(Malformed::Message.into()),
        }
    }

    fn overhear(&mut self, message: &[u8]) -> Result<(), Failure> {
        self.stream_ends(&tags(message)?)?;
        if let Ok(FromServer::Failure(failure)) = FromServer::parse(message) {
            let text = failure.text.unwrap_or_default();
            let kind = kind(failure.condition);
            self.answer = Some(Answer::new(failure.condition.as_str(), text, kind));
        }
        Ok(())
    }

    fn secured(&mut self) {
        self.opening.starttls = StartTls::Never;
        self.awaited = Awaited::Stream;
        self.cutter = Cutter::default();
    }

    /// After a success the client begins a new stream (RFC 6120 §6.4.6); this one ends it as well.
    fn farewell(&mut self, _: &xmpp::Client) -> Option<Wire> {
        Some(format!("{}{END}", self.header()).as_str().into())
    }

    fn answer(&self) -> Option<&Answer> {
        self.answer.as_ref()
    }

    fn describe(&self, sender: Sender, message: &[u8]) -> String {
        let clean = |message: &[u8]| Hidden::default().clean(message);
        let octets =
            |data: Option<usize>| data.map_or_else(String::new, |len| format!(" <{len} octets>"));
        let parsed = tags(message).unwrap_or_default();
        let is_sasl = parsed.first().is_some_and(|tag| tag.namespace == SASL);
        match sender {
            Sender::Client if is_sasl => match FromClient::parse(message) {
                Ok(FromClient::Auth {
                    mechanism,
                    initial_response,
                }) => {
                    let data = initial_response.map(|data| data.expose().len());
                    format!("<auth mechanism='{mechanism}'>{}", octets(data))
                }
                Ok(FromClient::Response(data)) => {
                    format!("<response>{}", octets(Some(data.expose().len())))
                }
                _ => "<abort/>".into(),
            },
            Sender::Server if is_sasl => match FromServer::parse(message) {
                Ok(FromServer::Challenge(data)) => {
                    format!("<challenge>{}", octets(Some(data.expose().len())))
                }
                Ok(FromServer::Success(data)) => {
                    format!("<success>{}", octets(data.map(|data| data.expose().len())))
                }
                _ => clean(message),
            },
            _ => clean(message),
        }
    }
}

/// What a condition says that the library's error does not (RFC 6120 §6.5).
fn kind(condition: Condition) -> Option<Kind> {
    match condition {
        Condition::NotAuthorized => Some(Kind::CredentialsRefused),
        Condition::MalformedRequest | Condition::IncorrectEncoding => Some(Kind::CommandRejected),
        _ => None,
    }
}
