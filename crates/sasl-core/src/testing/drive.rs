//! One end of an exchange, driven until it waits for the other one or is over.

use alloc::format;
use alloc::string::ToString;
use core::fmt;

use super::policy::Policy;
use super::transcript::{Asked, Message, Transcript};
use crate::error::{Error, Violation};
use crate::{client, server};

/// Turns that one end may take between two messages before it is called endless.
const STEPS: usize = 256;

/// The server's end.
pub(super) enum ServerEnd {
    /// Waits for the response to this challenge.
    Waits(server::Challenge),
    /// Has sent its parting; what comes is discarded.
    Parted,
    /// Is over.
    Ended,
}

/// The client's end.
pub(super) enum ClientEnd {
    /// Has an initial response that the protocol cannot carry, and waits for the empty challenge.
    Withholds(client::Response),
    /// Waits for the server.
    Waits(client::Response),
    /// Is over.
    Ended,
}

/// Where the server's own turns have led.
enum Settled {
    Challenge(server::Challenge),
    Done(server::Authenticated),
}

impl Transcript {
    fn show(&mut self, value: &dyn fmt::Debug) {
        self.shown.push(format!("{value:?}"));
        self.shown.push(format!("{value:#?}"));
    }

    /// Drives the server; what it says next goes into the end and the message that are returned.
    pub(super) fn drive_server(
        &mut self,
        policy: &Policy<'_>,
        partings: bool,
        turn: Result<server::Turn, server::Failure>,
    ) -> (ServerEnd, Option<Message>) {
        match self.settle_server(policy, turn) {
            Ok(Settled::Challenge(challenge)) => {
                let message = Message::Challenge(challenge.data().to_vec());
                (ServerEnd::Waits(challenge), Some(message))
            }
            Ok(Settled::Done(login)) => {
                let data = login.additional_data().map(<[u8]>::to_vec);
                self.server = Ok(login);
                (ServerEnd::Ended, Some(Message::Success(data)))
            }
            Err(failure) => {
                let parting = failure.parting().map(<[u8]>::to_vec);
                self.server_failed(failure);
                match parting.filter(|_| partings) {
                    Some(parting) => (ServerEnd::Parted, Some(Message::Parting(parting))),
                    None => (ServerEnd::Ended, Some(Message::Failure)),
                }
            }
        }
    }

    pub(super) fn server_failed(&mut self, failure: server::Failure) {
        self.show(&failure);
        self.shown.push(failure.to_string());
        self.server = Err(failure);
    }

    fn settle_server(
        &mut self,
        policy: &Policy<'_>,
        turn: Result<server::Turn, server::Failure>,
    ) -> Result<Settled, server::Failure> {
        let mut turn = turn?;
        for _ in 0..STEPS {
            self.show(&turn);
            turn = match turn {
                server::Turn::Challenge(challenge) => return Ok(Settled::Challenge(challenge)),
                server::Turn::Done(login) => return Ok(Settled::Done(login)),
                server::Turn::Compute(job) => {
                    self.server_computations = self.server_computations.saturating_add(1);
                    job.run()?
                }
                server::Turn::Ask(question) => {
                    let index = self.questions.len();
                    self.questions.push(Asked::from(&question));
                    policy.answer(index, question)?
                }
            };
        }
        self.endless = true;
        Err(Error::Cancelled.into())
    }

    /// Drives the client; what it says next goes into the end and the message that are returned.
    pub(super) fn drive_client(
        &mut self,
        turn: Result<client::Turn, client::Failure>,
    ) -> (ClientEnd, Option<Message>) {
        match self.settle_client(turn) {
            Ok(response) => {
                let data = response.data().map(<[u8]>::to_vec).unwrap_or_default();
                (ClientEnd::Waits(response), Some(Message::Response(data)))
            }
            Err(failure) => {
                self.client_failed(failure);
                (ClientEnd::Ended, Some(Message::Cancel))
            }
        }
    }

    pub(super) fn client_failed(&mut self, failure: client::Failure) {
        self.show(&failure);
        self.shown.push(failure.to_string());
        self.client = Err(failure);
    }

    pub(super) fn settle_client(
        &mut self,
        turn: Result<client::Turn, client::Failure>,
    ) -> Result<client::Response, client::Failure> {
        let mut turn = turn?;
        for _ in 0..STEPS {
            self.show(&turn);
            turn = match turn {
                client::Turn::Respond(response) => return Ok(response),
                client::Turn::Compute(job) => {
                    self.client_computations = self.client_computations.saturating_add(1);
                    job.run()?
                }
            };
        }
        self.endless = true;
        Err(Error::Cancelled.into())
    }
}

impl ServerEnd {
    /// Takes a message of the client and says what the server sends then.
    pub(super) fn take(
        &mut self,
        transcript: &mut Transcript,
        policy: &Policy<'_>,
        partings: bool,
        message: Message,
    ) -> Option<Message> {
        let (end, reply) = match (core::mem::replace(self, Self::Ended), message) {
            (Self::Waits(challenge), Message::Response(data)) => {
                transcript.drive_server(policy, partings, challenge.respond(&data))
            }
            (Self::Waits(challenge), Message::Cancel) => {
                transcript.server_failed(challenge.abort());
                (Self::Ended, None)
            }
            (Self::Parted, _) => (Self::Ended, Some(Message::Failure)),
            (end, _) => (end, None),
        };
        *self = end;
        reply
    }
}

impl ClientEnd {
    /// Takes a message of the server and says what the client sends then.
    pub(super) fn take(
        &mut self,
        transcript: &mut Transcript,
        message: Message,
    ) -> Option<Message> {
        let (end, reply) = match (core::mem::replace(self, Self::Ended), message) {
            // RFC 4422 §5, 2a: the server asks for what the protocol could not carry.
            (Self::Withholds(response), Message::Challenge(data)) if data.is_empty() => {
                let data = response.data().map(<[u8]>::to_vec).unwrap_or_default();
                (Self::Waits(response), Some(Message::Response(data)))
            }
            (Self::Withholds(_), Message::Challenge(_)) => {
                transcript.client_failed(Violation::UnexpectedMessage.into());
                (Self::Ended, Some(Message::Cancel))
            }
            (
                Self::Waits(response) | Self::Withholds(response),
                Message::Challenge(data) | Message::Parting(data),
            ) => transcript.drive_client(response.challenge(&data)),
            (Self::Waits(response) | Self::Withholds(response), Message::Success(data)) => {
                match response.success(data.as_deref()) {
                    Ok(login) => {
                        transcript.show(&login);
                        transcript.client = Ok(login);
                    }
                    Err(failure) => transcript.client_failed(failure),
                }
                (Self::Ended, None)
            }
            (Self::Waits(response) | Self::Withholds(response), Message::Failure) => {
                transcript.client_failed(response.failure());
                (Self::Ended, None)
            }
            (end, _) => (end, None),
        };
        *self = end;
        reply
    }
}
