//! PostgreSQL's protocol 3: TLS asked for, the start-up message, and the exchange.

use sasl::client::Failure;
use sasl::{Error, Malformed, Refused, Unusable};
use sasl_profile::Wire;
use sasl_profile::client::StartTls;
use sasl_profile::postgres::{self, ErrorResponse, FromClient, FromServer, SqlState};

use super::{Answer, Next, Opening, Protocol};
use crate::login::record::Sender;
use crate::login::verdict::Kind;

/// A client's connection.
pub(crate) struct Postgres {
    opening: Opening,
    /// The answer to the request for TLS is awaited: one octet.
    asked: bool,
    /// The server has offered mechanisms.
    offered: bool,
    /// A message of the client's was shown, so that the next is no first one.
    began: std::cell::Cell<bool>,
    answer: Option<Answer>,
}

/// `SSLRequest`: its length, and a number that no version has.
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];
/// `Terminate`.
const TERMINATE: [u8; 5] = [b'X', 0, 0, 0, 4];

impl Postgres {
    pub(crate) fn new(opening: Opening) -> Self {
        Self {
            opening,
            asked: false,
            offered: false,
            began: std::cell::Cell::new(false),
            answer: None,
        }
    }

    /// ```text
    /// StartupMessage: int32-length int32-196608 *( name NUL value NUL ) NUL
    /// ```
    fn start(&mut self) -> Next<postgres::Client> {
        self.asked = false;
        let user = &self.opening.user;
        let database = self.opening.database.as_ref().unwrap_or(user);
        let mut message = vec![0; 4];
        message.extend_from_slice(&[0, 3, 0, 0]);
        for (name, value) in [("user", user), ("database", database)] {
            message.extend_from_slice(format!("{name}\0{value}\0").as_bytes());
        }
        message.extend_from_slice(b"client_encoding\0UTF8\0application_name\0sasl login\0\0");
        let len = u32::try_from(message.len()).unwrap_or(u32::MAX);
        if let Some(octets) = message.first_chunk_mut() {
            *octets = len.to_be_bytes();
        }
        Next::Exchange(Some(message.as_slice().into()), postgres::Client::new())
    }

    fn failed(&mut self, error: &ErrorResponse) -> Failure {
        self.answer = Some(match error.code {
            SqlState::INVALID_AUTHORIZATION => {
                let sentence =
                    "refused: the server lets this user in neither from here nor in this way";
                answer(error).meaning(Kind::LoginRefused, sentence)
            }
            _ => answer(error),
        });
        let error: Error = error.code.error().unwrap_or(Refused::ByServer.into());
        error.into()
    }

    /// The server asks for the password itself.
    fn asks_for_password(&mut self, kind: u32) -> Failure {
        let what = match kind {
            3 => "the password in clear text".to_owned(),
            5 => "an MD5 hash of the password".to_owned(),
            7 | 8 => "GSSAPI".to_owned(),
            9 => "SSPI".to_owned(),
            kind => format!("authentication {kind}"),
        };
        let place = &self.opening.place;
        let sentence =
            format!("nothing sent: {place} offers no SASL to this user, but asks for {what}");
        self.answer = Some(Answer::default().meaning(Kind::NothingOffered, sentence));
        Unusable::Mechanism.into()
    }
}

impl Protocol for Postgres {
    type Carrier = postgres::Client;

    const MAX: usize = postgres::MAX;

    fn open(&mut self) -> Result<Next<postgres::Client>, Error> {
        if self.opening.starttls == StartTls::Never {
            return Ok(self.start());
        }
        self.asked = true;
        Ok(Next::Send(SSL_REQUEST.as_slice().into()))
    }

    fn cut(&mut self, octets: &[u8]) -> Result<Option<usize>, Malformed> {
        match octets {
            [b'S' | b'N', ..] if self.asked => Ok(Some(1)),
            [b'E', ..] => postgres::message_len(octets),
            [_, ..] if self.asked => Err(Malformed::Message),
            octets => postgres::message_len(octets),
        }
    }

