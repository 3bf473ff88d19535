//! What a client sends, and what it makes of what it hears.

use sasl::client::{Failure, Response};
use sasl::oauth::OauthError;
use sasl::{
    Authcid, Channel, CredentialKind, Credentials, Error, Malformed, Offer, Protection, Refused,
    Token, Unusable, Violation, WhyNot, limits,
};

use crate::common::{BOTH, authcid, authzid, client, responded, send, send_on, tls, token};

const ERROR: &str = r#"{"status":"invalid_token","scope":"mail"}"#;

fn refusal(mechanism: &str) -> Response {
    send(mechanism, token("t").acting_as(authzid("u"))).unwrap()
}

/// After the error challenge and the answer to it.
fn heard(mechanism: &str, challenge: &[u8]) -> Response {
    responded(refusal(mechanism).challenge(challenge)).unwrap()
}

fn why(sent: Result<Response, Failure>) -> Error {
    sent.expect_err("nothing may be sent").error()
}

/// Traps 64 and 69, failures 33 and 68: one `^A` in OAUTHBEARER, nothing in XOAUTH2, once; then the error is reported.
#[test]
fn an_error_is_answered_once() {
    for (mechanism, answer) in [("OAUTHBEARER", &b"\x01"[..]), ("XOAUTH2", b"")] {
        let response = heard(mechanism, ERROR.as_bytes());
        assert_eq!(response.data(), Some(answer), "{mechanism}");
        let failure = response.failure();
        assert_eq!(failure.error(), Refused::ByServer.into());
        let error = OauthError::parse(failure.said().unwrap()).unwrap();
        assert_eq!(
            (&*error.status, error.scope.as_deref()),
            ("invalid_token", Some("mail"))
        );

        // A second challenge is one too many; what was said first is kept.
        for second in [&b""[..], ERROR.as_bytes(), b"\x01"] {
            let failure = heard(mechanism, ERROR.as_bytes())
                .challenge(second)
                .unwrap_err();
            assert_eq!(failure.error(), Violation::UnexpectedMessage.into());
            assert_eq!(failure.said(), Some(ERROR));
        }
    }
}

/// Failure 68: no success comes out of an error.
#[test]
fn a_success_after_an_error_is_none() {
    for mechanism in BOTH {
        for data in [None, Some(&b""[..]), Some(b"x"), Some(ERROR.as_bytes())] {
            let success = heard(mechanism, ERROR.as_bytes()).success(data);
            assert!(
                matches!(success.unwrap_err().error(), Error::Violation(_)),
                "{mechanism} {data:?}"
            );
        }
        // Nor does one that comes with an error in its data, or with anything at all.
        for data in [&b""[..], b"x", ERROR.as_bytes()] {
            let success = refusal(mechanism).success(Some(data));
            assert!(
                matches!(success.unwrap_err().error(), Error::Violation(_)),
                "{mechanism} {data:?}"
            );
        }
    }
}

/// Failures 33 and 36: whatever the server says is kept as it is, within bounds, and not shown.
#[test]
fn what_the_server_says_is_bounded_and_not_shown() {
    let long = "\u{1f512}".repeat(4096);
    for challenge in [
        &b"not json"[..],
        b"",
        b"\x01",
        b"\xff\xfe\0",
        b"c4n4ry\r\n\x1b[2J",
        long.as_bytes(),
    ] {
        let failure = heard("OAUTHBEARER", challenge).failure();
        assert_eq!(failure.error(), Refused::ByServer.into(), "{challenge:?}");
        let said = failure.said().unwrap();
        assert!(said.len() <= limits::SERVER_TEXT);
        assert_eq!(OauthError::parse(said), Err(Malformed::Message));
        let shown = format!("{failure} {failure:?} {failure:#?}");
        assert!(
            !shown.contains("c4n4ry") && !shown.contains('\u{1f512}'),
            "{shown}"
        );
    }
    let too_long = vec![b'{'; limits::MESSAGE + 1];
    assert_eq!(
        refusal("XOAUTH2").challenge(&too_long).unwrap_err().error(),
        Malformed::TooLong.into()
    );
}

/// Failure 68: error JSON with escapes.
#[test]
fn an_error_with_escapes_is_read() {
    let challenge = br#"{"status":"invalid_token","scope":"a\/b \"c\" \u00e9\ud83d\udd12"}"#;
    let failure = heard("OAUTHBEARER", challenge).failure();
    let error = OauthError::parse(failure.said().unwrap()).unwrap();
    assert_eq!(error.scope.as_deref(), Some("a/b \"c\" \u{e9}\u{1f512}"));
}

/// A server that just fails, as many do.
#[test]
fn a_failure_without_an_error_is_one() {
    for mechanism in BOTH {
        let failure = refusal(mechanism).failure();
        assert_eq!(failure.error(), Refused::ByServer.into());
        assert_eq!(failure.said(), None);
    }
}

