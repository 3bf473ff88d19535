//! What a server takes, asks and answers.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sasl::oauth::OauthError;
use sasl::server::{Begin, Denial, Question, TokenError, Turn};
use sasl::{
    Authzid, Channel, Error, Malformed, Outcome, Protection, Refused, Unavailable, Unusable,
    Violation,
};

use crate::common::{
    BOTH, CONFIGURATION, SCOPE, asked, authcid, begin, begin_on, error, message, refused, server,
    tls,
};

/// Trap 65, failures 34 and 68: refused before anybody is asked anything, and without a word about scopes.
#[test]
fn malformed_messages_never_reach_the_application() {
    let malformed = Error::from(Malformed::Message);
    for (message, expected) in [
        (&b""[..], malformed),
        (b"\x01", Violation::UnexpectedMessage.into()),
        (b"\x01\x01", malformed),
        (b"n,,\x01host=h\x01\x01", malformed),
        (b"n,,\x01auth=Bearer abc\x01", malformed),
        (b"n,,\x01auth=Bearer abc\x01\x01x", malformed),
        (
            b"n,,\x01auth=Bearer abc\x01auth=Bearer x\x01\x01",
            malformed,
        ),
        (
            b"n,,\x01port=1\x01auth=Bearer abc\x01port=1\x01\x01",
            malformed,
        ),
        (b"n,,\x01auth=Basic abc\x01\x01", malformed),
        (b"n,user=u,\x01auth=Bearer abc\x01\x01", malformed),
        (b"F,n,,\x01auth=Bearer abc\x01\x01", malformed),
        (
            b"p=tls-exporter,,\x01auth=Bearer abc\x01\x01",
            Violation::ChannelBinding.into(),
        ),
        (
            b"n,a=,\x01auth=Bearer abc\x01\x01",
            Malformed::EmptyAuthzid.into(),
        ),
        (
            b"n,a=us=er,\x01auth=Bearer abc\x01\x01",
            Malformed::NameEncoding.into(),
        ),
        (b"n,,\x01auth=Bearer a\0bc\x01\x01", Malformed::Nul.into()),
        (
            b"n,,\x01auth=Bearer a\xffbc\x01\x01",
            Malformed::Utf8.into(),
        ),
        (b"user=u\x01auth=Bearer abc\x01\x01", malformed),
    ] {
        assert_eq!(
            error(begin("OAUTHBEARER", message)),
            expected,
            "{message:?}"
        );
    }
    for (message, expected) in [
        (&b""[..], malformed),
        (b"\x01", malformed),
        (b"abcdefghi", malformed),
        (b"user=u\x01auth=Bearer t\x01", malformed),
        (b"user=u\x01auth=Bearer t\x01\x01x", malformed),
        (
            b"user=u\x01auth=Bearer t\x01auth=Bearer x\x01\x01",
            malformed,
        ),
        (
            b"user=\x01auth=Bearer t\x01\x01",
            Malformed::EmptyAuthzid.into(),
        ),
        (b"n,a=u,\x01auth=Bearer t\x01\x01", malformed),
    ] {
        assert_eq!(error(begin("XOAUTH2", message)), expected, "{message:?}");
    }
    for mechanism in BOTH {
        for length in [16 * 1024 + 1, 64 * 1024, 1 << 20] {
            let octets = vec![b'x'; length];
            assert_eq!(error(begin(mechanism, &octets)), Malformed::TooLong.into());
        }
        for byte in 0..=255 {
            assert!(begin(mechanism, &[byte]).is_err(), "{byte}");
        }
    }
}

