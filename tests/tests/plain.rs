//! PLAIN through the public API: the vectors, RFC 4616's rules and what broke elsewhere.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sasl::client::{self, Turn as ClientTurn};
use sasl::server::{Begin, Denial, Failure, Question, Turn};
use sasl::{
    Authcid, Authzid, Channel, Client, CredentialKind, Credentials, Error, Found, Identity,
    Malformed, Offer, Outcome, Password, Plain, Preparation, Protection, Refused, Server, Standing,
    Unavailable, Unusable, Verifier, Violation,
};
use serde::Deserialize;

fn server() -> Server {
    Server::builder(sasl::OsRandom)
        .mechanism(Plain::server())
        .build()
}

fn tls() -> Channel {
    Channel::new(Protection::Tls)
}

fn begin(message: &[u8]) -> Result<Turn, Failure> {
    server().start(Begin::new("PLAIN", &tls()).with_initial_response(Some(message)))
}

fn account(name: &str, password: &str) -> Identity {
    Identity::new(Authcid::parse(name).unwrap())
        .with_verifier(Verifier::ClearText(Password::new(password)))
}

/// Answers the password question with `found` and runs the computation that must follow.
fn check(turn: Result<Turn, Failure>, found: Found) -> Result<Turn, Failure> {
    match turn? {
        Turn::Ask(Question::Password(question)) => match question.against(found)? {
            Turn::Compute(job) => job.run(),
            other => panic!("a check is a computation, not {other:?}"),
        },
        other => panic!("PLAIN asks for a password, not {other:?}"),
    }
}

fn error(turn: Result<Turn, Failure>) -> Error {
    turn.expect_err("must fail").error()
}

fn send(authcid: &str, authzid: Option<&str>, password: &str) -> Result<Vec<u8>, client::Failure> {
    let client = Client::builder(sasl::OsRandom)
        .mechanism(Plain::client())
        .build();
    let authcid = if authcid.is_empty() {
        Ok(Authcid::ignored())
    } else {
        Authcid::parse(authcid)
    };
    let mut credentials = Credentials::password(authcid?, Password::new(password));
    if let Some(authzid) = authzid {
        credentials = credentials.acting_as(Authzid::parse(authzid)?);
    }
    let (offer, channel) = (Offer::parse("PLAIN"), tls());
    match client
        .choose(&offer, &channel, &[CredentialKind::Password])?
        .start(credentials)?
    {
        ClientTurn::Respond(response) => Ok(response.data().unwrap().to_vec()),
        other => panic!("{other:?}"),
    }
}

#[derive(Deserialize)]
struct Vector {
    id: String,
    #[serde(default)]
    checker: String,
    #[serde(default)]
    user: String,
    #[serde(default)]
    authzid: Option<String>,
    #[serde(default)]
    password: String,
    messages: Vec<Message>,
}

#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    b64: Option<String>,
    #[serde(default)]
    bytes_utf8: Option<String>,
}

impl Message {
    fn octets(&self) -> Vec<u8> {
        match (&self.b64, &self.bytes_utf8) {
            (Some(b64), _) => STANDARD.decode(b64).unwrap(),
            (_, Some(text)) => text.clone().into_bytes(),
            _ => panic!("a message without bytes"),
        }
    }
}

#[test]
fn every_vector_passes() {
    let vectors: Vec<Vector> = serde_json::from_str(include_str!("../data/plain.json")).unwrap();
    let (mut sound, mut malformed, mut unsendable) = (0, 0, 0);
    for vector in &vectors {
        let id = &vector.id;
        match vector.checker.as_str() {
            "client" => {
                assert!(send(&vector.user, None, &vector.password).is_err(), "{id}");
                unsendable += 1;
            }
            "server" => {
                let user = account("user", "pencil");
                let end = check_or_fail(begin(&vector.messages[0].octets()), Found::Known(user));
                assert!(end.is_err(), "{id}");
                malformed += 1;
            }
            _ => {
                let message = vector.messages[0].octets();
                assert_eq!(
                    send(&vector.user, vector.authzid.as_deref(), &vector.password).unwrap(),
                    message,
                    "{id}"
                );
                let turn = check(
                    begin(&message),
                    Found::Known(account(&vector.user, &vector.password)),
                );
                let login = match turn.unwrap() {
                    Turn::Done(login) => login,
                    Turn::Ask(Question::Authorize(question)) => match question.allow().unwrap() {
                        Turn::Done(login) => login,
                        other => panic!("{id}: {other:?}"),
                    },
                    other => panic!("{id}: {other:?}"),
                };
                assert_eq!(login.authcid(), &*vector.user, "{id}");
                assert_eq!(
                    login.authzid().map(Authzid::as_str),
                    vector.authzid.as_deref(),
                    "{id}"
                );
                sound += 1;
            }
        }
    }
    assert_eq!((sound, malformed, unsendable), (6, 8, 4));
}

