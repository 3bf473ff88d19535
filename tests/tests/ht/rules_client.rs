//! The rules of both drafts for the client, and for both sides.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sasl::client::Turn as ClientTurn;
use sasl::ht::{self, Draft, Pairs, generate_token};
use sasl::{
    Authcid, Authzid, BindingName, Channel, ChannelBinding, Client, CredentialKind, Credentials,
    Error, HtSha256Expr, HtSha256None, HtSha512None, Key, Offer, Policy, Protection, Refused,
    Server, Token, Unusable, Verifier, Violation, WhyNot,
};
use sasl_core::OtherVerifier;

use crate::common::*;

/// Trap 71: a message of the other draft fails, in both directions and on both sides, and is not asked about.
#[test]
fn the_drafts_do_not_understand_each_other() {
    let channel = bound(0);
    for kind in KINDS {
        for (here, there) in [BOTH, [BOTH[1], BOTH[0]]].map(|[here, there]| (here, there)) {
            let response = respond((kind.client)(here), &channel);
            let failure = begin((kind.server)(there), &channel, response.data().unwrap());
            assert_eq!(failure.unwrap_err().error().class(), "malformed");

            let foreign = respond((kind.client)(there), &channel);
            let verifier = (kind.verifier)(&Token::new(TOKEN)).unwrap();
            let message = foreign.data().unwrap();
            let found = Some(account([verifier]));
            let login = end((kind.server)(there), &channel, message, found).unwrap();
            let reply = login.additional_data().unwrap();
            let error = response.success(Some(reply)).unwrap_err().error();
            assert!(matches!(
                error,
                Error::Malformed(_) | Error::Refused(Refused::ByServer)
            ));
        }
    }
}

/// Trap 5: no success before the server's proof, and none with a wrong one, however it comes.
#[test]
fn the_client_believes_in_no_success_without_the_proof() {
    let channel = bound(0);
    for kind in KINDS {
        for draft in BOTH {
            let respond = || respond((kind.client)(draft), &channel);
            assert_eq!(
                respond().success(None).unwrap_err().error(),
                Error::Violation(Violation::ServerNotAuthenticated)
            );
            let verifier = (kind.verifier)(&Token::new(TOKEN)).unwrap();
            let found = Some(account([verifier]));
            let message = respond().data().unwrap().to_vec();
            let login = end((kind.server)(draft), &channel, &message, found).unwrap();
            let proof = login.additional_data().unwrap();
            for bit in 0..proof.len() * 8 {
                let mut wrong = proof.to_vec();
                wrong[bit / 8] ^= 1 << (bit % 8);
                assert!(respond().success(Some(&wrong)).is_err(), "{bit}");
                assert!(respond().challenge(&wrong).is_err(), "{bit}");
            }
            // The client's own proof sent back, and none at all.
            let own = &message[message.len() - kind.octets..];
            let framed = if draft == Draft::Ietf01 {
                [b"\0\0", own].concat()
            } else {
                own.to_vec()
            };
            assert_eq!(
                respond().success(Some(&framed)).unwrap_err().error(),
                Error::Violation(Violation::ServerProof)
            );
            assert!(respond().success(Some(b"")).is_err());
            // As a challenge it is answered empty, and after that only the success may follow.
            let Ok(ClientTurn::Respond(last)) = respond().challenge(proof) else {
                panic!()
            };
            assert_eq!(last.data(), Some(&b""[..]));
            assert!(last.success(None).unwrap().server_proved());
            let Ok(ClientTurn::Respond(last)) = respond().challenge(proof) else {
                panic!()
            };
            assert_eq!(
                last.challenge(proof).unwrap_err().error(),
                Error::Violation(Violation::UnexpectedMessage)
            );
            assert_eq!(
                respond().failure().error(),
                Error::Refused(Refused::ByServer)
            );
        }
    }
}

#[test]
fn the_servers_word_on_failure_is_no_success() {
    let channel = bound(0);
    let respond = || respond(HtSha256None::client(Draft::Ietf01), &channel);
    for said in [
        "unknown-user",
        "invalid-token",
        "other-error",
        "whatever else",
    ] {
        let failure = respond()
            .challenge(&[b"\x01", said.as_bytes()].concat())
            .unwrap_err();
        assert_eq!(failure.error(), Error::Refused(Refused::ByServer));
        assert_eq!(failure.said(), Some(said));
        assert!(!failure.to_string().contains(said));
    }
}

