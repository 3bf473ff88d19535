//! What a SCRAM server must refuse, and what it must not tell.

use sasl::scram::DowngradeProtection;
use sasl::server::{Failure, Question, Turn};
use sasl::{
    Authcid, Error, Found, Identity, Malformed, Outcome, Password, Refused, ScramHash, Standing,
    Unusable, Verifier, Violation,
};

use super::common::*;

const FIRST: &[u8] = b"n,,n=user,r=rOprNGfwEbeRWgbNEkqO";

fn begin(message: &[u8]) -> Result<sasl::server::Challenge, Failure> {
    let (server, _, _) = mechanism("SCRAM-SHA-256");
    let server = server.dangerous_fixed_nonce(RFC7677_SERVER_NONCE);
    first(
        server,
        &tls(&[]),
        &names(&["SCRAM-SHA-256"]),
        message,
        Found::Known(rfc7677_account()),
    )
}

fn end(message: &[u8]) -> Result<Turn, Failure> {
    last(begin(FIRST).unwrap(), message)
}

fn final_error(message: &str) -> Error {
    end(message.as_bytes()).expect_err(message).error()
}

/// Failures 6, 7, 8, 9, 10, 11, 56: none of these may panic or be taken.
#[test]
fn hostile_first_messages_are_refused() {
    for (message, error) in [
        ("", Error::from(Malformed::Message)),
        ("n", Malformed::Message.into()),
        ("n,", Malformed::Message.into()),
        ("n,,", Malformed::Message.into()),
        ("n,,,", Malformed::Message.into()),
        ("n,,n", Malformed::Message.into()),
        ("n,,n=u", Malformed::Message.into()),
        ("n,,n=u,", Malformed::Message.into()),
        ("n,,n=u,r", Malformed::Message.into()),
        ("n,,n=u,r=", Malformed::Nonce.into()),
        ("n,,n=u,r=a b", Malformed::Nonce.into()),
        ("n,,n=u,r=ü", Malformed::Nonce.into()),
        ("n,,n=u,r=abc,", Malformed::Message.into()),
        ("n,,n=u,r=abc,x", Malformed::Message.into()),
        ("n,,n=u,r=abc,x=", Malformed::Message.into()),
        ("n,,n=u,r=abc,xy=1", Malformed::Message.into()),
        ("n,,n=u,r=abc,r=def", Malformed::Message.into()),
        ("n,,r=abc,n=u", Malformed::Message.into()),
        ("n,,m=x,n=u,r=abc", Violation::Extension.into()),
        ("n,,n=u,m=x,r=abc", Violation::Extension.into()),
        ("n,,n=u,r=abc,m=x", Violation::Extension.into()),
        ("n,a=user,r=abc", Malformed::Message.into()),
        ("n,xxfoo,n=u,r=abc", Malformed::Message.into()),
        ("n,a=,n=u,r=abc", Malformed::EmptyAuthzid.into()),
        ("n,a=b=,n=u,r=abc", Malformed::NameEncoding.into()),
        ("n,,n=u=,r=abc", Malformed::NameEncoding.into()),
        ("n,,n=u=2c,r=abc", Malformed::NameEncoding.into()),
        ("n,,n=,r=abc", Malformed::EmptyAuthcid.into()),
        ("n,,n=\u{ad},r=abc", Unusable::Preparation.into()),
        ("n,,n=u\0,r=abc", Malformed::Nul.into()),
        ("n,,n=u\x07,r=abc", Unusable::Preparation.into()),
        ("z,,n=u,r=abc", Malformed::Message.into()),
        ("p=,,n=u,r=abc", Malformed::Message.into()),
        ("p=tls unique,,n=u,r=abc", Malformed::Message.into()),
        ("F,n,,n=u,r=abc", Malformed::Message.into()),
        ("p=tls-unique,,n=u,r=abc", Violation::ChannelBinding.into()),
    ] {
        let failure = begin(message.as_bytes()).map(|_| ()).expect_err(message);
        assert_eq!(failure.error(), error, "{message:?}");
        assert!(failure.parting().unwrap().starts_with(b"e="), "{message:?}");
    }
    assert_eq!(
        begin(b"n,,n=\xff\xfe,r=abc").unwrap_err().error(),
        Error::from(Malformed::Utf8)
    );
    for length in [4097, 16 * 1024, 16 * 1024 + 1] {
        let message = format!("n,,n=u,r={}", "a".repeat(length));
        assert_eq!(
            begin(message.as_bytes()).unwrap_err().error(),
            Error::from(Malformed::TooLong)
        );
    }
    assert!(begin(format!("n,,n=u,r={}", "a".repeat(513)).as_bytes()).is_err());
    assert!(begin(format!("n,,n=u,r={}", "a".repeat(512)).as_bytes()).is_ok());
}

