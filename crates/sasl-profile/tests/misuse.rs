//! What an application may do wrong: nobody is logged in by it, and nothing hangs.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    clippy::unwrap_in_result,
    reason = "the helpers of a test are meant to panic too"
)]

#[cfg(test)]
mod common;

use common::hello::{HELLO, Hello};
use common::prove::{PROVE, Prove};
use common::{Seen, Server, Session, Setup};
use sasl_core::server::{Question, Turn};
use sasl_core::{Authcid, Channel, Credentials, Error, Password, Protection, client, server};
use sasl_profile::{irc, pop3, sieve, smtp};

fn assert_send_sync<T: Send + Sync + 'static>() {}

#[test]
fn sessions_and_events_go_between_threads() {
    assert_send_sync::<smtp::Server>();
    assert_send_sync::<smtp::Client>();
    assert_send_sync::<irc::Server>();
    assert_send_sync::<irc::Client>();
    assert_send_sync::<pop3::Server>();
    assert_send_sync::<pop3::Client>();
    assert_send_sync::<sieve::Server>();
    assert_send_sync::<sieve::Client>();
    assert_send_sync::<sasl_profile::server::Event>();
    assert_send_sync::<sasl_profile::client::Event>();
}

#[test]
fn nothing_secret_is_shown() {
    let mut server = smtp::Server::new("mail.example.org", [HELLO]);
    server.receive(b"EHLO a\r\nAUTH X-HELLO dXNlciBjNG40cnk=\r\n");
    for _ in 0..4 {
        let shown = format!("{:?} {server:?}", server.poll());
        assert!(
            !shown.contains("c4n4ry") && !shown.contains("dXNl"),
            "{shown}"
        );
    }
}

fn server() -> smtp::Server {
    let mut server = smtp::Server::new("mail.example.org", [HELLO, PROVE]);
    server.receive(b"EHLO a\r\n");
    for _ in 0..2 {
        assert!(matches!(
            server.poll(),
            sasl_profile::server::Event::Send(_)
        ));
    }
    server
}

fn channel() -> Channel {
    Channel::new(Protection::Tls)
}

/// A success of somebody else's exchange.
fn done() -> Turn {
    let channel = channel();
    let begin = server::Begin::new("X-HELLO", &channel).with_initial_response(Some(b"root toor"));
    match server::start(&Hello, &server::Setup::default(), begin) {
        Ok(Turn::Ask(Question::Password(question))) => question.accepted_elsewhere().unwrap(),
        other => panic!("{other:?}"),
    }
}

