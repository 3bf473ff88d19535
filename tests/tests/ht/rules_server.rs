//! The rules of both drafts for the server, and what broke elsewhere.

use sasl::ht::{Draft, Pairs, TokenUsed};
use sasl::server::{Begin, Question, Turn};
use sasl::{
    Error, Found, HtSha256Expr, HtSha256None, HtSha512Expr, HtSha512None, Identity, Malformed,
    Outcome, Refused, Server, Standing, Token, Unavailable, Unusable, Verifier, Violation, Want,
};

use crate::common::*;

/// Trap 71, failure 12: refused before anybody is asked anything.
#[test]
fn malformed_messages_never_reach_the_application() {
    let channel = bound(0);
    let long = vec![b'x'; 1 << 20];
    let proof = [b'x'; 32];
    let named = |name: &[u8], nuls: &[u8]| [name, nuls, &proof[..]].concat();
    for (draft, nuls) in [(Draft::Schmaus08, &b"\0"[..]), (Draft::Ietf01, b"\0\0")] {
        let fault = |message: &[u8]| {
            let failure = begin(HtSha256None::server(draft), &channel, message).unwrap_err();
            let parting = failure.parting().map(<[u8]>::to_vec);
            (failure.error(), parting)
        };
        for (message, reason) in [
            (Vec::new(), Malformed::Nul),
            (b"user".to_vec(), Malformed::Nul),
            (named(b"", nuls), Malformed::EmptyAuthcid),
            (named(b"us\xffer", nuls), Malformed::Utf8),
            (named(&[b'x'; 1025], nuls), Malformed::TooLong),
            ([&named(b"user", nuls)[..], b"x"].concat(), Malformed::Proof),
            (named(b"user", nuls)[..36].to_vec(), Malformed::Proof),
        ] {
            let (error, parting) = fault(&message);
            assert_eq!(error, Error::Malformed(reason), "{message:?}");
            let said = (draft == Draft::Ietf01).then(|| b"\x01other-error".to_vec());
            assert_eq!(parting, said, "{message:?}");
        }
        for length in [2200, 16 * 1024, 16 * 1024 + 1, 1 << 20] {
            let (error, _) = fault(&long[..length]);
            assert_eq!(error, Error::Malformed(Malformed::TooLong), "{length}");
        }
        for byte in 0..=u8::MAX {
            assert_eq!(fault(&[byte]).0.class(), "malformed", "{byte}");
        }
    }
}

/// Trap 71: a token is good for the mechanism that it was given out for.
#[test]
fn a_token_is_pinned_to_its_mechanism() {
    let channel = bound(0);
    for kind in KINDS {
        let response = respond((kind.client)(Draft::Schmaus08), &channel);
        let message = response.data().unwrap();
        for pinned in KINDS {
            let verifier = (pinned.verifier)(&Token::new(TOKEN)).unwrap();
            let found = Some(account([verifier]));
            let end = end((kind.server)(Draft::Schmaus08), &channel, message, found);
            assert_eq!(end.is_ok(), kind.name == pinned.name);
        }
        let question = asked(begin((kind.server)(Draft::Schmaus08), &channel, message));
        assert_eq!(question.wants(), [Want::Other(kind.name)]);
        assert!(!question.wants().is_empty());
    }
}

/// Two slots, and more: every token is tried, in whatever order they stand, and the application hears which it was.
#[test]
fn every_token_of_an_account_is_tried() {
    let channel = bound(0);
    let pinned = |token: &str| HtSha512Expr::verifier(&Token::new(token)).unwrap();
    let others = ["the first other token", "the second other token"];
    let foreign = HtSha256Expr::verifier(&Token::new(TOKEN)).unwrap();
    let message = respond(HtSha512Expr::client(Draft::Schmaus08), &channel)
        .data()
        .unwrap()
        .to_vec();
    for position in 0..3 {
        let mut tokens: Vec<Verifier> = others.map(pinned).into();
        tokens.insert(position, pinned(TOKEN));
        // Another mechanism's does not count.
        tokens.insert(0, foreign.clone());
        let server = HtSha512Expr::server(Draft::Schmaus08);
        let login = end(
            server.clone(),
            &channel,
            &message,
            Some(account(tokens.clone())),
        );
        assert!(login.is_ok());
        for slots in [0, 1, 2, 8] {
            let server = server.clone().slots(slots).reporting();
            let question = asked(begin(server, &channel, &message));
            let question = used(question.supply(Some(account(tokens.clone()))));
            let told = question.question::<TokenUsed>().unwrap();
            assert_eq!(told.index, position);
            assert_eq!(told.authcid, user());
            assert!(matches!(
                question.answer(Pairs::default()),
                Ok(Turn::Done(_))
            ));
        }
    }
    let none = account(others.map(pinned));
    assert_eq!(
        failure(end(
            HtSha512Expr::server(Draft::Schmaus08),
            &channel,
            &message,
            Some(none)
        ))
        .error(),
        Error::Refused(Refused::Credentials)
    );
}