/// Trap 67, failure 34: what would add a field is refused before the first byte.
#[test]
fn nothing_is_injected() {
    for mechanism in BOTH {
        for hostile in [
            "abc\x01host=x",
            "abc\x01\x01",
            "a\0b",
            "a\rb",
            "a\nb",
            "a\tb",
            "a b",
            " a",
            "a\x7f",
            "t\u{f6}ken",
        ] {
            let sent = send(mechanism, token(hostile).acting_as(authzid("u")));
            assert_eq!(
                why(sent),
                Unusable::Characters.into(),
                "{mechanism} {hostile:?}"
            );
        }
        let octets = Credentials::token(Token::new(b"a\xffb")).acting_as(authzid("u"));
        assert_eq!(why(send(mechanism, octets)), Unusable::Characters.into());
        for hostile in ["u\x01auth=Bearer x", "u\r\nx", "u\x7f", "\x01"] {
            let acting_as = token("t").acting_as(authzid(hostile));
            assert_eq!(why(send(mechanism, acting_as)), Unusable::Characters.into());
            let of = token("t").with_authcid(authcid(hostile));
            assert_eq!(why(send(mechanism, of)), Unusable::Characters.into());
        }
        let long = "x".repeat(limits::MESSAGE);
        let sent = send(mechanism, token(&long).acting_as(authzid("u")));
        assert_eq!(why(sent), Unusable::TooLong.into());
    }
    for host in ["h\x01auth=Bearer x", "h\r\nx", "a b", "b\u{fc}cher.example"] {
        let channel = tls().with_host(host);
        let sent = send_on(&channel, "OAUTHBEARER", token("t"));
        assert_eq!(why(sent), Unusable::Characters.into(), "{host:?}");
    }
    let nameless = tls().with_host("");
    assert_eq!(
        why(send_on(&nameless, "OAUTHBEARER", token("t"))),
        Unusable::EmptyName.into()
    );
}

#[test]
fn the_user_is_the_authzid_and_else_the_authcid() {
    type Names<'a> = (Option<&'a str>, Option<&'a str>);
    let with = |(authcid_of, acting_as): Names<'_>| {
        let mut credentials = token("t");
        if let Some(name) = authcid_of {
            credentials = credentials.with_authcid(authcid(name));
        }
        if let Some(name) = acting_as {
            credentials = credentials.acting_as(authzid(name));
        }
        credentials
    };
    let of = |mechanism, names| {
        let response = send(mechanism, with(names)).unwrap();
        let sent = String::from_utf8(response.data().unwrap().to_vec()).unwrap();
        let login = response.success(None).unwrap();
        let authcid = login.authcid().map(|name| name.as_str().to_owned());
        let authzid = login.authzid().map(|name| name.as_str().to_owned());
        (sent, authcid, authzid)
    };
    for (names, header, user) in [
        ((Some("u,=r"), None), "n,a=u=2C=3Dr,", "user=u,=r"),
        ((None, Some("u")), "n,a=u,", "user=u"),
        ((Some("own"), Some("other")), "n,a=other,", "user=other"),
    ] {
        // What is reported is what was sent, and whom it was asked to act as.
        let authcid = names.0.filter(|_| names.1.is_none()).map(str::to_owned);
        let authzid = names.1.map(str::to_owned);
        assert_eq!(
            of("OAUTHBEARER", names),
            (
                format!("{header}\x01auth=Bearer t\x01\x01"),
                authcid.clone(),
                authzid.clone()
            )
        );
        assert_eq!(
            of("XOAUTH2", names),
            (format!("{user}\x01auth=Bearer t\x01\x01"), authcid, authzid)
        );
    }
    assert_eq!(
        of("OAUTHBEARER", (None, None)),
        ("n,,\x01auth=Bearer t\x01\x01".to_owned(), None, None)
    );
    assert_eq!(why(send("XOAUTH2", token("t"))), Unusable::EmptyName.into());
    for mechanism in BOTH {
        let ignored = token("t").with_authcid(Authcid::ignored());
        assert_eq!(why(send(mechanism, ignored)), Unusable::EmptyName.into());
    }
}

/// RFC 7628 §4.3 gives an empty token a meaning; in XOAUTH2 it has none.
#[test]
fn an_empty_token_asks_what_a_token_is_needed_for() {
    let channel = tls().with_host("server.example.com").with_port(143);
    let response = send_on(&channel, "OAUTHBEARER", token("")).unwrap();
    assert_eq!(
        response.data(),
        Some(&b"n,,\x01host=server.example.com\x01port=143\x01auth=\x01\x01"[..])
    );
    // Nothing was shown that a success could be for.
    let success = response.success(None);
    assert_eq!(
        success.unwrap_err().error(),
        Violation::ServerNotAuthenticated.into()
    );
    let named = token("").acting_as(authzid("u"));
    assert_eq!(why(send("XOAUTH2", named)), Unusable::EmptySecret.into());
}

/// Trap 15: TLS is a must, and other credentials are of no use.
#[test]
fn without_tls_or_a_token_nothing_is_sent() {
    let (client, open, tls) = (client(), Channel::new(Protection::None), tls());
    let offer = Offer::parse("XOAUTH2 OAUTHBEARER");
    let none = client
        .choose(&offer, &open, &[CredentialKind::Token])
        .unwrap_err();
    assert!(
        none.passed_over()
            .iter()
            .all(|other| other.why == WhyNot::ClearText)
    );
    assert_eq!(none.passed_over().len(), 2);
    assert!(
        client
            .choose(&offer, &tls, &[CredentialKind::Password])
            .is_err()
    );
    let chosen = client
        .choose(&offer, &tls, &[CredentialKind::Token])
        .unwrap();
    assert_eq!(chosen.name(), "OAUTHBEARER");
}

/// The last word of a server that does not permit what was asked is an error like any other.
#[test]
fn a_parting_is_an_error() {
    for mechanism in BOTH {
        let message = crate::common::message(mechanism, "victim", "t");
        let question = crate::common::asked(crate::common::begin(mechanism, &message));
        let sasl::server::Turn::Ask(question) = question.accept(authcid("owner")).unwrap() else {
            panic!()
        };
        let denied = question.refuse().unwrap_err();
        let failure = heard(mechanism, denied.parting().unwrap()).failure();
        let error = OauthError::parse(failure.said().unwrap()).unwrap();
        assert_eq!(error.scope.as_deref(), Some(crate::common::SCOPE));
    }
}
