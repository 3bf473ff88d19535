//! The server of `gsasl --server`: a message in base64 on each line.

use std::path::Path;

use anyhow::{Result, bail};

use super::base64::{decode, encode};
use super::exchange::{Answer, End, Opening, Server};
use super::matrix::Cell;
use super::program::{Program, command};

pub(crate) struct Gsasl(Program);

impl Gsasl {
    pub(crate) fn server(cell: &Cell) -> Result<Self> {
        let mut command = command(Path::new("stdbuf"));
        command
            .args(["-oL", "gsasl", "--server", "--no-cb", "--application-data"])
            .args(["--hostname", "localhost", "--service", "smtp"])
            .args(["--realm", "localhost", "--mechanism", cell.mechanism])
            .args(["--authentication-id", cell.account().name])
            .args(["--password", cell.account().password]);
        Ok(Self(Program::start(command)?))
    }

    /// After a success too it says something, if only an empty line, and waits for an empty line.
    fn answer(&mut self) -> Result<Answer> {
        Ok(match self.0.hear()? {
            None => Answer::Failure(None),
            Some(line) if line.is_empty() => {
                self.0.say("");
                Answer::Success(None)
            }
            Some(line) => Answer::Challenge(decode(&line)?),
        })
    }
}

impl Server for Gsasl {
    fn initial(&mut self, opening: Opening) -> Result<Answer> {
        let Opening::With(message) = opening else {
            bail!("nobody plays gsasl's server without an initial response");
        };
        // The mechanism, and that it has nothing to say before the client.
        self.0.hear()?;
        self.0.hear()?;
        self.0.say(&encode(&message));
        self.answer()
    }

    fn response(&mut self, response: &[u8]) -> Result<Answer> {
        self.0.say(&encode(response));
        if !response.is_empty() {
            return self.answer();
        }
        // It ends without a word, and with its verdict on what the client was told last.
        Ok(Answer::Success(None))
    }

    fn end(self: Box<Self>) -> Result<End> {
        let ended = self.0.end()?;
        let verdict = match ended.code {
            Some(0) => "in".to_owned(),
            _ => ended.complaint(),
        };
        Ok(End {
            verdict,
            transcript: ended.transcript,
        })
    }
}