/// Failure 34: what somebody put into a token adds no second one.
#[test]
fn the_messages_of_the_field_end_as_they_should() {
    let blob = |base64: &str| begin("OAUTHBEARER", &STANDARD.decode(base64).unwrap());
    let two_tokens = "bixhPXVzZXJAZXhhbXBsZS5jb20sAWF1dGg9QmVhcmVyIHRvawFhdXRoPUJlYXJlciBvdGhlcgEB";
    assert_eq!(error(blob(two_tokens)), Malformed::Message.into());
    // stalwartlabs/mail-server issue 627.
    let question = asked(blob(
        "bixhPWluZm9AMC0wLmh1LAFhdXRoPUJlYXJlciAzaGdEYkVZcjZIQ2hXK2pYUTdlU2l3akplSk1IeUE0c2duVElnVHMreGQzcnZSeStxMGJnL24vSS8y\
         WXVzaFZsU3N5dGx2RUNjbTkxYm1SamRXSmwBAQ==",
    ));
    assert_eq!(question.authzid().map(Authzid::as_str), Some("info@0-0.hu"));
    assert!(question.token().matches(
        b"3hgDbEYr6HChW+jXQ7eSiwjJeJMHyA4sgnTIgTs+xd3rvRy+q0bg/n/I/2YushVlSsytlvECcm91bmRjdWJl"
    ));
}

/// Trap 67, failure 68: the token without its scheme, whatever the case, with the `=` at its end.
#[test]
fn the_question_has_the_token_and_nothing_else() {
    for scheme in ["Bearer", "bearer", "BEARER", "bEARER  "] {
        for (mechanism, before) in [("OAUTHBEARER", "n,a=u,"), ("XOAUTH2", "user=u")] {
            let message = format!("{before}\x01auth={scheme} a=b==\x01\x01");
            let question = asked(begin(mechanism, message.as_bytes()));
            assert!(question.token().matches(b"a=b=="), "{message:?}");
            assert_eq!(question.authzid().map(Authzid::as_str), Some("u"));
            assert_eq!(question.mechanism(), mechanism);
        }
    }
    let others = b"n,,\x01mthd=POST\x01path=/\x01qs=a=b\r\n\x01auth=Bearer t\x01\x01";
    assert!(asked(begin("OAUTHBEARER", others)).token().matches(b"t"));
    let escaped = b"n,a=us=2Cer=3D2C,\x01auth=Bearer t\x01\x01";
    let question = asked(begin("OAUTHBEARER", escaped));
    assert_eq!(question.authzid().map(Authzid::as_str), Some("us,er=2C"));
}

/// RFC 7628 §4.3: nobody is asked, and the client is told what it would need a token for.
#[test]
fn an_empty_token_is_answered_with_the_configuration() {
    for (mechanism, message, status) in [
        ("OAUTHBEARER", &b"n,,\x01auth=\x01\x01"[..], "invalid_token"),
        (
            "OAUTHBEARER",
            b"n,a=u,\x01auth=Bearer \x01\x01",
            "invalid_token",
        ),
        (
            "OAUTHBEARER",
            b"n,a=u,\x01auth=Bearer\x01\x01",
            "invalid_token",
        ),
        ("XOAUTH2", b"user=u\x01auth=Bearer \x01\x01", "401"),
        ("XOAUTH2", b"user=u\x01auth=\x01\x01", "401"),
    ] {
        let (said, end) = refused(begin(mechanism, message), b"\x01");
        let said = OauthError::parse(&said).unwrap();
        assert_eq!(&*said.status, status, "{message:?}");
        assert_eq!(said.scope.as_deref(), Some(SCOPE));
        let configuration = (mechanism == "OAUTHBEARER").then_some(CONFIGURATION);
        assert_eq!(said.openid_configuration.as_deref(), configuration);
        assert_eq!(end, Refused::Credentials.into());
    }
}

