//! What a SCRAM client must refuse, and what it must not send.

use sasl::client::{Failure, Response};
use sasl::scram::ScramClient;
use sasl::{
    Authcid, Authzid, CredentialKind, Credentials, Error, Malformed, MechanismName, Offer,
    Password, Preparation, Refused, Unusable, Violation,
};

use super::common::*;

fn client() -> ScramClient {
    mechanism("SCRAM-SHA-256")
        .1
        .dangerous_fixed_nonce(RFC7677_CLIENT_NONCE)
}

fn begun() -> Response {
    start(
        client(),
        &tls(&[]),
        &Offer::parse("SCRAM-SHA-256"),
        credentials("user", "pencil"),
    )
    .unwrap()
}

fn proved() -> Response {
    respond(begun().challenge(RFC7677_SERVER_FIRST.as_bytes())).unwrap()
}

fn error(result: Result<impl Sized, Failure>) -> Error {
    result.map(|_| ()).expect_err("must fail").error()
}

/// Failures 9, 16, 19, 56, 57, 67 and traps 38, 39: typed errors, and nothing is derived.
#[test]
fn hostile_first_messages_are_refused() {
    let nonce = format!("{RFC7677_CLIENT_NONCE}abc");
    for (message, expected) in [
        (String::new(), Error::from(Malformed::Message)),
        ("r".into(), Malformed::Message.into()),
        (format!("r={nonce}"), Malformed::Message.into()),
        (format!("r={nonce},s"), Malformed::Message.into()),
        (format!("r={nonce},s=,i=4096"), Malformed::Salt.into()),
        (format!("r={nonce},s=..,i=4096"), Malformed::Salt.into()),
        (format!("r={nonce},s=QSXCR,i=4096"), Malformed::Salt.into()),
        (
            format!("r={nonce},s={},i=4096", "A".repeat(1368)),
            Malformed::Salt.into(),
        ),
        (format!("r={nonce},s=QSXC"), Malformed::Message.into()),
        (
            format!("s=QSXC,r={nonce},i=4096"),
            Malformed::Message.into(),
        ),
        (
            format!("m=x,r={nonce},s=QSXC,i=4096"),
            Violation::Extension.into(),
        ),
        (
            format!("r={nonce},m=x,s=QSXC,i=4096"),
            Violation::Extension.into(),
        ),
        (
            format!("r={nonce},s=QSXC,i=4096,m=x"),
            Violation::Extension.into(),
        ),
        (
            format!("r={nonce},s=QSXC,i=4096,i=1"),
            Malformed::Message.into(),
        ),
        (
            format!("r={nonce},s=QSXC,i=4096,"),
            Malformed::Message.into(),
        ),
        ("r=other,s=QSXC,i=4096".into(), Violation::Nonce.into()),
        (
            format!("r={RFC7677_CLIENT_NONCE},s=QSXC,i=4096"),
            Violation::Nonce.into(),
        ),
        (
            format!("r={},s=QSXC,i=4096", &RFC7677_CLIENT_NONCE[..10]),
            Violation::Nonce.into(),
        ),
        (format!("r=X{nonce},s=QSXC,i=4096"), Violation::Nonce.into()),
        (format!("r={nonce} ,s=QSXC,i=4096"), Malformed::Nonce.into()),
        (
            format!("r={nonce}\x7f,s=QSXC,i=4096"),
            Malformed::Nonce.into(),
        ),
        (
            format!("r={nonce}\0,s=QSXC,i=4096"),
            Malformed::Nonce.into(),
        ),
        (format!("r={nonce}ü,s=QSXC,i=4096"), Malformed::Nonce.into()),
        (
            format!("r={nonce}{},s=QSXC,i=4096", "a".repeat(1024)),
            Malformed::Nonce.into(),
        ),
        ("e=".into(), Malformed::Message.into()),
        ("e=unknown-user".into(), Refused::ByServer.into()),
        ("A".repeat(4097), Malformed::TooLong.into()),
    ] {
        // `challenge` and not `respond`: an error must come at once, not out of a computation.
        assert_eq!(
            error(begun().challenge(message.as_bytes())),
            expected,
            "{message}"
        );
    }
    assert_eq!(
        error(begun().challenge(b"\xff\xfe")),
        Malformed::Utf8.into()
    );
}