/// Like [`check`], for messages that may fail before any question.
fn check_or_fail(turn: Result<Turn, Failure>, found: Found) -> Result<Turn, Failure> {
    if turn.is_err() {
        turn
    } else {
        check(turn, found)
    }
}

/// Trap 53, failures 25, 26, 27: refused before anybody is asked anything.
#[test]
fn malformed_messages_never_reach_the_application() {
    for (message, reason) in [
        (&b""[..], Malformed::Nul),
        (b"user", Malformed::Nul),
        (b"user\0pw", Malformed::Nul),
        (b"\0user\0pen\0cil", Malformed::Nul),
        (b"\0user\0\0x", Malformed::Nul),
        (b"admin\0\0password", Malformed::EmptyAuthcid),
        (b"\0user\0", Malformed::EmptyPassword),
        (b"\0us\xffer\0pass", Malformed::Utf8),
    ] {
        assert_eq!(
            error(begin(message)),
            Error::Malformed(reason),
            "{message:?}"
        );
    }
    for length in [3075, 16 * 1024, 16 * 1024 + 1, 1 << 20] {
        assert_eq!(
            error(begin(&vec![b'x'; length])),
            Error::Malformed(Malformed::TooLong),
            "{length}"
        );
    }
}

#[test]
fn all_single_bytes_are_refused() {
    for byte in 0..=255 {
        assert!(begin(&[byte]).is_err(), "{byte}");
    }
}

/// RFC 4616 §2: what cannot be prepared verifies nothing.
#[test]
fn unpreparable_strings_are_refused() {
    for message in [
        "\0us\x07er\0pencil",
        "\0user\0pen\x07cil",
        "\0user\0\u{ad}",
        "\0\u{ad}\0pencil",
        "\0\u{627}1\0pencil",
    ] {
        assert_eq!(
            error(begin(message.as_bytes())),
            Error::Refused(Refused::Credentials),
            "{message:?}"
        );
    }
    // A stored password that cannot be prepared lets nobody in.
    let stored = Found::Known(account("user", "pen\u{221}cil"));
    assert_eq!(
        error(check(begin("\0user\0pen\u{221}cil".as_bytes()), stored)),
        Error::Refused(Refused::Credentials)
    );
}

#[test]
fn both_sides_strings_are_prepared() {
    for (stored, presented) in [
        ("\u{2168}", "IX"),
        ("IX", "\u{2168}"),
        ("I\u{ad}X", "IX"),
        ("pass wörd№", "pass wördNo"),
    ] {
        let message = format!("\0user\0{presented}");
        let end = check(
            begin(message.as_bytes()),
            Found::Known(account("user", stored)),
        );
        assert!(matches!(end, Ok(Turn::Done(_))), "{stored} {presented}");
    }
}

#[test]
fn without_preparation_octets_count() {
    let server = Server::builder(sasl::OsRandom)
        .mechanism(Plain::server().preparation(Preparation::None))
        .build();
    let try_password = |presented: &str| {
        let message = format!("\0user\0{presented}");
        let channel = tls();
        let turn = server
            .start(Begin::new("PLAIN", &channel).with_initial_response(Some(message.as_bytes())));
        check(turn, Found::Known(account("user", "\u{2168}\x07")))
    };
    assert!(matches!(try_password("\u{2168}\x07"), Ok(Turn::Done(_))));
    assert_eq!(
        error(try_password("IX\x07")),
        Error::Refused(Refused::Credentials)
    );
}

/// Trap 12: the same turns and the same error, whoever it is.
#[test]
fn a_stranger_and_a_wrong_password_are_alike() {
    let disabled = account("user", "pencil").with_standing(Standing::Disabled);
    let unusable = Identity::new(Authcid::parse("user").unwrap());
    for found in [
        Found::Known(account("user", "other")),
        Found::Unknown,
        Found::Known(unusable),
    ] {
        assert_eq!(
            error(check(begin(b"\0user\0pencil"), found)),
            Error::Refused(Refused::Credentials)
        );
    }
    assert_eq!(
        error(check(
            begin(b"\0user\0wrong"),
            Found::Known(disabled.clone())
        )),
        Error::Refused(Refused::Credentials)
    );
    assert_eq!(
        error(check(begin(b"\0user\0pencil"), Found::Known(disabled))),
        Error::Refused(Refused::Disabled)
    );
}

