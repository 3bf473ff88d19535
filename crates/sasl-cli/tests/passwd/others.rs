//! `sasl passwd convert` and `sasl passwd inspect`.

use crate::run::{check, sasl, stderr, stdout};

const DOVECOT: &str = "{SCRAM-SHA-256}4096,QSXCR+Q6sek8bf92,\
    FO+9jBb3MUukt6jJnzjPZOWc5ow/Pu6JtPyju0aqaE8=,qxJ1SbmSAi5EcS0J5Ck/cKAm/+Ixa+Kwp63f4OHDgzo=";

const PASSLIB: &str = "$scram$4096$KcWY09o7pzTGGAPg$sha-1=Z3BqAExymLDP9FiriOoscKEftjg,\
    sha-256=PQALFtX7C6Gs0euCynpy8sBjT9MjzQVZkObniOl6M3c";

#[test]
fn what_cannot_be_converted_says_so_and_stops_nothing() {
    let lines =
        format!("{DOVECOT}\n\nzeXTUnf7H4k3s\n$apr1$V8nA/YAN$Anvh4H9zCzxVRa/x6DvLk.\n{DOVECOT}\n");
    let output = sasl(&["convert", "--to", "postgresql"], lines);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert_eq!(
        stderr(&output),
        "sasl: line 3: DES crypt is not checked: it sees 8 octets of a password\n\
         sasl: line 4: the format `postgresql` has no place for it\n"
    );
    let postgresql = "SCRAM-SHA-256$4096:QSXCR+Q6sek8bf92$FO+9jBb3MUukt6jJnzjPZOWc5ow/Pu6JtPyju0aqaE8=:\
        qxJ1SbmSAi5EcS0J5Ck/cKAm/+Ixa+Kwp63f4OHDgzo=\n";
    assert_eq!(stdout(&output), postgresql.repeat(2));

    let output = sasl(&["convert", "--to", "passlib", DOVECOT], "");
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(stderr(&output).contains("salted password"));
}

#[test]
fn clear_text_becomes_anything() {
    let conversions: &[(&[&str], _)] = &[
        (&["--to", "kafka"], "salt="),
        (
            &["--to", "postgresql", "--iterations", "5000"],
            "SCRAM-SHA-256$5000:",
        ),
        (
            &["--to", "dovecot", "--scheme", "cram-md5"],
            "{CRAM-MD5}7f47",
        ),
        (
            &["--to", "canonical", "--memory", "64"],
            "$argon2id$v=19$m=64,",
        ),
    ];
    for (args, beginning) in conversions {
        let output = sasl(&[&["convert", "{PLAIN}pencil"], *args].concat(), "");
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        assert!(stdout(&output).starts_with(beginning), "{output:?}");
    }
}

#[test]
fn keys_are_taken_out_of_passlibs_text() {
    let output = sasl(&["convert", "--to", "canonical", PASSLIB], "");
    let texts: Vec<_> = stdout(&output).lines().collect();
    assert_eq!(texts.len(), 2);
    for text in texts {
        assert_eq!(check(text, &[], "pencil"), Some(0), "{text}");
    }
    // Of the two PostgreSQL knows one.
    let output = sasl(&["convert", "--to", "postgresql", PASSLIB], "");
    assert_eq!(stdout(&output).lines().count(), 1);
}

#[test]
fn a_lost_preparation_is_said() {
    let raw = "SCRAM-SHA-256$4096:QSXCR+Q6sek8bf92$FO+9jBb3MUukt6jJnzjPZOWc5ow/Pu6JtPyju0aqaE8=:\
        qxJ1SbmSAi5EcS0J5Ck/cKAm/+Ixa+Kwp63f4OHDgzo=;prep=none";
    let output = sasl(&["convert", "--to", "postgresql", raw], "");
    assert_eq!(output.status.code(), Some(0));
    assert!(stderr(&output).contains("not prepared"), "{output:?}");
    for to in ["dovecot", "canonical"] {
        let output = sasl(&["convert", "--to", to, raw], "");
        assert_eq!(stderr(&output), "", "{to}");
    }
}

