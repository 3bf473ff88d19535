use super::*;
use crate::login::framed::Framed;
use crate::login::session::{Event, Session as _};
use sasl::{Channel, Protection, Unavailable, Violation};

fn session(starttls: StartTls) -> Framed<Postgres> {
    Framed::new(Postgres::new(Opening {
        place: "localhost".into(),
        host: "localhost".into(),
        user: "user".into(),
        database: Some("db".into()),
        starttls,
    }))
}

fn failed(event: Event) -> Error {
    match event {
        Event::Failed(failure) => failure.error(),
        other => panic!("{other:?}"),
    }
}

fn sent(event: Event) -> Vec<u8> {
    match event {
        Event::Send(octets) => octets.to_vec(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_answers_a_request_for_tls_is_one_octet() {
    for (answer, wish, error) in [
        (&b"N"[..], StartTls::Require, Unusable::ClearText.into()),
        (b"S\0", StartTls::Require, Violation::Premature.into()),
        (
            b"SR\0\0\0\x17",
            StartTls::IfOffered,
            Violation::Premature.into(),
        ),
        (b"NN", StartTls::IfOffered, Violation::Premature.into()),
        (
            b"E\0\0\0\x05\0",
            StartTls::IfOffered,
            Malformed::Message.into(),
        ),
        (
            b"R\0\0\0\x08\0\0\0\0",
            StartTls::IfOffered,
            Malformed::Message.into(),
        ),
        (b"", StartTls::Require, Unavailable::Connection.into()),
    ] {
        let mut session = session(wish);
        assert_eq!(sent(session.poll()), SSL_REQUEST);
        assert!(matches!(session.poll(), Event::Receive));
        session.receive(answer);
        assert_eq!(failed(session.poll()), error, "{answer:?}");
        assert_eq!(failed(session.poll()), error, "it stays so");
    }
}

#[test]
fn nothing_received_before_a_handshake_counts_after_it() {
    let mut session = session(StartTls::Require);
    let _ = sent(session.poll());
    session.receive(b"S");
    assert!(matches!(session.poll(), Event::StartTls));
    session.receive(b"R");
    session.secured(&Channel::new(Protection::Tls));
    assert_eq!(failed(session.poll()), Violation::Premature.into());
}

#[test]
fn a_handshake_that_nobody_waits_for_is_the_end() {
    let mut session = session(StartTls::IfOffered);
    let _ = sent(session.poll());
    session.secured(&Channel::new(Protection::Tls));
    assert_eq!(failed(session.poll()), Error::Cancelled);
}

#[test]
fn a_channel_without_tls_is_no_answer_to_the_handshake() {
    let mut session = session(StartTls::Require);
    let _ = sent(session.poll());
    session.receive(b"S");
    assert!(matches!(session.poll(), Event::StartTls));
    session.secured(&Channel::new(Protection::Local));
    assert_eq!(failed(session.poll()), Unusable::ClearText.into());
}

#[test]
fn the_start_up_message_has_user_and_database() {
    let expected = b"\0\x03\0\0user\0user\0database\0db\0";
    let begins = |octets: Vec<u8>| {
        assert_eq!(usize::from(octets[3]), octets.len());
        assert!(octets[4..].starts_with(expected), "{octets:?}");
    };
    begins(sent(session(StartTls::Never).poll()));
    let mut session = session(StartTls::Require);
    let _ = sent(session.poll());
    session.receive(b"S");
    assert!(matches!(session.poll(), Event::StartTls));
    session.secured(&Channel::new(Protection::Tls));
    begins(sent(session.poll()));
}

#[test]
fn a_server_that_does_without_sasl_gets_nothing() {
    for (message, error) in [
        (&b"R\0\0\0\x08\0\0\0\0"[..], Unusable::PreAuthenticated),
        (b"R\0\0\0\x08\0\0\0\x03", Unusable::Mechanism),
        (b"R\0\0\0\x0c\0\0\0\x05salt", Unusable::Mechanism),
    ] {
        let mut session = session(StartTls::Never);
        let _ = sent(session.poll());
        for octet in message {
            assert!(matches!(session.poll(), Event::Receive));
            session.receive(&[*octet]);
        }
        assert_eq!(failed(session.poll()), error.into());
    }
}
