//! SCRAM keys as text: lines that other software made, and how strictly they are read.

use std::time::Instant;

use proptest::prelude::*;
use sasl::scram::text::{
    Fields, canonical, dovecot, ejabberd, kafka, mongooseim, passlib, prosody, rfc5803,
};
use sasl::scram::{ScramPasswords, derive_keys};
use sasl::server::PasswordVerifier;
use sasl::{Malformed, Password, Preparation, ScramHash, ScramKeys, Verifier};
use serde::Deserialize;

#[derive(Deserialize)]
struct Data {
    lines: Vec<Line>,
}

#[derive(Deserialize)]
struct Line {
    dialect: String,
    made_by: String,
    hash: String,
    password: Option<String>,
    text: String,
}

fn lines() -> Vec<Line> {
    let data: Data = serde_json::from_str(include_str!("../data/scram-text.json")).unwrap();
    data.lines
}

fn hash(name: &str) -> ScramHash {
    match name {
        "SCRAM-SHA-1" => ScramHash::Sha1,
        "SCRAM-SHA-256" => ScramHash::Sha256,
        "SCRAM-SHA-512" => ScramHash::Sha512,
        other => panic!("{other}"),
    }
}

fn parse(dialect: &str, name: &str, text: &str) -> Result<Vec<ScramKeys>, Malformed> {
    let prep = Preparation::Saslprep;
    match dialect {
        "canonical" => canonical::parse(text).map(|keys| vec![keys]),
        "rfc5803" => rfc5803::parse(text, prep).map(|keys| vec![keys]),
        "dovecot" => dovecot::parse(text, prep).map(|keys| vec![keys]),
        "kafka" => kafka::parse(text, hash(name), prep).map(|keys| vec![keys]),
        "ejabberd" => ejabberd::parse(text, prep).map(|keys| vec![keys]),
        "prosody" => prosody::parse(text, prep).map(|account| account.keys.into_iter().collect()),
        "mongooseim" => mongooseim::parse(text, prep),
        "passlib" => passlib::parse(text, prep),
        other => panic!("{other}"),
    }
}

fn accepts(keys: &ScramKeys, password: &str) -> bool {
    let passwords = ScramPasswords::new(keys.hash).unwrap();
    let verifier = Verifier::Scram(keys.clone());
    passwords.check(&verifier, password.as_bytes()).unwrap()
}

#[test]
fn every_line_knows_its_password_and_refuses_another() {
    let lines = lines();
    for line in &lines {
        let Line {
            dialect, made_by, ..
        } = line;
        let keys = parse(dialect, &line.hash, &line.text).expect(made_by);
        assert_eq!(keys[0].hash, hash(&line.hash), "{made_by}");
        for keys in keys {
            assert!(
                accepts(&keys, line.password.as_deref().unwrap_or("pencil")),
                "{made_by}"
            );
            assert!(!accepts(&keys, "eraser"), "{made_by}");
            assert!(!accepts(&keys, ""), "{made_by}");
        }
    }
    assert_eq!(lines.len(), 20);
}

#[test]
fn postgresql_and_dovecot_get_back_what_they_wrote() {
    let mut printed = 0;
    for line in lines() {
        let keys = parse(&line.dialect, &line.hash, &line.text).unwrap();
        let again = match line.dialect.as_str() {
            "rfc5803" => rfc5803::print(&keys[0]),
            "canonical" => canonical::print(&keys[0]),
            "dovecot" if !line.made_by.contains("verbose") => dovecot::print(&keys[0]),
            "kafka" if line.text.starts_with("salt") => kafka::print(&keys[0]),
            _ => continue,
        };
        assert_eq!(again, line.text);
        printed += 1;
    }
    assert_eq!(printed, 10);
}

/// No text that was cut or lengthened is read; one that was changed in one place is not read, or has another password.
#[test]
fn nothing_but_the_whole_text_is_read() {
    for line in lines() {
        let Line { dialect, text, .. } = &line;
        let reads = |text: &str| parse(dialect, &line.hash, text);
        // A count of iterations that was cut is a count, too.
        let whole = text.trim_end().trim_end_matches(';');
        let longest = whole.trim_end_matches("096").len();
        for (end, _) in text.char_indices().filter(|(end, _)| *end < longest) {
            let cut = &text[..end];
            // The salted password may be missing, and a salt at the end may be shorter.
            let verbose = line.made_by.contains("verbose") && cut.ends_with("Dgzo=");
            if verbose || cut.contains(",salt=Q") {
                continue;
            }
            // Lists may be shorter by whole elements.
            let list = ["mongooseim", "passlib"].contains(&dialect.as_str());
            if !(list && text[end..].starts_with(',')) {
                assert!(reads(cut).is_err(), "{dialect}: {cut}");
            }
        }
        for more in ["x", "=", "\0", "$", ",", "\u{a0}"] {
            assert!(
                reads(&format!("{text}{more}")).is_err(),
                "{dialect}: {text}{more}"
            );
        }
        assert!(reads(&format!(" {text}")).is_err() || dialect == "prosody");
    }
}