/// The name of the mechanism says what is bound. Without that very type nothing is sent, and nothing taken.
#[test]
fn another_type_of_binding_is_none() {
    let types = ["tls-unique", "tls-server-end-point", "tls-exporter"];
    for kind in KINDS.iter().filter(|kind| kind.binding.is_some()) {
        let others = types.into_iter().filter(|name| kind.binding != Some(name));
        let channel = others.fold(Channel::new(Protection::Tls), |channel, name| {
            channel.with_binding(ChannelBinding::new(name, &[7; 32]).unwrap())
        });
        let bare = Channel::new(Protection::Tls);
        for channel in [&channel, &bare] {
            let client = (kind.client)(Draft::Schmaus08);
            let end = respond_with(client, channel, credentials(TOKEN));
            assert_eq!(unusable(end), Unusable::Binding, "{}", kind.name);
            let message = [b"user\0", &vec![0; kind.octets][..]].concat();
            let failure = begin((kind.server)(Draft::Schmaus08), channel, &message).unwrap_err();
            assert_eq!(failure.error(), Error::Unusable(Unusable::Binding));
        }
    }
}

/// §1.2 of the drafts: only under TLS or the like.
#[test]
fn an_open_channel_has_no_hashed_tokens() {
    let open = Channel::new(Protection::None);
    let server = Server::builder(sasl::WithoutRandom)
        .mechanism(HtSha256None::server(Draft::Schmaus08))
        .build();
    assert!(server.advertise(&open).is_empty());
    let local = Channel::new(Protection::Local);
    assert_eq!(server.advertise(&local), [HtSha256None::NAME]);
    let failure = begin(HtSha256None::server(Draft::Schmaus08), &open, b"").unwrap_err();
    assert_eq!(failure.error(), Error::Unusable(Unusable::ClearText));
    let client = HtSha256None::client(Draft::Schmaus08);
    let end = respond_with(client, &open, credentials(TOKEN));
    assert_eq!(unusable(end), Unusable::ClearText);
}

#[test]
fn the_client_refuses_before_the_first_byte() {
    let channel = bound(0);
    let client = || HtSha256None::client(Draft::Schmaus08);
    let start = |credentials| unusable(respond_with(client(), &channel, credentials));
    let long_enough = "x".repeat(16);
    assert!(respond_with(client(), &channel, credentials(&long_enough)).is_ok());
    assert_eq!(start(credentials("")), Unusable::EmptySecret);
    for short in ["x", "fifteen octets."] {
        assert_eq!(start(credentials(short)), Unusable::ShortSecret, "{short}");
    }
    // A bearer token is none of these, and something else of somebody's is not either.
    let bearer = Credentials::token(Token::new(TOKEN)).with_authcid(user());
    assert_eq!(start(bearer), Unusable::Credentials);
    let other = Credentials::other(TOKEN).with_authcid(user());
    assert_eq!(start(other), Unusable::Credentials);
    let nobodys = ht::credentials(Authcid::ignored(), Token::new(TOKEN));
    assert_eq!(start(nobodys), Unusable::EmptyName);
    let other = Authzid::parse("root").unwrap();
    assert_eq!(
        start(credentials(TOKEN).acting_as(other)),
        Unusable::Authzid
    );
    // There is no place for pairs in the earlier draft, and they are not left out.
    let pairs = Pairs::default().with("x", "1").unwrap();
    let end = respond_with(client().pairs(pairs), &channel, credentials(TOKEN));
    assert_eq!(unusable(end), Unusable::Characters);
}

/// 128 bits are 16 octets at least: a shorter token is none, neither given out nor taken.
#[test]
fn a_token_that_could_be_guessed_is_none() {
    for kind in KINDS {
        for (short, reason) in [
            ("", Unusable::EmptySecret),
            ("fifteen octets.", Unusable::ShortSecret),
        ] {
            let end = (kind.verifier)(&Token::new(short));
            assert_eq!(end.err(), Some(reason));
        }
    }
    let channel = bound(0);
    let short = OtherVerifier {
        scheme: "HT-SHA-256-NONE".into(),
        data: Key::new("fifteen octets."),
    };
    let client = HtSha256None::client(Draft::Schmaus08).dangerous_short_tokens();
    let response = respond_with(client, &channel, credentials("fifteen octets.")).unwrap();
    let message = response.data().unwrap();
    let server = HtSha256None::server(Draft::Schmaus08);
    let found = || Some(account([Verifier::Other(short.clone())]));
    assert_eq!(
        failure(end(server.clone(), &channel, message, found())).error(),
        Error::Refused(Refused::Credentials)
    );
    assert!(end(server.dangerous_short_tokens(), &channel, message, found()).is_ok());
}