/// Failures 33 and 68: the refusal stands whatever the client answers, and nothing indexes what is not there.
#[test]
fn after_a_refusal_there_is_nothing_but_failure() {
    let long = vec![b'x'; 16 * 1024];
    for mechanism in BOTH {
        let message = message(mechanism, "u", "t");
        for answer in [
            &b"\x01"[..],
            b"",
            b"\x01\x01",
            b"\0",
            b"AQ==",
            b"\xff",
            &message,
            &long,
        ] {
            let (_, end) = refused(asked(begin(mechanism, &message)).refuse(), answer);
            assert_eq!(end, Refused::Credentials.into(), "{mechanism} {answer:?}");
            assert_eq!(end.outcome(), Outcome::NotAuthorized);
        }
        let too_long = vec![b'x'; 16 * 1024 + 1];
        let (_, end) = refused(asked(begin(mechanism, &message)).refuse(), &too_long);
        assert_eq!(end, Malformed::TooLong.into());
        let Ok(Turn::Challenge(challenge)) = asked(begin(mechanism, &message)).refuse() else {
            panic!()
        };
        assert_eq!(challenge.abort().error(), Error::Cancelled);
    }
}

#[test]
fn the_reason_is_said_in_the_words_of_the_mechanism() {
    for (mechanism, reason, status) in [
        ("OAUTHBEARER", TokenError::InvalidToken, "invalid_token"),
        (
            "OAUTHBEARER",
            TokenError::InsufficientScope,
            "insufficient_scope",
        ),
        ("XOAUTH2", TokenError::InvalidToken, "401"),
        ("XOAUTH2", TokenError::InsufficientScope, "403"),
    ] {
        let question = asked(begin(mechanism, &message(mechanism, "u", "t")));
        let (said, end) = refused(question.reject(reason), b"");
        assert_eq!(&*OauthError::parse(&said).unwrap().status, status);
        assert_eq!(end, Refused::Credentials.into());
    }
}

#[test]
fn a_token_that_cannot_be_checked_now_is_not_refused() {
    for mechanism in BOTH {
        let question = asked(begin(mechanism, &message(mechanism, "u", "t")));
        let failure = question.unavailable().unwrap_err();
        assert_eq!(failure.error(), Unavailable::Store.into());
        assert_eq!(failure.outcome(), Outcome::TemporaryFailure);
        assert_eq!(failure.parting(), None);
    }
}

/// RFC 7628 §3.2: what the client says of host and port, and what the server knows, must match.
#[test]
fn a_message_for_another_host_is_refused_before_anybody_is_asked() {
    let own = tls().with_host("mail.example.org").with_port(993);
    for (fields, meant) in [
        ("", true),
        ("host=mail.example.org\x01", true),
        ("host=MAIL.example.ORG\x01port=993\x01", true),
        ("port=0993\x01", true),
        ("host=\x01port=\x01", true),
        ("host=mail.example.net\x01", false),
        ("host=mail.example.org.\x01", false),
        ("host=ail.example.org\x01port=993\x01", false),
        ("host=mail.example.org\x01port=143\x01", false),
        ("port=0\x01", false),
    ] {
        let message = format!("n,,\x01{fields}auth=Bearer t\x01\x01");
        let turn = begin_on(&own, "OAUTHBEARER", message.as_bytes());
        if meant {
            _ = asked(turn);
        } else {
            let (said, end) = refused(turn, b"\x01");
            assert_eq!(
                &*OauthError::parse(&said).unwrap().status,
                "invalid_request"
            );
            assert_eq!(end, Violation::Host.into(), "{fields:?}");
        }
        // A server that does not know hands on what the client says.
        let question = asked(begin("OAUTHBEARER", message.as_bytes()));
        assert_eq!(
            question.host().is_some(),
            fields.contains("host=") && !fields.contains("host=\x01")
        );
    }
    let wrong_port = b"n,,\x01port=65536\x01auth=Bearer t\x01\x01";
    assert_eq!(
        error(begin("OAUTHBEARER", wrong_port)),
        Malformed::Message.into()
    );
}

