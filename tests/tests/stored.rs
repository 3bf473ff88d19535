//! Verifiers as text, whatever they are: what is told apart, what is not guessed, and what comes back the same.

use proptest::prelude::*;
use sasl::cram_md5::derive_context;
use sasl::scram::derive_keys;
use sasl::stored::serde::Stored;
use sasl::stored::{Dialect, HashError, ReadError, Reading, read};
use sasl::{
    Authcid, CramMd5Context, Identity, Key, Malformed, OtherVerifier, Password, PasswordHash,
    Preparation, ScramHash, ScramKeys, Standing, Verifier, limits,
};
use serde::Deserialize;

const READING: Reading = Reading::new();

fn write(verifier: &Verifier) -> String {
    sasl::stored::write(verifier).unwrap()
}

fn one(text: &str) -> Result<Verifier, ReadError> {
    read(text, &READING).map(|mut verifiers| {
        assert_eq!(verifiers.len(), 1, "{text}");
        verifiers.remove(0)
    })
}

#[derive(Deserialize)]
struct ScramLines {
    lines: Vec<ScramLine>,
}

#[derive(Deserialize)]
struct ScramLine {
    dialect: String,
    text: String,
}

#[test]
fn scram_keys_are_known_by_their_marks() {
    let data: ScramLines = serde_json::from_str(include_str!("../data/scram-text.json")).unwrap();
    for ScramLine { dialect, text } in &data.lines {
        let reading = READING.scram_hash(ScramHash::Sha256);
        let verifiers = read(text, &reading).expect(text);
        assert!(
            verifiers
                .iter()
                .all(|own| matches!(own, Verifier::Scram(_))),
            "{text}"
        );
        for verifier in verifiers {
            assert_eq!(
                write(&one(&write(&verifier)).unwrap()),
                write(&verifier),
                "{text}"
            );
        }
        if dialect == "kafka" {
            assert_eq!(read(text, &READING).unwrap_err(), ReadError::UnnamedHash);
        }
    }
}

#[test]
fn how_a_password_was_prepared_is_said_or_kept() {
    let keys = |text: &str, reading: &Reading| match read(text, reading).unwrap().remove(0) {
        Verifier::Scram(keys) => keys.preparation,
        other => panic!("{other:?}"),
    };
    let text = "SCRAM-SHA-1$4096:QSXCR+Q6sek8bf92$6dlGYMOdZcOPutkcNY8U2g7vK9Y=:D+CSWLOshSulAsxiupA+qs2/fTE=";
    assert_eq!(keys(text, &READING), Preparation::Saslprep);
    let raw = READING.preparation(Preparation::None);
    assert_eq!(keys(text, &raw), Preparation::None);
    // What the canonical text says is not overruled.
    let said = format!("{text};prep=saslprep-or-raw");
    assert_eq!(keys(&said, &raw), Preparation::SaslprepOrRaw);
    assert!(one(&format!("{text};prep=other")).is_err());
}

#[test]
fn contexts_and_clear_text() {
    // Made by doveadm pw 2.3.19.1 of "pencil".
    let hex = "7f47ace0e2af8f6cdeb72c03243a8c87834e19104164d6a42de72d243adb4080";
    let made = derive_context(&Password::new("pencil"), Preparation::None).unwrap();
    for tag in ["CRAM-MD5", "cram-md5", "HMAC-MD5"] {
        match one(&format!("{{{tag}}}{hex}")).unwrap() {
            Verifier::CramMd5(context) => {
                assert!(context.inner.matches(made.inner.expose()));
                assert!(context.outer.matches(made.outer.expose()));
            }
            other => panic!("{other:?}"),
        }
    }
    for wrong in [
        "",
        "7f",
        &hex[1..],
        &hex.to_uppercase(),
        &format!("{hex}00"),
        &hex.replace('7', "g"),
    ] {
        assert_eq!(
            one(&format!("{{CRAM-MD5}}{wrong}")).unwrap_err(),
            ReadError::Malformed(Malformed::Key),
            "{wrong}"
        );
    }
    for (text, password) in [
        ("{PLAIN}pencil", "pencil"),
        ("{CLEAR}{PLAIN}x", "{PLAIN}x"),
        ("{cleartext}a b ", "a b "),
        ("{PLAIN.B64}cGVuY2lsCg==", "pencil\n"),
    ] {
        assert!(
            matches!(one(text).unwrap(), Verifier::ClearText(found) if found.matches(password.as_bytes())),
            "{text}"
        );
    }
    assert!(one("{PLAIN}").is_err());
    assert!(one("{PLAIN.B64}cGVuY2ls\n").is_err());
}