/// Failure 52: tokens come from the operating system's randomness, whole and new every time.
#[test]
fn new_tokens_are_new() {
    let mut tokens: Vec<Vec<u8>> = (0..1000)
        .map(|_| generate_token(&sasl::OsRandom).unwrap().expose().to_vec())
        .collect();
    assert!(tokens.iter().all(|token| token.len() == 48));
    assert!(tokens.iter().flatten().all(u8::is_ascii_hexdigit));
    tokens.sort();
    tokens.dedup();
    assert_eq!(tokens.len(), 1000);
    assert!(generate_token(&sasl::WithoutRandom).is_err());
}

/// A client that has both binds the channel, and one that must binds or does not start.
#[test]
fn a_client_prefers_to_bind() {
    let client = |policy: Policy| {
        Client::builder(sasl::WithoutRandom)
            .mechanism(HtSha512None::client(Draft::Schmaus08))
            .mechanism(HtSha256Expr::client(Draft::Schmaus08))
            .policy(policy)
            .build()
    };
    let kinds = [CredentialKind::Other];
    let (both, none) = (
        Offer::parse("HT-SHA-512-NONE HT-SHA-256-EXPR"),
        Offer::parse("HT-SHA-512-NONE"),
    );
    let channel = bound(0);
    let any = client(Policy::new());
    let name = |offer| any.choose(offer, &channel, &kinds).unwrap().name();
    assert_eq!(name(&both), "HT-SHA-256-EXPR");
    assert_eq!(name(&none), "HT-SHA-512-NONE");
    let strict = client(Policy::new().binding(sasl::BindingPolicy::Require));
    assert!(strict.choose(&none, &channel, &kinds).is_err());
    // No secret passes, but there is no nonce: only over a protected channel.
    let strict = client(Policy::new().never_clear_text());
    assert!(strict.choose(&both, &channel, &kinds).is_ok());
    let open = Channel::new(Protection::None);
    assert!(strict.choose(&none, &open, &kinds).is_err());
    // The mechanism binds the one type that its name says, and the channel has another.
    let unique = ChannelBinding::new(BindingName::TLS_UNIQUE, &[1; 12]).unwrap();
    let channel = Channel::new(Protection::Tls).with_binding(unique);
    let chosen = any.choose(&both, &channel, &kinds).unwrap();
    assert_eq!(chosen.name(), "HT-SHA-512-NONE");
    assert_eq!(chosen.passed_over()[0].why, WhyNot::NoBinding);
}

/// Failures 51 and 71: neither the token nor what it proves is shown by anything on the way.
#[test]
fn debug_shows_no_token() {
    let channel = bound(0);
    let verifier = HtSha256Expr::verifier(&Token::new(TOKEN)).unwrap();
    let mut shown = vec![
        format!("{:?} {:?}", credentials(TOKEN), account([verifier.clone()])),
        format!("{:?}", HtSha256Expr::client(Draft::Ietf01)),
        format!("{:?}", HtSha256Expr::server(Draft::Ietf01)),
    ];
    let response = respond(HtSha256Expr::client(Draft::Ietf01), &channel);
    shown.push(format!("{response:?}"));
    let message = response.data().unwrap().to_vec();
    let proof = &message[message.len() - 32..];
    let parsed =
        ht::message::InitiatorMessage::parse(Draft::Ietf01, ht::HashAlgorithm::Sha256, &message);
    shown.push(format!("{parsed:?}"));
    let server = HtSha256Expr::server(Draft::Ietf01).reporting();
    let turn = begin(server, &channel, &message).unwrap();
    shown.push(format!("{turn:?}"));
    let question = used(asked(Ok(turn)).supply(Some(account([verifier]))));
    shown.push(format!("{question:?}"));
    shown.push(format!("{:?}", question.answer(Pairs::default()).unwrap()));
    let list: Vec<String> = proof[..8].iter().map(ToString::to_string).collect();
    for text in shown {
        for secret in [TOKEN, &STANDARD.encode(TOKEN), &list.join(", ")] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}
