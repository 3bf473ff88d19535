//! X-TOY between two ends in memory: what passes, what is asked, and what somebody in the middle can do.
#![cfg(test)]

use core::num::NonZeroU16;

use sasl_core::server::{Custom, Failure, SuccessData, Turn};
use sasl_core::testing::{Asked, Message, Pair, Policy, ScriptedRandom, Transcript};
use sasl_core::{
    Authcid, Authzid, Credentials, Error, Identity, Key, Password, Refused, Unavailable, Unusable,
    Violation, client, server,
};
use sasl_toy::keys::Keys;
use sasl_toy::message::{Challenge, REFUSAL};
use sasl_toy::{Decoys, DeviceKnown, DeviceQuestion, ToyClient, ToyServer};

const ROUNDS: NonZeroU16 = NonZeroU16::MIN.saturating_add(7);

fn user() -> Authcid {
    Authcid::parse("user").unwrap()
}

fn pencil() -> Credentials {
    Credentials::password(user(), Password::new("pencil"))
}

fn eraser() -> Credentials {
    Credentials::password(user(), Password::new("eraser"))
}

fn toy() -> (ToyServer, ToyClient) {
    let decoys = Decoys::new(Key::new(b"stays the same over restarts"), ROUNDS);
    (
        ToyServer::new(decoys),
        ToyClient::new().with_device("laptop"),
    )
}

/// An application that knows one user, and one device.
fn application() -> Policy<'static> {
    let challenge = Challenge {
        salt: *b"0123456789abcdef",
        rounds: ROUNDS,
    };
    let keys = Keys::derive(&Password::new("pencil"), challenge);
    let account = Identity::new(user()).with_verifier(keys.to_verifier());
    Policy::new()
        .with_account(account)
        .answering(|question: Custom| {
            let device = question
                .question()
                .and_then(|asked: &DeviceQuestion| asked.device.as_deref());
            let known = if device == Some("laptop") {
                DeviceKnown::Yes
            } else {
                DeviceKnown::No
            };
            question.answer(known)
        })
}

/// The proofs are Python's `hmac`, iterated.
const TRANSCRIPT: &str = r#"C: initial
S: challenge "the server nonce"
C: response "\x00user\x00laptop\x00the client nonce"
S: challenge "0123456789abcdef\x00\x08"
C: response "KC[\xe4|\x11\rDKz\x8c\x15\x08\xaa6\x04on\x87}\xb1\x9aC\xb2\x06\x8c\x15\xaa\xd5\x9dL\xe3"
S: success "\xa0\xcdzk\x16M\xec\x8cf\xbc=]\xc4#\xe5C\x0b\\\xe3r\x1d\t\xca\xaa\xc4\xbf\xdd\x9fX\xfb\x03M"
server: success as user
client: success
"#;

#[test]
fn an_exchange_looks_like_this() {
    let (server, client) = toy();
    let server_random = ScriptedRandom::new(*b"the server nonce");
    let pair = Pair::new(&server, &client, application())
        .with_server_setup(server::Setup::default().with_random(server_random.clone()))
        .with_client_setup(
            client::Setup::default().with_random(ScriptedRandom::new(*b"the client nonce")),
        );
    let run = pair.run(pencil());
    assert_eq!(run.to_string(), TRANSCRIPT);
    assert_eq!(run.questions, [Asked::Lookup(user()), Asked::Other]);
    assert_eq!((run.server_computations, run.client_computations), (1, 1));
    assert_eq!(server_random.remaining(), 0);

    let again = pair.run(pencil());
    let none = Error::from(Unavailable::Randomness);
    assert_eq!(
        (again.server_error(), again.client_error()),
        (Some(Error::Cancelled), Some(none))
    );
}