/// Failure 36: what the server says is kept apart, bounded, and not shown.
#[test]
fn what_the_server_says_is_not_trusted() {
    let failure = begun()
        .challenge(b"e=\x1b[2Jgive me your password")
        .unwrap_err();
    assert_eq!(failure.said(), Some("\u{1b}[2Jgive me your password"));
    assert!(!format!("{failure} {failure:?}").contains("password"));
    let long = format!("e={}", "x".repeat(4000));
    assert_eq!(
        begun()
            .challenge(long.as_bytes())
            .unwrap_err()
            .said()
            .unwrap()
            .len(),
        1024
    );
    let failure = proved().challenge(b"e=invalid-proof").unwrap_err();
    assert_eq!(
        (failure.error(), failure.said()),
        (Refused::ByServer.into(), Some("invalid-proof"))
    );
}

/// Failures 18, 57 and trap 41: only the right signature is one.
#[test]
fn hostile_final_messages_are_refused() {
    let right = RFC7677_SERVER_FINAL;
    for (message, expected) in [
        (String::new(), Error::from(Malformed::Message)),
        ("v".into(), Malformed::Message.into()),
        ("v=".into(), Violation::ServerProof.into()),
        ("AAAA".into(), Malformed::Message.into()),
        (
            format!("v={}", &right[2..26]),
            Violation::ServerProof.into(),
        ),
        (
            format!("v={}", encode(&[0; 32])),
            Violation::ServerProof.into(),
        ),
        (
            format!("v={}", encode(&[0; 64])),
            Violation::ServerProof.into(),
        ),
        (format!("v={}", "A".repeat(92)), Malformed::Proof.into()),
        (right.trim_end_matches('=').into(), Malformed::Proof.into()),
        (format!("{right}\r\n"), Malformed::Proof.into()),
        (format!("{right},m=x"), Violation::Extension.into()),
        (format!("{right},{right}"), Malformed::Message.into()),
        ("e=x,v=y".into(), Malformed::Message.into()),
    ] {
        assert_eq!(
            error(proved().challenge(message.as_bytes())),
            expected,
            "{message}"
        );
        assert_eq!(
            error(proved().success(Some(message.as_bytes()))),
            expected,
            "{message}"
        );
    }
    for at in 0..right.len() {
        let mut changed = right.as_bytes().to_vec();
        changed[at] ^= 1;
        assert!(proved().success(Some(&changed)).is_err(), "{at}");
    }
}

/// Trap 5, failures 18 and 67: the check that hand-written clients forget.
#[test]
fn no_success_before_the_server_has_proved_itself() {
    let early = Error::from(Violation::ServerNotAuthenticated);
    assert_eq!(error(begun().success(None)), early);
    assert_eq!(error(proved().success(None)), early);
    assert!(
        begun()
            .success(Some(RFC7677_SERVER_FINAL.as_bytes()))
            .is_err()
    );
    // As success data, and as a last challenge with an empty answer.
    let login = proved()
        .success(Some(RFC7677_SERVER_FINAL.as_bytes()))
        .unwrap();
    assert!(login.server_proved());
    let last = respond(proved().challenge(RFC7677_SERVER_FINAL.as_bytes())).unwrap();
    assert_eq!(last.data(), Some(&b""[..]));
    assert_eq!(
        error(last.challenge(b"more")),
        Violation::UnexpectedMessage.into()
    );
    let last = respond(proved().challenge(RFC7677_SERVER_FINAL.as_bytes())).unwrap();
    assert!(last.success(None).unwrap().server_proved());
}

