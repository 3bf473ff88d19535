//! LDAP (RFC 4511): the root DSE, `StartTLS`, and binds.

use sasl::client::Failure;
use sasl::{Error, Malformed, Offer, Refused, Unavailable, Unusable};
use sasl_profile::Wire;
use sasl_profile::client::StartTls;
use sasl_profile::ldap::{
    self, Authentication, BindRequest, BindResponse, MessageId, ResultCode, RootDse,
    StartTls as Secure,
};

use super::{Answer, Next, Opening, Protocol, wants_tls};
use crate::login::record::Sender;
use crate::login::verdict::Kind;

/// A client's connection.
pub(crate) struct Ldap {
    opening: Opening,
    awaited: Awaited,
    id: MessageId,
    offer: Offer,
    starts_tls: bool,
    answer: Option<Answer>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Awaited {
    Entry,
    StartTls,
    Bind,
}

impl Ldap {
    pub(crate) fn new(opening: Opening) -> Self {
        Self {
            opening,
            awaited: Awaited::Entry,
            id: MessageId::UNSOLICITED,
            offer: [].into_iter().collect(),
            starts_tls: false,
            answer: None,
        }
    }

    fn ask(&mut self) -> Next<ldap::Client> {
        self.id = self.id.next();
        self.awaited = Awaited::Entry;
        Next::Send(RootDse::request(self.id))
    }

    fn start_tls(&mut self) -> Next<ldap::Client> {
        self.id = self.id.next();
        self.awaited = Awaited::StartTls;
        Next::Send(Secure::request(self.id))
    }

    /// The search is over.
    fn begin(&mut self) -> Result<Next<ldap::Client>, Failure> {
        if wants_tls(self.opening.starttls, self.starts_tls)? {
            return Ok(self.start_tls());
        }
        self.awaited = Awaited::Bind;
        let client = ldap::Client::new(self.offer.clone()).with_last_message_id(self.id);
        Ok(Next::Exchange(None, client))
    }

    fn entry(&mut self, message: &[u8]) -> Result<Next<ldap::Client>, Failure> {
        let (id, answer) = match RootDse::parse(message) {
            Ok(answer) => answer,
            Err(malformed) => return Err(self.notice(message, malformed)),
        };
        if id != self.id {
            return Err(Malformed::Message.into());
        }
        match &answer {
            RootDse::Entry { starts_tls, .. } => {
                self.starts_tls = *starts_tls;
                self.offer = Offer::from(&answer);
                Ok(Next::Hear)
            }
            RootDse::Done {
                code: ResultCode::SUCCESS,
                ..
            } => self.begin(),
            RootDse::Done { code, diagnostic } => Err(self.failed(*code, diagnostic)),
            _ => Ok(Next::Hear),
        }
    }

    fn secure(&mut self, message: &[u8]) -> Result<Next<ldap::Client>, Failure> {
        let answer = Secure::parse(message)?;
        let is_ours = answer.message_id == self.id;
        match answer.code {
            ResultCode::SUCCESS if is_ours => Ok(Next::StartTls),
            // It does not know the request (RFC 4511 §4.14.2).
            ResultCode::PROTOCOL_ERROR if is_ours => Err(Unusable::ClearText.into()),
            _ if is_ours || answer.message_id == MessageId::UNSOLICITED => {
                Err(self.failed(answer.code, &answer.diagnostic))
            }
            _ => Err(Malformed::Message.into()),
        }
    }

    /// A Notice of Disconnection, if it is one.
    fn notice(&mut self, message: &[u8], malformed: Malformed) -> Failure {
        match Secure::parse(message) {
            Ok(notice) if notice.message_id == MessageId::UNSOLICITED => {
                self.failed(notice.code, &notice.diagnostic)
            }
            _ => malformed.into(),
        }
    }

    fn failed(&mut self, code: ResultCode, diagnostic: &str) -> Failure {
        self.answer = Some(answer(code, diagnostic));
        let error: Error = match code.error() {
            Some(Error::Unavailable(_)) => Unavailable::Server.into(),
            Some(error) => error,
            None => Refused::ByServer.into(),
        };
        error.into()
    }
}

impl Protocol for Ldap {
    type Carrier = ldap::Client;

