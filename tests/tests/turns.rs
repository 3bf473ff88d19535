//! What the types promise: whose turn it is, and where a turn may go.

use sasl::server::Begin;
use sasl::{Channel, Client, Plain, Protection, Server, client, server};

fn travels<T: Send + Sync + 'static>() {}

/// With `Send` alone an `async fn send(c: &Challenge)` would make its caller's future not `Send`.
#[test]
fn every_turn_question_and_computation_travels() {
    travels::<Server>();
    travels::<Client>();
    travels::<server::Turn>();
    travels::<server::Challenge>();
    travels::<server::Computation>();
    travels::<server::Authenticated>();
    travels::<server::Failure>();
    travels::<server::Question>();
    travels::<server::PasswordCheck>();
    travels::<server::Lookup>();
    travels::<server::TokenCheck>();
    travels::<server::ExternalCheck>();
    travels::<server::AnonymousCheck>();
    travels::<server::Authorize>();
    travels::<server::Custom>();
    travels::<client::Turn>();
    travels::<client::Response>();
    travels::<client::Computation>();
    travels::<client::Authenticated>();
    travels::<client::Failure>();
}

/// The mechanism traits are object-safe.
#[test]
fn mechanisms_are_objects() {
    let server: Box<dyn server::Mechanism> = Box::new(Plain::server());
    let client: Box<dyn client::Mechanism> = Box::new(Plain::client());
    assert_eq!(server.name(), client.name());
    assert_eq!(server.properties(), client.properties());
}

/// A question that is dropped ends the exchange: nothing is left that could become an `Authenticated`.
#[test]
fn a_dropped_question_is_no_login() {
    let server = Server::builder(sasl::OsRandom)
        .mechanism(Plain::server())
        .build();
    let channel = Channel::new(Protection::Tls);
    let begin = Begin::new("PLAIN", &channel).with_initial_response(Some(b"\0user\0pencil"));
    let login: Option<server::Authenticated> = match server.start(begin) {
        Ok(server::Turn::Ask(server::Question::Password(question))) => {
            drop(question);
            None
        }
        other => panic!("{other:?}"),
    };
    assert!(login.is_none());
}

/// What must not compile does not: see the files beside their `.stderr`.
#[test]
fn what_must_not_compile_does_not() {
    let cases = trybuild::TestCases::new();
    cases.pass("compile-fail/sound.rs");
    cases.compile_fail("compile-fail/authenticated_*.rs");
    cases.compile_fail("compile-fail/turn_*.rs");
    cases.compile_fail("compile-fail/question_*.rs");
    cases.compile_fail("compile-fail/secret_*.rs");
}
