//! LOGIN through the public API: the vectors, the draft's rules and what broke elsewhere.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sasl::client::{self, Response, Turn as ClientTurn};
use sasl::login::LoginServer;
use sasl::server::{Begin, Failure, Question, Turn};
use sasl::{
    Authcid, Authzid, Channel, Client, CredentialKind, Credentials, Error, Found, Identity, Login,
    Malformed, Offer, Outcome, Password, Preparation, Protection, Refused, Server, Standing,
    Unavailable, Unusable, Verifier, Violation,
};
use sasl_core::testing::conformance::{Check, Subject, run};
use serde::Deserialize;

fn with(login: LoginServer) -> Server {
    Server::builder(sasl::OsRandom).mechanism(login).build()
}

fn tls() -> Channel {
    Channel::new(Protection::Tls)
}

fn account(name: &str, password: impl AsRef<[u8]>) -> Identity {
    Identity::new(Authcid::parse(name).unwrap())
        .with_verifier(Verifier::ClearText(Password::new(password.as_ref())))
}

/// Hands the messages to the server, up to its question.
fn say(server: &Server, messages: &[&[u8]]) -> Result<Turn, Failure> {
    let mut turn = server.start(Begin::new("LOGIN", &tls()));
    for message in messages {
        turn = match turn? {
            Turn::Challenge(prompt) => prompt.respond(message),
            other => panic!("LOGIN prompts, not {other:?}"),
        };
    }
    turn
}

fn log_in(name: impl AsRef<[u8]>, password: impl AsRef<[u8]>) -> Result<Turn, Failure> {
    say(&with(Login::server()), &[name.as_ref(), password.as_ref()])
}

/// Answers the password question with `found` and runs the computation that must follow.
fn check(turn: Result<Turn, Failure>, found: impl Into<Found>) -> Result<Turn, Failure> {
    match turn? {
        Turn::Ask(Question::Password(question)) => match question.against(found)? {
            Turn::Compute(job) => job.run(),
            other => panic!("a check is a computation, not {other:?}"),
        },
        other => panic!("LOGIN asks for a password, not {other:?}"),
    }
}

fn error(turn: Result<Turn, Failure>) -> Error {
    turn.expect_err("must fail").error()
}

fn prompt(turn: &Result<Turn, Failure>) -> &[u8] {
    match turn {
        Ok(Turn::Challenge(prompt)) => prompt.data(),
        other => panic!("not a prompt: {other:?}"),
    }
}

