//! Both sides, a message at a time.

use sasl::client::{self, Response, Turn as ClientTurn};
use sasl::login::LoginServer;
use sasl::server::{Begin, Failure, Question, Turn};
use sasl::{
    Authcid, Channel, Client, CredentialKind, Credentials, Error, Found, Identity, Login, Offer,
    Password, Protection, Server, Verifier,
};

pub fn with(login: LoginServer) -> Server {
    Server::builder(sasl::OsRandom).mechanism(login).build()
}

pub fn tls() -> Channel {
    Channel::new(Protection::Tls)
}

pub fn account(name: &str, password: impl AsRef<[u8]>) -> Identity {
    Identity::new(Authcid::parse(name).unwrap())
        .with_verifier(Verifier::ClearText(Password::new(password.as_ref())))
}

/// Hands the messages to the server, up to its question.
pub fn say(server: &Server, messages: &[&[u8]]) -> Result<Turn, Failure> {
    let mut turn = server.start(Begin::new("LOGIN", &tls()));
    for message in messages {
        turn = match turn? {
            Turn::Challenge(prompt) => prompt.respond(message),
            other => panic!("LOGIN prompts, not {other:?}"),
        };
    }
    turn
}

pub fn log_in(name: impl AsRef<[u8]>, password: impl AsRef<[u8]>) -> Result<Turn, Failure> {
    say(&with(Login::server()), &[name.as_ref(), password.as_ref()])
}

/// Answers the password question with `found` and runs the computation that must follow.
pub fn check(turn: Result<Turn, Failure>, found: impl Into<Found>) -> Result<Turn, Failure> {
    match turn? {
        Turn::Ask(Question::Password(question)) => match question.against(found)? {
            Turn::Compute(job) => job.run(),
            other => panic!("a check is a computation, not {other:?}"),
        },
        other => panic!("LOGIN asks for a password, not {other:?}"),
    }
}

pub fn error(turn: Result<Turn, Failure>) -> Error {
    turn.expect_err("must fail").error()
}

pub fn prompt(turn: &Result<Turn, Failure>) -> &[u8] {
    match turn {
        Ok(Turn::Challenge(prompt)) => prompt.data(),
        other => panic!("not a prompt: {other:?}"),
    }
}

pub fn begin_client(
    authcid: &str,
    password: impl AsRef<[u8]>,
) -> Result<Response, client::Failure> {
    let client = Client::builder(sasl::OsRandom)
        .mechanism(Login::client())
        .build();
    let authcid = if authcid.is_empty() {
        Authcid::ignored()
    } else {
        Authcid::parse(authcid)?
    };
    let credentials = Credentials::password(authcid, Password::new(password.as_ref()));
    let (offer, channel) = (Offer::parse("LOGIN"), tls());
    responds(
        client
            .choose(&offer, &channel, &[CredentialKind::Password])?
            .start(credentials),
    )
}

pub fn responds(turn: Result<ClientTurn, client::Failure>) -> Result<Response, client::Failure> {
    match turn? {
        ClientTurn::Respond(response) => Ok(response),
        other => panic!("LOGIN computes nothing: {other:?}"),
    }
}