fn sent(event: sasl_profile::server::Event) -> String {
    match event {
        sasl_profile::server::Event::Send(octets) => String::from_utf8(octets.to_vec()).unwrap(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_turn_that_nobody_waits_for_logs_nobody_in() {
    // Before anything, for a command, in an exchange.
    for octets in ["", "NOOP\r\n", "AUTH X-PROVE\r\n"] {
        let mut server = server();
        server.receive(b"NOOP\r\n");
        assert!(sent(server.poll()).starts_with("250 "));
        if !octets.is_empty() {
            server.receive(octets.as_bytes());
            match server.poll() {
                sasl_profile::server::Event::Auth(auth) => {
                    let channel = channel();
                    server.turn(server::start(
                        &Prove,
                        &server::Setup::default(),
                        auth.begin(&channel),
                    ));
                    assert!(sent(server.poll()).starts_with("334 "));
                }
                other => assert!(sent(other).starts_with("250 ")),
            }
        }
        server.turn(Ok(done()));
        assert_eq!(sent(server.poll()), "421 4.3.0 Internal error\r\n");
        for _ in 0..3 {
            server.turn(Ok(done()));
            server.receive(b"AUTH X-HELLO\r\n");
            assert!(matches!(server.poll(), sasl_profile::server::Event::Closed));
        }
    }
}

#[test]
fn a_wish_that_is_ignored_is_a_temporary_failure() {
    let mut server = server();
    server.receive(b"AUTH X-HELLO\r\n");
    assert!(matches!(
        server.poll(),
        sasl_profile::server::Event::Auth(_)
    ));
    assert!(sent(server.poll()).starts_with("454 4.7.0 "));
    assert!(matches!(
        server.poll(),
        sasl_profile::server::Event::Refused(_)
    ));
    assert!(matches!(
        server.poll(),
        sasl_profile::server::Event::Receive
    ));
}

#[test]
fn a_question_that_is_dropped_is_a_temporary_failure() {
    let mut server = server();
    server.receive(b"AUTH X-HELLO dXNlciBwZW5jaWw=\r\n");
    let sasl_profile::server::Event::Auth(auth) = server.poll() else {
        panic!()
    };
    server.turn(common::start(auth.begin(&channel())));
    assert!(matches!(server.poll(), sasl_profile::server::Event::Ask(_)));
    assert!(sent(server.poll()).starts_with("454 4.7.0 "));
}

/// A server that waits for a handshake.
fn shaking() -> smtp::Server {
    let open = Channel::new(Protection::None);
    let mut server = smtp::Server::new("mail.example.org", [HELLO]).with_starttls(&open);
    server.receive(b"EHLO a\r\n");
    for _ in 0..2 {
        assert!(matches!(
            server.poll(),
            sasl_profile::server::Event::Send(_)
        ));
    }
    server.receive(b"STARTTLS\r\n");
    assert!(sent(server.poll()).starts_with("220 "));
    assert!(matches!(
        server.poll(),
        sasl_profile::server::Event::StartTls
    ));
    server
}

#[test]
fn a_server_without_its_handshake_is_over() {
    let mut polled = shaking();
    assert!(matches!(polled.poll(), sasl_profile::server::Event::Closed));
    polled.secured(&channel(), [HELLO]);
    assert!(matches!(polled.poll(), sasl_profile::server::Event::Closed));

    let mut turned = shaking();
    turned.turn(Ok(done()));
    assert!(sent(turned.poll()).starts_with("421 "));
    assert!(matches!(turned.poll(), sasl_profile::server::Event::Closed));

    for protection in [Protection::None, Protection::Local] {
        let mut open = shaking();
        open.secured(&Channel::new(protection), [HELLO]);
        assert!(matches!(open.poll(), sasl_profile::server::Event::Closed));
    }
}

#[test]
fn a_handshake_that_nobody_asked_for_is_none() {
    let mut server = server();
    server.secured(&channel(), [HELLO]);
    server.receive(b"EHLO a\r\n");
    assert!(matches!(server.poll(), sasl_profile::server::Event::Closed));

    let mut client = smtp::Client::new("client.example.org");
    client.secured(&channel());
    client.receive(b"220 mail\r\n");
    assert_eq!(failed(client.poll()), Error::Cancelled);
}

#[test]
fn a_client_without_its_handshake_has_given_up() {
    let open = Channel::new(Protection::Local);
    let shaking = || {
        let require = sasl_profile::client::StartTls::Require;
        let mut client = smtp::Client::new("client.example.org").with_starttls(require, &open);
        for line in [&b"220 mail\r\n"[..], b"250-mail\r\n250 STARTTLS\r\n"] {
            client.receive(line);
            assert!(matches!(
                client.poll(),
                sasl_profile::client::Event::Send(_)
            ));
        }
        client.receive(b"220 go\r\n");
        assert!(matches!(
            client.poll(),
            sasl_profile::client::Event::StartTls
        ));
        client
    };
    let mut polled = shaking();
    assert_eq!(failed(polled.poll()), Error::Cancelled);
    polled.secured(&channel());
    assert_eq!(failed(polled.poll()), Error::Cancelled);

    let mut turned = shaking();
    turned.turn(turn(&Hello));
    assert_eq!(failed(turned.poll()), Error::Cancelled);

    let mut unsecured = shaking();
    unsecured.secured(&open);
    let error = failed(unsecured.poll());
    assert_eq!(error, sasl_core::Unusable::ClearText.into());
    unsecured.secured(&channel());
    assert_eq!(failed(unsecured.poll()), error, "the first failure stays");
}

#[test]
fn there_is_always_one_attempt_and_one_command() {
    let mut server = smtp::Server::new("mail.example.org", [HELLO])
        .with_attempts(0)
        .with_commands(0);
    server.receive(b"NOOP\r\n");
    assert!(sent(server.poll()).starts_with("220 "));
    assert!(sent(server.poll()).starts_with("250 "));
}

#[test]
fn what_came_after_the_login_is_handed_out() {
    let setup = Setup::default();
    let mut server = Server::new(&setup);
    server.receive(b"EHLO a\r\nAUTH X-HELLO dXNlciBwZW5jaWw=\r\nMAIL FROM:<a@b>\nDATA");
    while server.next() != Seen::Event("done user".into()) {}
    assert_eq!(&*server.into_unread(), b"MAIL FROM:<a@b>\nDATA");
}

fn turn(mechanism: &dyn client::Mechanism) -> Result<client::Turn, client::Failure> {
    let name = Authcid::parse("user").unwrap();
    let credentials = Credentials::password(name, Password::new("pencil"));
    let offer = sasl_core::Offer::parse("X-HELLO X-PROVE");
    client::start(
        mechanism,
        &client::Setup::default(),
        credentials,
        &channel(),
        &offer,
    )
}

fn failed(event: sasl_profile::client::Event) -> Error {
    match event {
        sasl_profile::client::Event::Failed(failure) => failure.error(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_client_that_chooses_nothing_has_given_up() {
    let mut client = smtp::Client::new("client.example.org");
    client.receive(b"220 mail\r\n");
    assert!(matches!(
        client.poll(),
        sasl_profile::client::Event::Send(_)
    ));
    client.receive(b"250-mail\r\n250 AUTH X-HELLO\r\n");
    assert!(matches!(
        client.poll(),
        sasl_profile::client::Event::Offer(_)
    ));
    assert_eq!(failed(client.poll()), Error::Cancelled);
    assert_eq!(failed(client.poll()), Error::Cancelled);
}

#[test]
fn a_client_that_drops_a_computation_cancels() {
    let mut client = smtp::Client::new("client.example.org");
    client.receive(b"220 mail\r\n");
    assert!(matches!(
        client.poll(),
        sasl_profile::client::Event::Send(_)
    ));
    client.receive(b"250-mail\r\n250 AUTH X-PROVE\r\n");
    assert!(matches!(
        client.poll(),
        sasl_profile::client::Event::Offer(_)
    ));
    client.turn(turn(&Prove));
    assert!(matches!(
        client.poll(),
        sasl_profile::client::Event::Send(_)
    ));
    client.receive(b"334 d2hvPw==\r\n");
    assert!(matches!(
        client.poll(),
        sasl_profile::client::Event::Compute(_)
    ));
    let sasl_profile::client::Event::Send(star) = client.poll() else {
        panic!()
    };
    assert_eq!(&*star, b"*\r\n");
    client.receive(b"235 2.7.0 welcome\r\n");
    assert_eq!(failed(client.poll()), Error::Cancelled);
}

#[test]
fn a_turn_too_early_or_too_late_ends_a_client() {
    let mut client = smtp::Client::new("client.example.org");
    client.turn(turn(&Hello));
    client.receive(b"220 mail\r\n");
    assert_eq!(failed(client.poll()), Error::Cancelled);

    let mut client = smtp::Client::new("client.example.org");
    client.receive(b"554 no\r\n");
    client.receive(b"");
    let error = failed(client.poll());
    client.turn(turn(&Hello));
    assert_eq!(failed(client.poll()), error, "the first failure stays");
}

#[test]
fn octets_that_come_unasked_are_premature() {
    let mut client = smtp::Client::new("client.example.org");
    client.receive(b"220 mail\r\n");
    assert!(matches!(
        client.poll(),
        sasl_profile::client::Event::Send(_)
    ));
    client.receive(b"250-mail\r\n250 AUTH X-HELLO\r\n");
    assert!(matches!(
        client.poll(),
        sasl_profile::client::Event::Offer(_)
    ));
    client.receive(b"235 2.7.0 welcome\r\n");
    client.turn(turn(&Hello));
    assert_eq!(
        failed(client.poll()),
        sasl_core::Violation::Premature.into()
    );
}