/// Whose a token is says the application, and not who the client says that it is.
#[test]
fn acting_as_somebody_else_needs_the_applications_word() {
    for mechanism in BOTH {
        let own = asked(begin(mechanism, &message(mechanism, "owner", "t")));
        match own.accept(authcid("owner")) {
            Ok(Turn::Done(login)) => assert_eq!(login.acts_as(), "owner"),
            other => panic!("{other:?}"),
        }
        let others = || {
            let question = asked(begin(mechanism, &message(mechanism, "victim", "t")));
            match question.accept(authcid("owner")) {
                Ok(Turn::Ask(Question::Authorize(question))) => question,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(others().authcid(), "owner");
        assert_eq!(others().authzid().map(Authzid::as_str), Some("victim"));
        match others().allow() {
            Ok(Turn::Done(login)) => assert_eq!(
                (login.authcid().as_str(), login.acts_as()),
                ("owner", "victim")
            ),
            other => panic!("{other:?}"),
        }
        // Not permitted: in the words for a token that is not good.
        let failure = others().deny(Denial::NotPermitted).unwrap_err();
        assert_eq!(failure.error(), Refused::NotPermitted.into());
        let question = asked(begin(mechanism, &message(mechanism, "owner", "t")));
        let (said, _) = refused(question.refuse(), b"");
        assert_eq!(failure.parting(), Some(said.as_bytes()));
    }
    match asked(begin("OAUTHBEARER", b"n,,\x01auth=Bearer t\x01\x01")).accept(authcid("owner")) {
        Ok(Turn::Done(login)) => assert_eq!((login.acts_as(), login.authzid()), ("owner", None)),
        other => panic!("{other:?}"),
    }
}

/// As PostgreSQL does: the connection has said who it is.
#[test]
fn a_server_that_knows_its_user_takes_that_ones_token_only() {
    let (channel, user) = (tls(), authcid("user"));
    let message = b"n,,\x01auth=Bearer t\x01\x01";
    let question = || {
        let begin = Begin::new("OAUTHBEARER", &channel)
            .with_initial_response(Some(message))
            .with_known_user(&user);
        asked(server().start(begin))
    };
    assert!(matches!(
        question().accept(authcid("user")),
        Ok(Turn::Done(_))
    ));
    assert_eq!(
        error(question().accept(authcid("other"))),
        Refused::Credentials.into()
    );
}

/// Trap 15: TLS is a must (RFC 7628 §3).
#[test]
fn an_open_channel_has_no_tokens() {
    let open = Channel::new(Protection::None);
    assert!(server().advertise(&open).is_empty());
    assert_eq!(server().advertise(&tls()), BOTH);
    for mechanism in BOTH {
        let message = message(mechanism, "u", "t");
        assert_eq!(
            error(begin_on(&open, mechanism, &message)),
            Unusable::ClearText.into()
        );
    }
}

#[test]
fn nothing_that_is_shown_has_the_token() {
    for mechanism in BOTH {
        let question = asked(begin(mechanism, &message(mechanism, "u", "c4n4ry")));
        assert!(!format!("{question:?}").contains("c4n4ry"));
        let turn = question.refuse();
        assert!(!format!("{turn:?}").contains("c4n4ry"));
        let (said, end) = refused(turn, b"");
        assert!(!said.contains("c4n4ry") && !format!("{end:?} {end}").contains("c4n4ry"));
    }
    let bearer = message("OAUTHBEARER", "u", "c4n4ry");
    let parsed = sasl::oauth::message::BearerResponse::parse(&bearer).unwrap();
    assert!(!format!("{parsed:?}").contains("c4n4ry"));
    let xoauth2 = message("XOAUTH2", "u", "c4n4ry");
    let parsed = sasl::oauth::message::Xoauth2Response::parse(&xoauth2).unwrap();
    assert!(!format!("{parsed:?}").contains("c4n4ry"));
}

/// RFC 4422 §5: without an initial response the first challenge is empty.
#[test]
fn without_an_initial_response_there_is_an_empty_challenge() {
    for mechanism in BOTH {
        let Ok(Turn::Challenge(challenge)) = server().start(Begin::new(mechanism, &tls())) else {
            panic!()
        };
        assert_eq!(challenge.data(), b"");
        _ = asked(challenge.respond(&message(mechanism, "u", "t")));
    }
}