/// Failures 1, 2, 14 and traps 18, 19, 26, 27, 28.
#[test]
fn hostile_final_messages_are_refused() {
    let nonce = format!("{RFC7677_CLIENT_NONCE}{RFC7677_SERVER_NONCE}");
    let proof = RFC7677_CLIENT_FINAL.rsplit_once("p=").unwrap().1;
    for (message, error) in [
        (String::new(), Error::from(Malformed::Message)),
        ("c".into(), Malformed::Message.into()),
        (format!("c=biws,r={nonce}"), Malformed::Message.into()),
        (format!("r={nonce},p={proof}"), Malformed::Message.into()),
        (format!("c=biws,p={proof}"), Malformed::Message.into()),
        (format!("c=biws,r=foo,p={proof}"), Violation::Nonce.into()),
        (
            format!("c=biws,r={RFC7677_CLIENT_NONCE},p={proof}"),
            Violation::Nonce.into(),
        ),
        (
            format!("c=biws,r={nonce}x,p={proof}"),
            Violation::Nonce.into(),
        ),
        (
            format!("c=biws,r={},p={proof}", &nonce[..nonce.len() - 1]),
            Violation::Nonce.into(),
        ),
        (
            format!("c=eSws,r={nonce},p={proof}"),
            Violation::ChannelBinding.into(),
        ),
        (
            format!("c=biws=,r={nonce},p={proof}"),
            Violation::ChannelBinding.into(),
        ),
        (
            format!("c=,r={nonce},p={proof}"),
            Violation::ChannelBinding.into(),
        ),
        (format!("c=biws,r={nonce},p="), Malformed::Proof.into()),
        (format!("c=biws,r={nonce},p=AAAA"), Malformed::Proof.into()),
        (
            format!("c=biws,r={nonce},p={}", "A".repeat(88)),
            Malformed::Proof.into(),
        ),
        (
            format!("c=biws,r={nonce},p={}", "A".repeat(4000)),
            Malformed::Proof.into(),
        ),
        (
            format!("c=biws,r={nonce},p={}", proof.trim_end_matches('=')),
            Malformed::Proof.into(),
        ),
        (
            format!("c=biws,r={nonce},p={proof}\n"),
            Malformed::Proof.into(),
        ),
        // The last character carries two bits that must be zero.
        (
            format!("c=biws,r={nonce},p={}", proof.replace("dVQ=", "dVR=")),
            Malformed::Proof.into(),
        ),
        (
            format!("c=biws,r={nonce},p={proof},x=1"),
            Malformed::Message.into(),
        ),
        (
            format!("c=biws,r={nonce},m=x,p={proof}"),
            Violation::Extension.into(),
        ),
        (
            format!("m=x,c=biws,r={nonce},p={proof}"),
            Violation::Extension.into(),
        ),
        (
            format!("c=biws,r={nonce},c=biws,p={proof}"),
            Malformed::Message.into(),
        ),
        (
            format!("c=biws,r={nonce},p={proof},p={proof}"),
            Malformed::Message.into(),
        ),
        (
            format!("c=biws,r={nonce},x=1,p={proof}"),
            Refused::Credentials.into(),
        ),
        (
            format!("c=biws,r={nonce},p={}", encode(&[0; 32])),
            Refused::Credentials.into(),
        ),
    ] {
        assert_eq!(final_error(&message), error, "{message}");
    }
    assert_eq!(
        end(&[b'x'; 8193]).unwrap_err().error(),
        Error::from(Malformed::TooLong)
    );
    assert!(matches!(
        end(RFC7677_CLIENT_FINAL.as_bytes()),
        Ok(Turn::Done(_))
    ));
    // Every truncation and every single changed byte of a right message fails.
    for at in 0..RFC7677_CLIENT_FINAL.len() {
        assert!(end(&RFC7677_CLIENT_FINAL.as_bytes()[..at]).is_err(), "{at}");
        let mut changed = RFC7677_CLIENT_FINAL.as_bytes().to_vec();
        changed[at] ^= 1;
        assert!(end(&changed).is_err(), "{at}");
    }
}

