//! What a server of LOGIN must refuse, and what it must not tell.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sasl::server::{Begin, Question, Turn};
use sasl::{
    Authcid, Channel, Client, CredentialKind, Credentials, Error, Found, Identity, Login,
    Malformed, Offer, Outcome, Password, Preparation, Protection, Refused, Server, Standing,
    Unavailable, Unusable, Violation,
};
use sasl_core::testing::conformance::{Check, Subject, run};

use super::common::*;

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
