//! Asking at the terminal, which does not show what is typed and is left as it was whatever happens.
//!
//! The terminal stays in its line mode: erasing, Ctrl-C and every character work as its owner has them. (The crate `rpassword`
//! 7.5.4 drops control characters, replaces what is not UTF-8, and ends at Ctrl-C before it has restored the terminal.)

use std::fs::File;
use std::io::{ErrorKind, Read as _, Write as _};

use anyhow::{Result, ensure};
use rustix::process::Signal;
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use tokio::signal::unix::{SignalKind, signal};
use zeroize::Zeroizing;

/// Octets of a line that Linux's terminals take, line break included. What is typed beyond is lost.
const LINE: usize = 4096;

/// The controlling terminal without echo, until it is dropped.
pub(crate) struct Terminal {
    tty: File,
    before: Termios,
}

impl Terminal {
    /// What was typed before is thrown away: it was shown.
    pub(crate) fn open() -> Result<Self> {
        let tty = File::options().read(true).write(true).open("/dev/tty")?;
        let before = tcgetattr(&tty)?;
        restore_at_signals(&tty, &before)?;
        let mut hidden = before.clone();
        hidden.local_modes.remove(LocalModes::ECHO);
        hidden
            .local_modes
            .insert(LocalModes::ECHONL | LocalModes::ICANON | LocalModes::ISIG);
        tcsetattr(&tty, OptionalActions::Flush, &hidden)?;
        Ok(Self { tty, before })
    }

    /// The line with its line break, if it has one.
    pub(crate) fn ask(&mut self, question: &str) -> Result<Zeroizing<Vec<u8>>> {
        self.tty.write_all(question.as_bytes())?;
        let mut line = Zeroizing::new(vec![0; LINE]);
        let mut len: usize = 0;
        loop {
            match self.tty.read(line.get_mut(len..).unwrap_or_default()) {
                // Ctrl-D.
                Ok(0) => break,
                Ok(read) => len = len.saturating_add(read),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error.into()),
            }
            ensure!(
                len < LINE,
                "the line is longer than a terminal takes: see --password-stdin"
            );
            if line.get(..len).is_some_and(|line| line.ends_with(b"\n")) {
                break;
            }
        }
        line.truncate(len);
        Ok(line)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        restore(&self.tty, &self.before);
    }
}

/// Throws away what was pasted behind the line, which else the shell would take for commands.
fn restore(tty: &File, before: &Termios) {
    // A terminal that is gone needs nothing.
    let _ = tcsetattr(tty, OptionalActions::Flush, before);
}

/// Ends the program at the signals that would have ended it, but with the terminal restored.
fn restore_at_signals(tty: &File, before: &Termios) -> Result<()> {
    for (number, kind) in [
        (Signal::INT, SignalKind::interrupt()),
        (Signal::TERM, SignalKind::terminate()),
        (Signal::HUP, SignalKind::hangup()),
        (Signal::QUIT, SignalKind::quit()),
    ] {
        let mut signal = signal(kind)?;
        let (mut tty, before) = (tty.try_clone()?, before.clone());
        tokio::spawn(async move {
            signal.recv().await;
            restore(&tty, &before);
            // The shell's next prompt is not to stand behind ours.
            let _ = tty.write_all(b"\n");
            end(number);
        });
    }
    // Stopped, this program would leave the shell a terminal without echo. Whoever asks for this signal is not stopped by it.
    let _ = signal(SignalKind::from_raw(Signal::TSTP.as_raw()))?;
    Ok(())
}

#[expect(
    clippy::exit,
    reason = "the main thread sits in a read that nothing else ends"
)]
fn end(signal: Signal) -> ! {
    // As shells say it of what a signal ended.
    std::process::exit(signal.as_raw().saturating_add(128))
}
