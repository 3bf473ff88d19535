//! What is refused before anything is tried.

use crate::run::{CANARY, sasl, text};

#[test]
fn wrong_usage_has_a_status_of_its_own() {
    let long = "x".repeat(5000);
    for (args, stdin, says) in [
        (&["smtp://u@h", "--password-stdin"][..], "", "empty"),
        (
            &["smtp://u@h", "--password-stdin"],
            "a\nb",
            "more than one line",
        ),
        (
            &["smtp://u@h", "--password-stdin"],
            &long,
            "longer than 4096",
        ),
        (
            &["smtp://u@h", "--password-file", "/nonexistent"],
            "",
            "/nonexistent",
        ),
        (&["smtp://h", "--password-stdin"], "x", "whose password?"),
        (
            &["smtp://u@h", "--user", "v", "--password-stdin"],
            "x",
            "two users",
        ),
        (
            &["ftp://u@h", "--password-stdin"],
            "x",
            "no such scheme; there are smtp, ",
        ),
        (&["u@h", "--password-stdin"], "x", "this is no URL"),
        (
            &["smtp://u@h", "--password-stdin", "--mechanism", "GSSAPI"],
            "x",
            "no mechanism \"GSSAPI\"",
        ),
        (
            &["smtp://u@h", "--password-stdin", "--token-stdin"],
            "x",
            "cannot be used with",
        ),
        (
            &["smtp://u@h", "--password-stdin", "--ca", "/nonexistent"],
            "x",
            "/nonexistent",
        ),
        (
            &["smtp://u@h", "--password-stdin", "--cert", "a"],
            "x",
            "--key",
        ),
        (
            &["smtp://u@h", "--password-stdin", "--timeout", "0"],
            "x",
            "--timeout",
        ),
        (
            &[
                "smtp://u@h",
                "--password-stdin",
                "--min-iterations",
                "9",
                "--max-iterations",
                "8",
            ],
            "x",
            "above",
        ),
        (&[], "", "Usage"),
    ] {
        let output = sasl(args, stdin);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(output.stdout.is_empty(), "{args:?}");
        let shown = text(&output.stderr);
        assert!(shown.contains(says), "{args:?}: {shown}");
    }
}

#[test]
fn a_password_in_the_url_is_refused_and_not_repeated() {
    for url in [
        format!("smtp://user:{CANARY}@127.0.0.1:1"),
        format!("smtp://:{CANARY}@127.0.0.1:1"),
        format!("nonsense://user:{CANARY}@127.0.0.1:1"),
        CANARY.to_owned(),
    ] {
        let output = sasl(&[&url, "--password-stdin"], "x");
        assert_eq!(output.status.code(), Some(2), "{url}");
        assert!(!text(&output.stderr).is_empty());
    }
}

#[test]
fn the_help_has_the_table_of_exit_statuses() {
    let help = text(&sasl(&["--help"], "").stdout);
    for line in [
        "0  logged in",
        "1  the server refused",
        "2  wrong usage",
        "3  ",
        "4  ",
        "5  ",
        "6  ",
    ] {
        assert!(help.contains(line), "{line}");
    }
}