/// What a stranger sees of an exchange that fails at the proof.
fn seen(found: Found, server_from_clear: bool) -> (String, Error, Vec<u8>, Outcome) {
    let (server, _, _) = mechanism("SCRAM-SHA-256");
    let server = server.dangerous_fixed_nonce(RFC7677_SERVER_NONCE);
    let server = if server_from_clear {
        server.from_clear_text()
    } else {
        server
    };
    let challenge = first(server, &tls(&[]), &names(&["SCRAM-SHA-256"]), FIRST, found).unwrap();
    let first = String::from_utf8(challenge.data().to_vec()).unwrap();
    let proof = format!(
        "c=biws,r={RFC7677_CLIENT_NONCE}{RFC7677_SERVER_NONCE},p={}",
        encode(&[7; 32])
    );
    let failure = last(challenge, proof.as_bytes()).unwrap_err();
    (
        first,
        failure.error(),
        failure.parting().unwrap().to_vec(),
        failure.outcome(),
    )
}

/// Failures 4 and 61, trap 30.
#[test]
fn a_stranger_looks_like_a_wrong_password() {
    let (unknown, error, parting, outcome) = seen(Found::Unknown, false);
    assert_eq!(
        (error, &*parting),
        (Refused::Credentials.into(), &b"e=invalid-proof"[..])
    );
    let other_hash = account("user", "pencil", ScramHash::Sha1, b"0123456789abcdef", 4096);
    let nothing = Identity::new(Authcid::parse("user").unwrap());
    for (found, reason) in [
        (rfc7677_account(), Refused::Credentials),
        (
            rfc7677_account().with_standing(Standing::Disabled),
            Refused::Credentials,
        ),
        // Only this side's log is told.
        (other_hash, Refused::NoVerifier),
        (nothing, Refused::NoVerifier),
    ] {
        let (known, known_error, known_parting, known_outcome) = seen(Found::Known(found), false);
        assert_eq!(known_error, reason.into());
        assert_eq!((known_parting, known_outcome), (parting.clone(), outcome));
        assert_eq!(known.len(), unknown.len());
        let shape = |first: &str| {
            first
                .split(',')
                .map(|part| (part.len(), part[..2].to_owned()))
                .collect::<Vec<_>>()
        };
        assert_eq!(shape(&known), shape(&unknown));
        assert!(known.ends_with(",i=4096") && unknown.ends_with(",i=4096"));
    }
    // Stable over attempts and restarts, and nobody else's.
    assert_eq!(unknown, seen(Found::Unknown, false).0);
}

#[test]
fn decoys_differ_by_name_mechanism_and_secret() {
    let salt = |name: &str, user: &str, server: sasl::scram::ScramServer| {
        let message = format!("n,,n={user},r=abc");
        let challenge = first(
            server,
            &tls(&[]),
            &names(&[name]),
            message.as_bytes(),
            Found::Unknown,
        )
        .unwrap();
        let text = String::from_utf8(challenge.data().to_vec()).unwrap();
        text.split(",s=")
            .nth(1)
            .unwrap()
            .split(",i=")
            .next()
            .unwrap()
            .to_owned()
    };
    let other = sasl::DecoyKey::new(b"another secret of the server").unwrap();
    let salts = [
        salt("SCRAM-SHA-256", "user", mechanism("SCRAM-SHA-256").0),
        salt("SCRAM-SHA-256", "user2", mechanism("SCRAM-SHA-256").0),
        salt("SCRAM-SHA-512", "user", mechanism("SCRAM-SHA-512").0),
        salt("SCRAM-SHA3-512", "user", mechanism("SCRAM-SHA3-512").0),
        salt("SCRAM-SHA-256", "user", sasl::ScramSha256::server(&other)),
    ];
    for (at, one) in salts.iter().enumerate() {
        assert_eq!(decode(one).len(), 16);
        assert!(!salts[at + 1..].contains(one));
    }
    // The same name written another way is the same account.
    assert_eq!(
        salts[0],
        salt("SCRAM-SHA-256", "u\u{ad}ser", mechanism("SCRAM-SHA-256").0)
    );
    // The policy is imitated, with salts longer than a digest too.
    let policy = sasl::ScramSha1::server(&other)
        .salt_len(48)
        .iterations(12345);
    assert_eq!(decode(&salt("SCRAM-SHA-1", "user", policy)).len(), 48);
    assert!(sasl::DecoyKey::new(b"short").is_err());
}

