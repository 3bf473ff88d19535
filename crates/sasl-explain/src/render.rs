//! The three forms of what is said.

mod html;
mod json;
mod text;
mod wrap;

pub use html::html;
pub use json::json;
pub use text::{Glyphs, TextStyle, text};

use crate::explanation::{Explanation, Login};

/// The verdict in one line.
fn headline(explanation: &Explanation) -> String {
    let verdict = &explanation.verdict;
    match verdict.login {
        Login::Ok if verdict.also.is_empty() => "Login succeeded".into(),
        Login::Ok => "Login succeeded, with remarks".into(),
        Login::Failed => format!("Login failed: {}", title(verdict.cause)),
        Login::Undecided => format!("No outcome: {}", title(verdict.cause)),
    }
}

/// The name of a cause as people write it.
fn title(cause: &str) -> String {
    cause.replace('-', " ").replace("dont", "don't")
}

/// What it was, in one line.
fn subject(explanation: &Explanation) -> String {
    let mechanism = explanation
        .mechanism
        .as_deref()
        .unwrap_or("an unknown mechanism");
    let from = match explanation.mechanism_from {
        Some("option") => ", as the option says",
        Some("messages") => ", by the look of its messages",
        _ => "",
    };
    format!("{mechanism}{from}; {}", explanation.protocol.name())
}

/// Where something shows.
fn place(explanation: &Explanation, number: Option<usize>) -> Option<String> {
    let number = number?;
    let line = explanation
        .steps
        .iter()
        .find(|step| step.number == number)?
        .line;
    Some(match line {
        Some(line) => format!("step {number}, line {line} of the log"),
        None => format!("step {number}"),
    })
}
