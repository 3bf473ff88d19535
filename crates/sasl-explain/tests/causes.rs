//! Every log in `data/explain` gets the verdict that stands beside it, and none shows its secrets.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "the helpers of a test are meant to panic too"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use sasl_core::Password;
use sasl_explain::{Explanation, Options, cause_names, explain, read};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    about: String,
    log: Vec<String>,
    mechanism: Option<String>,
    password: Option<String>,
    expected: Expected,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    login: String,
    cause: String,
    step: Option<usize>,
    fault: String,
    also: Option<Vec<String>>,
    #[serde(default)]
    checks: BTreeMap<String, String>,
    protocol: Option<String>,
    section: Option<String>,
}

fn cases() -> Vec<(String, Case)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/explain");
    let mut cases: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|file| {
            let path = file.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let text = fs::read_to_string(path).unwrap();
            let case =
                serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
            (name, case)
        })
        .collect();
    cases.sort_by(|(one, _), (other, _)| one.cmp(other));
    cases
}

/// The explanation of the last exchange in the log.
fn explained(case: &Case, reveal: bool) -> Explanation {
    let log = case.log.join("\n");
    let exchanges = read(log.as_bytes(), case.mechanism.as_deref()).unwrap();
    let mut options = Options::default();
    options.mechanism.clone_from(&case.mechanism);
    options.reveal = reveal;
    options.password = case.password.as_deref().map(Password::new);
    explain(exchanges.last().unwrap(), &options)
}

#[test]
fn every_log_gets_its_verdict() {
    let mut wrong = Vec::new();
    for (name, case) in cases() {
        let explanation = explained(&case, false);
        let found = serde_json::to_value(&explanation).unwrap();
        let verdict = &found["verdict"];
        let expected = &case.expected;
        let mut differ = Vec::new();
        for (field, wanted) in [
            ("login", Value::from(expected.login.as_str())),
            ("cause", expected.cause.as_str().into()),
            ("step", expected.step.into()),
            ("fault", expected.fault.as_str().into()),
        ] {
            if verdict[field] != wanted {
                differ.push(format!("{field}: {} instead of {wanted}", verdict[field]));
            }
        }
        let also: Vec<_> = explanation
            .verdict
            .also
            .iter()
            .map(|finding| finding.cause)
            .collect();
        if let Some(wanted) = &expected.also
            && also != *wanted
        {
            differ.push(format!("also: {also:?} instead of {wanted:?}"));
        }
        for (check, wanted) in &expected.checks {
            let results: BTreeSet<_> = found["checks"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|one| one["name"] == check.as_str())
                .map(|one| one["result"].as_str().unwrap())
                .collect();
            // Of messages that are checked each the failed one counts.
            let result = ["failed", "passed", "not-possible"]
                .into_iter()
                .find(|one| results.contains(one));
            if result != Some(wanted.as_str()) {
                differ.push(format!("{check}: {results:?} instead of {wanted}"));
            }
        }
        if let Some(protocol) = &expected.protocol
            && found["protocol"] != protocol.as_str()
        {
            differ.push(format!("protocol: {}", found["protocol"]));
        }
        if let Some(section) = &expected.section
            && verdict["section"] != section.as_str()
        {
            differ.push(format!("section: {}", verdict["section"]));
        }
        if !differ.is_empty() {
            wrong.push(format!(
                "{name} ({}):\n  {}\n  detail: {}",
                case.about,
                differ.join("\n  "),
                verdict["detail"]
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A cause that no log shows could be one that never comes out.
#[test]
fn every_cause_has_a_log() {
    let shown: BTreeSet<_> = cases()
        .iter()
        .flat_map(|(_, case)| {
            let expected = &case.expected;
            expected
                .also
                .iter()
                .flatten()
                .cloned()
                .chain([expected.cause.clone()])
                .collect::<Vec<_>>()
        })
        .collect();
    let missing: Vec<_> = cause_names()
        .filter(|name| !shown.contains(*name))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// Nothing of what proves or is a secret is in what is said, unless it was asked for.
#[test]
fn secrets_are_left_out() {
    let mut revealed = 0;
    for (name, case) in cases() {
        let said = serde_json::to_string(&explained(&case, false)).unwrap();
        let open = serde_json::to_string(&explained(&case, true)).unwrap();
        let log = case.log.join("\n");
        // The password of most logs, as it is and in base64, its base64 in PLAIN's message, and proofs.
        for secret in ["pencil", "cGVuY2ls", "BhdHRhdmlzdGEu", "vF9dft4qmTc2"] {
            assert!(!said.contains(secret), "{name}: {secret} in {said}");
        }
        let proofs = case
            .log
            .iter()
            .flat_map(|line| line.split([' ', '>', '<', '"']));
        for word in proofs {
            use base64::Engine;
            let decoded = base64::engine::general_purpose::STANDARD
                .decode(word)
                .unwrap_or_default();
            for text in [String::from_utf8_lossy(&decoded).as_ref(), word] {
                for mark in [",p=", "v="] {
                    if let Some((_, proof)) = text.rsplit_once(mark)
                        && proof.len() > 20
                    {
                        assert!(!said.contains(proof), "{name}: {proof}");
                        revealed += usize::from(open.contains(proof));
                    }
                }
            }
        }
        assert!(!log.is_empty() && !said.contains("AHVzZXIA"), "{name}");
    }
    assert!(revealed > 20, "{revealed}");
}