#[test]
fn a_disabled_account_is_told_only_after_the_proof() {
    for (standing, error, outcome) in [
        (
            Standing::Disabled,
            Refused::Disabled,
            Outcome::AccountDisabled,
        ),
        (
            Standing::Expired,
            Refused::Expired,
            Outcome::CredentialsExpired,
        ),
    ] {
        let (server, _, _) = mechanism("SCRAM-SHA-256");
        let server = server.dangerous_fixed_nonce(RFC7677_SERVER_NONCE);
        let found = Found::Known(rfc7677_account().with_standing(standing));
        let challenge = first(server, &tls(&[]), &names(&["SCRAM-SHA-256"]), FIRST, found).unwrap();
        let failure = last(challenge, RFC7677_CLIENT_FINAL.as_bytes()).unwrap_err();
        assert_eq!(
            (failure.error(), failure.outcome()),
            (error.into(), outcome)
        );
        assert_eq!(failure.parting(), Some(&b"e=other-error"[..]));
    }
}

/// An account with only a clear-text password: the keys come out of a computation.
#[test]
fn clear_text_accounts_are_derived_for() {
    let (_, client, _) = mechanism("SCRAM-SHA-256");
    let identity = Identity::new(Authcid::parse("user").unwrap())
        .with_verifier(Verifier::ClearText(Password::new("pencil")));
    for (password, right) in [("pencil", true), ("crayon", false)] {
        let (server, _, _) = mechanism("SCRAM-SHA-256");
        let response = start(
            client.clone(),
            &tls(&[]),
            &sasl::Offer::parse("SCRAM-SHA-256"),
            credentials("user", password),
        )
        .unwrap();
        let found = Found::Known(identity.clone());
        let challenge = first(
            server.from_clear_text(),
            &tls(&[]),
            &names(&["SCRAM-SHA-256"]),
            response.data().unwrap(),
            found,
        )
        .unwrap();
        let response = respond(response.challenge(challenge.data())).unwrap();
        let turn = challenge.respond(response.data().unwrap()).unwrap();
        let Turn::Compute(job) = turn else {
            panic!("{turn:?}")
        };
        assert_eq!(job.run().is_ok(), right);
    }
    // A stranger costs a derivation too where accounts do.
    let (known, unknown) = (
        seen(Found::Known(identity), true),
        seen(Found::Unknown, true),
    );
    assert_eq!(known, unknown);
}

/// Trap 34: a credential for one hash is none for another, even of the same length.
#[test]
fn keys_of_another_hash_are_never_taken() {
    let sha512 = account(
        "user",
        "pencil",
        ScramHash::Sha512,
        b"0123456789abcdef",
        4096,
    );
    let Verifier::Scram(mut keys) = sha512.verifiers()[0].clone() else {
        panic!()
    };
    keys.hash = ScramHash::Sha3_512;
    let relabelled =
        Identity::new(Authcid::parse("user").unwrap()).with_verifier(Verifier::Scram(keys));
    for (identity, reason) in [
        (sha512, Refused::NoVerifier),
        (relabelled, Refused::Credentials),
    ] {
        let (server, client, _) = mechanism("SCRAM-SHA3-512");
        let response = start(
            client,
            &tls(&[]),
            &sasl::Offer::parse("SCRAM-SHA3-512"),
            credentials("user", "pencil"),
        )
        .unwrap();
        let found = Found::Known(identity);
        let challenge = first(
            server,
            &tls(&[]),
            &names(&["SCRAM-SHA3-512"]),
            response.data().unwrap(),
            found,
        )
        .unwrap();
        let response = respond(response.challenge(challenge.data())).unwrap();
        assert_eq!(
            last(challenge, response.data().unwrap())
                .unwrap_err()
                .error(),
            reason.into()
        );
    }
}

