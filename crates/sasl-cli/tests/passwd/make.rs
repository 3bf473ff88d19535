//! `sasl passwd make` and `sasl passwd check`.

use std::fs;
use std::process::Command;

use crate::run::{check, made, sasl, stderr, stdout, tempdir};

#[test]
fn no_password_no_verifier() {
    let no_password: &[(&[&str], &str)] = &[
        (&["--password-stdin"], ""),
        (&["--password-stdin"], "\n"),
        (&["--password-stdin"], "pencil\nink\n"),
        (&["--password-fd", "9"], ""),
        (&["--password-file", "/nonexistent"], ""),
        (&["--insecure-password", ""], ""),
    ];
    for (source, stdin) in no_password {
        let output = sasl(&[&["make"], *source].concat(), stdin);
        assert_eq!(output.status.code(), Some(2), "{source:?}: {output:?}");
        assert!(output.stdout.is_empty());
        assert!(stderr(&output).starts_with("sasl: "));
    }
}

#[test]
fn what_makes_no_sense_is_refused_before_a_password_is_read() {
    let nonsense: &[&[&str]] = &[
        &["--scheme", "md5"],
        &["--scheme", "scram-sha-1", "--format", "postgresql"],
        &["--scheme", "scram-sha-256", "--memory", "64"],
        &["--scheme", "scram-sha-256", "--iterations", "0"],
        &["--scheme", "argon2id", "--memory", "7"],
        &["--scheme", "bcrypt", "--salt", "AAAA"],
        &["--salt", "?"],
        &["--password-stdin", "--password-fd", "3"],
        // The password is no argument.
        &["pencil"],
        &["--password", "pencil"],
    ];
    for args in nonsense {
        let output = sasl(&[&["make"], *args].concat(), "");
        assert_eq!(output.status.code(), Some(2), "{args:?}: {output:?}");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn what_is_made_is_checked() {
    let cheap: &[(&[&str], &str)] = &[
        (&["--memory", "64"], "$argon2id$v=19$m=64,t=2,p=1$"),
        (
            &[
                "--memory",
                "64",
                "--iterations",
                "1",
                "--lanes",
                "2",
                "--format",
                "dovecot",
            ],
            "{ARGON2ID}$argon2id$v=19$m=64,t=1,p=2$",
        ),
        (
            &["--memory", "64", "--format", "ldap"],
            "{ARGON2}$argon2id$",
        ),
        (&["--scheme", "bcrypt", "--cost", "4"], "$2b$04$"),
        (&["--scheme", "scrypt", "--cost", "4"], "$scrypt$ln=4,"),
        (
            &[
                "--scheme",
                "sha512-crypt",
                "--iterations",
                "1000",
                "--format",
                "ldap",
            ],
            "{CRYPT}$6$rounds=1000$",
        ),
        (
            &["--scheme", "pbkdf2-sha256", "--iterations", "9"],
            "$pbkdf2-sha256$i=9,l=32$",
        ),
        (
            &[
                "--scheme",
                "pbkdf2-sha512",
                "--iterations",
                "9",
                "--format",
                "passlib",
            ],
            "$pbkdf2-sha512$9$",
        ),
        (
            &[
                "--scheme",
                "pbkdf2-sha512",
                "--iterations",
                "9",
                "--format",
                "ldap",
            ],
            "{PBKDF2-SHA512}9$",
        ),
        (&["--format", "postgresql"], "SCRAM-SHA-256$4096:"),
        (
            &["--scheme", "scram-sha3-512", "--prep", "none"],
            "SCRAM-SHA3-512$4096:",
        ),
        (
            &["--scheme", "scram-sha-1", "--format", "dovecot"],
            "{SCRAM-SHA-1}4096,",
        ),
    ];
    for (args, beginning) in cheap {
        let verifier = made(args, "pencil");
        assert!(verifier.starts_with(beginning), "{verifier}");
        assert_eq!(check(&verifier, &[], "pencil"), Some(0), "{verifier}");
        assert_eq!(check(&verifier, &[], "pencil\n"), Some(0), "{verifier}");
        assert_eq!(check(&verifier, &[], "Pencil"), Some(1), "{verifier}");
        assert_eq!(check(&verifier, &[], "pencil "), Some(1), "{verifier}");
        assert_ne!(verifier, made(args, "pencil"), "the salt is not random");
    }
    let kafka = made(&["--format", "kafka", "--iterations", "5000"], "pencil");
    assert_eq!(check(&kafka, &[], "pencil"), Some(2));
    let sha256 = ["--scram-hash", "sha-256"];
    assert_eq!(check(&kafka, &sha256, "pencil"), Some(0));
    assert_eq!(check(&kafka, &sha256, "pencils"), Some(1));
    assert_eq!(
        made(&["--scheme", "cram-md5"], "pencil"),
        "{CRAM-MD5}7f47ace0e2af8f6cdeb72c03243a8c87834e19104164d6a42de72d243adb4080"
    );
}

#[test]
fn preparation_is_as_the_program_of_the_format_does_it() {
    let scram = |args: &[&str]| made(&[&["--scheme", "scram-sha-256"], args].concat(), "\u{2168}");
    // "IX" is what SASLprep makes of the numeral.
    let forms: &[(&[&str], _)] = &[
        (&[], Some(0)),
        (&["--format", "postgresql"], Some(0)),
        (&["--format", "dovecot"], Some(1)),
        (&["--prep", "none"], Some(1)),
    ];
    for (args, prepared) in forms {
        let verifier = scram(args);
        assert_eq!(
            check(&verifier, &["--prep", "none"], "IX"),
            *prepared,
            "{args:?}"
        );
    }
    let output = sasl(
        &["make", "--scheme", "scram-sha-256", "--password-stdin"],
        b"\xff",
    );
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    // As PostgreSQL: raw where it cannot be prepared.
    let output = sasl(
        &["make", "--format", "postgresql", "--password-stdin"],
        b"\xff",
    );
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

#[test]
fn neither_right_nor_wrong() {
    for verifier in [
        "",
        "pencil",
        "{MD5}qPaDC855Copn/C6E4SCTug==",
        "zeXTUnf7H4k3s",
        "$argon2id$v=19$m=4194304,t=1,p=1$c2FsdHNhbHQ$p+pQwemdFVS/A6TiRlvqH1MARLKEYepuhw2PxibNV7E",
    ] {
        assert_eq!(check(verifier, &[], "pencil"), Some(2), "{verifier}");
    }
    let ldap = ["--dialect", "ldap"];
    assert_eq!(
        check("{MD5}qPaDC855Copn/C6E4SCTug==", &ldap, "pencil"),
        Some(0)
    );
    let output = sasl(&["check", "--password-stdin"], "pencil");
    assert_eq!(output.status.code(), Some(2));
    // Two verifiers, or a password for one.
    let two = ["check", "--password-stdin", "{PLAIN}pencil"];
    for second in [["--verifier", "{PLAIN}ink"], ["--verifier-file", "pencil"]] {
        let output = sasl(&[&two, second.as_slice()].concat(), "pencil");
        assert_eq!(output.status.code(), Some(2), "{output:?}");
    }
    let output = sasl(&[two.as_slice(), &["{PLAIN}ink"]].concat(), "pencil");
    assert_eq!(output.status.code(), Some(2), "{output:?}");
}

#[test]
fn the_option_that_would_help_is_named() {
    let kafka = "salt=QSXCR+Q6sek8bf92,stored_key=6dlGYMOdZcOPutkcNY8U2g7vK9Y=,server_key=D+CSWLOshSulAsxiupA+qs2/fTE=,iterations=4096";
    for (text, option, value) in [
        (kafka, "--scram-hash", "sha-1"),
        ("{MD5}qPaDC855Copn/C6E4SCTug==", "--dialect", "ldap"),
    ] {
        let commands: [&[&str]; 3] = [
            &["check", "--password-stdin", text],
            &["convert", "--to", "canonical", text],
            &["inspect", text],
        ];
        for command in commands {
            let output = sasl(command, "pencil");
            let said = [stderr(&output), stdout(&output)].concat();
            assert!(said.contains(option), "{command:?}: {said}");
            let output = sasl(&[command, &[option, value]].concat(), "pencil");
            assert_eq!(output.status.code(), Some(0), "{command:?}: {output:?}");
        }
    }
}

#[test]
fn other_ways_in() {
    let directory = tempdir("ways");
    let (password, verifier) = (directory.join("password"), directory.join("verifier"));
    fs::write(&password, "pencil\n").unwrap();
    fs::write(&verifier, "{PLAIN}pencil\nmore\n").unwrap();
    let (password, verifier) = (password.to_str().unwrap(), verifier.to_str().unwrap());
    let file = [
        "check",
        "--verifier-file",
        verifier,
        "--password-file",
        password,
    ];
    let output = sasl(&file, "");
    assert_eq!(stdout(&output), "the password is right\n");
    let argument = [
        "check",
        "--verifier-file",
        verifier,
        "--insecure-password",
        "ink",
        "--quiet",
    ];
    let output = sasl(&argument, "");
    assert_eq!((output.status.code(), stdout(&output)), (Some(1), ""));
    for (typed, code) in [("pencil", 0), ("ink", 1)] {
        let output = sasl(&["check", "{PLAIN}pencil", "--password-stdin"], typed);
        assert_eq!(output.status.code(), Some(code), "{output:?}");
    }

    let script =
        "exec \"$0\" passwd check --verifier '{PLAIN}pencil' --quiet --password-fd 3 3< \"$1\"";
    let status = Command::new("sh")
        .args(["-c", script, env!("CARGO_BIN_EXE_sasl"), password])
        .status();
    assert_eq!(status.unwrap().code(), Some(0));
    fs::remove_dir_all(directory).unwrap();
}
