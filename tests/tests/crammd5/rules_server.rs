//! What a server of CRAM-MD5 must refuse, and what it must not tell.

use sasl::cram_md5::{CramMd5Client, CramMd5Server, Digest, derive_context};
use sasl::server::{Begin, Question, Turn};
use sasl::{
    Authcid, Channel, CramMd5, CramMd5Context, Credentials, Error, Found, Identity, Key, Malformed,
    Outcome, Password, Preparation, Protection, Refused, Server, Standing, Unavailable, Unusable,
    Verifier, Violation, Want,
};
use sasl_core::testing::conformance::{Subject, run};

use super::common::*;

/// A context with an octet too few.
fn damaged() -> Verifier {
    Verifier::CramMd5(CramMd5Context {
        inner: Key::new(&[7; 15]),
        outer: Key::new(&[7; 16]),
    })
}

#[test]
fn it_passes_the_conformance_suite() {
    let credentials = |name: &str, password: &str| {
        Credentials::password(Authcid::parse(name).unwrap(), Password::new(password))
    };
    for (name, preparation, verifier) in [
        ("user", Preparation::None, clear_text("pencil")),
        ("two words", Preparation::None, context("pencil")),
        ("us\u{ad}er", Preparation::None, context("pencil")),
        ("Jürgen", Preparation::Saslprep, clear_text("pen\u{ad}cil")),
    ] {
        let server = CramMd5::server().preparation(preparation);
        let client = CramMd5::client().preparation(preparation);
        let open = Channel::new(Protection::None);
        let subject = Subject::new(
            &server,
            &client,
            named(name).with_verifier(verifier),
            || credentials(name, "pencil"),
            || credentials(name, "eraser"),
        )
        .with_channels(open.clone(), open)
        .with_useless_verifiers([clear_text(""), damaged()]);
        let report = run(&subject);
        assert!(report.passed(), "{name}:\n{report}");
    }
}

/// Trap 60: within brackets, unique, and of the host that was set, else the channel's.
#[test]
fn a_challenge_is_never_sent_twice() {
    let server = with(CramMd5::server());
    let channel = tls();
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..10_000 {
        let challenge = challenge(&server, &channel);
        assert!(challenge.starts_with(b"<") && challenge.ends_with(b"@localhost>"));
        assert_eq!(challenge.len(), 53);
        assert!(seen.insert(challenge));
    }
    let host = |server: CramMd5Server, channel: &Channel| {
        let text = String::from_utf8(challenge(&with(server), channel)).unwrap();
        text.split_once('@').unwrap().1.to_owned()
    };
    let named = tls().with_host("mail.example.org");
    assert_eq!(host(CramMd5::server(), &named), "mail.example.org>");
    let set = CramMd5::server().host("imap.example.org").unwrap();
    assert_eq!(host(set, &named), "imap.example.org>");
    // What would end the challenge early does not get in there.
    let hostile = tls().with_host("a>\r\n<b@c");
    assert_eq!(host(CramMd5::server(), &hostile), "localhost>");
    assert_eq!(
        CramMd5::server().host("a>").err(),
        Some(Unusable::Characters)
    );
}

/// No randomness, no challenge.
#[test]
fn without_randomness_there_is_no_exchange() {
    let server = Server::builder(sasl::WithoutRandom)
        .mechanism(CramMd5::server())
        .build();
    let failure = server.start(Begin::new("CRAM-MD5", &tls())).unwrap_err();
    assert_eq!(failure.error(), Error::Unavailable(Unavailable::Randomness));
}

/// Trap 3.
#[test]
fn an_initial_response_is_refused() {
    for initial in [&b""[..], b"tim b913a602c7eda7a495b4e6e7334d3890"] {
        let channel = tls();
        let begin = Begin::new("CRAM-MD5", &channel).with_initial_response(Some(initial));
        assert_eq!(
            error(fixed().start(begin)),
            Error::Violation(Violation::InitialResponse)
        );
    }
}

