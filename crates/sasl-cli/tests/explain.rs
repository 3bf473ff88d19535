//! `sasl explain`, as it is built.
#![expect(
    clippy::unwrap_used,
    reason = "the helpers of a test are meant to panic too"
)]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const REFUSED: &str = "C: AUTH PLAIN AHVzZXIAcGVuY2ls\nS: 535 5.7.8 no\n";
const TAKEN: &str = "C: AUTH PLAIN AHVzZXIAcGVuY2ls\nS: 235 2.7.0 ok\n";

/// What came of `sasl explain …`, with this for its standard input.
fn sasl(args: &[&str], stdin: impl AsRef<[u8]>) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_sasl"))
        .arg("explain")
        .args(args)
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // What is refused at once does not read.
    let _ = child.stdin.take().unwrap().write_all(stdin.as_ref());
    child.wait_with_output().unwrap()
}

fn stdout(output: &Output) -> &str {
    str::from_utf8(&output.stdout).unwrap()
}

fn file(name: &str, text: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("explain-{name}"));
    fs::write(&path, text).unwrap();
    path
}

#[test]
fn the_exit_status_is_the_last_login() {
    let both = format!("{REFUSED}{TAKEN}");
    let other = format!("{TAKEN}{REFUSED}");
    let long = "C: AUTH PLAIN\n".repeat(100_000);
    for (log, status) in [
        (TAKEN, 0),
        (REFUSED, 1),
        (&both, 0),
        (&other, 1),
        ("C: AUTH PLAIN\nS: 334 \n", 1),
        ("", 2),
        ("nothing of the kind\n", 2),
        (&long, 2),
    ] {
        for form in [&[][..], &["--json"], &["--html"]] {
            let output = sasl(form, log);
            assert_eq!(output.status.code(), Some(status), "{output:?}");
            assert_eq!(output.stdout.is_empty(), status == 2);
            assert_eq!(output.stderr.is_empty(), status != 2);
        }
    }
    for args in [
        &["--mechanism", "no name"][..],
        &["/does/not/exist"],
        &["--json", "--html"],
        &["--password-stdin"],
    ] {
        assert_eq!(sasl(args, TAKEN).status.code(), Some(2), "{args:?}");
    }
}

#[test]
fn secrets_are_shown_on_demand_only() {
    for form in [
        &[][..],
        &["--json"],
        &["--html"],
        &["--ascii", "--width", "40"],
    ] {
        let hidden = sasl(form, REFUSED);
        let said = stdout(&hidden);
        assert!(
            !said.contains("pencil") && !said.contains("cGVuY2ls"),
            "{said}"
        );
        assert!(said.contains("redacted, 6 octets"), "{said}");
        let revealed = sasl(&[form, &["--reveal"]].concat(), REFUSED);
        assert!(stdout(&revealed).contains("pencil"));
    }
}

#[test]
fn a_pipe_gets_no_colours() {
    let output = sasl(&[], REFUSED);
    assert!(!output.stdout.contains(&0x1b));
    assert!(stdout(&output).contains("Login failed: wrong password"));
    assert!(sasl(&["--ascii"], REFUSED).stdout.is_ascii());
}

#[test]
fn the_password_checks_what_was_sent() {
    let log = file("log", REFUSED);
    let log = log.to_str().unwrap();
    for (password, result) in [("pencil\n", "passed"), ("ink\n", "failed")] {
        let said = file("password", password);
        let by_file = sasl(
            &["--json", "--password-file", said.to_str().unwrap(), log],
            "",
        );
        let by_stdin = sasl(&["--json", "--password-stdin", log], password);
        for output in [by_file, by_stdin] {
            let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
            let checks = value["exchanges"][0]["checks"].as_array().unwrap();
            let check = checks
                .iter()
                .find(|check| check["name"] == "password")
                .unwrap();
            assert_eq!(check["result"], result);
            assert!(!stdout(&output).contains("pencil") && !stdout(&output).contains("ink\""));
        }
    }
}

/// The examples of `--help`, as they stand there.
#[cfg(unix)]
#[test]
fn what_stands_in_the_help_works() {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("explain-help");
    fs::create_dir_all(&directory).unwrap();
    for (name, text) in [
        ("smtp.log", TAKEN),
        ("messages.txt", "Username:\nuser\nPassword:\npencil\nOK\n"),
        ("password.txt", "pencil\n"),
    ] {
        fs::write(directory.join(name), text).unwrap();
    }
    let help = sasl(&["--help"], "");
    let examples = stdout(&help).split_once("Examples:\n").unwrap().1;
    let built = Path::new(env!("CARGO_BIN_EXE_sasl")).parent().unwrap();
    let path = format!("{}:{}", built.display(), std::env::var("PATH").unwrap());
    let lines: Vec<_> = examples
        .lines()
        .take_while(|line| !line.is_empty())
        .collect();
    assert_eq!(lines.len(), 5);
    for line in lines {
        let output = Command::new("sh")
            .args(["-c", line])
            .current_dir(&directory)
            .env("PATH", &path)
            .output()
            .unwrap();
        // The last one shows a login that failed.
        let wanted = i32::from(line.contains("printf"));
        assert_eq!(output.status.code(), Some(wanted), "{line}: {output:?}");
    }
    fs::remove_dir_all(directory).unwrap();
}