/// Trap 12: nobody can tell a stranger from a wrong token, nor from an account without any.
#[test]
fn a_stranger_and_a_wrong_token_are_alike() {
    let channel = bound(0);
    let right = || HtSha256None::verifier(&Token::new(TOKEN)).unwrap();
    for draft in BOTH {
        let server = HtSha256None::server(draft).reporting();
        let send = |token: &str| {
            let client = HtSha256None::client(draft);
            let response = respond_with(client, &channel, credentials(token)).unwrap();
            response.data().unwrap().to_vec()
        };
        let disabled = || account([right()]).with_standing(Standing::Disabled);
        let foreign = HtSha512None::verifier(&Token::new(TOKEN)).unwrap();
        for (found, reason) in [
            (Found::Unknown, Refused::Credentials),
            // Only this side's log is told.
            (Found::Known(account([])), Refused::NoVerifier),
            (Found::Known(account([foreign])), Refused::NoVerifier),
            (Found::Known(account([right()])), Refused::Credentials),
            (Found::Known(disabled()), Refused::Credentials),
        ] {
            let failure = failure(end(
                server.clone(),
                &channel,
                &send("a token that nobody has"),
                found,
            ));
            assert_eq!(failure.error(), Error::Refused(reason));
            assert_eq!(failure.outcome(), Outcome::NotAuthorized);
            let said = (draft == Draft::Ietf01).then_some(&b"\x01invalid-token"[..]);
            assert_eq!(failure.parting(), said);
        }
        // The token of a stranger is one of zeros, which everybody knows and which opens nothing.
        let zeros = send(&"\0".repeat(48));
        let failure_of = |found: Found| failure(end(server.clone(), &channel, &zeros, found));
        for (found, reason) in [
            (Found::Unknown, Refused::Credentials),
            (Found::Known(account([])), Refused::NoVerifier),
            (Found::Known(account([right()])), Refused::Credentials),
        ] {
            let error = failure_of(found).error();
            assert_eq!(error, Error::Refused(reason));
        }
        // Only who has the token hears of the account.
        let server = HtSha256None::server(draft);
        let failure = failure(end(server, &channel, &send(TOKEN), Some(disabled())));
        assert_eq!(failure.error(), Error::Refused(Refused::Disabled));
    }
    let question = asked(begin(
        HtSha256None::server(Draft::Schmaus08),
        &channel,
        &[b"user\0", &[0; 32][..]].concat(),
    ));
    let broken: Result<Option<Identity>, std::io::Error> = Err(std::io::ErrorKind::TimedOut.into());
    assert_eq!(
        question.supply(broken).unwrap_err().error(),
        Error::Unavailable(Unavailable::Store)
    );
}

/// Every bit of the message counts, and nothing of it is good on another connection that is bound.
#[test]
fn a_message_is_good_as_it_is_and_where_it_is() {
    for kind in KINDS {
        for draft in BOTH {
            let channel = bound(0);
            let pairs = match draft {
                Draft::Ietf01 => Pairs::default().with("x", "1").unwrap(),
                _ => Pairs::default(),
            };
            let client = (kind.client)(draft).pairs(pairs);
            let message = respond(client, &channel).data().unwrap().to_vec();
            let found = || {
                let token = Token::new(TOKEN);
                Found::Known(account([(kind.verifier)(&token).unwrap()]))
            };
            let server = || (kind.server)(draft);
            assert!(end(server(), &channel, &message, found()).is_ok());
            for bit in 0..message.len() * 8 {
                let mut changed = message.clone();
                changed[bit / 8] ^= 1 << (bit % 8);
                match begin(server(), &channel, &changed) {
                    Ok(Turn::Ask(Question::Lookup(question))) => {
                        // In the name: that another name is not this account is the store's part.
                        let here = question.authcid() == &user();
                        let end = question.supply(found());
                        assert!(!here || end.is_err(), "{} {bit}", kind.name);
                    }
                    Ok(other) => panic!("{other:?}"),
                    Err(_) => {}
                }
            }
            let elsewhere = end(server(), &bound(0x80), &message, found());
            assert_eq!(elsewhere.is_ok(), kind.binding.is_none(), "{}", kind.name);
        }
    }
}

