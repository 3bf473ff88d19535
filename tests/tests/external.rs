//! EXTERNAL through the public API: the vectors, RFC 4422's rules and what broke elsewhere.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sasl::client::{self, Turn as ClientTurn};
use sasl::external::Message as Wire;
use sasl::server::{Begin, ExternalCheck, Failure, Question, Turn};
use sasl::{
    Authcid, Authzid, Channel, Client, CredentialKind, Credentials, Error, External, Malformed,
    Offer, Outcome, Password, Protection, Refused, Server, Unavailable, Unusable, Violation,
};
use serde::Deserialize;

const IDENTITY: &str = "CN=fred,O=Example";

fn server() -> Server {
    Server::builder(sasl::WithoutRandom)
        .mechanism(External::server())
        .build()
}

fn client() -> Client {
    Client::builder(sasl::WithoutRandom)
        .mechanism(External::client())
        .build()
}

fn proven() -> Channel {
    Channel::new(Protection::Tls).with_external_identity(IDENTITY)
}

fn begin_over(channel: &Channel, message: &[u8]) -> Result<Turn, Failure> {
    server().start(Begin::new("EXTERNAL", channel).with_initial_response(Some(message)))
}

fn begin(message: &[u8]) -> Result<Turn, Failure> {
    begin_over(&proven(), message)
}

fn asked(turn: Result<Turn, Failure>) -> ExternalCheck {
    match turn {
        Ok(Turn::Ask(Question::External(question))) => question,
        other => panic!("EXTERNAL asks who the identity is, not {other:?}"),
    }
}

fn name(text: &str) -> Authcid {
    Authcid::parse(text).unwrap()
}

fn error(turn: Result<Turn, Failure>) -> Error {
    turn.expect_err("must fail").error()
}

fn respond(authzid: Option<&str>) -> Result<client::Response, client::Failure> {
    let mut credentials = Credentials::external();
    if let Some(authzid) = authzid {
        credentials = credentials.acting_as(Authzid::parse(authzid)?);
    }
    let (offer, channel) = (Offer::parse("EXTERNAL"), Channel::new(Protection::Tls));
    match client()
        .choose(&offer, &channel, &[CredentialKind::External])?
        .start(credentials)?
    {
        ClientTurn::Respond(response) => Ok(response),
        other => panic!("{other:?}"),
    }
}

#[derive(Deserialize)]
struct Vector {
    id: String,
    #[serde(default)]
    checker: String,
    #[serde(default)]
    authzid: Option<String>,
    messages: Vec<Message>,
}

#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    b64: Option<String>,
    bytes_utf8: String,
}

impl Message {
    fn octets(&self) -> Vec<u8> {
        let octets = self.bytes_utf8.clone().into_bytes();
        if let Some(b64) = &self.b64 {
            assert_eq!(STANDARD.decode(b64).unwrap(), octets);
        }
        octets
    }
}

#[test]
fn every_vector_passes() {
    let vectors: Vec<Vector> = serde_json::from_str(include_str!("../data/external.json")).unwrap();
    let (mut sound, mut refused) = (0, 0);
    for vector in &vectors {
        let id = &vector.id;
        let message = vector.messages[0].octets();
        match (vector.checker.as_str(), id.as_str()) {
            ("server", "neg-external-no-creds") => {
                let bare = Channel::new(Protection::Tls);
                let end = error(begin_over(&bare, &message));
                assert_eq!(end, Error::Unusable(Unusable::ExternalIdentity), "{id}");
                refused += 1;
            }
            ("server", _) => {
                let end = error(begin(&message));
                assert_eq!(end, Error::Malformed(Malformed::Nul), "{id}");
                refused += 1;
            }
            _ => {
                let authzid = vector.authzid.as_deref();
                let response = respond(authzid).unwrap();
                assert_eq!(response.data(), Some(&*message), "{id}");
                let turn = asked(begin(&message)).accept(name("fred")).unwrap();
                let login = match (turn, authzid) {
                    (Turn::Done(login), None) => login,
                    (Turn::Ask(Question::Authorize(question)), Some(authzid)) => {
                        assert_eq!(question.authzid().unwrap(), &authzid, "{id}");
                        // The RFC's example denies it; the vector leaves that to the server.
                        let again = asked(begin(&message)).accept(name("fred"));
                        let Ok(Turn::Ask(again)) = again else {
                            panic!("{id}")
                        };
                        let denied = error(again.refuse());
                        assert_eq!(denied, Error::Refused(Refused::NotPermitted), "{id}");
                        match question.allow().unwrap() {
                            Turn::Done(login) => login,
                            other => panic!("{id}: {other:?}"),
                        }
                    }
                    (other, _) => panic!("{id}: {other:?}"),
                };
                assert_eq!(login.acts_as(), authzid.unwrap_or("fred"), "{id}");
                assert_eq!(login.additional_data(), None, "{id}");
                let done = response.success(login.additional_data()).unwrap();
                assert_eq!(done.authzid(), login.authzid(), "{id}");
                sound += 1;
            }
        }
    }
    assert_eq!((sound, refused), (2, 2));
}