#[test]
fn a_broken_store_is_not_an_unknown_user() {
    let broken: Result<Option<Identity>, std::io::Error> = Err(std::io::ErrorKind::TimedOut.into());
    let Ok(Turn::Ask(Question::Password(question))) = begin(b"\0user\0pencil") else {
        panic!()
    };
    let failure = question.against(broken).unwrap_err();
    assert_eq!(failure.error(), Error::Unavailable(Unavailable::Store));
    assert_eq!(failure.outcome(), Outcome::TemporaryFailure);
}

/// Failure 24: one's own password and a victim's authzid.
#[test]
fn somebody_elses_authzid_needs_the_applications_word() {
    let victim = b"victim\0attacker\0attackerpw";
    let asked = || match check(
        begin(victim),
        Found::Known(account("attacker", "attackerpw")),
    ) {
        Ok(Turn::Ask(Question::Authorize(question))) => question,
        other => panic!("{other:?}"),
    };
    let question = asked();
    assert_eq!(
        (
            question.authcid().as_str(),
            question.authzid().unwrap().as_str()
        ),
        ("attacker", "victim")
    );
    assert_eq!(
        error(question.refuse()),
        Error::Refused(Refused::NotPermitted)
    );
    assert_eq!(
        error(asked().deny(Denial::Unavailable)),
        Error::Unavailable(Unavailable::Store)
    );
    assert_eq!(
        error(Turn::Ask(Question::Authorize(asked())).refuse_all()),
        Error::Refused(Refused::NotPermitted)
    );
    match asked().allow() {
        Ok(Turn::Done(login)) => assert_eq!(
            (login.authcid().as_str(), login.acts_as()),
            ("attacker", "victim")
        ),
        other => panic!("{other:?}"),
    }
}

/// What an application does with a question it does not know.
trait RefuseAll {
    fn refuse_all(self) -> Result<Turn, Failure>;
}

impl RefuseAll for Turn {
    fn refuse_all(self) -> Result<Turn, Failure> {
        match self {
            Turn::Ask(question) => question.refuse(),
            other => Ok(other),
        }
    }
}

/// Traps 10 and 56: an empty authzid is none, and acting as oneself needs no word, by either name.
#[test]
fn acting_as_oneself_is_equality_after_preparation() {
    assert_eq!(send("user", None, "pencil").unwrap(), b"\0user\0pencil");
    for message in [
        "\0user\0pencil",
        "user\0user\0pencil",
        "u\u{ad}ser\0user\0pencil",
        "user\0u\u{ad}ser\0pencil",
    ] {
        let Ok(Turn::Done(login)) = check(
            begin(message.as_bytes()),
            Found::Known(account("user", "pencil")),
        ) else {
            panic!("{message:?}")
        };
        assert_eq!(login.acts_as(), "user");
    }
    // The store's own name for the account counts too, and is what the login goes by.
    let Ok(Turn::Done(login)) = check(
        begin(b"user@example.org\0user\0x"),
        Found::Known(account("user@example.org", "x")),
    ) else {
        panic!()
    };
    assert_eq!(
        (login.authcid().as_str(), login.presented().as_str()),
        ("user@example.org", "user")
    );
}

#[test]
fn a_server_that_knows_its_user_ignores_the_name() {
    let (channel, user) = (tls(), Authcid::parse("user").unwrap());
    for message in [&b"\0\0pencil"[..], b"\0somebody\0pencil"] {
        let begin = Begin::new("PLAIN", &channel)
            .with_initial_response(Some(message))
            .with_known_user(&user);
        let Ok(Turn::Ask(Question::Password(question))) = server().start(begin) else {
            panic!()
        };
        assert_eq!(question.authcid(), "user");
    }
}