#[test]
fn kept_keys_are_used_for_exactly_what_they_are() {
    let login = proved()
        .success(Some(RFC7677_SERVER_FINAL.as_bytes()))
        .unwrap();
    let keys = login.into_keys().unwrap();
    let with = |credentials: Credentials, client: ScramClient| {
        start(
            client,
            &tls(&[]),
            &Offer::parse("SCRAM-SHA-256"),
            credentials,
        )
        .unwrap()
    };
    // Nothing is left to compute.
    let response = with(Credentials::keys(keys.clone()), client());
    match response.challenge(RFC7677_SERVER_FIRST.as_bytes()).unwrap() {
        sasl::client::Turn::Respond(response) => {
            assert_eq!(response.data(), Some(RFC7677_CLIENT_FINAL.as_bytes()));
        }
        other => panic!("{other:?}"),
    }
    // Another salt or count, and no password.
    for message in [
        RFC7677_SERVER_FIRST.replace("i=4096", "i=4097"),
        RFC7677_SERVER_FIRST.replace("s=W22Z", "s=W22A"),
    ] {
        let response = with(Credentials::keys(keys.clone()), client());
        assert_eq!(
            error(response.challenge(message.as_bytes())),
            Unusable::StaleKeys.into(),
            "{message}"
        );
        // With a password they are derived anew.
        let response = with(
            credentials("user", "pencil").with_keys(keys.clone()),
            client(),
        );
        assert!(matches!(
            response.challenge(message.as_bytes()),
            Ok(sasl::client::Turn::Compute(_))
        ));
    }
    // Another preparation, another name, another hash.
    let response = with(
        Credentials::keys(keys.clone()),
        client().preparation(Preparation::None),
    );
    assert_eq!(
        error(response.challenge(RFC7677_SERVER_FIRST.as_bytes())),
        Unusable::StaleKeys.into()
    );
    let other = Credentials::keys(keys.clone()).with_authcid(Authcid::parse("other").unwrap());
    assert_eq!(
        error(with(other, client()).challenge(RFC7677_SERVER_FIRST.as_bytes())),
        Unusable::StaleKeys.into()
    );
    let sha1 = mechanism("SCRAM-SHA-1")
        .1
        .dangerous_fixed_nonce(RFC7677_CLIENT_NONCE);
    let response = start(
        sha1,
        &tls(&[]),
        &Offer::parse("SCRAM-SHA-1"),
        Credentials::keys(keys),
    )
    .unwrap();
    assert_eq!(
        error(response.challenge(RFC7677_SERVER_FIRST.as_bytes())),
        Unusable::StaleKeys.into()
    );
}

/// Traps 44, 46: the name is prepared and escaped once; what cannot be is refused before a byte is sent.
#[test]
fn names_and_passwords_are_prepared_before_anything_is_sent() {
    let sent = |credentials: Credentials| {
        start(
            client(),
            &tls(&[]),
            &Offer::parse("SCRAM-SHA-256"),
            credentials,
        )
        .map(|response| String::from_utf8(response.data().unwrap().to_vec()).unwrap())
    };
    assert_eq!(
        sent(credentials("a,b=c", "x")).unwrap(),
        format!("n,,n=a=2Cb=3Dc,r={RFC7677_CLIENT_NONCE}")
    );
    assert_eq!(
        sent(credentials("\u{2168}\u{ad}", "x")).unwrap(),
        format!("n,,n=IX,r={RFC7677_CLIENT_NONCE}")
    );
    assert_eq!(
        sent(credentials("", "x")).unwrap(),
        format!("n,,n=,r={RFC7677_CLIENT_NONCE}")
    );
    let acting = credentials("user", "x").acting_as(Authzid::parse("o,ther=").unwrap());
    assert_eq!(
        sent(acting).unwrap(),
        format!("n,a=o=2Cther=3D,n=user,r={RFC7677_CLIENT_NONCE}")
    );
    for (name, password, expected) in [
        ("\u{ad}", "x", Unusable::EmptyName),
        ("a\x07", "x", Unusable::Preparation),
        ("user", "", Unusable::EmptySecret),
        ("user", "\u{ad}", Unusable::EmptySecret),
        ("user", "\x07", Unusable::Preparation),
        ("user", "\u{627}1", Unusable::Preparation),
        ("user", "\u{221}", Unusable::Preparation),
    ] {
        assert_eq!(
            error(sent(credentials(name, password))),
            expected.into(),
            "{name:?} {password:?}"
        );
    }
    let raw = client().preparation(Preparation::SaslprepOrRaw);
    assert!(
        start(
            raw,
            &tls(&[]),
            &Offer::parse("SCRAM-SHA-256"),
            credentials("user", "\x07")
        )
        .is_ok()
    );
}

