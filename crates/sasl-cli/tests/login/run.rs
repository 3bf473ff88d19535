//! The built command, run.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// The secret of these tests, which no output may have in it.
pub(crate) const CANARY: &str = "c4n4ry-pencil";

/// What came of a login, said twice: as a line, and as JSON with the dialogue beside it.
pub(crate) struct Answer {
    pub(crate) line: String,
    pub(crate) json: Value,
    pub(crate) dialogue: String,
}

/// Logs in as `user` with the canary, and finds no trace of it in what is shown.
pub(crate) fn login(args: &[&str]) -> Answer {
    let plain = sasl(&[args, &["--password-stdin"]].concat(), CANARY);
    let told = sasl(
        &[args, &["--password-stdin", "--json", "--verbose"]].concat(),
        CANARY,
    );
    let answer = Answer {
        line: text(&plain.stdout),
        json: serde_json::from_slice(&told.stdout)
            .unwrap_or_else(|error| panic!("{error}: {told:?}")),
        dialogue: text(&told.stderr),
    };
    let (line, json) = (&answer.line, &answer.json);
    assert_eq!(line.lines().count(), 1, "{line}");
    assert!(line.ends_with('\n') && line.len() < 1000, "{line}");
    let code = json["exit"].as_i64();
    assert_eq!(plain.status.code().map(i64::from), code, "{line}{json:#}");
    assert_eq!(told.status.code().map(i64::from), code, "{line}{json:#}");
    answer
}

/// What came of `sasl login …`, with this for its standard input.
pub(crate) fn sasl(args: &[&str], stdin: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_sasl"))
        .arg("login")
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // What is refused at once does not read.
    let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
    let output = child.wait_with_output().unwrap();
    for shown in [&output.stdout, &output.stderr] {
        no_secret(&text(shown));
    }
    output
}

/// That the canary is not in there, nor in base64 as a message has it.
pub(crate) fn no_secret(shown: &str) {
    let message = |before: &str| STANDARD.encode(format!("{before}{CANARY}"));
    // At each place in a group of three octets, the characters that depend on it alone.
    let places = ["", "x", "xy"].map(|before| {
        let encoded = message(before);
        let middle = encoded.get(4..encoded.len().saturating_sub(4));
        middle.unwrap().to_owned()
    });
    for secret in [CANARY.to_owned(), message("\0user\0")]
        .iter()
        .chain(&places)
    {
        assert!(!shown.contains(secret), "{secret} is shown: {shown}");
    }
}

pub(crate) fn text(octets: &[u8]) -> String {
    String::from_utf8(octets.to_vec()).unwrap()
}

impl Answer {
    /// That it is of this kind and has this exit status.
    pub(crate) fn is(&self, kind: &str, exit: i64) -> &Self {
        let (line, json) = (&self.line, &self.json);
        assert_eq!(json["verdict"], kind, "{line}{json:#}{}", self.dialogue);
        assert_eq!(json["exit"], exit, "{line}{json:#}");
        self
    }

    /// That the line has this in it.
    pub(crate) fn says(&self, part: &str) -> &Self {
        assert!(self.line.contains(part), "{part:?} is not in {}", self.line);
        self
    }
}
