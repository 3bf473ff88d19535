//! Both sides as the tests begin and answer them.

use sasl::client::{self, Response};
use sasl::server::{Begin, Failure, Question, TokenCheck, Turn};
use sasl::{
    Authcid, Authzid, Channel, Client, CredentialKind, Credentials, Error, OauthBearer, Offer,
    Protection, Server, Token, Xoauth2,
};

/// The mechanisms by name.
pub const BOTH: [&str; 2] = ["OAUTHBEARER", "XOAUTH2"];

pub const SCOPE: &str = "example_scope";
pub const CONFIGURATION: &str = "https://example.com/.well-known/openid-configuration";

pub fn tls() -> Channel {
    Channel::new(Protection::Tls)
}

pub fn server() -> Server {
    Server::builder(sasl::WithoutRandom)
        .mechanism(
            OauthBearer::server()
                .scope(SCOPE)
                .openid_configuration(CONFIGURATION),
        )
        .mechanism(Xoauth2::server().scope(SCOPE))
        .build()
}

pub fn begin_on(channel: &Channel, mechanism: &str, message: &[u8]) -> Result<Turn, Failure> {
    server().start(Begin::new(mechanism, channel).with_initial_response(Some(message)))
}

pub fn begin(mechanism: &str, message: &[u8]) -> Result<Turn, Failure> {
    begin_on(&tls(), mechanism, message)
}

/// The question that a sound message leads to.
pub fn asked(turn: Result<Turn, Failure>) -> TokenCheck {
    match turn {
        Ok(Turn::Ask(Question::Token(question))) => question,
        other => panic!("a token is asked about, not {other:?}"),
    }
}

/// The error challenge, and how the exchange ends after the answer to it.
pub fn refused(turn: Result<Turn, Failure>, answer: &[u8]) -> (String, Error) {
    match turn {
        Ok(Turn::Challenge(challenge)) => {
            let said = String::from_utf8(challenge.data().to_vec()).unwrap();
            (said, error(challenge.respond(answer)))
        }
        other => panic!("an error is a challenge, not {other:?}"),
    }
}

pub fn error(turn: Result<Turn, Failure>) -> Error {
    turn.expect_err("must fail").error()
}

/// Messages that are alike but for the mechanism.
pub fn message(mechanism: &str, user: &str, token: &str) -> Vec<u8> {
    match mechanism {
        "OAUTHBEARER" => format!("n,a={user},\x01auth=Bearer {token}\x01\x01"),
        _ => format!("user={user}\x01auth=Bearer {token}\x01\x01"),
    }
    .into_bytes()
}

pub fn authcid(name: &str) -> Authcid {
    Authcid::parse(name).unwrap()
}

pub fn authzid(name: &str) -> Authzid {
    Authzid::parse(name).unwrap()
}

pub fn token(token: &str) -> Credentials {
    Credentials::token(Token::new(token))
}

pub fn client() -> Client {
    Client::builder(sasl::WithoutRandom)
        .mechanism(OauthBearer::client())
        .mechanism(Xoauth2::client())
        .build()
}

pub fn send_on(
    channel: &Channel,
    mechanism: &str,
    credentials: Credentials,
) -> Result<Response, client::Failure> {
    let (client, offer) = (client(), Offer::parse(mechanism));
    responded(
        client
            .choose(&offer, channel, &[CredentialKind::Token])?
            .start(credentials),
    )
}

pub fn send(mechanism: &str, credentials: Credentials) -> Result<Response, client::Failure> {
    send_on(&tls(), mechanism, credentials)
}

pub fn responded(turn: Result<client::Turn, client::Failure>) -> Result<Response, client::Failure> {
    match turn? {
        client::Turn::Respond(response) => Ok(response),
        other => panic!("{other:?}"),
    }
}