fn begin_client(authcid: &str, password: impl AsRef<[u8]>) -> Result<Response, client::Failure> {
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

fn responds(turn: Result<ClientTurn, client::Failure>) -> Result<Response, client::Failure> {
    match turn? {
        ClientTurn::Respond(response) => Ok(response),
        other => panic!("LOGIN computes nothing: {other:?}"),
    }
}

#[derive(Deserialize)]
struct Vector {
    id: String,
    #[serde(default)]
    checker: String,
    user: String,
    password: String,
    messages: Vec<Message>,
}

#[derive(Deserialize)]
struct Message {
    from: String,
    #[serde(default)]
    b64: Option<String>,
    bytes_utf8: String,
}

impl Message {
    fn octets(&self) -> &[u8] {
        let octets = self.bytes_utf8.as_bytes();
        if let Some(b64) = &self.b64 {
            assert_eq!(STANDARD.decode(b64).unwrap(), octets);
        }
        octets
    }
}

/// Plays the server's messages to the client, which must answer with those of the client.
fn plays_client(vector: &Vector) -> Result<(), client::Failure> {
    let mut response = begin_client(&vector.user, &vector.password)?;
    assert_eq!(response.data(), None, "{}", vector.id);
    for message in &vector.messages {
        if message.from == "server" {
            response = responds(response.challenge(message.octets()))?;
        } else {
            assert_eq!(response.data(), Some(message.octets()), "{}", vector.id);
        }
    }
    response.success(None).map(|login| {
        assert_eq!(login.authcid().unwrap(), &*vector.user);
        assert!(!login.server_proved());
    })
}

#[test]
fn every_vector_passes() {
    let vectors: Vec<Vector> = serde_json::from_str(include_str!("../data/login.json")).unwrap();
    let (mut sound, mut refused) = (0, 0);
    for vector in &vectors {
        let id = &vector.id;
        if vector.checker == "client" {
            let failure = plays_client(vector).unwrap_err();
            assert_eq!(
                failure.error(),
                Error::Violation(Violation::UnexpectedMessage),
                "{id}"
            );
            refused += 1;
            continue;
        }
        plays_client(vector).unwrap();
        let said: Vec<&[u8]> = vector
            .messages
            .iter()
            .filter(|message| message.from == "client")
            .map(Message::octets)
            .collect();
        let stored = account(&vector.user, &vector.password);
        match check(say(&with(Login::server()), &said), Some(stored)) {
            Ok(Turn::Done(login)) => assert_eq!(login.acts_as(), vector.user, "{id}"),
            other => panic!("{id}: {other:?}"),
        }
        sound += 1;
    }
    assert_eq!((sound, refused), (2, 1));
}

#[test]
fn it_passes_the_conformance_suite() {
    let credentials = |name: &str, password: &[u8]| {
        Credentials::password(Authcid::parse(name).unwrap(), Password::new(password))
    };
    for (name, stored, password) in [
        ("user", "user", &b"pencil"[..]),
        ("us\u{ad}er", "user", b"pencil"),
        ("Jürgen@example.org", "Jürgen@example.org", b"\xffI\xadXabc"),
    ] {
        let (server, client) = (Login::server(), Login::client());
        let subject = Subject::new(
            &server,
            &client,
            account(stored, password),
            || credentials(name, password),
            || credentials(name, b"eraser"),
        );
        let report = run(&subject);
        assert!(report.passed(), "{name}:\n{report}");
    }
    // With the option, too, but for what it is there for.
    let (server, client) = (
        Login::server().username_in_initial_response(),
        Login::client(),
    );
    let subject = Subject::new(
        &server,
        &client,
        account("user", "pencil"),
        || credentials("user", b"pencil"),
        || credentials("user", b"eraser"),
    )
    .excused(
        Check::InitialResponse,
        "the name is taken from it, as deployed clients want it",
    );
    let report = run(&subject);
    assert!(report.passed(), "{report}");
}

/// The prompts are these octets, without NUL or end of line: deployed clients match them.
#[test]
fn the_prompts_are_exact() {
    let server = with(Login::server());
    assert_eq!(prompt(&say(&server, &[])), b"Username:");
    assert_eq!(prompt(&say(&server, &[b"user"])), b"Password:");
}

/// Failures 25 to 27 and 69: refused before anybody is asked anything.
#[test]
fn malformed_messages_never_reach_the_application() {
    let long = vec![b'x'; 1025];
    for (name, reason) in [
        (&b""[..], Malformed::EmptyAuthcid),
        (b"\0", Malformed::Nul),
        (b"us\0er", Malformed::Nul),
        (b"user\0pencil", Malformed::Nul),
        (b"user\r\n", Malformed::Message),
        (b"us\ner", Malformed::Message),
        (b"us\xffer", Malformed::Utf8),
        (&long, Malformed::TooLong),
    ] {
        let turn = say(&with(Login::server()), &[name]);
        assert_eq!(error(turn), Error::Malformed(reason), "{name:?}");
    }
    let long = vec![b'x'; 3073];
    for (password, reason) in [
        (&b""[..], Malformed::EmptyPassword),
        (b"\0", Malformed::Nul),
        (b"pen\0cil", Malformed::Nul),
        (b"pencil\r\n", Malformed::Message),
        (b"\npencil", Malformed::Message),
        (&long, Malformed::TooLong),
    ] {
        assert_eq!(error(log_in("user", password)), Error::Malformed(reason));
    }
    for length in [16 * 1024, 16 * 1024 + 1, 1 << 20] {
        let huge = vec![b'x'; length];
        for messages in [&[&huge[..]][..], &[b"user", &huge]] {
            assert_eq!(
                error(say(&with(Login::server()), messages)),
                Error::Malformed(Malformed::TooLong)
            );
        }
    }
}

/// Failure 28: what is displayed of a name cannot forge a line, and what could is refused anyway.
#[test]
fn a_name_cannot_forge_a_line() {
    let forged = log_in("nouser\r\n+OK injected", "x");
    assert_eq!(error(forged), Error::Malformed(Malformed::Message));
    let Ok(Turn::Ask(Question::Password(question))) = log_in("no\u{2028}user\u{85}", "x") else {
        panic!()
    };
    let shown = format!("{} {question:?}", question.authcid());
    assert!(!shown.contains(['\u{2028}', '\u{85}']), "{shown}");
}

/// Trap 3: the server speaks first, and even an empty initial response is one.
#[test]
fn an_initial_response_is_refused() {
    let server = with(Login::server());
    for initial in [&b""[..], b"user"] {
        let channel = tls();
        let begin = Begin::new("LOGIN", &channel).with_initial_response(Some(initial));
        assert_eq!(
            error(server.start(begin)),
            Error::Violation(Violation::InitialResponse)
        );
    }
}

/// pysasl and real mail clients: the name comes with the command, where the server takes it so.
#[test]
fn a_server_may_take_the_name_from_an_initial_response() {
    let server = with(Login::server().username_in_initial_response());
    let start = |initial: Option<&[u8]>| {
        let channel = tls();
        server.start(Begin::new("LOGIN", &channel).with_initial_response(initial))
    };
    for nothing in [None, Some(&b""[..])] {
        assert_eq!(prompt(&start(nothing)), b"Username:");
    }
    let turn = start(Some(b"user"));
    assert_eq!(prompt(&turn), b"Password:");
    let Ok(Turn::Challenge(challenge)) = turn else {
        panic!()
    };
    let turn = check(
        challenge.respond(b"pencil"),
        Some(account("user", "pencil")),
    );
    assert!(matches!(turn, Ok(Turn::Done(login)) if login.acts_as() == "user"));
    for (hostile, reason) in [
        (&b"user\0pencil"[..], Malformed::Nul),
        (b"us\xffer", Malformed::Utf8),
    ] {
        assert_eq!(error(start(Some(hostile))), Error::Malformed(reason));
    }
}

/// A password may be binary; text is prepared on both sides, as PLAIN does it.
#[test]
fn what_can_be_prepared_is_and_the_rest_is_taken_as_it_is() {
    for (stored, presented) in [
        (&b"\xff\x01\xfe"[..], &b"\xff\x01\xfe"[..]),
        ("\u{2168}".as_bytes(), b"IX"),
        (b"IX", "\u{2168}".as_bytes()),
        ("pass wörd№".as_bytes(), "pass wördNo".as_bytes()),
        ("key \u{1f511}".as_bytes(), "key \u{1f511}".as_bytes()),
        (b"pen\x07cil", b"pen\x07cil"),
    ] {
        let end = check(
            log_in("us\u{ad}er", presented),
            Some(account("user", stored)),
        );
        assert!(matches!(end, Ok(Turn::Done(_))), "{stored:?} {presented:?}");
    }
    let strict = with(Login::server().preparation(Preparation::Saslprep));
    for messages in [
        [&b"us\x07er"[..], b"pencil"],
        [b"user", b"pen\x07cil"],
        [b"user", b"\xff"],
        [b"user", "\u{ad}".as_bytes()],
        ["\u{ad}".as_bytes(), b"pencil"],
    ] {
        let turn = say(&strict, &messages[..1]);
        let turn = match turn {
            Ok(Turn::Challenge(challenge)) => challenge.respond(messages[1]),
            turn => turn,
        };
        assert_eq!(error(turn), Error::Refused(Refused::Credentials));
    }
    let raw = with(Login::server().preparation(Preparation::None));
    let end = check(
        say(&raw, &[b"user", "\u{2168}".as_bytes()]),
        Some(account("user", "IX")),
    );
    assert_eq!(error(end), Error::Refused(Refused::Credentials));
}

/// Trap 12: the same turns and the same error, whoever it is.
#[test]
fn a_stranger_and_a_wrong_password_are_alike() {
    let disabled = account("user", "pencil").with_standing(Standing::Disabled);
    let unusable = Identity::new(Authcid::parse("user").unwrap());
    for found in [
        Found::Known(account("user", "other")),
        Found::Known(account("user", "")),
        Found::Unknown,
        Found::Known(unusable),
    ] {
        assert_eq!(
            error(check(log_in("user", "pencil"), found)),
            Error::Refused(Refused::Credentials)
        );
    }
    // Failure 31: told to the owner alone.
    for (password, reason) in [
        ("wrong", Refused::Credentials),
        ("pencil", Refused::Disabled),
    ] {
        assert_eq!(
            error(check(log_in("user", password), Some(disabled.clone()))),
            Error::Refused(reason)
        );
    }
    let broken: Result<Option<Identity>, std::io::Error> = Err(std::io::ErrorKind::TimedOut.into());
    assert_eq!(
        error(check(log_in("user", "pencil"), broken)),
        Error::Unavailable(Unavailable::Store)
    );
}

#[test]
fn a_server_that_knows_its_user_ignores_the_name() {
    let (channel, user) = (tls(), Authcid::parse("user").unwrap());
    for name in [&b""[..], b"somebody"] {
        let begin = Begin::new("LOGIN", &channel).with_known_user(&user);
        let Ok(Turn::Challenge(challenge)) = with(Login::server()).start(begin) else {
            panic!()
        };
        let Ok(Turn::Challenge(challenge)) = challenge.respond(name) else {
            panic!()
        };
        let Ok(Turn::Ask(Question::Password(question))) = challenge.respond(b"pencil") else {
            panic!()
        };
        assert_eq!(question.authcid(), "user");
    }
}

/// The draft has no place for an authzid: the client says so, instead of acting as somebody else than was asked for.
#[test]
fn there_is_no_authzid() {
    let client = Client::builder(sasl::OsRandom)
        .mechanism(Login::client())
        .build();
    let credentials =
        Credentials::password(Authcid::parse("user").unwrap(), Password::new("pencil"))
            .acting_as(Authzid::parse("postmaster").unwrap());
    let (offer, channel) = (Offer::parse("LOGIN"), tls());
    let failure = client
        .choose(&offer, &channel, &[CredentialKind::Password])
        .unwrap()
        .start(credentials)
        .unwrap_err();
    assert_eq!(failure.error(), Error::Unusable(Unusable::Authzid));
}

/// Trap 15: nothing in clear text over an open channel, on either side.
#[test]
fn an_open_channel_has_no_login() {
    let open = Channel::new(Protection::None);
    let server = with(Login::server());
    assert!(server.advertise(&open).is_empty());
    let failure = server.start(Begin::new("LOGIN", &open)).unwrap_err();
    assert_eq!(failure.error(), Error::Unusable(Unusable::ClearText));
    assert_eq!(failure.outcome(), Outcome::EncryptionRequired);
    let client = Client::builder(sasl::OsRandom)
        .mechanism(Login::client())
        .build();
    let none = client
        .choose(&Offer::parse("LOGIN"), &open, &[CredentialKind::Password])
        .unwrap_err();
    assert_eq!(Error::from(none), Error::Unusable(Unusable::ClearText));
}

/// It is in no default set: a server that was not given it does not have it.
#[test]
fn nobody_has_it_unasked() {
    let server = Server::builder(sasl::OsRandom)
        .mechanism(sasl::Plain::server())
        .build();
    let failure = server.start(Begin::new("LOGIN", &tls())).unwrap_err();
    assert_eq!(failure.error(), Error::Unusable(Unusable::Mechanism));
}

/// Trap 58: the prompts may say anything, in either order, with a NUL or nothing at all. A third one is an error.
#[test]
fn the_client_ignores_what_the_prompts_say() {
    let huge = vec![b'?'; 16 * 1024];
    for [first, second] in [
        [&b"Username:"[..], b"Password:"],
        [b"User Name\0", b"Password\0"],
        [b"", b""],
        [b"Password:", b"Username:"],
        [b"\xff\r\n", b"\0"],
        [&huge, &huge],
    ] {
        let response = responds(begin_client("user", "pencil").unwrap().challenge(first)).unwrap();
        assert_eq!(response.data(), Some(&b"user"[..]));
        let response = responds(response.challenge(second)).unwrap();
        assert_eq!(response.data(), Some(&b"pencil"[..]));
        assert_eq!(
            response.challenge(first).unwrap_err().error(),
            Error::Violation(Violation::UnexpectedMessage)
        );
    }
}

/// A success before the password was asked for is nobody's success.
#[test]
fn the_client_takes_no_success_before_the_end() {
    let early = Error::Violation(Violation::ServerNotAuthenticated);
    let before = begin_client("user", "pencil").unwrap();
    assert_eq!(before.success(None).unwrap_err().error(), early);
    let between = responds(begin_client("user", "pencil").unwrap().challenge(b"")).unwrap();
    assert_eq!(between.success(None).unwrap_err().error(), early);
    let at_the_end = || {
        let response = begin_client("user", "pencil").unwrap();
        let response = responds(response.challenge(b"")).unwrap();
        responds(response.challenge(b"")).unwrap()
    };
    assert!(at_the_end().success(None).is_ok());
    assert_eq!(
        at_the_end().success(Some(b"data")).unwrap_err().error(),
        Error::Violation(Violation::UnexpectedMessage)
    );
    assert_eq!(
        at_the_end().failure().error(),
        Error::Refused(Refused::ByServer)
    );
}

/// Traps 55 and 58: nothing is sent, not even the name, that no server could take.
#[test]
fn the_client_refuses_before_the_first_byte() {
    let long = "p".repeat(3073);
    for (authcid, password, reason) in [
        ("", &b"p"[..], Unusable::EmptyName),
        ("a", b"", Unusable::EmptySecret),
        ("a", b"p\0q", Unusable::Characters),
        ("a", b"p\r", Unusable::Characters),
        ("a", b"p\nq", Unusable::Characters),
        ("a\r\nb", b"p", Unusable::Characters),
        ("a", long.as_bytes(), Unusable::TooLong),
    ] {
        assert_eq!(
            begin_client(authcid, password).unwrap_err().error(),
            Error::Unusable(reason),
            "{authcid:?} {password:?}"
        );
    }
    let strict = Login::client().preparation(Preparation::Saslprep);
    let client = Client::builder(sasl::OsRandom).mechanism(strict).build();
    let (offer, channel) = (Offer::parse("LOGIN"), tls());
    let failure = client
        .choose(&offer, &channel, &[CredentialKind::Password])
        .unwrap()
        .start(Credentials::password(
            Authcid::parse("user").unwrap(),
            Password::new("pen\x07cil"),
        ))
        .unwrap_err();
    assert_eq!(failure.error(), Error::Unusable(Unusable::Preparation));
}

/// Failure 51: neither the password nor its base64 is shown by anything on the way.
#[test]
fn debug_shows_no_password() {
    let (canary, encoded) = ("c4n4ry-p4ss", STANDARD.encode("c4n4ry-p4ss"));
    let mut shown = Vec::new();
    let response = begin_client("user", canary).unwrap();
    shown.push(format!("{response:?}"));
    let response = responds(response.challenge(b"")).unwrap();
    shown.push(format!("{response:?}"));
    shown.push(format!("{:?}", responds(response.challenge(b""))));
    let turn = log_in("user", canary);
    shown.push(format!("{turn:?}"));
    let Ok(Turn::Ask(Question::Password(question))) = turn else {
        panic!()
    };
    shown.push(format!("{question:?} {:?}", question.password()));
    shown.push(format!("{:?}", question.against(Found::Unknown)));
    shown.push(format!("{:?}", sasl::login::Passwd::new(canary.as_bytes())));
    for text in shown {
        assert!(!text.contains(canary) && !text.contains(&encoded), "{text}");
    }
}
