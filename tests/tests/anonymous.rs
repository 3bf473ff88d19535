//! ANONYMOUS through the public API: the vectors, RFC 4505's rules and what broke elsewhere.

use sasl::anonymous::Message as Wire;
use sasl::client::{self, Turn as ClientTurn};
use sasl::server::{AnonymousCheck, Begin, Failure, Question, Turn};
use sasl::{
    Anonymous, Authcid, Authzid, Channel, Client, CredentialKind, Credentials, Error, Malformed,
    Offer, Password, Plain, Protection, Refused, Server, Unavailable, Unusable, Violation,
};
use serde::Deserialize;

fn server() -> Server {
    Server::builder(sasl::WithoutRandom)
        .mechanism(Anonymous::server())
        .build()
}

fn client() -> Client {
    Client::builder(sasl::WithoutRandom)
        .mechanism(Anonymous::client())
        .build()
}

fn open() -> Channel {
    Channel::new(Protection::None)
}

fn begin(message: &[u8]) -> Result<Turn, Failure> {
    server().start(Begin::new("ANONYMOUS", &open()).with_initial_response(Some(message)))
}

fn asked(turn: Result<Turn, Failure>) -> AnonymousCheck {
    match turn {
        Ok(Turn::Ask(Question::Anonymous(question))) => question,
        other => panic!("ANONYMOUS asks whether a stranger may come in, not {other:?}"),
    }
}

fn account() -> Authcid {
    Authcid::parse("anonymous").unwrap()
}

fn error(turn: Result<Turn, Failure>) -> Error {
    turn.expect_err("must fail").error()
}

fn respond(trace: &str) -> Result<client::Response, client::Failure> {
    let (offer, channel) = (Offer::parse("ANONYMOUS"), open());
    match client()
        .choose(&offer, &channel, &[CredentialKind::Anonymous])?
        .start(Credentials::anonymous(trace))?
    {
        ClientTurn::Respond(response) => Ok(response),
        other => panic!("{other:?}"),
    }
}

#[derive(Deserialize)]
struct Vector {
    id: String,
    messages: Vec<Message>,
}

#[derive(Deserialize)]
struct Message {
    from: String,
    bytes_utf8: String,
}

#[test]
fn every_vector_passes() {
    let vectors: Vec<Vector> =
        serde_json::from_str(include_str!("../data/anonymous.json")).unwrap();
    let (mut with_initial, mut without) = (0, 0);
    for vector in &vectors {
        let id = &vector.id;
        let (turn, trace) = match &vector.messages[..] {
            [message] => {
                with_initial += 1;
                (begin(message.bytes_utf8.as_bytes()), &message.bytes_utf8)
            }
            [challenge, message] => {
                assert_eq!(challenge.from, "server", "{id}");
                let turn = server().start(Begin::new("ANONYMOUS", &open()));
                let Ok(Turn::Challenge(empty)) = turn else {
                    panic!("{id}: {turn:?}")
                };
                assert_eq!(empty.data(), challenge.bytes_utf8.as_bytes(), "{id}");
                without += 1;
                let turn = empty.respond(message.bytes_utf8.as_bytes());
                (turn, &message.bytes_utf8)
            }
            other => panic!("{id}: {} messages", other.len()),
        };
        let response = respond(trace).unwrap();
        assert_eq!(response.data(), Some(trace.as_bytes()), "{id}");
        let question = asked(turn);
        assert_eq!(question.trace(), trace, "{id}");
        let Ok(Turn::Done(login)) = question.allow(account()) else {
            panic!("{id}")
        };
        assert_eq!(login.acts_as(), "anonymous", "{id}");
        assert_eq!(login.additional_data(), None, "{id}");
        assert!(response.success(login.additional_data()).is_ok(), "{id}");
    }
    assert_eq!((with_initial, without), (1, 1));
}

/// RFC 4505 §2: nothing, a token, or an address.
#[test]
fn every_form_is_taken_by_both_sides() {
    for (trace, form) in [
        ("", "empty"),
        ("sirhc", "token"),
        ("a word or two", "token"),
        ("\u{1f600}\u{221}", "token"),
        ("sirhc@example.org", "email"),
    ] {
        assert_eq!(respond(trace).unwrap().data(), Some(trace.as_bytes()));
        let question = asked(begin(trace.as_bytes()));
        assert_eq!(question.trace(), trace);
        let read = match Wire::parse(trace.as_bytes()).unwrap() {
            Wire::Empty => "empty",
            Wire::Email(_) => "email",
            Wire::Token(_) => "token",
        };
        assert_eq!(read, form, "{trace:?}");
    }
}

