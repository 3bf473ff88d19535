//! AMQP 1.0 (OASIS Standard, part 5): the TLS layer, and the SASL layer.

use sasl::client::Failure;
use sasl::{Error, Malformed, Unusable};
use sasl_profile::Wire;
use sasl_profile::amqp::{self, Code, FromClient, FromServer};
use sasl_profile::client::StartTls;

use super::{Answer, Next, Opening, Protocol};
use crate::login::record::Sender;
use crate::login::verdict::Kind;

/// A client's connection.
pub(crate) struct Amqp {
    opening: Opening,
    answer: Option<Answer>,
}

/// The header of the TLS layer (part 5.2).
const TLS: &[u8] = b"AMQP\x02\x01\0\0";

impl Amqp {
    pub(crate) fn new(opening: Opening) -> Self {
        Self {
            opening,
            answer: None,
        }
    }

    /// Nothing was sent but a header, and the server has answered with another.
    fn other(&mut self, kind: Kind, what: &str) -> Failure {
        let sentence = format!("nothing sent: {} {what}", self.opening.place);
        self.answer = Some(Answer::default().meaning(kind, sentence));
        Unusable::Mechanism.into()
    }
}

impl Protocol for Amqp {
    type Carrier = amqp::Client;

    const MAX: usize = amqp::MAX;

    /// A server says nothing of what it has before it is asked, and whoever asks in vain has to connect again (part 2.2): who can do
    /// without TLS does not ask.
    fn open(&mut self) -> Result<Next<amqp::Client>, Error> {
        if self.opening.starttls == StartTls::Require {
            return Ok(Next::Send(TLS.into()));
        }
        let client = amqp::Client::new().with_hostname(&self.opening.host);
        Ok(Next::Exchange(None, client))
    }

    fn cut(&mut self, octets: &[u8]) -> Result<Option<usize>, Malformed> {
        amqp::message_len(octets)
    }

    /// What answers the header of the TLS layer.
    fn hear(&mut self, message: &[u8]) -> Result<Next<amqp::Client>, Failure> {
        match message {
            TLS => Ok(Next::StartTls),
            [b'A', b'M', b'Q', b'P', ..] => Err(Unusable::ClearText.into()),
            _ => Err(Malformed::Message.into()),
        }
    }

    fn overhear(&mut self, message: &[u8]) -> Result<(), Failure> {
        match FromServer::parse(message) {
            Ok(FromServer::Header(0)) => Err(self.other(Kind::NothingOffered, "has no SASL layer")),
            Ok(FromServer::Header(2)) => Err(self.other(
                Kind::EncryptionRequired,
                "wants TLS before SASL: --starttls asks for it, and amqps:// is with TLS from the first octet",
            )),
            Ok(FromServer::Outcome { code, .. }) if code != Code::Ok => {
                let kind = match code {
                    Code::Auth => Some(Kind::CredentialsRefused),
                    _ => None,
                };
                self.answer = Some(Answer::new(name(code), "", kind));
                Ok(())
            }
            Err(_) if message.starts_with(b"AMQP") => {
                Err(self.other(Kind::NothingOffered, "speaks another version of AMQP than 1.0"))
            }
            _ => Ok(()),
        }
    }

    fn secured(&mut self) {
        self.opening.starttls = StartTls::Never;
    }

    /// What comes next is the connection itself, which is not opened.
    fn farewell(&mut self, _: &amqp::Client) -> Option<Wire> {
        None
    }

    fn answer(&self) -> Option<&Answer> {
        self.answer.as_ref()
    }

    fn describe(&self, sender: Sender, message: &[u8]) -> String {
        if let [b'A', b'M', b'Q', b'P', version @ ..] = message {
            return format!("header: AMQP {version:?}");
        }
        match sender {
            Sender::Client => sent(message),
            Sender::Server => heard(message),
        }
    }
}

/// As part 5.3.3.6 has them.
fn name(code: Code) -> &'static str {
    match code {
        Code::Ok => "ok",
        Code::Auth => "auth",
        Code::Sys => "sys",
        Code::SysPerm => "sys-perm",
        Code::SysTemp => "sys-temp",
        _ => "",
    }
}

fn octets(len: Option<usize>) -> String {
    len.map_or_else(String::new, |len| format!(" <{len} octets>"))
}

fn sent(message: &[u8]) -> String {
    match FromClient::parse(message) {
        Ok(FromClient::Init {
            mechanism,
            initial_response,
            ..
        }) => {
            let len = initial_response.map(|data| data.expose().len());
            format!("sasl-init: {mechanism}{}", octets(len))
        }
        Ok(FromClient::Response(data)) => {
            format!("sasl-response:{}", octets(Some(data.expose().len())))
        }
        _ => format!("<{} octets>", message.len()),
    }
}

fn heard(message: &[u8]) -> String {
    match FromServer::parse(message) {
        Ok(FromServer::Mechanisms(names)) => {
            let names: Vec<_> = names.iter().map(ToString::to_string).collect();
            format!("sasl-mechanisms: {}", names.join(" "))
        }
        Ok(FromServer::Challenge(data)) => {
            format!("sasl-challenge:{}", octets(Some(data.expose().len())))
        }
        Ok(FromServer::Outcome {
            code,
            additional_data,
        }) => {
            let len = additional_data.map(|data| data.expose().len());
            format!("sasl-outcome: {}{}", name(code), octets(len))
        }
        _ => format!("<{} octets>", message.len()),
    }
}
