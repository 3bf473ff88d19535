//! What an application may do wrong with the sessions whose messages come whole, and what it may rely on.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "the helpers of a test are meant to panic too"
)]

use sasl_core::server::{Question, Turn};
use sasl_core::{Authcid, Channel, Credentials, Error, Offer, Password, Protection};
use sasl_core::{Unavailable, client, server};
use sasl_plain::Plain;
use sasl_profile::ldap::{self, BindRequest, MessageId, ResultCode};
use sasl_profile::{framed, postgres};

fn assert_send_sync<T: Send + Sync + 'static>() {}

#[test]
fn sessions_and_events_go_between_threads() {
    assert_send_sync::<ldap::Server>();
    assert_send_sync::<ldap::Client>();
    assert_send_sync::<postgres::Server>();
    assert_send_sync::<postgres::Client>();
    assert_send_sync::<framed::server::Event>();
    assert_send_sync::<framed::client::Event>();
    #[cfg(feature = "xmpp")]
    assert_send_sync::<(sasl_profile::xmpp::Server, sasl_profile::xmpp::Client)>();
}

fn channel() -> Channel {
    Channel::new(Protection::Tls)
}

fn start(begin: server::Begin<'_>) -> Result<Turn, server::Failure> {
    server::start(&Plain::server(), &server::Setup::default(), begin)
}

/// A success of somebody else's exchange.
fn done() -> Turn {
    let channel = channel();
    let begin = server::Begin::new("PLAIN", &channel).with_initial_response(Some(b"\0root\0toor"));
    match start(begin) {
        Ok(Turn::Ask(Question::Password(question))) => question.accepted_elsewhere().unwrap(),
        other => panic!("{other:?}"),
    }
}

/// A server that has read a request of "user" with the password "c4n4ry".
fn asked() -> (ldap::Server, framed::server::Auth) {
    let mut session = ldap::Server::new([Plain::NAME]);
    let request = BindRequest::sasl(
        MessageId::FIRST,
        Plain::NAME,
        Some(b"\0user\0c4n4ry".into()),
    );
    session.receive(&request.encode());
    match session.poll() {
        ldap::server::Event::Auth(auth) => (session, auth),
        other => panic!("{other:?}"),
    }
}

fn code(event: framed::server::Event) -> ResultCode {
    match event {
        framed::server::Event::Send(octets) => ldap::BindResponse::parse(&octets).unwrap().code,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_turn_that_nobody_waits_for_logs_nobody_in() {
    let mut session = ldap::Server::new([Plain::NAME]);
    session.turn(Ok(done()));
    for _ in 0..5 {
        match session.poll() {
            framed::server::Event::Done(login) => panic!("{login:?}"),
            framed::server::Event::Closed => return,
            _ => session.turn(Ok(done())),
        }
    }
    panic!("it is not over");
}

#[test]
fn a_wish_or_a_question_that_is_dropped_is_a_temporary_failure() {
    let (mut session, _) = asked();
    assert_eq!(code(session.poll()), ResultCode::BUSY);
    let (mut session, auth) = asked();
    session.turn(start(auth.begin(&channel())));
    assert!(matches!(session.poll(), framed::server::Event::Ask(_)));
    assert_eq!(code(session.poll()), ResultCode::BUSY);
    match session.poll() {
        framed::server::Event::Refused(failure) => {
            assert_eq!(failure.error(), Unavailable::Store.into());
        }
        other => panic!("{other:?}"),
    }
    assert!(matches!(session.poll(), framed::server::Event::Receive));
}

#[test]
fn after_a_login_there_is_no_other() {
    let (mut session, auth) = asked();
    session.turn(start(auth.begin(&channel())));
    let framed::server::Event::Ask(Question::Password(question)) = session.poll() else {
        panic!()
    };
    session.turn(question.accepted_elsewhere());
    assert_eq!(code(session.poll()), ResultCode::SUCCESS);
    assert!(matches!(session.poll(), framed::server::Event::Done(_)));
    session.turn(Ok(done()));
    session.receive(&BindRequest::abort(MessageId::FIRST).encode());
    assert!(matches!(session.poll(), framed::server::Event::Closed));
}

#[test]
fn nothing_secret_is_shown() {
    let (session, auth) = asked();
    let request = BindRequest::parse(
        &BindRequest::sasl(MessageId::FIRST, Plain::NAME, Some(b"c4n4ry".into())).encode(),
    );
    let initial = postgres::FromClient::Response(b"c4n4ry".into());
    let shown = format!(
        "{session:?} {auth:?} {request:?} {initial:?} {:?}",
        initial.encode()
    );
    assert!(!shown.contains("c4n4ry"), "{shown}");
    #[cfg(feature = "xmpp")]
    {
        let element = sasl_profile::xmpp::FromClient::Response(b"c4n4ry".into());
        let shown = format!("{element:?} {:?}", element.encode());
        assert!(
            !shown.contains("c4n4ry") && !shown.contains("YzRuNHJ5"),
            "{shown}"
        );
    }
}

fn client_turn(offer: &Offer) -> Result<client::Turn, client::Failure> {
    let credentials = Credentials::password(Authcid::parse("user")?, Password::new("pencil"));
    client::start(
        &Plain::client(),
        &client::Setup::default(),
        credentials,
        &channel(),
        offer,
    )
}

fn failed(event: framed::client::Event) -> Error {
    match event {
        framed::client::Event::Failed(failure) => failure.error(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_client_that_does_not_choose_has_given_up() {
    let mut session = ldap::Client::new(Offer::parse("PLAIN"));
    assert!(matches!(session.poll(), framed::client::Event::Offer(_)));
    assert_eq!(failed(session.poll()), Error::Cancelled);
    session.turn(client_turn(&Offer::parse("PLAIN")));
    assert_eq!(failed(session.poll()), Error::Cancelled);
}

#[test]
fn what_came_before_its_time_ends_it() {
    let mut session = ldap::Client::new(Offer::parse("PLAIN"));
    assert!(matches!(session.poll(), framed::client::Event::Offer(_)));
    let success = ldap::BindResponse::new(MessageId::FIRST, ResultCode::SUCCESS, None);
    session.receive(&success.encode());
    session.turn(client_turn(&Offer::parse("PLAIN")));
    assert_eq!(
        failed(session.poll()),
        sasl_core::Violation::Premature.into()
    );
}

#[test]
fn a_client_goes_on_with_the_ids_of_its_connection() {
    let mut session =
        ldap::Client::new(Offer::parse("PLAIN")).with_last_message_id(MessageId::new(41));
    assert!(matches!(session.poll(), framed::client::Event::Offer(_)));
    session.turn(client_turn(&Offer::parse("PLAIN")));
    let framed::client::Event::Send(octets) = session.poll() else {
        panic!()
    };
    let request = BindRequest::parse(&octets).unwrap();
    assert_eq!(request.message_id, MessageId::new(42));
    assert_eq!(session.last_message_id(), MessageId::new(42));
    assert_eq!(MessageId::new(u32::MAX).next(), MessageId::FIRST);
}

/// RFC 4511 §4.11: they have no answer, so nothing else would stop them.
#[test]
fn a_client_cannot_abandon_for_ever() {
    const ABANDON: &[u8] = b"\x30\x06\x02\x01\x02\x50\x01\x01";
    let mut session = ldap::Server::new([Plain::NAME]);
    for _ in 0..100 {
        session.receive(ABANDON);
        assert!(matches!(session.poll(), framed::server::Event::Receive));
    }
    session.receive(ABANDON);
    assert!(matches!(session.poll(), framed::server::Event::Closed));
}
