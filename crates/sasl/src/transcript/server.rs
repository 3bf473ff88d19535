//! The server's end of an exchange that can be written out.

use sasl_core::server::{Begin, Challenge, Failure, Turn};
use sasl_core::{Secret, Side, Unusable};

use super::drawn::Drawn;
use super::{Claimed, Transcript, keep};
use crate::server_registry::Server;

/// Keeps what a server's exchange needs to be played again: [`Server::record`], [`Server::resume`].
#[derive(Debug)]
#[must_use = "what is not on the recorder cannot be resumed"]
pub struct ServerRecorder {
    transcript: Transcript,
    played: usize,
}

impl ServerRecorder {
    /// Plays what is on the recorder: recorded challenges get their recorded responses, until something is to be done that is
    /// not on it. Every turn goes through here.
    ///
    /// # Errors
    /// [`Unusable::Transcript`] when the exchange takes another course than it took, and as
    /// [`Challenge::respond`].
    pub fn follow(&mut self, mut turn: Turn) -> Result<Turn, Failure> {
        loop {
            let Turn::Challenge(challenge) = turn else {
                return Ok(turn);
            };
            self.note(&challenge)?;
            let Some(response) = self.transcript.responses.get(self.played) else {
                return Ok(Turn::Challenge(challenge));
            };
            self.played = self.played.saturating_add(1);
            turn = challenge.respond(response.expose())?;
        }
    }

    /// Goes on with the client's response, as [`Challenge::respond`], and keeps it.
    ///
    /// # Errors
    /// As [`Challenge::respond`], and [`Unusable::Transcript`] after [`Transcript::MESSAGES`] messages.
    pub fn respond(&mut self, challenge: Challenge, response: &[u8]) -> Result<Turn, Failure> {
        self.note(&challenge)?;
        keep(&mut self.transcript.responses, response)?;
        self.played = self.played.saturating_add(1);
        challenge.respond(response)
    }

    /// Writes the exchange out. The challenge has been sent, or will be.
    ///
    /// # Errors
    /// [`Unusable::Transcript`] after [`Transcript::MESSAGES`] messages.
    pub fn suspend(mut self, challenge: Challenge) -> Result<Transcript, Failure> {
        self.note(&challenge)?;
        drop(challenge);
        Ok(self.transcript)
    }

    /// Keeps a challenge, or finds it to be the one that was kept.
    fn note(&mut self, challenge: &Challenge) -> Result<(), Unusable> {
        match self.transcript.challenges.get(self.played) {
            Some(kept) if kept.expose() == challenge.data() => Ok(()),
            Some(_) => Err(Unusable::Transcript),
            None => keep(&mut self.transcript.challenges, challenge.data()),
        }
    }
}

impl Server {
    /// Begins an exchange, as [`start`](Self::start), that can be [written out](crate::transcript) and resumed until
    /// `expires` (seconds since 1970).
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn record(
        &self,
        begin: Begin<'_>,
        expires: u64,
    ) -> Result<(ServerRecorder, Turn), Failure> {
        let mechanism = self
            .mechanism(begin.mechanism())
            .ok_or(Unusable::Mechanism)?
            .name();
        let (mut transcript, drawn) =
            Transcript::new(Side::Server, mechanism, expires, self.setup().random())?;
        transcript.initial_response = begin.initial_response().map(Secret::from);
        let turn = self.start_drawing(drawn, begin)?;
        let recorder = ServerRecorder {
            transcript,
            played: 0,
        };
        Ok((recorder, turn))
    }

    /// Begins an exchange that was written out again, to play it to where it stopped and go on. `begin` says of the channel and the user what
    /// it said the first time; its initial response is not used.
    ///
    /// # Errors
    /// As [`start`](Self::start), and [`Unusable::Transcript`] when it is the transcript of something else.
    pub fn resume(
        &self,
        claimed: Claimed,
        begin: Begin<'_>,
    ) -> Result<(ServerRecorder, Turn), Failure> {
        let transcript = claimed.of(Side::Server, begin.mechanism())?;
        let drawn = Drawn::again(transcript.drawn.clone());
        let initial = transcript.initial_response.as_ref().map(Secret::expose);
        let turn = self.start_drawing(drawn, begin.with_initial_response(initial))?;
        let recorder = ServerRecorder {
            transcript,
            played: 0,
        };
        Ok((recorder, turn))
    }

    fn start_drawing(&self, drawn: Drawn, begin: Begin<'_>) -> Result<Turn, Failure> {
        self.start_with(&self.setup().clone().with_random(drawn), begin)
    }
}
