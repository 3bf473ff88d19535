//! Where the lines go.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Seek as _, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

/// How much work an interruption may lose.
const PACE: Duration = Duration::from_secs(1);

/// Lines that are written at least every second.
pub(super) struct Sink {
    to: BufWriter<Box<dyn Write + Send>>,
    flushed: Instant,
}

const CANNOT: &str = "the output cannot be written";

impl Sink {
    /// With a first line, if there is one.
    pub(super) fn new(to: impl Write + Send + 'static, header: Option<&[u8]>) -> Result<Self> {
        let mut sink = Self {
            to: BufWriter::new(Box::new(to)),
            flushed: Instant::now(),
        };
        sink.write(header.unwrap_or_default())?;
        Ok(sink)
    }

    pub(super) fn write(&mut self, line: &[u8]) -> Result<()> {
        self.to.write_all(line).context(CANNOT)?;
        if self.flushed.elapsed() >= PACE {
            self.flushed = Instant::now();
            self.to.flush().context(CANNOT)?;
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<()> {
        self.to.flush().context(CANNOT)
    }
}

/// Makes a file that only its owner can read.
pub(super) fn new_file(path: &Path) -> Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options
        .open(path)
        .context("cannot be made; --resume continues one that is there")
}

pub(super) fn existing(path: &Path) -> Result<File> {
    Ok(OpenOptions::new().read(true).write(true).open(path)?)
}

/// Whether an output is the input, by whatever name.
#[cfg(unix)]
pub(super) fn is_same(output: &File, input: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;

    let input = match input == Path::new("-") {
        true => Path::new("/dev/stdin"),
        false => input,
    };
    let of = |metadata: std::fs::Metadata| (metadata.dev(), metadata.ino());
    match (output.metadata(), std::fs::metadata(input)) {
        (Ok(output), Ok(input)) => of(output) == of(input),
        _ => false,
    }
}

/// Here names are all that can be compared, and are by who names them.
#[cfg(not(unix))]
pub(super) fn is_same(_: &File, _: &Path) -> bool {
    false
}

/// Takes away all but so many octets, and goes to the end.
pub(super) fn cut(mut file: &File, kept: u64) -> Result<()> {
    file.set_len(kept)?;
    file.seek(SeekFrom::Start(kept))?;
    Ok(())
}