#[test]
fn a_wrong_password_is_refused_with_a_last_word() {
    let (server, client) = toy();
    let pair = Pair::new(&server, &client, application());
    let run = pair.run(eraser());
    let end = [
        Message::Parting(REFUSAL.to_vec()),
        Message::Cancel,
        Message::Failure,
    ];
    assert!(run.messages.ends_with(&end), "{run}");
    assert_eq!(run.server_error(), Some(Refused::Credentials.into()));
    assert_eq!(run.client.unwrap_err().said(), Some("refused"));

    let run = pair.without_partings().run(eraser());
    assert_eq!(run.messages.last(), Some(&Message::Failure), "{run}");
    assert_eq!(run.client.unwrap_err().said(), None);
}

#[test]
fn an_unknown_device_is_told_after_the_proof() {
    let (server, _) = toy();
    let client = ToyClient::new().with_device("a stolen phone");
    let pair = Pair::new(&server, &client, application());
    let run = pair.run(pencil());
    assert_eq!(run.server_error(), Some(Refused::NotPermitted.into()));
    assert_eq!(run.success_data(), None);
    let run = pair.run(eraser());
    assert_eq!(run.server_error(), Some(Refused::Credentials.into()));
}

#[test]
fn an_answer_of_another_type_is_no_answer() {
    let (server, client) = toy();
    let answer = |question: Custom| -> Result<Turn, Failure> { question.answer(true) };
    let run = Pair::new(&server, &client, application().answering(answer)).run(pencil());
    assert_eq!(run.server_error(), Some(Unusable::Answer.into()));
}

#[test]
fn acting_as_another_is_asked_for_after_the_proof() {
    let (server, client) = toy();
    let other = || Authzid::parse("postmaster").unwrap();
    let policy = application().permitting(user(), other());
    let run = Pair::new(&server, &client, policy).run(pencil().acting_as(other()));
    let asked = [
        Asked::Lookup(user()),
        Asked::Other,
        Asked::Authorize(user(), Some(other())),
    ];
    assert_eq!(run.questions, asked);
    assert_eq!(run.server.unwrap().acts_as(), "postmaster");

    let run = Pair::new(&server, &client, application()).run(pencil().acting_as(other()));
    assert_eq!(run.server_error(), Some(Refused::NotPermitted.into()));
}

#[test]
fn success_data_can_come_as_a_challenge() {
    let (server, client) = toy();
    let pair = Pair::new(&server, &client, application());
    let attached = pair.run(pencil());
    let run = pair
        .with_success_data(SuccessData::AsChallenge)
        .run(pencil());
    let end = [
        Message::Challenge(attached.success_data().unwrap().to_vec()),
        Message::Response(Vec::new()),
        Message::Success(None),
    ];
    assert!(run.messages.ends_with(&end), "{run}");
    assert!(run.server.is_ok() && run.client.unwrap().server_proved());
}

/// What becomes of an exchange when `change` is what arrives in the place of the message of this index.
fn tampered(index: usize, change: impl Fn(Message) -> Option<Message>) -> Transcript {
    let (server, client) = toy();
    let pair = Pair::new(&server, &client, application());
    pair.run_through(pencil(), |at, message| {
        if at == index {
            change(message)
        } else {
            Some(message)
        }
    })
}

#[test]
fn a_lost_message_ends_the_exchange() {
    for index in 0..6 {
        let run = tampered(index, |_| None);
        assert_eq!(run.messages.len(), index + 1);
        assert_eq!(run.client_error(), Some(Unavailable::Connection.into()));
        // The server has succeeded when its success is lost.
        let expected = (index < 5).then_some(Error::Cancelled);
        assert_eq!(run.server_error(), expected);
    }
}

#[test]
fn changed_messages_are_noticed() {
    let run = tampered(2, |hello| {
        Some(hello.with_data(*b"postmaster\0user\0laptop\0the client nonce"))
    });
    assert_eq!(run.server_error(), Some(Refused::Credentials.into()));
    let run = tampered(5, |success| Some(success.with_data([0; 32])));
    assert_eq!(run.client_error(), Some(Violation::ServerProof.into()));
    let run = tampered(5, |_| Some(Message::Success(None)));
    assert_eq!(
        run.client_error(),
        Some(Violation::ServerNotAuthenticated.into())
    );
    let run = tampered(3, |_| Some(Message::Failure));
    assert_eq!(run.client_error(), Some(Refused::ByServer.into()));
}
