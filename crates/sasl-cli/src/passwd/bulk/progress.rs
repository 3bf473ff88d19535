//! What is shown while it is done: a bar at a terminal, and bad lines.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// How often the bar moves.
const PACE: Duration = Duration::from_millis(100);

pub(super) struct Progress {
    bar: ProgressBar,
    begun: Instant,
    shown: Instant,
    made: u32,
    bad: u32,
}

impl Progress {
    /// For so many octets of input, if that is known. Where standard error is no terminal, there is no bar.
    pub(super) fn new(size: Option<u64>) -> Self {
        let (bar, template) = match size {
            Some(size) => (
                ProgressBar::new(size),
                "{wide_bar} {percent:>3} %  {msg}  {eta} left",
            ),
            None => (ProgressBar::new_spinner(), "{spinner} {msg}"),
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        let now = Instant::now();
        Self {
            bar,
            begun: now,
            shown: now,
            made: 0,
            bad: 0,
        }
    }

    /// What was made before reaches up to this octet of the input, and says nothing about the time that is left.
    pub(super) fn resume_at(&mut self, end: u64) {
        self.bar.set_position(end);
        self.bar.reset_eta();
        self.begun = Instant::now();
    }

    /// A line was made that ended at this octet of the input.
    pub(super) fn made(&mut self, end: u64) {
        self.made = self.made.saturating_add(1);
        if self.shown.elapsed() >= PACE {
            self.shown = Instant::now();
            self.bar.set_position(end);
            self.bar.set_message(self.message());
        }
    }

    /// A line is bad. The reason repeats nothing of it.
    pub(super) fn bad(&mut self, number: u64, reason: &str) {
        self.bad = self.bad.saturating_add(1);
        self.bar
            .suspend(|| anstream::eprintln!("sasl: line {number}: {reason}"));
    }

    /// Whether any line was bad.
    pub(super) fn finish(&self) -> bool {
        self.bar.finish_with_message(self.message());
        if self.bad > 0 {
            anstream::eprintln!("sasl: {} lines made, {} bad", self.made, self.bad);
        }
        self.bad > 0
    }

    fn message(&self) -> String {
        let rate = f64::from(self.made) / self.begun.elapsed().as_secs_f64().max(0.001);
        format!("{} made, {} bad, {rate:.0}/s", self.made, self.bad)
    }
}