#[test]
fn what_is_wrong_is_told() {
    const STORED: &str = "6dlGYMOdZcOPutkcNY8U2g7vK9Y=";
    const SERVER: &str = "D+CSWLOshSulAsxiupA+qs2/fTE=";
    let read = |info: &str, stored: &str, server: &str| {
        let text = format!("SCRAM-SHA-1${info}${stored}:{server}");
        rfc5803::parse(&text, Preparation::Saslprep).map(|keys| keys.iterations)
    };
    assert_eq!(read("4096:QSXC", STORED, SERVER), Ok(4096));
    assert_eq!(read("1:QQ==", STORED, SERVER), Ok(1));
    assert_eq!(read("4294967295:QQ==", STORED, SERVER), Ok(u32::MAX));
    for count in [
        "0",
        "",
        "-1",
        "+4096",
        "04096",
        "4294967296",
        "4096 ",
        "0x10",
        "1e3",
        "٤",
    ] {
        let info = format!("{count}:QSXC");
        assert_eq!(
            read(&info, STORED, SERVER),
            Err(Malformed::Iterations),
            "{count}"
        );
    }
    let long = "AAAA".repeat(342);
    for salt in [
        "", "Q", "QQ", "QQ=", "QR==", "QS-C", "QSXC\n", " QSXC", &long,
    ] {
        let info = format!("4096:{salt}");
        assert_eq!(read(&info, STORED, SERVER), Err(Malformed::Salt), "{salt}");
    }
    for key in [
        "",
        "6dlG",
        "6dlGYMOdZcOPutkcNY8U2g7vK9Z=",
        "6dlGYMOdZcOPutkcNY8U2g7vK9Y",
        "qxJ1SbmSAi5EcS0J5Ck/cKAm/+Ixa+Kwp63f4OHDgzo=",
    ] {
        assert_eq!(read("4096:QSXC", key, SERVER), Err(Malformed::Key), "{key}");
        assert_eq!(read("4096:QSXC", STORED, key), Err(Malformed::Key), "{key}");
    }
    for text in [
        "",
        "SCRAM-SHA-256",
        "SCRAM-SHA-256$",
        "SCRAM-SHA-256$garbage",
        "SCRAM-SHA-2$4096:QSXC$a:b",
        "SCRAM-SHA-1-PLUS$4096:QSXC$a:b",
        "PLAIN$4096:QSXC$a:b",
        "md520c46e3762c864548e296b33c3406aa9",
        "scram-sha-1$4096:QSXC$a:b",
        "SCRAM-SHA-1$$4096:QSXC$a:b",
    ] {
        assert_eq!(
            rfc5803::parse(text, Preparation::Saslprep).map(|_| ()),
            Err(Malformed::Verifier),
            "{text}"
        );
    }
    let huge = "A".repeat(17 * 1024);
    assert_eq!(canonical::parse(&huge).map(|_| ()), Err(Malformed::TooLong));
}

#[test]
fn a_key_set_is_not_taken_for_another_hash() {
    let sha1 = "salt=QSXCR+Q6sek8bf92,stored_key=6dlGYMOdZcOPutkcNY8U2g7vK9Y=,server_key=D+CSWLOshSulAsxiupA+qs2/fTE=,iterations=4096";
    let parse = |hash| kafka::parse(sha1, hash, Preparation::Saslprep).map(|_| ());
    assert_eq!(parse(ScramHash::Sha1), Ok(()));
    assert_eq!(parse(ScramHash::Sha256), Err(Malformed::Key));
    for twice in [
        sha1.replace("server_key", "stored_key"),
        sha1.replace("salt", "pepper"),
        format!("{sha1},more=1"),
    ] {
        let read = kafka::parse(&twice, ScramHash::Sha1, Preparation::Saslprep);
        assert_eq!(read.map(|_| ()), Err(Malformed::Verifier), "{twice}");
    }
}