/// Trap 60: refused before anybody is asked anything.
#[test]
fn malformed_responses_never_reach_the_application() {
    let long = format!("{} b913a602c7eda7a495b4e6e7334d3890", "x".repeat(1025));
    for (response, reason) in [
        (&b""[..], Malformed::Message),
        (b"tim", Malformed::Message),
        (b"timb913a602c7eda7a495b4e6e7334d3890", Malformed::Message),
        (
            b" b913a602c7eda7a495b4e6e7334d3890",
            Malformed::EmptyAuthcid,
        ),
        (b"tim B913A602C7EDA7A495B4E6E7334D3890", Malformed::Proof),
        (b"tim b913a602c7eda7a495b4e6e7334d389", Malformed::Proof),
        (b"tim b913a602c7eda7a495b4e6e7334d38900", Malformed::Proof),
        (b"tim b913a602c7eda7a495b4e6e7334d3890 ", Malformed::Proof),
        (b"tim b913a602c7eda7a495b4e6e7334d3890\0", Malformed::Proof),
        (b"t\0im b913a602c7eda7a495b4e6e7334d3890", Malformed::Nul),
        (b"t\xffm b913a602c7eda7a495b4e6e7334d3890", Malformed::Utf8),
        (long.as_bytes(), Malformed::TooLong),
    ] {
        let end = respond_or_fail(&fixed(), response, account("tim", "tanstaaftanstaaf"));
        assert_eq!(error(end), Error::Malformed(reason), "{response:?}");
    }
    for length in [1 << 14, (1 << 14) + 1, 1 << 20] {
        let end = respond_or_fail(&fixed(), &vec![b'x'; length], account("tim", "x"));
        assert_eq!(error(end), Error::Malformed(Malformed::TooLong));
    }
}

/// The last space is the one before the digest.
#[test]
fn a_name_may_contain_spaces() {
    for name in ["two words", " tim", "tim ", "a  b", "tim b913"] {
        let response = answer(name, "pencil", CHALLENGE.as_bytes()).unwrap();
        match respond(&fixed(), &response, Some(account(name, "pencil"))) {
            Ok(Turn::Done(login)) => assert_eq!(login.authcid(), name),
            other => panic!("{name:?}: {other:?}"),
        }
    }
}

/// Failure 70: a key of 64 octets is a block; only longer ones are hashed.
#[test]
fn keys_around_a_block() {
    for length in [1, 63, 64, 65, 128, 1000] {
        let password = "k".repeat(length);
        let response = answer("user", &password, b"<1.2@h>").unwrap();
        if length == 64 {
            assert_eq!(response, b"user 69b956caedc47cf17371a9b64d222aca");
        }
        let server = with(CramMd5::server().dangerous_fixed_challenge("<1.2@h>"));
        for verifier in [clear_text(&password), context(&password)] {
            let known = named("user").with_verifier(verifier);
            let end = respond(&server, &response, Some(known));
            assert!(matches!(end, Ok(Turn::Done(_))), "{length}");
        }
    }
}

/// `{CRAM-MD5}` of `pencil` as doveadm 2.3.19 wrote it: the outer state, then the inner one.
#[test]
fn dovecots_contexts_verify() {
    let hex = "7f47ace0e2af8f6cdeb72c03243a8c87834e19104164d6a42de72d243adb4080";
    let octets: Vec<u8> = (0..hex.len())
        .step_by(2)
        .map(|place| u8::from_str_radix(&hex[place..place + 2], 16).unwrap())
        .collect();
    let (outer, inner) = octets.split_at(16);
    let ours = derive_context(&Password::new("pencil"), Preparation::None).unwrap();
    assert!(ours.outer.matches(outer) && ours.inner.matches(inner));
    let stored = Verifier::CramMd5(CramMd5Context {
        inner: Key::new(inner),
        outer: Key::new(outer),
    });
    let response = answer("user", "pencil", CHALLENGE.as_bytes()).unwrap();
    let known = named("user").with_verifier(stored);
    assert!(matches!(
        respond(&fixed(), &response, Some(known)),
        Ok(Turn::Done(_))
    ));
    // The other way round it is another secret.
    let swapped = Verifier::CramMd5(CramMd5Context {
        inner: Key::new(outer),
        outer: Key::new(inner),
    });
    let end = respond(
        &fixed(),
        &response,
        Some(named("user").with_verifier(swapped)),
    );
    assert_eq!(error(end), Error::Refused(Refused::Credentials));
}