/// RFC 4422 §5: without an initial response the first challenge is empty, and no more than that.
#[test]
fn without_an_initial_response_there_is_an_empty_challenge() {
    let Ok(Turn::Challenge(challenge)) = server().start(Begin::new("PLAIN", &tls())) else {
        panic!()
    };
    assert_eq!(challenge.data(), b"");
    assert!(matches!(
        challenge.respond(b"\0user\0pencil"),
        Ok(Turn::Ask(Question::Password(_)))
    ));
    let Ok(Turn::Challenge(challenge)) = server().start(Begin::new("PLAIN", &tls())) else {
        panic!()
    };
    assert_eq!(challenge.abort().error(), Error::Cancelled);
}

/// Trap 15: nothing in clear text over an open channel, on either side.
#[test]
fn an_open_channel_has_no_plain() {
    let open = Channel::new(Protection::None);
    assert!(server().advertise(&open).is_empty());
    let begin = Begin::new("PLAIN", &open).with_initial_response(Some(b"\0user\0pencil"));
    let failure = server().start(begin).unwrap_err();
    assert_eq!(failure.error(), Error::Unusable(Unusable::ClearText));
    assert_eq!(failure.outcome(), Outcome::EncryptionRequired);
    let client = Client::builder(sasl::OsRandom)
        .mechanism(Plain::client())
        .build();
    let none = client
        .choose(&Offer::parse("PLAIN"), &open, &[CredentialKind::Password])
        .unwrap_err();
    assert_eq!(Error::from(none), Error::Unusable(Unusable::ClearText));
    let local = Channel::new(Protection::Local);
    assert_eq!(server().advertise(&local), [Plain::NAME]);
}

#[test]
fn names_are_matched_exactly() {
    for name in ["plain", "PLAI", "PLAINX", "PLAIN-PLUS", "", " PLAIN"] {
        let failure = server().start(Begin::new(name, &tls())).unwrap_err();
        assert_eq!(
            failure.error(),
            Error::Unusable(Unusable::Mechanism),
            "{name}"
        );
    }
    let client = Client::builder(sasl::OsRandom)
        .mechanism(Plain::client())
        .build();
    let (offer, channel) = (Offer::parse("PLAIN-PLUS PLAINX plain"), tls());
    assert!(
        client
            .choose(&offer, &channel, &[CredentialKind::Password])
            .is_err()
    );
}

/// Trap 55: nothing is sent that no server could take.
#[test]
fn the_client_refuses_before_the_first_byte() {
    for (authcid, password, reason) in [
        ("", "p", Unusable::EmptyName),
        ("a", "", Unusable::EmptySecret),
        ("a", "p\0q", Unusable::Characters),
        ("a\x07", "p", Unusable::Preparation),
        ("a", "p\x07", Unusable::Preparation),
        ("\u{ad}", "p", Unusable::EmptyName),
        ("a", "\u{ad}", Unusable::EmptySecret),
    ] {
        assert_eq!(
            send(authcid, None, password).unwrap_err().error(),
            Error::Unusable(reason),
            "{authcid:?} {password:?}"
        );
    }
    assert_eq!(
        send("a", None, &"p".repeat(4000)).unwrap_err().error(),
        Error::Unusable(Unusable::TooLong)
    );
    // What is sent is what the user typed: servers that prepare do so themselves, the others never do.
    assert_eq!(
        send("a", None, "\u{2168}").unwrap(),
        "\0a\0\u{2168}".as_bytes()
    );
}

#[test]
fn the_client_has_nothing_more_to_say() {
    let client = Client::builder(sasl::OsRandom)
        .mechanism(Plain::client())
        .build();
    let (offer, channel) = (Offer::parse("PLAIN"), tls());
    let respond = || {
        let credentials =
            Credentials::password(Authcid::parse("user").unwrap(), Password::new("pencil"));
        match client
            .choose(&offer, &channel, &[CredentialKind::Password])
            .unwrap()
            .start(credentials)
        {
            Ok(ClientTurn::Respond(response)) => response,
            other => panic!("{other:?}"),
        }
    };
    let unexpected = Error::Violation(Violation::UnexpectedMessage);
    assert_eq!(respond().challenge(b"").unwrap_err().error(), unexpected);
    assert_eq!(
        respond().success(Some(b"v=")).unwrap_err().error(),
        unexpected
    );
    assert_eq!(
        respond().failure().error(),
        Error::Refused(Refused::ByServer)
    );
    let login = respond().success(None).unwrap();
    assert_eq!(
        (login.authcid().unwrap().as_str(), login.server_proved()),
        ("user", false)
    );
}

