//! Builds the fuzz targets with the address sanitizer and runs each of them for a while, one per core at a time.

mod log;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::thread;

use anyhow::{Context as _, Result, ensure};
use xshell::{Shell, cmd};

use self::log::Progress;
use crate::tools;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Seconds for each target
    #[arg(long, default_value_t = 60)]
    seconds: u32,
    /// Run this target only (may be repeated)
    #[arg(long, value_name = "NAME")]
    target: Vec<String>,
}

const DIRECTORY: &str = "tests/fuzz";

/// A little more than the longest message that the library reads (16 KiB), so that the limit itself is crossed.
const MAX_LEN: u32 = 20_000;

/// Seconds for one input. Nothing in the library takes a thousandth of it.
const TIMEOUT: u32 = 10;

const MEMORY_MIB: u32 = 2048;

/// How much of a failed target's log is shown.
const EXCERPT_LINES: usize = 60;

pub(crate) fn fuzz(sh: &Shell, args: &Args) -> Result<()> {
    tools::nightly(sh)?;
    tools::FUZZ.ensure(sh)?;
    let targets = chosen(
        &cmd!(sh, "cargo +nightly fuzz list --fuzz-dir {DIRECTORY}").read()?,
        &args.target,
    )?;
    match args.target.as_slice() {
        [target] => cmd!(
            sh,
            "cargo +nightly fuzz build --fuzz-dir {DIRECTORY} {target}"
        )
        .run()?,
        _ => cmd!(sh, "cargo +nightly fuzz build --fuzz-dir {DIRECTORY}").run()?,
    }

    let root = sh.current_dir();
    let runs = run_all(&targets, |target| Run::new(&root, target, args.seconds))?;

    println!(
        "\n{:<32} {:>12} {:>9} {:>7} {:>9} {:>5}",
        "target", "runs", "runs/s", "cov", "features", "new"
    );
    for (run, progress) in runs
        .iter()
        .filter_map(|run| Some((run, run.progress.as_ref()?)))
    {
        let Progress {
            runs,
            runs_per_second,
            coverage,
            features,
            new_features,
        } = progress;
        println!(
            "{:<32} {runs:>12} {runs_per_second:>9} {coverage:>7} {features:>9} {new_features:>5}",
            run.target
        );
    }

    let failed: Vec<&Run> = runs.iter().filter(|run| !run.passed).collect();
    for run in &failed {
        println!(
            "\n=== {}: {} ===\n{}",
            run.target,
            run.finding(),
            log::excerpt(&run.log, EXCERPT_LINES)
        );
    }
    let names: Vec<&str> = failed.iter().map(|run| run.target.as_str()).collect();
    ensure!(names.is_empty(), "findings in {}", names.join(", "));
    Ok(())
}

/// The targets to run: all of those listed, or the wanted ones, which must be listed.
fn chosen(list: &str, wanted: &[String]) -> Result<Vec<String>> {
    let all: Vec<String> = list
        .lines()
        .map(|line| line.trim().to_owned())
        .filter(|line| !line.is_empty())
        .collect();
    ensure!(!all.is_empty(), "{DIRECTORY} has no targets");
    if let Some(unknown) = wanted.iter().find(|target| !all.contains(target)) {
        anyhow::bail!("no fuzz target `{unknown}`; there are {}", all.join(", "));
    }
    Ok(if wanted.is_empty() {
        all
    } else {
        wanted.to_vec()
    })
}

/// Takes the targets from a queue, as many at a time as there are cores; the results are in the order of the targets.
fn run_all(targets: &[String], run: impl Fn(&str) -> Result<Run> + Sync) -> Result<Vec<Run>> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let queue = Mutex::new(targets.iter());
    let mut runs = thread::scope(|scope| {
        let work = || {
            let mut done = Vec::new();
            loop {
                // Bound here, so that the lock is not held while the target runs.
                let next = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
                let Some(target) = next else { return Ok(done) };
                let result = run(target)?;
                println!("{target}: {}", if result.passed { "ok" } else { "FAILED" });
                done.push(result);
            }
        };
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        let mut runs = Vec::new();
        for worker in workers {
            let done: Result<Vec<Run>> = worker
                .join()
                .map_err(|_| anyhow::anyhow!("a fuzzing thread panicked"))?;
            runs.extend(done?);
        }
        anyhow::Ok(runs)
    })?;
    runs.sort_by_key(|run| targets.iter().position(|target| *target == run.target));
    Ok(runs)
}

/// What one target did.
struct Run {
    target: String,
    passed: bool,
    /// `None` when libFuzzer did not come far enough to report any.
    progress: Option<Progress>,
    log: String,
}

impl Run {
    fn new(root: &Path, target: &str, seconds: u32) -> Result<Self> {
        let directory = root.join(DIRECTORY);
        // The first directory also receives what is found; the seeds are only read.
        let corpus = directory.join("corpus").join(target);
        std::fs::create_dir_all(&corpus)
            .with_context(|| format!("cannot create {}", corpus.display()))?;
        let seeds: Option<PathBuf> =
            Some(directory.join("seeds").join(target)).filter(|path| path.is_dir());

        println!("{target}: {seconds} s");
        let output = Command::new("cargo")
            .args(["+nightly", "fuzz", "run", "--fuzz-dir", DIRECTORY, target])
            .arg(corpus)
            .args(seeds)
            .arg("--")
            .args([
                format!("-max_total_time={seconds}"),
                format!("-max_len={MAX_LEN}"),
                format!("-timeout={TIMEOUT}"),
                format!("-rss_limit_mb={MEMORY_MIB}"),
            ])
            .current_dir(root)
            .output()
            .context("cannot start cargo fuzz")?;
        let log = String::from_utf8_lossy(&output.stderr).into_owned();
        Ok(Self {
            target: target.to_owned(),
            passed: output.status.success(),
            progress: Progress::parse(&log),
            log,
        })
    }

    /// What to say about a failed run.
    fn finding(&self) -> String {
        log::artifact(&self.log).map_or_else(
            || "failed without an artifact".to_owned(),
            |path| format!("see {path}"),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_chosen_from_the_list() {
        let wanted = |names: &[&str]| {
            names
                .iter()
                .map(|&name| name.to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(chosen("one\ntwo\n", &[]).unwrap(), ["one", "two"]);
        assert_eq!(chosen("one\ntwo\n", &wanted(&["two"])).unwrap(), ["two"]);
        assert!(chosen("one\ntwo\n", &wanted(&["three"])).is_err());
        assert!(chosen("", &[]).is_err());
    }
}