/// The store need not fetch more than is wanted; a context goes before a password.
#[test]
fn a_context_decides_where_there_is_one() {
    let response = answer("user", "pencil", CHALLENGE.as_bytes()).unwrap();
    let Ok(Turn::Challenge(challenge)) = fixed().start(Begin::new("CRAM-MD5", &tls())) else {
        panic!()
    };
    let Ok(Turn::Ask(Question::Lookup(question))) = challenge.respond(&response) else {
        panic!()
    };
    assert_eq!(question.wants(), [Want::CramMd5, Want::ClearText]);
    for (verifiers, right) in [
        ([clear_text("other"), context("pencil")], true),
        ([clear_text("pencil"), context("other")], false),
        ([clear_text("pencil"), clear_text("other")], true),
        ([clear_text(""), clear_text("pencil")], true),
        // What is damaged is as good as not there.
        ([damaged(), clear_text("pencil")], true),
        ([damaged(), context("pencil")], true),
        ([damaged(), damaged()], false),
    ] {
        let known = verifiers
            .into_iter()
            .fold(named("user"), Identity::with_verifier);
        assert_eq!(respond(&fixed(), &response, Some(known)).is_ok(), right);
    }
}

/// Trap 12: the same turns and the same error, whoever it is.
#[test]
fn a_stranger_and_a_wrong_password_are_alike() {
    let response = answer("user", "pencil", CHALLENGE.as_bytes()).unwrap();
    for (found, reason) in [
        (Found::Known(account("user", "other")), Refused::Credentials),
        (
            Found::Known(named("user").with_verifier(context("other"))),
            Refused::Credentials,
        ),
        (Found::Known(account("user", "")), Refused::Credentials),
        // Only this side's log is told.
        (Found::Known(named("user")), Refused::NoVerifier),
        (Found::Unknown, Refused::Credentials),
    ] {
        let error = error(respond(&fixed(), &response, found));
        assert_eq!(error, Error::Refused(reason));
        assert_eq!(error.outcome(), Outcome::NotAuthorized);
    }
    let disabled = |password| account("user", password).with_standing(Standing::Disabled);
    for (password, reason) in [
        ("wrong", Refused::Credentials),
        ("pencil", Refused::Disabled),
    ] {
        assert_eq!(
            error(respond(&fixed(), &response, Some(disabled(password)))),
            Error::Refused(reason)
        );
    }
    let broken: Result<Option<Identity>, std::io::Error> = Err(std::io::ErrorKind::TimedOut.into());
    assert_eq!(
        error(respond(&fixed(), &response, broken)),
        Error::Unavailable(Unavailable::Store)
    );
}

/// Nobody can prove to be nobody: neither an empty password nor what a stranger's work is done with lets anybody in.
#[test]
fn a_stranger_has_no_password() {
    for password in ["sasl-crammd5 decoy", "x"] {
        let response = answer("user", password, CHALLENGE.as_bytes()).unwrap();
        for found in [
            Found::Unknown,
            Found::Known(named("user")),
            Found::Known(account("user", "")),
        ] {
            assert!(respond(&fixed(), &response, found).is_err(), "{password}");
        }
    }
    // HMAC-MD5 of the challenge with an empty key, from Python's hmac.
    let empty = b"user a00b54b824afa19ec2de0f73cb2a04c2";
    assert!(respond(&fixed(), empty, Some(account("user", ""))).is_err());
}

