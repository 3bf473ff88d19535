//! `sasl passwd bulk`: verifiers for many users at once.

mod csv;
mod pool;
mod progress;
mod record;
mod resume;
mod sink;

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;

use anyhow::{Context as _, Result, ensure};
use sasl_password::Scratch;

use self::progress::Progress;
use self::record::{Entry, Layout, Records, Rules};
use self::sink::Sink;
use super::maker::{Maker, MakerArgs};

/// Make verifiers of many users' passwords, on all cores
///
/// Reads users with their passwords, a line each, and writes the same lines with verifiers in the place of the passwords, in the
/// same order. What stands behind a password is kept. A bad line is reported with its number and left out.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  sasl passwd bulk users.csv --output verifiers.csv
  sasl passwd bulk users.csv --output verifiers.csv --resume
  sasl passwd bulk --layout passwd --scheme scram-sha-256 --format dovecot < clear.passwd > users.passwd

Exit status: 0 all lines were good; 1 at least one was bad; 2 it could not be done.")]
pub(super) struct Args {
    /// The users and their passwords; standard input if it is `-` or missing
    #[arg(value_name = "FILE", default_value = "-")]
    input: PathBuf,

    /// How they stand in a line
    #[arg(long, value_enum, default_value_t = Layout::Csv)]
    layout: Layout,

    /// The first line names the columns: it is written as it is
    #[arg(long)]
    header: bool,

    /// Take passwords as they are, even if they look like verifiers or locked accounts
    #[arg(long)]
    literal: bool,

    /// Write to a new file, which only its owner can read, and not to standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Continue behind the last complete line of the output, if there is any
    #[arg(long, requires = "output")]
    resume: bool,

    /// Stop at the first bad line
    #[arg(long)]
    fail_fast: bool,

    /// Threads that make verifiers [default: one for each core]
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,

    #[command(flatten)]
    maker: MakerArgs,
}

pub(super) fn run(args: &Args) -> Result<ExitCode> {
    let maker = args.maker.maker()?;
    ensure!(
        args.layout.can_hold(&maker.example()?),
        "the verifiers have colons in this format, and cannot stand in a passwd file"
    );
    let jobs = match args.jobs {
        Some(jobs) => jobs,
        None => thread::available_parallelism()?,
    };
    let (input, size) = open(&args.input).with_context(|| args.input.display().to_string())?;
    let rules = Rules {
        layout: args.layout,
        literal: args.literal,
    };
    let mut records = Records::new(BufReader::with_capacity(BUFFER, input), rules);
    let mut progress = Progress::new(size);
    let sink = sink(args, &maker, &mut records, &mut progress)?;
    make_all(args, jobs, &maker, records, sink, &mut progress)?;
    Ok(if progress.finish() {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// Octets that are read at once.
const BUFFER: usize = 64 * 1024;

/// The input, and its size if it is known.
fn open(path: &Path) -> Result<(Box<dyn Read + Send>, Option<u64>)> {
    let file = if path == Path::new("-") {
        return Ok((Box::new(io::stdin()), None));
    } else {
        File::open(path)?
    };
    let metadata = file.metadata()?;
    let size = metadata.is_file().then_some(metadata.len());
    Ok((Box::new(file), size))
}

/// Where to write, with everything there that stands before the next record.
fn sink(
    args: &Args,
    maker: &Maker,
    records: &mut Records<impl io::BufRead>,
    progress: &mut Progress,
) -> Result<Sink> {
    let header = args.header.then(|| records.header()).transpose()?;
    let Some(path) = &args.output else {
        return Sink::new(io::stdout(), header.as_deref());
    };
    let name = || path.display().to_string();
    if args.resume && path.exists() {
        let file = sink::existing(path).with_context(name)?;
        ensure!(
            !sink::is_same(&file, &args.input),
            "{} is the input: the output has to be another file",
            name()
        );
        let place = resume::Place {
            layout: args.layout,
            header: header.as_deref(),
            maker,
        };
        let kept = place
            .find(&file, records, progress)
            .with_context(|| format!("{} cannot be continued", name()))?;
        sink::cut(&file, kept).with_context(name)?;
        progress.resume_at(records.end());
        let header = header.filter(|_| kept == 0);
        return Sink::new(file, header.as_deref());
    }
    let file = sink::new_file(path).with_context(name)?;
    Sink::new(file, header.as_deref())
}

/// What became of a line.
struct Done {
    number: u64,
    end: u64,
    line: Result<Vec<u8>, String>,
}

fn make_all(
    args: &Args,
    jobs: NonZeroUsize,
    maker: &Maker,
    mut records: Records<impl io::BufRead + Send>,
    mut sink: Sink,
    progress: &mut Progress,
) -> Result<()> {
    let worker = || {
        let mut scratch = Scratch::new();
        move |entry: Entry| Done {
            number: entry.number,
            end: entry.end,
            line: made(maker, &mut scratch, args.layout, entry),
        }
    };
    let next = || records.next().context("the input cannot be read");
    let done = |done: Done| {
        match done.line {
            Ok(line) => {
                sink.write(&line)?;
                progress.made(done.end);
            }
            Err(reason) => {
                progress.bad(done.number, &reason);
                if args.fail_fast {
                    return Ok(ControlFlow::Break(()));
                }
            }
        }
        Ok(ControlFlow::Continue(()))
    };
    let made = pool::run(jobs, next, worker, done);
    // What is done is done, whatever went wrong then.
    sink.finish().and(made)
}

fn made(
    maker: &Maker,
    scratch: &mut Scratch,
    layout: Layout,
    entry: Entry,
) -> Result<Vec<u8>, String> {
    let record = entry.record.map_err(|bad| bad.0.to_owned())?;
    match maker.make_in(scratch, &record.password) {
        Ok(verifier) => Ok(layout.line(&record, &verifier)),
        Err(reason) => Err(format!("{reason:#}")),
    }
}
