//! Where a secret may come from.

use std::path::Path;

use crate::run::{CANARY, login, no_secret, sasl, text};
use crate::server::smtp;

#[test]
fn a_secret_comes_from_a_file_or_standard_input() {
    let port = smtp("AUTH PLAIN OAUTHBEARER", |line| {
        Some(
            match line.split(' ').nth(1) {
                Some("PLAIN") if line.ends_with("AHVzZXIAYzRuNHJ5LXBlbmNpbA==") => "235 2.7.0 in",
                Some("OAUTHBEARER") => "235 2.7.0 in",
                _ => "535 5.7.8 no",
            }
            .into(),
        )
    });
    let url = format!("smtp://user@127.0.0.1:{port}");
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("login-secret");
    std::fs::write(&path, format!("{CANARY}\n")).unwrap();
    let path = path.to_str().unwrap();
    for (args, by) in [
        (&["--password-file", path][..], "PLAIN"),
        (&["--password-stdin"], "PLAIN"),
        (&["--password-fd", "0"], "PLAIN"),
        (&["--token-file", path], "OAUTHBEARER"),
        (&["--token-stdin"], "OAUTHBEARER"),
        (&["--token-fd", "0"], "OAUTHBEARER"),
    ] {
        let output = sasl(&[&[url.as_str(), "--verbose"], args].concat(), CANARY);
        assert_eq!(output.status.code(), Some(0), "{args:?}: {output:?}");
        assert!(text(&output.stdout).contains(&format!(" as user by {by} ")));
    }
}

/// LOGIN's client goes by the order of the prompts. A server that asks for the name twice gets the password, and nobody else does.
#[test]
fn a_password_that_is_asked_for_as_a_name_is_none() {
    // Username:
    let port = smtp("AUTH LOGIN", |line| {
        Some(match line {
            "AUTH LOGIN" | "dXNlcg==" => "334 VXNlcm5hbWU6".into(),
            _ => "535 5.7.8 no".into(),
        })
    });
    let url = format!("smtp://user@127.0.0.1:{port}");
    let answer = login(&[&url, "--mechanism", "login"]);
    answer.is("credentials-refused", 1);
    let dialogue = &answer.dialogue;
    let shown = ["client: user\n", "client: (not shown)\n"];
    assert!(
        shown.iter().all(|line| dialogue.contains(line)),
        "{dialogue}"
    );
    no_secret(dialogue);
}

/// A refused token's error challenge is the server's words, decoded.
#[test]
fn why_a_token_was_refused_is_said() {
    // {"status":"invalid_token","scope":"mail"}
    let port = smtp("AUTH OAUTHBEARER", |line| {
        Some(match line {
            "AQ==" => "535 5.7.8 no".into(),
            _ => "334 eyJzdGF0dXMiOiJpbnZhbGlkX3Rva2VuIiwic2NvcGUiOiJtYWlsIn0=".into(),
        })
    });
    let url = format!("smtp://user@127.0.0.1:{port}");
    let output = sasl(&[&url, "--token-stdin"], CANARY);
    assert_eq!(output.status.code(), Some(1));
    let line = text(&output.stdout);
    assert!(
        line.contains("invalid_token") && line.contains("535 5.7.8 no"),
        "{line}"
    );
}

/// The messages are explained whoever ended the exchange, and the secret is not among what is explained.
#[test]
fn an_exchange_can_be_explained() {
    for (offer, answer, cause) in [
        ("AUTH PLAIN", "535 5.7.8 no", "wrong-password"),
        ("AUTH LOGIN", "334 UGFzc3dvcmQ6", ""),
        ("AUTH SCRAM-SHA-256", "235 2.7.0 in", "early-success"),
        ("AUTH CRAM-MD5", "334 PDEuMkBhPg==", ""),
    ] {
        let port = smtp(offer, move |line| match line.starts_with("AUTH ") {
            true => Some(answer.into()),
            false => Some(format!("535 5.7.8 {CANARY} {line}")),
        });
        let url = format!("smtp://user@127.0.0.1:{port}");
        let text = text(&sasl(&[&url, "--explain", "--password-stdin"], CANARY).stdout);
        assert!(
            text.contains("\nMessages\n") && text.contains("\nLogin "),
            "{text}"
        );
        let output = sasl(&[&url, "--explain", "--json", "--password-stdin"], CANARY);
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let found = json["explanation"]["verdict"]["cause"].as_str().unwrap();
        assert!(found.contains(cause), "{offer}: {found}");
    }
    // Where no exchange began there is nothing to explain.
    let port = smtp("SIZE", |_| None);
    let url = format!("smtp://user@127.0.0.1:{port}");
    let output = sasl(&[&url, "--explain", "--password-stdin"], CANARY);
    assert_eq!(text(&output.stdout).lines().count(), 1);
}