/// Traps 20, 21, 48: flags, types and values of channel binding.
#[test]
fn channel_binding_is_what_this_channel_has() {
    let channel = tls(&[
        ("tls-exporter", b"exporter value"),
        ("tls-server-end-point", b"end point"),
    ]);
    let run = |header: &str, data: &[u8]| {
        let (server, _, _) = mechanism("SCRAM-SHA-256-PLUS");
        let server = server.dangerous_fixed_nonce(RFC7677_SERVER_NONCE);
        let message = format!("{header}n=user,r=abc");
        let found = Found::Known(rfc7677_account());
        let challenge = first(
            server,
            &channel,
            &names(&["SCRAM-SHA-256-PLUS"]),
            message.as_bytes(),
            found,
        )?;
        let binding = encode(&[header.as_bytes(), data].concat());
        let message = format!(
            "c={binding},r=abc{RFC7677_SERVER_NONCE},p={}",
            encode(&[0; 32])
        );
        last(challenge, message.as_bytes())
    };
    let error = |header: &str, data: &[u8]| run(header, data).unwrap_err().error();
    // Only the proof is wrong.
    assert_eq!(
        error("p=tls-exporter,,", b"exporter value"),
        Refused::Credentials.into()
    );
    assert_eq!(
        error("p=tls-server-end-point,,", b"end point"),
        Refused::Credentials.into()
    );
    assert_eq!(
        error("p=tls-exporter,,", b"end point"),
        Violation::ChannelBinding.into()
    );
    assert_eq!(
        error("p=tls-exporter,,", b""),
        Violation::ChannelBinding.into()
    );
    assert_eq!(
        error("p=tls-exporter,,", b"tls-exporter:exporter value"),
        Violation::ChannelBinding.into()
    );
    assert_eq!(error("p=tls-unique,,", b"x"), Unusable::Binding.into());
    assert_eq!(
        error("p=TLS-EXPORTER,,", b"exporter value"),
        Unusable::Binding.into()
    );
    assert_eq!(error("n,,", b""), Violation::ChannelBinding.into());
    assert_eq!(error("y,,", b""), Violation::ChannelBinding.into());
    // A client that would bind and was not offered to is let in where that is true.
    let (server, _, _) = mechanism("SCRAM-SHA-256");
    assert!(
        first(
            server,
            &channel,
            &names(&["SCRAM-SHA-256"]),
            b"y,,n=user,r=abc",
            Found::Unknown
        )
        .is_ok()
    );
}

/// Trap 32: 144 random bits, printable, without a comma, never twice.
#[test]
fn nonces_are_fresh() {
    let mut seen = std::collections::HashSet::new();
    let (server, _, _) = mechanism("SCRAM-SHA-256");
    let server = sasl::Server::builder(sasl::OsRandom)
        .mechanism(server)
        .build();
    let channel = tls(&[]);
    let begin = sasl::server::Begin::new("SCRAM-SHA-256", &channel)
        .with_initial_response(Some(b"n,,n=u,r=a"));
    for _ in 0..100_000 {
        let Ok(Turn::Ask(Question::Lookup(question))) = server.start(begin) else {
            panic!()
        };
        let Ok(Turn::Challenge(challenge)) = question.supply(Found::Unknown) else {
            panic!()
        };
        let text = String::from_utf8(challenge.data().to_vec()).unwrap();
        let nonce = text
            .strip_prefix("r=a")
            .unwrap()
            .split(',')
            .next()
            .unwrap()
            .to_owned();
        assert_eq!(nonce.len(), 24);
        assert!(nonce.bytes().all(|c| c.is_ascii_graphic()));
        assert!(seen.insert(nonce));
    }
}

#[test]
fn the_client_key_is_handed_out_only_when_asked_for() {
    let run = |server: sasl::scram::ScramServer| {
        let server = server.dangerous_fixed_nonce(RFC7677_SERVER_NONCE);
        let challenge = first(
            server,
            &tls(&[]),
            &names(&["SCRAM-SHA-256"]),
            FIRST,
            Found::Known(rfc7677_account()),
        )
        .unwrap();
        let Ok(Turn::Done(login)) = last(challenge, RFC7677_CLIENT_FINAL.as_bytes()) else {
            panic!()
        };
        login.client_key().map(|key| encode(key.expose()))
    };
    assert_eq!(run(mechanism("SCRAM-SHA-256").0), None);
    let key = run(mechanism("SCRAM-SHA-256").0.hand_out_client_key());
    assert_eq!(
        key.as_deref(),
        Some("pg/JI9Z+hkSpLRa5btpe9GVrDHJcSEN0viVTVXaZbos=")
    );
}