#[test]
fn a_salted_password_that_is_not_that_of_the_keys_is_noticed() {
    let line = lines()
        .into_iter()
        .find(|line| line.made_by.contains("verbose"))
        .unwrap();
    let wrong = line.text.replace("a97517ae", "b97517ae");
    let read = dovecot::parse(&wrong, Preparation::Saslprep).map(|_| ());
    assert_eq!(read, Err(Malformed::Key));
    let upper = line.text.replace("a97517ae", "A97517AE");
    assert!(dovecot::parse(&upper, Preparation::Saslprep).is_err());
}

#[test]
fn prosodys_other_accounts() {
    let parse = |text: &str| prosody::parse(text, Preparation::Saslprep);
    let plain = parse("return {\n\t[\"password\"] = \"pen\\\"c\\\\il\\195\\188\";\n};\n").unwrap();
    assert!(plain.keys.is_none() && !plain.disabled);
    assert!(plain.password.unwrap().matches("pen\"c\\ilü".as_bytes()));
    let disabled = parse(r#"return { ["password"] = "x"; ["disabled"] = true; ["created"] = 1.7e+09; ["disabled_meta"] = { ["actor"] = "admin" } }"#).unwrap();
    assert!(disabled.disabled);
    for text in [
        "",
        "return",
        "return {}",
        "return { }; os.execute()",
        "return { [\"password\"] = }",
        "return { [\"password\"] = \"x }",
        "return { [\"password\"] = 1 }",
        "return { password = \"x\" }",
        "return { [\"password\"] = \"x\", [\"password\"] = \"y\" }",
        "return { [\"salt\"] = \"x\"; }",
        "return { [\"password\"] = \"\\999\" }",
        "return { [\"password\"] = \"\\q\" }",
        &format!("return {}", "{ [\"a\"] = ".repeat(3000)),
    ] {
        assert!(parse(text).is_err(), "{text}");
    }
}

#[test]
fn a_record_of_a_document_database() {
    // MongoDB's form; the password of these is not known.
    let record = Fields {
        hash: ScramHash::Sha1,
        iterations: 10000,
        salt: "X3yVLbAxujboAefdz8WDzw==",
        stored_key: "XINfhTxbvQ1GRoLZtFLFU+Hjvw8=",
        server_key: "V+NsobMd2BQ8vm0oIDAY4OHuEzc=",
        preparation: Preparation::None,
    };
    let keys = record.keys().unwrap();
    assert_eq!((keys.salt.len(), keys.iterations), (16, 10000));
    let shown = format!("{record:?}");
    assert!(
        !shown.contains("Nsob") && !shown.contains("XINf"),
        "{shown}"
    );
    for (wrong, reason) in [
        (
            Fields {
                iterations: 0,
                ..record
            },
            Malformed::Iterations,
        ),
        (Fields { salt: "", ..record }, Malformed::Salt),
        (
            Fields {
                salt: "QQ",
                ..record
            },
            Malformed::Salt,
        ),
        (
            Fields {
                stored_key: "QQ==",
                ..record
            },
            Malformed::Key,
        ),
        (
            Fields {
                server_key: "",
                ..record
            },
            Malformed::Key,
        ),
        (
            Fields {
                hash: ScramHash::Sha256,
                ..record
            },
            Malformed::Key,
        ),
    ] {
        assert_eq!(wrong.keys().err(), Some(reason), "{wrong:?}");
    }
}

const PREPARATIONS: [Preparation; 3] = [
    Preparation::Saslprep,
    Preparation::SaslprepOrRaw,
    Preparation::None,
];

proptest! {
    #[test]
    fn what_is_written_is_read_again(
        which in 0..6_usize,
        prep in 0..3_usize,
        iterations in 1..5_u32,
        salt in proptest::collection::vec(any::<u8>(), 1..40),
        password in "[ -~]{1,20}",
    ) {
        const HASHES: [ScramHash; 6] = [
            ScramHash::Sha1, ScramHash::Sha224, ScramHash::Sha256,
            ScramHash::Sha384, ScramHash::Sha512, ScramHash::Sha3_512,
        ];
        let (hash, prep) = (HASHES[which], PREPARATIONS[prep]);
        let keys = derive_keys(hash, &Password::new(password.as_str()), &salt, iterations, prep).unwrap();
        let same = |read: ScramKeys, prep: Preparation| {
            read.hash == hash
                && read.iterations == iterations
                && *read.salt == *salt
                && read.preparation == prep
                && read.stored_key.matches(keys.stored_key.expose())
                && read.server_key.matches(keys.server_key.expose())
        };
        prop_assert!(same(canonical::parse(&canonical::print(&keys)).unwrap(), prep));
        prop_assert!(same(rfc5803::parse(&rfc5803::print(&keys), prep).unwrap(), prep));
        prop_assert!(same(dovecot::parse(&dovecot::print(&keys), prep).unwrap(), prep));
        prop_assert!(same(kafka::parse(&kafka::print(&keys), hash, prep).unwrap(), prep));
    }

    #[test]
    fn nothing_panics(text in "\\PC{0,80}", which in 0..9_usize, line in 0..20_usize, at in 0..100_usize) {
        let dialect = ["canonical", "rfc5803", "dovecot", "kafka", "ejabberd", "prosody", "mongooseim", "passlib", "canonical"][which];
        let _ = parse(dialect, "SCRAM-SHA-256", &text);
        // And inside a sound line.
        let line = &lines()[line];
        let at = line.text.char_indices().map(|(at, _)| at).nth(at).unwrap_or(0);
        let mixed = format!("{}{text}{}", &line.text[..at], &line.text[at..]);
        let _ = parse(&line.dialect, &line.hash, &mixed);
    }
}

#[test]
fn keys_of_too_many_iterations_are_not_computed() {
    let line = &lines()[0];
    let mut keys = parse(&line.dialect, &line.hash, &line.text)
        .unwrap()
        .remove(0);
    let check = |keys: &ScramKeys, passwords: ScramPasswords| {
        passwords.check(&Verifier::Scram(keys.clone()), b"pencil")
    };
    let passwords = || ScramPasswords::new(ScramHash::Sha256).unwrap();
    assert_eq!(check(&keys, passwords().max_iterations(4096)), Some(true));
    assert_eq!(check(&keys, passwords().max_iterations(4095)), Some(false));
    // With the default this would take hours.
    keys.iterations = u32::MAX;
    assert_eq!(check(&keys, passwords()), Some(false));
}

fn keys_of(hash: ScramHash, prep: Preparation) -> Verifier {
    let password = Password::new("pencil");
    Verifier::Scram(derive_keys(hash, &password, b"salt", 1, prep).unwrap())
}

/// An account with keys of several hashes would cost several derivations, and a stranger one.
#[test]
fn keys_of_another_hash_are_checked_only_when_that_is_wanted() {
    let [sha1, sha256, sha512] = [ScramHash::Sha1, ScramHash::Sha256, ScramHash::Sha512]
        .map(|hash| keys_of(hash, Preparation::Saslprep));
    let one = ScramPasswords::new(ScramHash::Sha256).unwrap();
    assert_eq!(one.check(&sha256, b"pencil"), Some(true));
    assert_eq!(one.check(&sha1, b"pencil"), None);
    assert_eq!(one.check(&sha512, b"pencil"), None);
    let two = one.also(ScramHash::Sha1).unwrap();
    assert_eq!(two.check(&sha256, b"pencil"), Some(true));
    assert_eq!(two.check(&sha1, b"pencil"), Some(true));
    assert_eq!(two.check(&sha1, b"eraser"), Some(false));
    assert_eq!(two.check(&sha512, b"pencil"), None);
}

/// What no keys can be derived of costs what a stranger costs, or it would say that there is an account.
#[test]
fn what_cannot_be_checked_takes_as_long_as_a_stranger() {
    let passwords = ScramPasswords::new(ScramHash::Sha256)
        .unwrap()
        .iterations(20_000)
        .max_iterations(20_000);
    let fastest = |work: &dyn Fn()| {
        let times = (0..3).map(|_| {
            let begun = Instant::now();
            work();
            begun.elapsed()
        });
        times.min().unwrap_or_default()
    };
    // SASLprep prohibits control characters (RFC 4013 §2.3).
    let unprepared: &[u8] = b"pen\x07cil";
    let prepared = keys_of(ScramHash::Sha256, Preparation::Saslprep);
    let mut costly = prepared.clone();
    if let Verifier::Scram(keys) = &mut costly {
        keys.iterations = u32::MAX;
    }
    let stranger = fastest(&|| passwords.decoy(unprepared));
    for (verifier, password) in [(&prepared, unprepared), (&costly, b"pencil")] {
        let known = fastest(&|| assert_eq!(passwords.check(verifier, password), Some(false)));
        // Without the work it would be a thousandth.
        assert!(known > stranger / 4, "{known:?}, a stranger {stranger:?}");
    }
}
