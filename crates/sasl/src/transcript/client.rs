//! The client's end of an exchange that can be written out.

use sasl_core::client::{Failure, Response, Turn};
use sasl_core::{Credentials, Side};

use super::drawn::Drawn;
use super::{Claimed, Transcript, keep};
use crate::choice::Chosen;

/// Keeps what a client's exchange needs to be played again: [`Chosen::record`], [`Chosen::resume`].
#[derive(Debug)]
#[must_use = "what is not on the recorder cannot be resumed"]
pub struct ClientRecorder {
    transcript: Transcript,
    played: usize,
}

impl ClientRecorder {
    /// Plays what is on the recorder: the recorded challenges, until something is to be done that is not on it. Every turn goes
    /// through here.
    ///
    /// # Errors
    /// As [`Response::challenge`].
    pub fn follow(&mut self, mut turn: Turn) -> Result<Turn, Failure> {
        loop {
            turn = match (turn, self.transcript.challenges.get(self.played)) {
                (Turn::Respond(response), Some(challenge)) => {
                    self.played = self.played.saturating_add(1);
                    response.challenge(challenge.expose())?
                }
                (turn, _) => return Ok(turn),
            };
        }
    }

    /// Goes on with the server's challenge, as [`Response::challenge`], and keeps it. A success and a failure are the
    /// response's own.
    ///
    /// # Errors
    /// As [`Response::challenge`], and [`Unusable::Transcript`](crate::Unusable::Transcript) after
    /// [`Transcript::MESSAGES`] messages.
    pub fn challenge(&mut self, response: Response, challenge: &[u8]) -> Result<Turn, Failure> {
        keep(&mut self.transcript.challenges, challenge)?;
        self.played = self.played.saturating_add(1);
        response.challenge(challenge)
    }

    /// Writes the exchange out. The response has been sent, or will be.
    pub fn suspend(self, response: Response) -> Transcript {
        drop(response);
        self.transcript
    }
}

impl Chosen<'_> {
    /// Begins the exchange, as [`start`](Self::start), in a way that it can be [written out](crate::transcript) and resumed
    /// until `expires` (seconds since 1970).
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn record(
        self,
        credentials: Credentials,
        expires: u64,
    ) -> Result<(ClientRecorder, Turn), Failure> {
        let (transcript, drawn) =
            Transcript::new(Side::Client, self.name(), expires, self.setup().random())?;
        self.play(transcript, drawn, credentials)
    }

    /// Begins an exchange that was written out again, to play it to where it stopped and go on. The credentials and the offer are
    /// those of the first time.
    ///
    /// # Errors
    /// As [`start`](Self::start), and [`Unusable::Transcript`](crate::Unusable::Transcript) when it is the transcript of
    /// something else: [`Client::only`](crate::Client::only) chooses the same mechanism again.
    pub fn resume(
        self,
        claimed: Claimed,
        credentials: Credentials,
    ) -> Result<(ClientRecorder, Turn), Failure> {
        let transcript = claimed.of(Side::Client, self.name().as_str())?;
        let drawn = Drawn::again(transcript.drawn.clone());
        self.play(transcript, drawn, credentials)
    }

    fn play(
        self,
        transcript: Transcript,
        drawn: Drawn,
        credentials: Credentials,
    ) -> Result<(ClientRecorder, Turn), Failure> {
        let setup = self.setup().clone().with_random(drawn);
        let turn = self.start_with(&setup, credentials)?;
        let recorder = ClientRecorder {
            transcript,
            played: 0,
        };
        Ok((recorder, turn))
    }
}