#[test]
fn both_sides_can_prepare() {
    let server = || {
        with(
            CramMd5::server()
                .preparation(Preparation::Saslprep)
                .dangerous_fixed_challenge(CHALLENGE),
        )
    };
    let send = |client: CramMd5Client, name: &str, password: &str| {
        let response = begin_client(client, name, password).unwrap();
        let response = responds(response.challenge(CHALLENGE.as_bytes())).unwrap();
        response.data().unwrap().to_vec()
    };
    let prepared = send(
        CramMd5::client().preparation(Preparation::Saslprep),
        "us\u{ad}er",
        "\u{2168}",
    );
    assert_eq!(prepared, send(CramMd5::client(), "user", "IX"));
    for stored in ["IX", "\u{2168}", "I\u{ad}X"] {
        let end = respond(&server(), &prepared, Some(account("user", stored)));
        assert!(matches!(end, Ok(Turn::Done(_))), "{stored}");
    }
    // By default octets count, on both sides.
    let raw = send(CramMd5::client(), "us\u{ad}er", "\u{2168}");
    assert!(raw.starts_with("us\u{ad}er ".as_bytes()));
    assert!(respond(&fixed(), &raw, Some(account("us\u{ad}er", "\u{2168}"))).is_ok());
    assert!(respond(&fixed(), &raw, Some(account("us\u{ad}er", "IX"))).is_err());
    // What cannot be prepared verifies nothing.
    let hostile = b"us\x07er b913a602c7eda7a495b4e6e7334d3890";
    let end = respond_or_fail(&server(), hostile, account("user", "IX"));
    assert_eq!(error(end), Error::Refused(Refused::Credentials));
    let end = respond(&server(), &prepared, Some(account("user", "IX\x07")));
    assert_eq!(error(end), Error::Refused(Refused::Credentials));
}

#[test]
fn a_server_that_knows_its_user_ignores_the_name() {
    let user = Authcid::parse("user").unwrap();
    let proof = answer("x", "pencil", CHALLENGE.as_bytes()).unwrap();
    for name in ["", "somebody"] {
        let response = [name.as_bytes(), &proof[1..]].concat();
        let channel = tls();
        let begin = Begin::new("CRAM-MD5", &channel).with_known_user(&user);
        let Ok(Turn::Challenge(challenge)) = fixed().start(begin) else {
            panic!()
        };
        let Ok(Turn::Ask(Question::Lookup(question))) = challenge.respond(&response) else {
            panic!()
        };
        assert_eq!(question.authcid(), "user");
        assert!(matches!(
            question.supply(Some(account("user", "pencil"))),
            Ok(Turn::Done(_))
        ));
    }
}

/// A response to one challenge is none to another.
#[test]
fn a_response_cannot_be_replayed() {
    let server = with(CramMd5::server());
    let Ok(Turn::Challenge(first)) = server.start(Begin::new("CRAM-MD5", &tls())) else {
        panic!()
    };
    let response = answer("user", "pencil", first.data()).unwrap();
    let again = respond(&server, &response, Some(account("user", "pencil")));
    assert_eq!(error(again), Error::Refused(Refused::Credentials));
    let Ok(Turn::Ask(Question::Lookup(question))) = first.respond(&response) else {
        panic!()
    };
    assert!(question.supply(Some(account("user", "pencil"))).is_ok());
}

/// Failure 51: no password, context or proof is shown by anything on the way.
#[test]
fn debug_shows_no_secret() {
    let canary = "c4n4ry-p4ss";
    let proof = answer("user", canary, CHALLENGE.as_bytes()).unwrap();
    let digits = String::from_utf8(proof["user ".len()..].to_vec()).unwrap();
    let response = begin_client(CramMd5::client(), "user", canary).unwrap();
    let mut shown = vec![format!("{response:?}")];
    shown.push(format!("{:?}", response.challenge(CHALLENGE.as_bytes())));
    let known = account("user", canary).with_verifier(context(canary));
    shown.push(format!("{known:?}"));
    shown.push(format!("{:?}", respond(&fixed(), &proof, Some(known))));
    shown.push(format!(
        "{:?} {:?}",
        Digest::parse(digits.as_bytes()),
        sasl::cram_md5::Response::parse(&proof)
    ));
    shown.push(format!("{:?}", CramMd5::server()));
    for text in shown {
        assert!(!text.contains(canary) && !text.contains(&digits), "{text}");
    }
}