/// Trap 62, failure 29: without an identity of the channel the message counts for nothing, and nobody is asked.
#[test]
fn without_an_identity_the_name_in_the_message_is_none() {
    // The last three stand for certificates that lack the field the name is taken from, or have a hostile one.
    let empty = Channel::new(Protection::Tls).with_external_identity("");
    let hostile = Channel::new(Protection::Tls).with_external_identity("fred\0root");
    let endless = Channel::new(Protection::Tls).with_external_identity("x".repeat(1025));
    for channel in [Channel::new(Protection::Tls), empty, hostile, endless] {
        for message in [&b""[..], b"root"] {
            let failure = begin_over(&channel, message).unwrap_err();
            assert_eq!(
                failure.error(),
                Error::Unusable(Unusable::ExternalIdentity),
                "{channel:?}"
            );
            assert_eq!(failure.outcome(), Outcome::NotAuthorized);
        }
        let failure = server()
            .start(Begin::new("EXTERNAL", &channel))
            .unwrap_err();
        assert_eq!(failure.error(), Error::Unusable(Unusable::ExternalIdentity));
    }
    assert!(
        server()
            .advertise(&Channel::new(Protection::Tls))
            .is_empty()
    );
    assert_eq!(server().advertise(&proven()), [External::NAME]);
}

/// A Unix socket's peer is an identity as good as a certificate's.
#[test]
fn the_peer_of_a_unix_socket_counts() {
    let local = Channel::new(Protection::Local).with_external_identity("uid=0");
    let question = asked(begin_over(&local, b""));
    assert_eq!(question.identity(), "uid=0");
    assert_eq!(question.authzid(), None);
}

/// Trap 62, failure 12.
#[test]
fn malformed_messages_never_reach_the_application() {
    for (message, reason) in [
        (&b"\0"[..], Malformed::Nul),
        (b"fred\0x", Malformed::Nul),
        (b"fred\0", Malformed::Nul),
        (b"\xff", Malformed::Utf8),
        (b"\xc0\x80", Malformed::Utf8),
        (b"\xed\xa0\x80", Malformed::Utf8),
    ] {
        assert_eq!(
            error(begin(message)),
            Error::Malformed(reason),
            "{message:?}"
        );
    }
    for length in [1025, 16 * 1024, 16 * 1024 + 1, 1 << 20] {
        assert_eq!(
            error(begin(&vec![b'x'; length])),
            Error::Malformed(Malformed::TooLong),
            "{length}"
        );
    }
}

#[test]
fn all_single_bytes_are_names_or_refused() {
    for byte in 0..=u8::MAX {
        match begin(&[byte]) {
            Ok(_) => assert!((1..0x80).contains(&byte), "{byte}"),
            Err(failure) => {
                let wanted = if byte == 0 {
                    Malformed::Nul
                } else {
                    Malformed::Utf8
                };
                assert!(byte == 0 || byte >= 0x80, "{byte}");
                assert_eq!(failure.error(), Error::Malformed(wanted), "{byte}");
            }
        }
    }
}

/// Failures 24 and 29: one's own certificate and a victim's authzid. The word for `root` is the application's.
#[test]
fn somebody_elses_authzid_needs_the_applications_word() {
    let authorize = || match asked(begin(b"root")).accept(name("fred")) {
        Ok(Turn::Ask(Question::Authorize(question))) => question,
        other => panic!("{other:?}"),
    };
    let question = authorize();
    assert_eq!(question.authcid(), "fred");
    assert_eq!(question.authzid().map(Authzid::as_str), Some("root"));
    assert_eq!(
        error(question.refuse()),
        Error::Refused(Refused::NotPermitted)
    );
    assert_eq!(
        error(Question::Authorize(authorize()).unavailable()),
        Error::Unavailable(Unavailable::Store)
    );
    let Ok(Turn::Done(login)) = authorize().allow() else {
        panic!()
    };
    assert_eq!(
        (login.authcid().as_str(), login.acts_as()),
        ("fred", "root")
    );
}

/// A certificate with several names: the application picks the account by the authzid, and the authzid is then its own.
#[test]
fn the_application_may_choose_among_several_names() {
    let question = asked(begin(b"fred@example.org"));
    let chosen = name(question.authzid().unwrap().as_str());
    let Ok(Turn::Done(login)) = question.accept(chosen) else {
        panic!()
    };
    assert_eq!(login.acts_as(), "fred@example.org");
}

