//! Where a secret may come from.

use std::path::Path;

use crate::run::{CANARY, sasl, text};
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
