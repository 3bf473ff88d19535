//! `cargo xtask bench-passwd`: `sasl passwd bulk` beside the bare functions, on one core and on all, and what memory it takes.
//!
//! One after the other in turns, and the best of each counts: whatever else runs here only makes a run slower.

use std::path::Path;
use std::thread;

use anyhow::{Context as _, Result, ensure};
use xshell::{Shell, cmd};

use crate::bench::{FOREIGN_FLAGS, PEERS, target_directory};
use crate::tools;
use crate::workspace::Workspace;

/// How often everything is run.
const ROUNDS: usize = 7;

/// Functions at their default costs, and so many lines that a run takes about two seconds.
const FUNCTIONS: &[(&str, u32)] = &[("argon2id", 100), ("pbkdf2-sha256", 12)];

/// Least part of the bare function's rate that one core has to reach.
const PER_CORE: f64 = 0.95;

/// Least part of so many times one core's rate that all cores have to reach: 1.8 for two.
const SCALING: f64 = 0.9;

/// Lines for which memory is measured: few and many.
const LINES: [u32; 2] = [1_000, 1_000_000];

/// Most memory that many lines may take, in KiB.
const MEMORY_KIB: u32 = 100 * 1024;

/// What one run took.
#[derive(Clone, Copy)]
struct Run {
    /// Seconds on the clock.
    clock: f64,
    /// Seconds of all cores.
    cores: f64,
    /// Most memory, in KiB.
    memory: u32,
}

pub(crate) fn bench_passwd(sh: &Shell) -> Result<()> {
    tools::debian(sh, &[("/usr/bin/time", "time")])?;
    for args in [
        &["--package", "sasl-cli"][..],
        &[
            "--manifest-path",
            &format!("{PEERS}/Cargo.toml"),
            "--bin",
            "bare",
        ],
    ] {
        let mut build = cmd!(sh, "cargo build --release --locked {args...}");
        for flag in FOREIGN_FLAGS {
            build = build.env_remove(flag);
        }
        build.run()?;
    }
    let sasl = Workspace::load(sh)?.target_directory.join("release/sasl");
    let bare = target_directory(sh)?.join("release/bare");
    let cores = thread::available_parallelism()?.get();
    let temporary = sh.create_temp_dir()?;
    let bench = Bench {
        sh,
        sasl: &sasl,
        bare: &bare,
        directory: temporary.path(),
    };

    let mut missed = Vec::new();
    for &(function, lines) in FUNCTIONS {
        bench.functions(function, lines, cores, &mut missed)?;
    }
    for lines in LINES {
        let args = ["--scheme", "scram-sha-1", "--iterations", "1"];
        let run = bench.bulk(lines, cores, &args)?;
        println!(
            "{lines} lines of SCRAM-SHA-1 with 1 iteration: {:.1} s, {:.1} MiB",
            run.clock,
            f64::from(run.memory) / 1024.0
        );
        if run.memory > MEMORY_KIB {
            missed.push(format!("{lines} lines take {} KiB", run.memory));
        }
    }
    ensure!(missed.is_empty(), "missed:\n{}", missed.join("\n"));
    Ok(())
}

struct Bench<'a> {
    sh: &'a Shell,
    sasl: &'a Path,
    bare: &'a Path,
    directory: &'a Path,
}

impl Bench<'_> {
    fn functions(
        &self,
        function: &str,
        lines: u32,
        cores: usize,
        missed: &mut Vec<String>,
    ) -> Result<()> {
        let scheme = ["--scheme", function];
        let mut best: Option<[Run; 3]> = None;
        for _ in 0..ROUNDS {
            let count = lines.to_string();
            let runs = [
                self.run(&[&self.bare.display().to_string(), function, &count])?,
                self.bulk(lines, 1, &scheme)?,
                self.bulk(lines, cores, &scheme)?,
            ];
            best = Some(match best {
                None => runs,
                Some(best) => {
                    let [bare, one, all] = runs;
                    let [best_bare, best_one, best_all] = best;
                    [best_bare.or(bare), best_one.or(one), best_all.or(all)]
                }
            });
        }
        let [bare, one, all] = best.context("no rounds")?;
        let rate = |seconds: f64| f64::from(lines) / seconds;
        let per_core = bare.cores / one.cores;
        let scaling = one.clock / all.clock;
        println!(
            "{function}: bare {:.1}/s, bulk {:.1}/s on one core ({:.1} % of it), {:.1}/s on {cores} ({scaling:.2} times), {:.0} MiB",
            rate(bare.cores),
            rate(one.cores),
            per_core * 100.0,
            rate(all.clock),
            f64::from(all.memory) / 1024.0
        );
        if per_core < PER_CORE {
            missed.push(format!(
                "{function}: {per_core:.3} of the bare rate, not {PER_CORE}"
            ));
        }
        let wanted = f64::from(u32::try_from(cores)?) * SCALING;
        if cores > 1 && scaling < wanted {
            missed.push(format!(
                "{function}: {scaling:.2} times on {cores} cores, not {wanted:.2}"
            ));
        }
        Ok(())
    }

    fn bulk(&self, lines: u32, jobs: usize, args: &[&str]) -> Result<Run> {
        let input = self.directory.join(format!("{lines}.csv"));
        if !input.exists() {
            let lines = (0..lines).map(|line| format!("user{line},password-{line}\n"));
            self.sh.write_file(&input, lines.collect::<String>())?;
        }
        let (sasl, input) = (self.sasl.display().to_string(), input.display().to_string());
        let output = self.directory.join("output");
        self.sh.remove_path(&output)?;
        let (output, jobs) = (output.display().to_string(), jobs.to_string());
        let words = [
            &sasl, "passwd", "bulk", &input, "--output", &output, "--jobs", &jobs,
        ];
        self.run(&[&words, args].concat())
    }

    /// Runs a command under time(1).
    fn run(&self, words: &[&str]) -> Result<Run> {
        let report = self.directory.join("time");
        cmd!(
            self.sh,
            "/usr/bin/time --format '%e %U %S %M' --output {report} {words...}"
        )
        .quiet()
        .run()?;
        let report = self.sh.read_file(&report)?;
        let mut fields = report.split_whitespace();
        let mut next = || fields.next().context("time(1) says something else");
        let mut second = || Ok::<f64, anyhow::Error>(next()?.parse()?);
        let (clock, user, system) = (second()?, second()?, second()?);
        Ok(Run {
            clock,
            cores: user + system,
            memory: next()?.parse()?,
        })
    }
}

impl Run {
    /// The better of both, in every respect of its own; of the memory the worse.
    fn or(self, other: Self) -> Self {
        Self {
            clock: self.clock.min(other.clock),
            cores: self.cores.min(other.cores),
            memory: self.memory.max(other.memory),
        }
    }
}