/// Failure 51: neither the password nor its base64 is shown by anything on the way.
#[test]
fn debug_shows_no_password() {
    let (canary, encoded) = ("c4n4ry-p4ss", STANDARD.encode("\0user\0c4n4ry-p4ss"));
    let mut shown = Vec::new();
    let credentials =
        || Credentials::password(Authcid::parse("user").unwrap(), Password::new(canary));
    shown.push(format!("{:?}", credentials()));
    let client = Client::builder(sasl::OsRandom)
        .mechanism(Plain::client())
        .build();
    let (offer, channel) = (Offer::parse("PLAIN"), tls());
    let turn = client
        .choose(&offer, &channel, &[CredentialKind::Password])
        .unwrap()
        .start(credentials())
        .unwrap();
    shown.push(format!("{turn:?}"));
    let message = format!("\0user\0{canary}");
    let begin = Begin::new("PLAIN", &channel).with_initial_response(Some(message.as_bytes()));
    shown.push(format!("{begin:?}"));
    let turn = server().start(begin).unwrap();
    shown.push(format!("{turn:?}"));
    let Turn::Ask(Question::Password(question)) = turn else {
        panic!()
    };
    shown.push(format!("{question:?} {:?}", question.password()));
    let turn = question.against(Some(account("user", canary))).unwrap();
    shown.push(format!("{turn:?} {:?}", account("user", canary)));
    let Turn::Compute(job) = turn else { panic!() };
    shown.push(format!("{:?}", job.run().unwrap()));
    for text in shown {
        assert!(!text.contains(canary) && !text.contains(&encoded), "{text}");
    }
}

/// Whatever a client calls itself, it acts as the account that the store has.
#[test]
fn an_alias_is_not_another_identity() {
    for message in ["\0USER\0pencil", "USER\0USER\0pencil", "user\0USER\0pencil"] {
        let Ok(Turn::Done(login)) = check(
            begin(message.as_bytes()),
            Found::Known(account("user", "pencil")),
        ) else {
            panic!("{message:?}")
        };
        assert_eq!(
            (login.authcid().as_str(), login.acts_as()),
            ("user", "user"),
            "{message:?}"
        );
    }
}

/// Counts what a password check costs.
struct Counting(std::sync::Arc<std::sync::atomic::AtomicU32>);

impl sasl::server::PasswordVerifier for Counting {
    fn check(&self, verifier: &Verifier, password: &[u8]) -> Option<bool> {
        let Verifier::PasswordHash(hash) = verifier else {
            return None;
        };
        self.decoy(password);
        Some(hash.as_str().as_bytes() == password)
    }

    fn decoy(&self, _password: &[u8]) {
        self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    }
}

/// A stranger, a hash, clear text and nothing at all: each check costs one hash.
#[test]
fn every_check_costs_the_same() {
    let count = std::sync::Arc::new(std::sync::atomic::AtomicU32::new(0));
    let server = Server::builder(sasl::OsRandom)
        .mechanism(Plain::server())
        .passwords(Counting(count.clone()))
        .build();
    let hashed = Identity::new(Authcid::parse("user").unwrap())
        .with_verifier(Verifier::PasswordHash(sasl::PasswordHash::new("pencil")));
    let nothing = Identity::new(Authcid::parse("user").unwrap());
    for (found, right) in [
        (Found::Unknown, false),
        (Found::Known(nothing), false),
        (Found::Known(hashed), true),
        (Found::Known(account("user", "pencil")), true),
        (Found::Known(account("user", "other")), false),
    ] {
        let channel = tls();
        let begin = Begin::new("PLAIN", &channel).with_initial_response(Some(b"\0user\0pencil"));
        assert_eq!(check(server.start(begin), found).is_ok(), right);
        assert_eq!(count.swap(0, std::sync::atomic::Ordering::Relaxed), 1);
    }
}

/// What else an account has may be long out of date.
#[test]
fn a_hash_that_nobody_understands_is_not_passed_over_for_clear_text() {
    let with = |text: &str| {
        let hash = sasl::PasswordHash::new(text);
        account("user", "old").with_verifier(Verifier::PasswordHash(hash))
    };
    for text in [
        "$2b$05$RiPJjOgwp3mYjo0AGgBa0O4XbTAMO9WQstYiwqUDs1ULAdScoh37a",
        "{SASL}user",
        "!",
    ] {
        let end = check(begin(b"\0user\0old"), Found::Known(with(text)));
        assert_eq!(error(end), Refused::Credentials.into(), "{text}");
    }
}
