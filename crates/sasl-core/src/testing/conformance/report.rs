//! What the suite has found.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::check::Check;

/// What became of one check.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// It could not be refuted.
    Passed,
    /// It says nothing about this mechanism, for this reason.
    NotApplicable(&'static str),
    /// The author has excused the mechanism from it, for this reason.
    Excused(&'static str),
    /// It is refuted, by this.
    Failed(String),
}

/// What became of each check: a readable table when displayed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "a report that nobody looks at finds nothing"]
pub struct Report {
    lines: Vec<(Check, Verdict)>,
}

impl Report {
    pub(super) fn new(lines: Vec<(Check, Verdict)>) -> Self {
        Self { lines }
    }

    /// Whether no check failed.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.failed().is_empty()
    }

    /// The checks that failed, in the order in which they ran.
    #[must_use]
    pub fn failed(&self) -> Vec<Check> {
        let failed = |(check, verdict): &(Check, Verdict)| {
            matches!(verdict, Verdict::Failed(_)).then_some(*check)
        };
        self.lines.iter().filter_map(failed).collect()
    }

    /// Every check with what became of it, in the order in which they ran.
    #[must_use]
    pub fn lines(&self) -> &[(Check, Verdict)] {
        &self.lines
    }

    /// What became of one check.
    #[must_use]
    pub fn verdict(&self, check: Check) -> Option<&Verdict> {
        let mut lines = self.lines.iter();
        lines.find_map(|(other, verdict)| (*other == check).then_some(verdict))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (check, verdict) in &self.lines {
            match verdict {
                Verdict::Passed => writeln!(f, "{check:<20} passed")?,
                Verdict::NotApplicable(why) => writeln!(f, "{check:<20} n/a: {why}")?,
                Verdict::Excused(why) => writeln!(f, "{check:<20} excused: {why}")?,
                Verdict::Failed(what) => writeln!(f, "{check:<20} FAILED: {what}")?,
            }
        }
        Ok(())
    }
}