/// draft-ietf-kitten-sasl-ht-01 §3: pairs go both ways and are covered by the proofs.
#[test]
fn pairs_go_both_ways_and_cannot_be_changed() {
    let channel = bound(0);
    let pairs = |text: &str| Pairs::parse(text.as_bytes()).unwrap();
    let client = HtSha256Expr::client(Draft::Ietf01).pairs(pairs("ssdp=abc,x=1"));
    let respond = || respond(client.clone(), &channel);
    let message = respond().data().unwrap().to_vec();
    let server = HtSha256Expr::server(Draft::Ietf01);
    let found = || {
        let token = Token::new(TOKEN);
        Found::Known(account([HtSha256Expr::verifier(&token).unwrap()]))
    };
    let ask = || {
        let question = asked(begin(server.clone().reporting(), &channel, &message));
        used(question.supply(found()))
    };
    let question = ask();
    let told = question.question::<TokenUsed>().unwrap();
    assert_eq!(told.pairs.get("ssdp"), Some("abc"));
    let Ok(Turn::Done(login)) = question.answer(pairs("y=2")) else {
        panic!()
    };
    let reply = login.additional_data().unwrap();
    assert!(reply.starts_with(b"\0y=2\0"));
    assert!(respond().success(Some(reply)).is_ok());
    let changed = [b"\0y=3\0", &reply[5..]].concat();
    assert_eq!(
        respond().success(Some(&changed)).unwrap_err().error(),
        Error::Violation(Violation::ServerProof)
    );
    for changed in ["ssdp=abd,x=1", "ssdp=abc", ""] {
        let proof = &message[message.len() - 32..];
        let changed = [b"user\0", changed.as_bytes(), b"\0", proof].concat();
        assert_eq!(
            failure(end(server.clone(), &channel, &changed, found())).error(),
            Error::Refused(Refused::Credentials)
        );
    }
    // A server that does not ask takes them, and says nothing itself.
    let login = end(server.clone(), &channel, &message, found()).unwrap();
    assert!(login.additional_data().unwrap().starts_with(b"\0\0"));

    // Answers of another type, and none.
    assert_eq!(
        ask().answer("y=2").unwrap_err().error(),
        Error::Unusable(Unusable::Answer)
    );
    assert_eq!(
        ask().refuse().unwrap_err().error(),
        Error::Refused(Refused::Credentials)
    );
    // The earlier draft has no place for what the application says.
    let client = HtSha256Expr::client(Draft::Schmaus08);
    let message = self::respond(client, &channel).data().unwrap().to_vec();
    let server = HtSha256Expr::server(Draft::Schmaus08).reporting();
    let question = used(asked(begin(server, &channel, &message)).supply(found()));
    assert_eq!(
        question.answer(pairs("y=2")).unwrap_err().error(),
        Error::Unusable(Unusable::Answer)
    );
}

#[test]
fn a_server_that_knows_its_user_ignores_the_name() {
    let channel = bound(0);
    let message = respond(HtSha256None::client(Draft::Schmaus08), &channel)
        .data()
        .unwrap()
        .to_vec();
    let proof = &message[message.len() - 32..];
    let server = Server::builder(sasl::WithoutRandom)
        .mechanism(HtSha256None::server(Draft::Schmaus08))
        .build();
    let user = user();
    for name in ["", "somebody"] {
        let message = [name.as_bytes(), b"\0", proof].concat();
        let begin = Begin::new("HT-SHA-256-NONE", &channel)
            .with_initial_response(Some(&message))
            .with_known_user(&user);
        assert_eq!(asked(server.start(begin)).authcid(), &user);
    }
}

/// RFC 4422 §5: without an initial response the first challenge is empty.
#[test]
fn without_an_initial_response_there_is_an_empty_challenge() {
    let channel = bound(0);
    let server = Server::builder(sasl::WithoutRandom)
        .mechanism(HtSha256None::server(Draft::Schmaus08))
        .build();
    let start = || match server.start(Begin::new("HT-SHA-256-NONE", &channel)) {
        Ok(Turn::Challenge(challenge)) => challenge,
        other => panic!("{other:?}"),
    };
    assert_eq!(start().data(), b"");
    assert_eq!(start().abort().error(), Error::Cancelled);
    let message = respond(HtSha256None::client(Draft::Schmaus08), &channel)
        .data()
        .unwrap()
        .to_vec();
    assert_eq!(asked(start().respond(&message)).authcid(), &user());
}