    const MAX: usize = ldap::MAX;

    /// Who requires TLS asks nothing without it.
    fn open(&mut self) -> Result<Next<ldap::Client>, Error> {
        Ok(match self.opening.starttls {
            StartTls::Require => self.start_tls(),
            _ => self.ask(),
        })
    }

    fn cut(&mut self, octets: &[u8]) -> Result<Option<usize>, Malformed> {
        ldap::message_len(octets)
    }

    fn hear(&mut self, message: &[u8]) -> Result<Next<ldap::Client>, Failure> {
        match self.awaited {
            Awaited::Entry => self.entry(message),
            Awaited::StartTls => self.secure(message),
            Awaited::Bind => Err(Malformed::Message.into()),
        }
    }

    fn overhear(&mut self, message: &[u8]) -> Result<(), Failure> {
        if let Ok(response) = BindResponse::parse(message)
            && !matches!(
                response.code,
                ResultCode::SUCCESS | ResultCode::SASL_BIND_IN_PROGRESS
            )
        {
            self.answer = Some(answer(response.code, &response.diagnostic));
        }
        Ok(())
    }

    fn secured(&mut self) {
        self.opening.starttls = StartTls::Never;
        self.offer = [].into_iter().collect();
    }

    fn farewell(&mut self, client: &ldap::Client) -> Option<Wire> {
        Some(ldap::unbind(client.last_message_id().next()))
    }

    fn answer(&self) -> Option<&Answer> {
        self.answer.as_ref()
    }

    fn describe(&self, sender: Sender, message: &[u8]) -> String {
        match sender {
            Sender::Client => sent(message),
            Sender::Server => heard(message),
        }
    }
}

/// What a code says that the library's error does not (RFC 4511 appendix A).
fn answer(code: ResultCode, diagnostic: &str) -> Answer {
    let kind = match code {
        ResultCode::INVALID_CREDENTIALS => Some(Kind::CredentialsRefused),
        ResultCode::PROTOCOL_ERROR => Some(Kind::CommandRejected),
        _ => None,
    };
    Answer::new(code.to_string(), diagnostic, kind)
}

fn sent(message: &[u8]) -> String {
    let Ok(request) = BindRequest::parse(message) else {
        // Only these are sent besides.
        return match message {
            [.., 0x42, 0] => "UnbindRequest".into(),
            message if message.windows(3).any(|octets| octets == b"SAS") => {
                "SearchRequest: the root DSE".into()
            }
            _ => "ExtendedRequest: StartTLS".into(),
        };
    };
    match request.authentication {
        Authentication::Sasl {
            mechanism,
            credentials,
        } => {
            let octets = credentials.map(|data| data.expose().len());
            let octets = octets.map_or_else(String::new, |len| format!(" <{len} octets>"));
            format!("BindRequest: {mechanism}{octets}")
        }
        _ => "BindRequest: none".into(),
    }
}

fn heard(message: &[u8]) -> String {
    if let Ok((_, answer)) = RootDse::parse(message) {
        return match answer {
            RootDse::Entry {
                mechanisms,
                starts_tls,
            } => {
                let names: Vec<_> = mechanisms.iter().map(ToString::to_string).collect();
                let tls = if starts_tls { ", StartTLS" } else { "" };
                format!("SearchResultEntry: {}{tls}", names.join(" "))
            }
            RootDse::Done { code, diagnostic } => format!("SearchResultDone: {code} {diagnostic}"),
            _ => "SearchResultReference".into(),
        };
    }
    if let Ok(answer) = BindResponse::parse(message) {
        let data = answer.credentials.map(|data| data.expose().len());
        let data = data.map_or_else(String::new, |len| format!(" <{len} octets>"));
        return format!("BindResponse: {} {}{data}", answer.code, answer.diagnostic);
    }
    match Secure::parse(message) {
        Ok(answer) => format!("ExtendedResponse: {} {}", answer.code, answer.diagnostic),
        Err(_) => format!("<{} octets>", message.len()),
    }
}