/// The authzid is not prepared: what is not the same octet by octet is somebody else until the application says so.
#[test]
fn the_authzid_is_compared_as_it_stands() {
    let Ok(Turn::Done(_)) = asked(begin(b"fred")).accept(name("fred")) else {
        panic!()
    };
    for other in ["Fred", "fr\u{ad}ed", "fred ", "\u{17f}fred"] {
        let turn = asked(begin(other.as_bytes())).accept(name("fred"));
        let Ok(Turn::Ask(Question::Authorize(question))) = turn else {
            panic!("{other:?}")
        };
        assert_eq!(question.authzid().unwrap(), &other);
    }
}

#[test]
fn an_identity_that_is_nobodys_is_refused() {
    assert_eq!(
        error(asked(begin(b"")).refuse()),
        Error::Refused(Refused::Credentials)
    );
    assert_eq!(
        error(asked(begin(b"")).unavailable()),
        Error::Unavailable(Unavailable::Store)
    );
    // What an application does with a question it does not know.
    let Ok(Turn::Ask(question)) = begin(b"root") else {
        panic!()
    };
    assert_eq!(
        error(question.refuse()),
        Error::Refused(Refused::Credentials)
    );
}

/// Where the protocol has said who the user is, the identity can be no other's.
#[test]
fn a_known_user_is_not_exchanged() {
    let (channel, user) = (proven(), name("fred"));
    let begin = || {
        Begin::new("EXTERNAL", &channel)
            .with_initial_response(Some(b""))
            .with_known_user(&user)
    };
    let turn = asked(server().start(begin())).accept(name("root"));
    assert_eq!(error(turn), Error::Refused(Refused::Credentials));
    let turn = asked(server().start(begin())).accept(name("fred"));
    assert!(matches!(turn, Ok(Turn::Done(_))));
}

/// Failure 29: absent and empty are two things, and both are taken.
#[test]
fn an_absent_response_is_asked_for() {
    for response in [&b""[..], b"fred"] {
        let Ok(Turn::Challenge(challenge)) = server().start(Begin::new("EXTERNAL", &proven()))
        else {
            panic!()
        };
        assert_eq!(challenge.data(), b"");
        let turn = asked(challenge.respond(response)).accept(name("fred"));
        assert!(matches!(turn, Ok(Turn::Done(_))));
    }
    let Ok(Turn::Challenge(challenge)) = server().start(Begin::new("EXTERNAL", &proven())) else {
        panic!()
    };
    assert_eq!(challenge.abort().error(), Error::Cancelled);
}

#[test]
fn the_client_sends_whom_to_act_as_or_nothing() {
    assert_eq!(respond(None).unwrap().data(), Some(&b""[..]));
    assert_eq!(
        respond(Some("dn:uid=fred")).unwrap().data(),
        Some(&b"dn:uid=fred"[..])
    );
    for authzid in ["", "a\0b"] {
        assert!(respond(Some(authzid)).is_err(), "{authzid:?}");
    }
    // A password is no external identity, and is not asked for one.
    let (offer, channel) = (Offer::parse("EXTERNAL"), Channel::new(Protection::Tls));
    let client = client();
    assert!(
        client
            .choose(&offer, &channel, &[CredentialKind::Password])
            .is_err()
    );
    let chosen = client
        .choose(&offer, &channel, &[CredentialKind::External])
        .unwrap();
    let password = Credentials::password(name("fred"), Password::new("pencil"));
    assert_eq!(
        chosen.start(password).unwrap_err().error(),
        Error::Unusable(Unusable::Credentials)
    );
}

#[test]
fn the_client_has_nothing_more_to_say() {
    let unexpected = Error::Violation(Violation::UnexpectedMessage);
    let respond = || respond(Some("fred")).unwrap();
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
    assert_eq!(login.authcid(), None);
    assert_eq!(login.authzid().map(Authzid::as_str), Some("fred"));
    assert!(!login.server_proved());
}

#[test]
fn names_are_matched_exactly() {
    for name in ["external", "EXTERNA", "EXTERNALS", "EXTERNAL-PLUS", ""] {
        let failure = server().start(Begin::new(name, &proven())).unwrap_err();
        assert_eq!(
            failure.error(),
            Error::Unusable(Unusable::Mechanism),
            "{name}"
        );
    }
}

/// Failure 28: a name that would forge a line of a log is shown with escapes.
#[test]
fn what_is_shown_cannot_forge_a_line() {
    let question = asked(begin("fred\r\n+OK injected\u{2028}\u{85}".as_bytes()));
    let shown = [
        question.authzid().unwrap().to_string(),
        format!("{question:?}"),
        format!("{:?}", Wire::parse("fred\r\n+OK".as_bytes()).unwrap()),
    ];
    for shown in shown {
        assert!(!shown.contains(char::is_control), "{shown:?}");
        assert!(!shown.contains('\u{2028}'), "{shown:?}");
    }
}