/// Traps 16, 20, 49 and failure 22: which flag, which mechanism, which binding.
#[test]
fn the_flag_follows_the_channel_and_the_whole_offer() {
    let header = |client: ScramClient, bindings: &[(&str, &[u8])], offer: &Offer| {
        start(client, &tls(bindings), offer, credentials("user", "x"))
            .map(|response| String::from_utf8(response.data().unwrap().to_vec()).unwrap())
            .map(|message| message.split(",n=").next().unwrap().to_owned() + ",")
    };
    let plain = || client();
    let plus = || mechanism("SCRAM-SHA-256-PLUS").1;
    let (exporter, end_point) = (
        ("tls-exporter", &b"x"[..]),
        ("tls-server-end-point", &b"y"[..]),
    );
    let both = Offer::parse("SCRAM-SHA-256 SCRAM-SHA-256-PLUS");
    let without = Offer::parse("SCRAM-SHA-256 X-FOO-PLUS SCRAM-SHA-1-PLUS SCRAM-X-PLUS");
    assert_eq!(header(plain(), &[], &both).unwrap(), "n,,");
    assert_eq!(header(plain(), &[], &without).unwrap(), "n,,");
    assert_eq!(header(plain(), &[exporter], &without).unwrap(), "y,,");
    assert_eq!(header(plain(), &[exporter], &both).unwrap(), "n,,");
    assert_eq!(
        header(plus(), &[exporter, end_point], &both).unwrap(),
        "p=tls-exporter,,"
    );
    // XEP-0440: the first of ours that the server takes.
    let types = |names: &[&str]| {
        names
            .iter()
            .map(|name| sasl::BindingName::parse(name).unwrap())
            .collect::<Vec<_>>()
    };
    let limited = both
        .clone()
        .with_binding_types(types(&["tls-unique", "tls-server-end-point"]));
    assert_eq!(
        header(plus(), &[exporter, end_point], &limited).unwrap(),
        "p=tls-server-end-point,,"
    );
    let foreign = both.clone().with_binding_types(types(&["tls-unique"]));
    assert_eq!(
        error(header(plus(), &[exporter], &foreign)),
        Unusable::Binding.into()
    );
    // Without a value nothing is sent.
    assert!(header(plus(), &[], &both).is_err());
    // The registry prefers the one that binds, whatever the server's order.
    let registry = sasl::Client::builder(sasl::OsRandom)
        .mechanism(plain())
        .mechanism(plus())
        .build();
    let channel = tls(&[exporter]);
    let chosen = |offer: &Offer| {
        registry
            .choose(offer, &channel, &[CredentialKind::Password])
            .map(|chosen| chosen.name().to_string())
    };
    assert_eq!(chosen(&both).unwrap(), "SCRAM-SHA-256-PLUS");
    assert_eq!(chosen(&without).unwrap(), "SCRAM-SHA-256");
    assert!(chosen(&Offer::parse("SCRAM-SHA-1 SCRAM-SHA-2567 SCRAM-SHA-25")).is_err());
}