#[test]
fn what_is_refused_is_named() {
    let lines = "zeXTUnf7H4k3s\npencil\n{DIGEST-MD5}59d05624acb3d9cf8d4a2e7d8c152938\n$gy$j9T$pjJMOZtKU9Pc5bFTdtEUv1$PWBPNCy4Wt8ynHmV6orB6w3Cypk108mHD241Zlux9I/\n!\n\u{fffd}\n";
    let output = sasl(&["inspect", "--json"], lines);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let errors: Vec<_> = stdout(&output)
        .lines()
        .map(|line| {
            let json: serde_json::Value = serde_json::from_str(line).unwrap();
            json["error"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(
        errors,
        [
            "des-crypt",
            "unknown-scheme",
            "digest-md5",
            "gost-yescrypt",
            "locked",
            "unknown-scheme"
        ]
    );
    let output = sasl(&["inspect"], b"\xff\n");
    assert!(stdout(&output).contains("not UTF-8"), "{output:?}");
}

#[test]
fn what_is_read_is_described() {
    let texts = [
        (
            "$2y$05$ulAaqHkPnPvjvmLdoQEcF.3DOsZHnkOFZnucW1an2f2q9SptJIE7u",
            r#"{"line":1,"kind":"password-hash","scheme":"bcrypt","cost":{"exponent":5},"salt_octets":16,"digest_octets":23,"strength":"iterated","password_equivalent":false,"advice":"it costs less than is recommended today: make it anew at the next login"}"#,
        ),
        (
            "$argon2id$v=19$m=65536,t=3,p=1$c2FsdHNhbHQ$p+pQwemdFVS/A6TiRlvqH1MARLKEYepuhw2PxibNV7E",
            r#"{"line":1,"kind":"password-hash","scheme":"argon2id","cost":{"memory_kib":65536,"passes":3,"lanes":1},"salt_octets":8,"digest_octets":32,"strength":"memory-hard","password_equivalent":false}"#,
        ),
        (
            "{SHA}0vxRJJChUDZGC1SJQBQ51tpUB/o=",
            r#"{"line":1,"kind":"password-hash","scheme":"sha1","salt_octets":0,"digest_octets":20,"strength":"fast","password_equivalent":false,"advice":"billions of guesses a second: make it anew at the next login"}"#,
        ),
        (
            DOVECOT,
            r#"{"line":1,"kind":"scram-keys","scheme":"scram-sha-256","cost":{"iterations":4096},"salt_octets":12,"digest_octets":32,"preparation":"saslprep","strength":"iterated","password_equivalent":false}"#,
        ),
        (
            "{CRAM-MD5}7f47ace0e2af8f6cdeb72c03243a8c87834e19104164d6a42de72d243adb4080",
            r#"{"line":1,"kind":"cram-md5-context","strength":"none","password_equivalent":true,"advice":"who reads it can log in: keep it as a password is kept"}"#,
        ),
    ];
    for (text, json) in texts {
        let output = sasl(&["inspect", "--json", text], "");
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        assert_eq!(stdout(&output).trim_end(), json);
    }
    let output = sasl(&["inspect", "--json", PASSLIB], "");
    assert_eq!(
        stdout(&output)
            .matches(r#""password_equivalent":true"#)
            .count(),
        2
    );
    let verbose =
        format!("{DOVECOT},a97517ae572f9dac71586d340dd460562a11da09d4a6e5f9afedc4675add8556");
    let output = sasl(&["inspect", "--json", &verbose], "");
    assert_eq!(
        stdout(&output)
            .matches(r#""password_equivalent":true"#)
            .count(),
        1
    );
    // Nothing of a secret is repeated.
    let output = sasl(&["inspect", "{PLAIN}pencil"], "");
    assert!(!stdout(&output).contains("pencil"), "{output:?}");
}