    fn hear(&mut self, message: &[u8]) -> Result<Next<postgres::Client>, Failure> {
        match message {
            b"S" => Ok(Next::StartTls),
            b"N" if self.opening.starttls == StartTls::Require => Err(Unusable::ClearText.into()),
            b"N" => Ok(self.start()),
            // A server that cannot even fork says so.
            message => match FromServer::parse(message)? {
                FromServer::Error(error) => Err(self.failed(&error)),
                _ => Err(Malformed::Message.into()),
            },
        }
    }

    fn overhear(&mut self, message: &[u8]) -> Result<(), Failure> {
        match FromServer::parse(message) {
            Ok(FromServer::Error(error)) if !self.offered => Err(self.failed(&error)),
            Ok(FromServer::Error(error)) => {
                self.answer = Some(answer(&error));
                Ok(())
            }
            Ok(FromServer::Other(kind)) if !self.offered => Err(self.asks_for_password(kind)),
            // As `trust` and `peer` do, and client certificates.
            Ok(FromServer::Ok) if !self.offered => {
                let place = &self.opening.place;
                let sentence = format!(
                    "{place} lets this user in without asking: nothing was sent, and nobody has logged in"
                );
                self.answer = Some(Answer::default().meaning(Kind::PreAuthenticated, sentence));
                Err(Unusable::PreAuthenticated.into())
            }
            Ok(FromServer::Sasl(_)) => {
                self.offered = true;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn secured(&mut self) {
        self.opening.starttls = StartTls::Never;
    }

    fn farewell(&mut self, _: &postgres::Client) -> Option<Wire> {
        Some(TERMINATE.as_slice().into())
    }

    fn answer(&self) -> Option<&Answer> {
        self.answer.as_ref()
    }

    fn describe(&self, sender: Sender, message: &[u8]) -> String {
        match (sender, message) {
            (Sender::Client, message) if message == SSL_REQUEST => "SSLRequest".into(),
            (Sender::Client, message) if message == TERMINATE => "Terminate".into(),
            (Sender::Client, [b'p', ..]) => {
                let is_first = !self.began.replace(true);
                sent(message, is_first)
            }
            (Sender::Client, _) => "StartupMessage".into(),
            (Sender::Server, [octet @ (b'S' | b'N')]) => char::from(*octet).to_string(),
            (Sender::Server, message) => heard(message),
        }
    }
}

fn sent(message: &[u8], is_first: bool) -> String {
    match FromClient::parse(message, is_first) {
        Ok(FromClient::Initial(initial)) => {
            let data = initial.response.map(|data| data.expose().len());
            let data = data.map_or_else(String::new, |len| format!(" <{len} octets>"));
            format!("SASLInitialResponse: {}{data}", initial.mechanism)
        }
        Ok(FromClient::Response(data)) => {
            format!("SASLResponse: <{} octets>", data.expose().len())
        }
        _ => format!("<{} octets>", message.len()),
    }
}

fn heard(message: &[u8]) -> String {
    match FromServer::parse(message) {
        Ok(FromServer::Sasl(names)) => {
            let names: Vec<_> = names.iter().map(ToString::to_string).collect();
            format!("AuthenticationSASL: {}", names.join(" "))
        }
        Ok(FromServer::Continue(data)) => {
            format!(
                "AuthenticationSASLContinue: <{} octets>",
                data.expose().len()
            )
        }
        Ok(FromServer::Final(data)) => {
            format!("AuthenticationSASLFinal: <{} octets>", data.expose().len())
        }
        Ok(FromServer::Ok) => "AuthenticationOk".into(),
        Ok(FromServer::Other(kind)) => format!("authentication {kind}"),
        Ok(FromServer::Error(error)) => format!("ErrorResponse: {} {}", error.code, error.message),
        // Parameters, and what comes behind the login.
        _ => String::new(),
    }
}

/// What a code says that the library's error does not (PostgreSQL's documentation, appendix A).
fn answer(error: &ErrorResponse) -> Answer {
    let kind = match error.code {
        SqlState::INVALID_PASSWORD => Some(Kind::CredentialsRefused),
        SqlState::PROTOCOL_VIOLATION => Some(Kind::CommandRejected),
        _ => None,
    };
    Answer::new(error.code.to_string(), error.message.clone(), kind)
}

#[cfg(test)]
mod tests;