#[test]
fn extensions_names_and_bindings_are_the_callers() {
    let kafka = client().extension("tokenauth", "true").unwrap();
    let response = start(
        kafka,
        &tls(&[]),
        &Offer::parse("SCRAM-SHA-256"),
        credentials("user", "x"),
    )
    .unwrap();
    assert_eq!(
        response.data().unwrap(),
        format!("n,,n=user,r={RFC7677_CLIENT_NONCE},tokenauth=true").as_bytes()
    );
    for (name, value) in [
        ("", "x"),
        ("a", ""),
        ("a", "b,c"),
        ("a", "b\0"),
        ("a=", "b"),
        ("1", "b"),
    ] {
        assert!(client().extension(name, value).is_err(), "{name}={value}");
    }
    // OpenLDAP takes a binding of its own making under the name without -PLUS.
    let plain = MechanismName::parse("SCRAM-SHA-256").unwrap();
    let ldap = mechanism("SCRAM-SHA-256-PLUS").1.with_name(plain);
    let channel = tls(&[("ldap", b"tls-server-end-point:0123")]);
    let response = start(
        ldap,
        &channel,
        &Offer::parse("SCRAM-SHA-256"),
        credentials("user", "x"),
    )
    .unwrap();
    assert!(response.data().unwrap().starts_with(b"p=ldap,,n=user,r="));
}

/// MongoDB's SCRAM-SHA-1 (trap 80).
#[test]
fn mongodb_transforms_the_password() {
    let password = sasl::scram::mongodb_password("user", &Password::new("pencil"));
    assert!(password.matches(b"1c33006ec1ffd90f9cadcbcc0e118200"));
}

/// Failure 20: with `Require` nothing is sent where the channel cannot be bound; with `Disable` nothing is said of it.
#[test]
fn the_binding_policy_holds_before_the_first_byte() {
    let message = |policy: BindingPolicy, bindings: &[(&str, &[u8])], offer: &str| {
        let client = sasl::Client::builder(sasl::OsRandom)
            .mechanism(client())
            .mechanism(mechanism("SCRAM-SHA-256-PLUS").1)
            .mechanism(sasl::Plain::client())
            .binding(policy)
            .build();
        let (offer, channel) = (Offer::parse(offer), tls(bindings));
        let chosen = client
            .choose(&offer, &channel, &[CredentialKind::Password])
            .map_err(Error::from)?;
        let response = respond(chosen.start(credentials("user", "pencil")))
            .map_err(|failure| failure.error())?;
        let text = String::from_utf8(response.data().unwrap().to_vec()).unwrap();
        Ok::<_, Error>(text.split(',').next().unwrap().to_owned())
    };
    use sasl::BindingPolicy::{self, Disable, Prefer, Require};
    let (bound, all) = (
        [("tls-exporter", &b"x"[..])],
        "PLAIN SCRAM-SHA-256 SCRAM-SHA-256-PLUS",
    );
    let refused = Err(Error::from(Unusable::Binding));
    assert_eq!(
        message(Require, &bound, all).as_deref(),
        Ok("p=tls-exporter")
    );
    assert_eq!(message(Require, &bound, "PLAIN SCRAM-SHA-256"), refused);
    assert_eq!(message(Require, &bound, "PLAIN"), refused);
    assert_eq!(message(Require, &[], all), refused);
    assert_eq!(
        message(Prefer, &bound, all).as_deref(),
        Ok("p=tls-exporter")
    );
    assert_eq!(
        message(Prefer, &bound, "PLAIN SCRAM-SHA-256").as_deref(),
        Ok("y")
    );
    assert_eq!(message(Prefer, &[], all).as_deref(), Ok("n"));
    assert_eq!(message(Disable, &bound, all).as_deref(), Ok("n"));
    assert_eq!(
        message(Disable, &bound, "PLAIN SCRAM-SHA-256").as_deref(),
        Ok("n")
    );
}