#[test]
fn nothing_is_guessed() {
    for text in [
        "",
        "pencil",
        "*",
        "!",
        "!!",
        "x",
        "*0",
        "{",
        "{}",
        "{CRYPT}",
        "{UNKNOWN}abc",
        "$1$",
        "$6$rounds=999999999$x",
        "$2b$99$",
        "{X-OTHER}",
        "{X-OTHER}scheme",
        " {PLAIN}pencil",
        "SCRAM-SHA-256",
        "SCRAM-SHA-256$garbage",
        "md520c46e3762c864548e296b33c3406aa9",
        "return { }",
        "{SCRAM-SHA-256}",
        "$scram$",
        "scram:",
    ] {
        assert!(one(text).is_err(), "{text}");
    }
    // Its verifiers alone would let it in.
    let disabled = r#"return { ["password"] = "pencil"; ["disabled"] = true; };"#;
    assert_eq!(one(disabled).unwrap_err(), ReadError::Disabled);
    // One tag, two meanings.
    let md5 = "{MD5}qPaDC855Copn/C6E4SCTug==";
    assert_eq!(
        one(md5).unwrap_err(),
        ReadError::Hash(HashError::AmbiguousTag)
    );
    assert!(read(md5, &READING.dialect(Dialect::Ldap)).is_ok());
    assert!(read(md5, &READING.dialect(Dialect::Dovecot)).is_err());
    assert!(
        one(
            "$argon2id$v=19$m=4096,t=3,p=1$c2FsdHNhbHQ$p+pQwemdFVS/A6TiRlvqH1MARLKEYepuhw2PxibNV7E"
        )
        .is_ok()
    );
}

#[test]
fn an_identity_goes_through_serde() {
    let hash =
        "$argon2id$v=19$m=4096,t=3,p=1$c2FsdHNhbHQ$p+pQwemdFVS/A6TiRlvqH1MARLKEYepuhw2PxibNV7E";
    let keys = derive_keys(
        ScramHash::Sha512,
        &Password::new("pencil"),
        b"salt",
        7,
        Preparation::None,
    )
    .unwrap();
    let identity = Identity::new(Authcid::parse("üser").unwrap())
        .with_verifier(Verifier::PasswordHash(PasswordHash::new(hash)))
        .with_verifier(Verifier::Scram(keys))
        .with_verifier(Verifier::Other(OtherVerifier {
            scheme: "HT-SHA-256-NONE".into(),
            data: Key::new(&[0, 255]),
        }))
        .with_standing(Standing::Disabled);
    let json = serde_json::to_string(&Stored(identity.clone())).unwrap();
    let Stored(again): Stored<Identity> = serde_json::from_str(&json).unwrap();
    assert_eq!(again.authcid(), identity.authcid());
    assert_eq!(again.standing(), Standing::Disabled);
    let texts = |identity: &Identity| identity.verifiers().iter().map(write).collect::<Vec<_>>();
    assert_eq!(texts(&again), texts(&identity));
    assert_eq!(again.verifiers().len(), 3);

    for wrong in [
        r#"{"authcid":"","verifiers":[]}"#,
        r#"{"authcid":"u","verifiers":["pencil"]}"#,
        r#"{"authcid":"u","verifiers":["{MD5}qPaDC855Copn/C6E4SCTug=="]}"#,
        r#"{"authcid":"u","standing":"active","verifiers":[]}"#,
        r#"{"authcid":"u","password":"x"}"#,
        r#"{"verifiers":[]}"#,
    ] {
        assert!(
            serde_json::from_str::<Stored<Identity>>(wrong).is_err(),
            "{wrong}"
        );
    }
    let passlib = "\"$scram$4096$KcWY09o7pzTGGAPg$sha-1=Z3BqAExymLDP9FiriOoscKEftjg,sha-256=PQALFtX7C6Gs0euCynpy8sBjT9MjzQVZkObniOl6M3c\"";
    assert!(
        serde_json::from_str::<Stored<Verifier>>(passlib).is_err(),
        "it holds two"
    );
    assert!(serde_json::from_str::<Stored<Verifier>>("\"{PLAIN}x\"").is_ok());
}

#[test]
fn what_would_not_be_read_the_same_is_not_written() {
    let refused = |verifier| sasl::stored::write(&verifier).unwrap_err();
    let hash = |text| Verifier::PasswordHash(PasswordHash::new(text));
    let ambiguous = hash("{MD5}qPaDC855Copn/C6E4SCTug==");
    assert_eq!(refused(ambiguous), ReadError::Hash(HashError::AmbiguousTag));
    refused(hash("pencil"));
    refused(hash("{PLAIN}pencil"));
    refused(Verifier::ClearText(Password::new("")));
    refused(Verifier::Other(OtherVerifier {
        scheme: "a,b".into(),
        data: Key::new(b"x"),
    }));
    let mut keys = derive_keys(
        ScramHash::Sha1,
        &Password::new("p"),
        b"s",
        1,
        Preparation::None,
    )
    .unwrap();
    keys.hash = ScramHash::Sha256;
    assert_eq!(
        refused(Verifier::Scram(keys)),
        ReadError::Malformed(Malformed::Key)
    );
    // And an identity with one of them is not written half.
    let user = Identity::new(Authcid::parse("user").unwrap()).with_verifier(hash("pencil"));
    assert!(serde_json::to_string(&Stored(user)).is_err());
}

