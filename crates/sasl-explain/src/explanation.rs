//! What is said of an exchange: plain data, and without secrets unless they were asked for.

use serde::Serialize;

use crate::cause::Party;
use crate::exchange::{Protocol, Side};

/// An exchange explained. As JSON it is what `sasl explain --json` prints for each.
///
/// Texts that a peer sent are escaped and bounded: they hold no control characters, and none that turn the direction of text.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Explanation {
    /// The mechanism's name, where it is known and is one.
    pub mechanism: Option<String>,
    /// Where the name comes from: `log`, `option` or `messages`, by whose shape it was found.
    pub mechanism_from: Option<&'static str>,
    /// What carried it.
    pub protocol: Protocol,
    /// What the server last offered, if the log shows it.
    pub offered: Vec<String>,
    /// What passed, in its order.
    pub steps: Vec<Step>,
    /// What was looked at.
    pub checks: Vec<Check>,
    /// What comes of it.
    pub verdict: Verdict,
}

/// Something that passed.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Step {
    /// Its number, from 1.
    pub number: usize,
    /// Who sent it.
    pub from: Side,
    /// Its line in the log, from 1.
    pub line: Option<usize>,
    /// What it is: `client-first`, `535`.
    pub title: String,
    /// The message itself, its secrets left out.
    pub text: Option<String>,
    /// What it says, part by part.
    pub attributes: Vec<Attribute>,
    /// What is wrong with it, as names of causes.
    pub causes: Vec<&'static str>,
}

/// A part of a message.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Attribute {
    /// As it is called on the wire, or what it is where the wire has no name for it.
    pub name: String,
    /// Its value, or how much of a secret there is.
    pub value: String,
    /// Whether the value was left out.
    pub redacted: bool,
    /// What it means.
    pub meaning: String,
}

/// Something that was looked at.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Check {
    /// Its name, stable for scripts.
    pub name: &'static str,
    /// How it came out.
    pub result: CheckResult,
    /// The step that was looked at.
    pub step: Option<usize>,
    /// What was seen.
    pub detail: String,
}

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum CheckResult {
    /// As it should be.
    Passed,
    /// Not as it should be.
    Failed,
    /// It could not be told, for the reason in the detail.
    NotPossible,
}

impl CheckResult {
    /// As JSON has it, with a space.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::NotPossible => "not possible",
        }
    }
}

/// Whether somebody is logged in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Login {
    /// Yes, and the client may believe it.
    Ok,
    /// No. Also where the protocol says yes and the client must not believe it.
    Failed,
    /// The log ends before it is decided.
    Undecided,
}

impl Login {
    /// As JSON has it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Failed => "failed",
            Self::Undecided => "undecided",
        }
    }
}

/// What comes of it.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Verdict {
    /// Whether somebody is logged in.
    pub login: Login,
    /// Why not, in one kebab-case word that is stable for scripts; `none` of a login that nothing is wrong with.
    pub cause: &'static str,
    /// The step that it shows at.
    pub step: Option<usize>,
    /// Whose fault it is.
    pub fault: Party,
    /// Where it is written.
    pub section: &'static str,
    /// What happened, in a sentence.
    pub says: String,
    /// What was seen here.
    pub detail: String,
    /// What to do.
    pub advice: &'static str,
    /// What else is wrong, and did not decide.
    pub also: Vec<Finding>,
}

/// Something that is wrong.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// The name of the cause.
    pub cause: &'static str,
    /// The step that it shows at.
    pub step: Option<usize>,
    /// Whose fault it is.
    pub fault: Party,
    /// Where it is written.
    pub section: &'static str,
    /// What was seen.
    pub detail: String,
}