/// XEP-0474 between our own sides, with and without a change on the way.
#[test]
fn a_changed_offer_is_found_out_before_the_proof() {
    let advertised = ["SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", "PLAIN"];
    let run = |offered: &str, protection: DowngradeProtection, servers: DowngradeProtection| {
        let (server, client, _) = mechanism("SCRAM-SHA-256");
        // The client has no binding of its own, so that its flag is `n` whatever it is offered.
        let response = start(
            client.downgrade_protection(protection),
            &tls(&[]),
            &sasl::Offer::parse(offered),
            credentials("user", "pencil"),
        )
        .unwrap();
        let found = Found::Known(rfc7677_account());
        let server = server.downgrade_protection(servers);
        let challenge = first(
            server,
            &tls(&[]),
            &names(&advertised),
            response.data().unwrap(),
            found,
        )
        .unwrap();
        respond(response.challenge(challenge.data()))
            .map(|_| ())
            .map_err(|failure| failure.error())
    };
    let whole = "PLAIN SCRAM-SHA-256-PLUS SCRAM-SHA-256";
    let downgrade = Err(Error::from(Violation::Downgrade));
    use DowngradeProtection::{IfPresent, Off, Required};
    assert_eq!(run(whole, IfPresent, Required), Ok(()));
    assert_eq!(run(whole, Required, Required), Ok(()));
    assert_eq!(run(whole, Required, Off), downgrade);
    assert_eq!(run(whole, IfPresent, Off), Ok(()));
    assert_eq!(run("PLAIN SCRAM-SHA-256", IfPresent, Required), downgrade);
    assert_eq!(run("PLAIN SCRAM-SHA-256", Off, Required), Ok(()));
}

/// An account with nothing that can be used is a stranger, also to a server that derives from clear text: no password is
/// its password.
#[test]
fn an_account_without_a_usable_credential_lets_nobody_in() {
    let name = || Identity::new(Authcid::parse("user").unwrap());
    let clear = |password: &str| name().with_verifier(Verifier::ClearText(Password::new(password)));
    let hashed = || {
        name().with_verifier(Verifier::PasswordHash(sasl::PasswordHash::new(
            "$argon2id$v=19$...",
        )))
    };
    let other_hash = || account("user", "pencil", ScramHash::Sha1, b"0123456789abcdef", 4096);
    let damaged = || {
        let Verifier::Scram(mut keys) = rfc7677_account().verifiers()[0].clone() else {
            panic!("the account has keys")
        };
        keys.salt = [].into();
        name().with_verifier(Verifier::Scram(keys))
    };
    let (challenge, error, parting, outcome) = seen(Found::Known(clear("pencil")), true);
    assert_eq!(error, Refused::Credentials.into());
    for identity in [
        name(),
        hashed(),
        other_hash(),
        damaged(),
        clear(""),
        clear("\x07"),
    ] {
        // To the peer it is a wrong password, octet by octet. This side's log says what is the matter.
        let same = (
            challenge.clone(),
            Refused::NoVerifier.into(),
            parting.clone(),
            outcome,
        );
        assert_eq!(seen(Found::Known(identity.clone()), true), same);
        // Whatever the client proves to know: the empty password, or one that stands in the source.
        for password in ["nobody's password", "\u{ad}x", "pencil"] {
            let (server, client, _) = mechanism("SCRAM-SHA-256");
            let offer = sasl::Offer::parse("SCRAM-SHA-256");
            let response = start(client, &tls(&[]), &offer, credentials("user", password)).unwrap();
            let (server, found) = (server.from_clear_text(), Found::Known(identity.clone()));
            let message = response.data().unwrap();
            let challenge = first(
                server,
                &tls(&[]),
                &names(&["SCRAM-SHA-256"]),
                message,
                found,
            )
            .unwrap();
            let response = respond(response.challenge(challenge.data())).unwrap();
            let failure = last(challenge, response.data().unwrap()).unwrap_err();
            assert_eq!(failure.error(), Refused::NoVerifier.into(), "{password}");
            assert_eq!(failure.parting(), Some(&b"e=invalid-proof"[..]));
            assert_eq!(failure.outcome(), outcome);
        }
    }
}

/// RFC 5802 §6: somebody on the way takes the mechanism that binds out of the offer, or puts another one in its place.
#[test]
fn a_stripped_offer_is_found_out_without_downgrade_protection() {
    let (exporter, advertised) = (
        ("tls-exporter", &b"value"[..]),
        ["SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"],
    );
    for offered in [
        "SCRAM-SHA-256",
        "SCRAM-SHA-256 SCRAM-X-PLUS",
        "SCRAM-SHA-256 SCRAM-SHA-1-PLUS",
    ] {
        let (server, client, _) = mechanism("SCRAM-SHA-256");
        let offer = sasl::Offer::parse(offered);
        let response = start(
            client,
            &tls(&[exporter]),
            &offer,
            credentials("user", "pencil"),
        )
        .unwrap();
        let found = Found::Known(rfc7677_account());
        let message = response.data().unwrap();
        let failure = first(
            server,
            &tls(&[exporter]),
            &names(&advertised),
            message,
            found,
        )
        .unwrap_err();
        assert_eq!(failure.error(), Violation::Downgrade.into(), "{offered}");
    }
}