/// RFC 4505 §3, failures 12, 28: what is not a trace reaches nobody's log, and no client sends it.
#[test]
fn what_is_no_trace_is_refused_by_both_sides() {
    let long = "a".repeat(256);
    for (trace, server, client) in [
        (
            "a\u{7}",
            Error::Malformed(Malformed::Message),
            Unusable::Preparation,
        ),
        (
            "a\r\n+OK injected",
            Error::Malformed(Malformed::Message),
            Unusable::Preparation,
        ),
        (
            "a\0b",
            Error::Malformed(Malformed::Message),
            Unusable::Preparation,
        ),
        (
            "a\u{e000}",
            Error::Malformed(Malformed::Message),
            Unusable::Preparation,
        ),
        (
            "a\u{fff9}",
            Error::Malformed(Malformed::Message),
            Unusable::Preparation,
        ),
        (
            "a\u{340}",
            Error::Malformed(Malformed::Message),
            Unusable::Preparation,
        ),
        (
            "\u{627}1",
            Error::Malformed(Malformed::Message),
            Unusable::Preparation,
        ),
        (
            "a@b@c",
            Error::Malformed(Malformed::Message),
            Unusable::Characters,
        ),
        (
            "anonymous@",
            Error::Malformed(Malformed::Message),
            Unusable::Characters,
        ),
        (
            &long,
            Error::Malformed(Malformed::TooLong),
            Unusable::TooLong,
        ),
    ] {
        assert_eq!(error(begin(trace.as_bytes())), server, "{trace:?}");
        assert_eq!(
            respond(trace).unwrap_err().error(),
            Error::Unusable(client),
            "{trace:?}"
        );
    }
    for octets in [&b"\xff"[..], b"a\xc3", b"\xc0\x80"] {
        assert_eq!(error(begin(octets)), Error::Malformed(Malformed::Utf8));
    }
    for length in [1021, 16 * 1024, 16 * 1024 + 1, 1 << 20] {
        assert_eq!(
            error(begin(&vec![b'x'; length])),
            Error::Malformed(Malformed::TooLong),
            "{length}"
        );
    }
}

#[test]
fn all_single_bytes_are_tokens_or_refused() {
    for byte in 0..=u8::MAX {
        let printable = (b' '..0x7f).contains(&byte) && byte != b'@';
        assert_eq!(begin(&[byte]).is_ok(), printable, "{byte}");
    }
}

/// Off by default: a server has it when it was given it, and a stranger comes in when the application says so.
#[test]
fn strangers_come_in_only_where_they_are_wanted() {
    let others = Server::builder(sasl::WithoutRandom)
        .mechanism(Plain::server())
        .build();
    let channel = Channel::new(Protection::Tls);
    let failure = others
        .start(Begin::new("ANONYMOUS", &channel).with_initial_response(Some(b"")))
        .unwrap_err();
    assert_eq!(failure.error(), Error::Unusable(Unusable::Mechanism));
    assert!(!others.advertise(&channel).contains(&Anonymous::NAME));

    assert_eq!(
        error(asked(begin(b"sirhc")).refuse()),
        Error::Refused(Refused::Credentials)
    );
    assert_eq!(
        error(asked(begin(b"sirhc")).unavailable()),
        Error::Unavailable(Unavailable::Store)
    );
    let Ok(Turn::Ask(question)) = begin(b"sirhc") else {
        panic!()
    };
    assert_eq!(
        error(question.refuse()),
        Error::Refused(Refused::Credentials)
    );
}

/// A client that has a password does not go in as a stranger, whatever is offered first.
#[test]
fn anonymous_is_the_last_choice() {
    let client = Client::builder(sasl::WithoutRandom)
        .mechanism(Anonymous::client())
        .mechanism(Plain::client())
        .build();
    let (offer, tls) = (
        Offer::parse("ANONYMOUS PLAIN"),
        Channel::new(Protection::Tls),
    );
    let both = [CredentialKind::Anonymous, CredentialKind::Password];
    let choose = |kinds| client.choose(&offer, &tls, kinds).unwrap().name();
    assert_eq!(choose(&both[..]), Plain::NAME);
    assert_eq!(choose(&both[..1]), Anonymous::NAME);
    assert!(
        client
            .choose(&offer, &open(), &[CredentialKind::Password])
            .is_err()
    );
}

#[test]
fn the_client_has_nothing_more_to_say() {
    let unexpected = Error::Violation(Violation::UnexpectedMessage);
    let respond = || respond("sirhc").unwrap();
    assert_eq!(respond().challenge(b"").unwrap_err().error(), unexpected);
    assert_eq!(
        respond().success(Some(b"")).unwrap_err().error(),
        unexpected
    );
    assert_eq!(
        respond().failure().error(),
        Error::Refused(Refused::ByServer)
    );
    let login = respond().success(None).unwrap();
    assert_eq!((login.authcid(), login.authzid()), (None, None));
    assert!(!login.server_proved());
}

/// There is no place for an authzid, and for no credentials but a trace.
#[test]
fn a_stranger_acts_as_nobody_else() {
    let (offer, channel) = (Offer::parse("ANONYMOUS"), open());
    let start = |credentials| {
        let client = client();
        let chosen = client
            .choose(&offer, &channel, &[CredentialKind::Anonymous])
            .unwrap();
        chosen.start(credentials).unwrap_err().error()
    };
    let acting = Credentials::anonymous("").acting_as(Authzid::parse("root").unwrap());
    assert_eq!(start(acting), Error::Unusable(Unusable::Authzid));
    let password = Credentials::password(account(), Password::new("pencil"));
    assert_eq!(start(password), Error::Unusable(Unusable::Credentials));
}

#[test]
fn a_known_user_is_not_exchanged_for_a_stranger() {
    let (channel, user) = (open(), Authcid::parse("fred").unwrap());
    let begin = Begin::new("ANONYMOUS", &channel)
        .with_initial_response(Some(b""))
        .with_known_user(&user);
    let turn = asked(server().start(begin)).allow(account());
    assert_eq!(error(turn), Error::Refused(Refused::Credentials));
}
