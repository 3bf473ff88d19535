//! Both sides, a message at a time.

use sasl::client::{self, Response, Turn as ClientTurn};
use sasl::cram_md5::{CramMd5Client, CramMd5Server, derive_context};
use sasl::server::{Begin, Failure, Question, Turn};
use sasl::{
    Authcid, Channel, Client, CramMd5, CredentialKind, Credentials, Error, Found, Identity, Offer,
    Password, Preparation, Protection, Server, Verifier,
};

pub fn with(cram: CramMd5Server) -> Server {
    Server::builder(sasl::OsRandom).mechanism(cram).build()
}

/// A server with RFC 2195's own challenge.
pub fn fixed() -> Server {
    with(CramMd5::server().dangerous_fixed_challenge(CHALLENGE))
}

pub const CHALLENGE: &str = "<1896.697170952@postoffice.reston.mci.net>";

pub fn tls() -> Channel {
    Channel::new(Protection::Tls)
}

pub fn named(name: &str) -> Identity {
    Identity::new(Authcid::parse(name).unwrap())
}

pub fn clear_text(password: impl AsRef<[u8]>) -> Verifier {
    Verifier::ClearText(Password::new(password.as_ref()))
}

pub fn account(name: &str, password: impl AsRef<[u8]>) -> Identity {
    named(name).with_verifier(clear_text(password))
}

pub fn context(password: &str) -> Verifier {
    Verifier::CramMd5(derive_context(&Password::new(password), Preparation::None).unwrap())
}

/// What the server sends.
pub fn challenge(server: &Server, channel: &Channel) -> Vec<u8> {
    match server.start(Begin::new("CRAM-MD5", channel)) {
        Ok(Turn::Challenge(challenge)) => challenge.data().into(),
        other => panic!("{other:?}"),
    }
}

/// Hands a response to the server and answers its lookup.
pub fn respond(server: &Server, response: &[u8], found: impl Into<Found>) -> Result<Turn, Failure> {
    let Turn::Challenge(challenge) = server.start(Begin::new("CRAM-MD5", &tls()))? else {
        panic!("the server speaks first")
    };
    match challenge.respond(response)? {
        Turn::Ask(Question::Lookup(question)) => question.supply(found),
        other => panic!("CRAM-MD5 looks up, not {other:?}"),
    }
}

pub fn error(turn: Result<Turn, Failure>) -> Error {
    turn.expect_err("must fail").error()
}

pub fn begin_client(
    mechanism: CramMd5Client,
    authcid: &str,
    password: impl AsRef<[u8]>,
) -> Result<Response, client::Failure> {
    let client = Client::builder(sasl::WithoutRandom)
        .mechanism(mechanism)
        .build();
    let authcid = if authcid.is_empty() {
        Authcid::ignored()
    } else {
        Authcid::parse(authcid)?
    };
    let credentials = Credentials::password(authcid, Password::new(password.as_ref()));
    let (offer, channel) = (Offer::parse("CRAM-MD5"), tls());
    responds(
        client
            .choose(&offer, &channel, &[CredentialKind::Password])?
            .start(credentials),
    )
}

pub fn responds(turn: Result<ClientTurn, client::Failure>) -> Result<Response, client::Failure> {
    match turn? {
        ClientTurn::Respond(response) => Ok(response),
        other => panic!("CRAM-MD5 computes nothing heavy: {other:?}"),
    }
}

/// What the client answers to a challenge.
pub fn answer(
    authcid: &str,
    password: impl AsRef<[u8]>,
    challenge: &[u8],
) -> Result<Vec<u8>, client::Failure> {
    let response = begin_client(CramMd5::client(), authcid, password)?;
    assert_eq!(response.data(), None);
    Ok(responds(response.challenge(challenge))?
        .data()
        .unwrap()
        .to_vec())
}

/// Like [`respond`], for responses that may fail before any question.
pub fn respond_or_fail(server: &Server, response: &[u8], known: Identity) -> Result<Turn, Failure> {
    let Turn::Challenge(challenge) = server.start(Begin::new("CRAM-MD5", &tls()))? else {
        panic!("the server speaks first")
    };
    match challenge.respond(response)? {
        Turn::Ask(Question::Lookup(question)) => question.supply(Some(known)),
        other => Ok(other),
    }
}
