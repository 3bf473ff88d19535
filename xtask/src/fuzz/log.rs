//! Reads libFuzzer's log.

/// The numbers of a run, as libFuzzer last reported them.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Progress {
    pub(crate) runs: u64,
    pub(crate) runs_per_second: u64,
    /// Edges of the program that were reached.
    pub(crate) coverage: u64,
    /// Edges with the number of times they were taken, compared values and so on.
    pub(crate) features: u64,
    /// Features that the corpus did not have when the run began.
    pub(crate) new_features: u64,
}

impl Progress {
    /// Reads the first and the last line of status:
    /// `#8192 pulse cov: 11 ft: 12 corp: 3/7b lim: 80 exec/s: 4096 rss: 41Mb`.
    ///
    /// `None` when there is none, because the target was not built or failed on its first input.
    pub(crate) fn parse(log: &str) -> Option<Self> {
        let mut statuses = log.lines().filter_map(Status::parse);
        let first = statuses.next()?;
        let last = statuses.next_back().unwrap_or(first);
        Some(Self {
            runs: last.runs,
            runs_per_second: last.runs_per_second,
            coverage: last.coverage,
            features: last.features,
            new_features: last.features.saturating_sub(first.features),
        })
    }
}

/// The file with the input that failed.
pub(crate) fn artifact(log: &str) -> Option<&str> {
    log.lines()
        .find_map(|line| Some(line.split_once("Test unit written to ")?.1.trim()))
}

/// The part of a log that says what went wrong: from the panic or the sanitizer's report on, else the end.
pub(crate) fn excerpt(log: &str, lines: usize) -> String {
    let speaks = |line: &str| line.contains("panicked at") || line.contains("ERROR: ");
    let end = log.lines().count().saturating_sub(lines);
    let start = log.lines().position(speaks).unwrap_or(end);
    log.lines()
        .skip(start)
        .take(lines)
        .collect::<Vec<_>>()
        .join("\n")
}

#[derive(Clone, Copy)]
struct Status {
    runs: u64,
    coverage: u64,
    features: u64,
    runs_per_second: u64,
}

impl Status {
    fn parse(line: &str) -> Option<Self> {
        let runs = line
            .strip_prefix('#')?
            .split_whitespace()
            .next()?
            .parse()
            .ok()?;
        let number = |name| {
            line.split_whitespace()
                .skip_while(|word| *word != name)
                .nth(1)?
                .parse()
                .ok()
        };
        Some(Self {
            runs,
            coverage: number("cov:")?,
            features: number("ft:")?,
            runs_per_second: number("exec/s:")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "\
INFO: Running with entropic power schedule (0xFF, 100).
INFO: Seed: 1234
#3\tINITED cov: 11 ft: 12 corp: 2/3b exec/s: 0 rss: 40Mb
#40\tNEW    cov: 13 ft: 15 corp: 3/7b lim: 4 exec/s: 0 rss: 41Mb L: 4/4 MS: 2 CopyPart-InsertByte-
#8192\tpulse  cov: 13 ft: 15 corp: 3/7b lim: 80 exec/s: 4096 rss: 41Mb
#16384\tDONE   cov: 13 ft: 16 corp: 3/7b lim: 80 exec/s: 5461 rss: 41Mb
Done 16384 runs in 3 second(s)
";

    #[test]
    fn numbers_of_a_run() {
        let expected = Progress {
            runs: 16384,
            runs_per_second: 5461,
            coverage: 13,
            features: 16,
            new_features: 4,
        };
        assert_eq!(Progress::parse(LOG).unwrap(), expected);
        assert_eq!(artifact(LOG), None);
    }

    #[test]
    fn no_status_no_numbers() {
        for log in [
            "",
            "error: could not compile `sasl-fuzz`",
            "#0 0x55 in main",
            "#2\tINITED exec/s: 0",
            "#\n#x",
        ] {
            assert_eq!(Progress::parse(log), None, "{log}");
        }
    }

    #[test]
    fn finding() {
        let log = "artifact_prefix='a/'; Test unit written to a/crash-12\nBase64: YWI=\n";
        assert_eq!(artifact(log), Some("a/crash-12"));
    }

    #[test]
    fn excerpts() {
        let log = "#2\tINITED\nthread panicked at one.rs:4:9:\nfound\n#0 0x1\n#1 0x2\n";
        assert_eq!(excerpt(log, 2), "thread panicked at one.rs:4:9:\nfound");
        assert_eq!(
            excerpt(log, 9),
            "thread panicked at one.rs:4:9:\nfound\n#0 0x1\n#1 0x2"
        );
        assert_eq!(excerpt("one\ntwo\nthree\n", 2), "two\nthree");
    }
}
