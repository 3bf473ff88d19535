//! For programs.

use serde::Serialize;

use crate::explanation::Explanation;

#[derive(Serialize)]
struct Document<'a> {
    /// Raised when a field goes away or changes its meaning. Fields, causes and checks may be added at any time.
    version: u32,
    exchanges: &'a [Explanation],
}

/// Writes explanations as one JSON object, whose form is that of [`Explanation`] and its fields:
///
/// ```text
/// {"version": 1, "exchanges": [{
///    "mechanism": "SCRAM-SHA-256" | null, "mechanism_from": "log" | "option" | "messages" | null,
///    "protocol": "bare" | "smtp" | "imap" | "pop3" | "managesieve" | "irc" | "xmpp",
///    "offered": ["PLAIN", …],
///    "steps": [{"number": 1, "from": "client" | "server", "line": 7 | null, "title": "client-first", "text": "…" | null,
///               "attributes": [{"name": "r", "value": "…", "redacted": false, "meaning": "…"}], "causes": ["…"]}],
///    "checks": [{"name": "server-nonce", "result": "passed" | "failed" | "not-possible", "step": 2 | null, "detail": "…"}],
///    "verdict": {"login": "ok" | "failed" | "undecided", "cause": "wrong-password", "step": 4 | null,
///                "fault": "client" | "server" | "network" | "administrator" | "nobody", "section": "RFC 5802 §5.1",
///                "says": "…", "detail": "…", "advice": "…",
///                "also": [{"cause": "…", "step": 2 | null, "fault": "…", "section": "…", "detail": "…"}]}}]}
/// ```
///
/// The names of causes are those of [`cause_names`](crate::cause_names) and stay what they are, as do those of checks. Sentences
/// may change.
#[must_use]
pub fn json(explanations: &[Explanation]) -> String {
    let document = Document {
        version: 1,
        exchanges: explanations,
    };
    // Nothing in it has keys that are no strings, or can fail otherwise.
    serde_json::to_string_pretty(&document).unwrap_or_default()
}