/// A verifier of any kind, of octets as they come.
fn verifier() -> impl Strategy<Value = Verifier> {
    const HASHES: [ScramHash; 6] = [
        ScramHash::Sha1,
        ScramHash::Sha224,
        ScramHash::Sha256,
        ScramHash::Sha384,
        ScramHash::Sha512,
        ScramHash::Sha3_512,
    ];
    const PREPARATIONS: [Preparation; 3] = [
        Preparation::Saslprep,
        Preparation::SaslprepOrRaw,
        Preparation::None,
    ];
    let octets = |len| proptest::collection::vec(any::<u8>(), len);
    let salt = proptest::collection::vec(any::<u8>(), 1..=limits::SALT);
    let scram = (
        0..6_usize,
        0..3_usize,
        1..=u32::MAX,
        salt,
        octets(64),
        octets(64),
    );
    let scram = scram.prop_map(|(hash, prep, iterations, salt, stored, server)| {
        let (hash, preparation) = (HASHES[hash], PREPARATIONS[prep]);
        Verifier::Scram(ScramKeys {
            hash,
            iterations,
            salt: salt.into(),
            preparation,
            stored_key: Key::new(&stored[..hash.digest_len()]),
            server_key: Key::new(&server[..hash.digest_len()]),
        })
    });
    let hash = "\\$argon2id\\$v=19\\$m=64,t=[1-9],p=1\\$[A-Za-z0-9+/]{21}[AQgw]\\$[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]"
        .prop_map(|text| Verifier::PasswordHash(PasswordHash::new(&text)));
    let context = (octets(16), octets(16)).prop_map(|(inner, outer)| {
        Verifier::CramMd5(CramMd5Context {
            inner: Key::new(&*inner),
            outer: Key::new(&*outer),
        })
    });
    let clear_text = proptest::collection::vec(any::<u8>(), 1..60)
        .prop_map(|octets| Verifier::ClearText(Password::new(octets)));
    let other = ("[A-Za-z0-9-]{1,20}", octets(40)).prop_map(|(scheme, data)| {
        Verifier::Other(OtherVerifier {
            scheme: scheme.into(),
            data: Key::new(&*data),
        })
    });
    prop_oneof![scram, hash, context, clear_text, other]
}

fn is_same(one: &Verifier, other: &Verifier) -> bool {
    match (one, other) {
        (Verifier::ClearText(one), Verifier::ClearText(other)) => one.matches(other.expose()),
        (Verifier::PasswordHash(one), Verifier::PasswordHash(other)) => {
            one.as_str() == other.as_str()
        }
        (Verifier::Scram(one), Verifier::Scram(other)) => {
            (one.hash, one.iterations) == (other.hash, other.iterations)
                && (&one.salt, one.preparation) == (&other.salt, other.preparation)
                && one.stored_key.matches(other.stored_key.expose())
                && one.server_key.matches(other.server_key.expose())
        }
        (Verifier::CramMd5(one), Verifier::CramMd5(other)) => {
            one.inner.matches(other.inner.expose()) && one.outer.matches(other.outer.expose())
        }
        (Verifier::Other(one), Verifier::Other(other)) => {
            one.scheme == other.scheme && one.data.matches(other.data.expose())
        }
        _ => false,
    }
}

proptest! {
    #[test]
    fn whatever_is_written_is_read_the_same(verifier in verifier()) {
        let written = write(&verifier);
        prop_assert!(is_same(&one(&written).unwrap(), &verifier), "{}", written);
        prop_assert_eq!(write(&one(&written).unwrap()), written);
    }

    #[test]
    fn clear_text_comes_back_as_it_was(octets in proptest::collection::vec(any::<u8>(), 1..60), text in "\\PC{1,40}") {
        for password in [octets.as_slice(), text.as_bytes()] {
            let written = write(&Verifier::ClearText(Password::new(password)));
            prop_assert!(!written.contains('\n'));
            let same = matches!(one(&written).unwrap(), Verifier::ClearText(found) if found.matches(password));
            prop_assert!(same, "{}", written);
        }
    }

    #[test]
    fn whatever_is_read_is_written_and_read_the_same(text in "(\\{[A-Za-z0-9.-]{0,12}\\}|\\$[0-9a-z]{0,8}\\$|SCRAM-SHA-1\\$)?\\PC{0,80}") {
        for verifier in read(&text, &READING).into_iter().flatten() {
            let written = write(&verifier);
            prop_assert_eq!(write(&one(&written).unwrap()), written);
        }
    }
}
