//! The exchange itself.

use alloc::string::String;

use sasl_core::client::{Authenticated, Computation, Failure, Response, Turn};
use sasl_core::{Error, Malformed, Secret, server};

use super::{ErrorCode, body, bytes, push_bytes, push_string, string};
use crate::framed::with_said;
use crate::wire::Wire;

/// `SaslAuthenticateRequest`, versions 0 and 1: `auth_bytes BYTES`.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct AuthenticateRequest {
    /// The response.
    pub auth_bytes: Secret,
}

impl AuthenticateRequest {
    /// A request with these octets.
    #[must_use]
    pub fn new(auth_bytes: impl Into<Secret>) -> Self {
        Self {
            auth_bytes: auth_bytes.into(),
        }
    }

    /// A request with a response of the exchange.
    #[must_use]
    pub fn of(response: &Response) -> Self {
        Self::new(response.data().unwrap_or_default())
    }

    /// Reads the body.
    ///
    /// # Errors
    /// [`Malformed::TooLong`] above [`MAX`](super::MAX), and [`Malformed::Message`].
    pub fn parse(octets: &[u8]) -> Result<Self, Malformed> {
        let mut body = body(octets)?;
        let auth_bytes = Secret::from(bytes(&mut body)?);
        body.end()?;
        Ok(Self { auth_bytes })
    }

    /// The body on the wire.
    pub fn encode(&self) -> Wire {
        let mut wire = Wire::with_room_for(self.auth_bytes.len().saturating_add(4));
        push_bytes(self.auth_bytes.expose(), &mut wire);
        wire
    }
}

/// `SaslAuthenticateResponse`: `error_code INT16, error_message NULLABLE_STRING, auth_bytes BYTES`, and in version 1
/// `session_lifetime_ms INT64`.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct AuthenticateResponse {
    /// Whether the exchange goes on, or has succeeded.
    pub error: ErrorCode,
    /// The server's words, unproven and for people.
    pub message: Option<String>,
    /// The challenge, or the data of a success.
    pub auth_bytes: Secret,
    /// After how many milliseconds the client has to authenticate anew; 0 for never. `None` is version 0.
    pub session_lifetime_ms: Option<i64>,
}

impl AuthenticateResponse {
    /// A challenge.
    #[must_use]
    pub fn challenge(challenge: &server::Challenge) -> Self {
        Self::with(ErrorCode::NONE, challenge.data())
    }

    /// A success.
    #[must_use]
    pub fn success(login: &server::Authenticated) -> Self {
        Self::with(ErrorCode::NONE, login.additional_data().unwrap_or_default())
    }

    /// A failure. Nothing that the client sent is in there.
    #[must_use]
    pub fn failure(error: Error) -> Self {
        let code = ErrorCode::of(error);
        Self {
            message: Some("Authentication failed".into()),
            ..Self::with(code, &[])
        }
    }

    /// Sets after how many milliseconds the client has to authenticate anew; 0 for never. That is version 1.
    #[must_use]
    pub fn with_session_lifetime(mut self, milliseconds: i64) -> Self {
        self.session_lifetime_ms = Some(milliseconds);
        self
    }

    fn with(error: ErrorCode, auth_bytes: &[u8]) -> Self {
        Self {
            error,
            message: None,
            auth_bytes: Secret::from(auth_bytes),
            session_lifetime_ms: None,
        }
    }

    /// Reads the body of a version, 0 or 1.
    ///
    /// # Errors
    /// [`Malformed::TooLong`] above [`MAX`](super::MAX), and [`Malformed::Message`], for another version as well.
    pub fn parse(octets: &[u8], version: i16) -> Result<Self, Malformed> {
        let mut body = body(octets)?;
        let error = ErrorCode::new(i16::from_be_bytes(body.array()?));
        let message = string(&mut body)?.map(|words| String::from_utf8_lossy(words).into_owned());
        let auth_bytes = Secret::from(bytes(&mut body)?);
        let session_lifetime_ms = match version {
            0 => None,
            1 => Some(i64::from_be_bytes(body.array()?)),
            _ => return Err(Malformed::Message),
        };
        body.end()?;
        Ok(Self {
            error,
            message,
            auth_bytes,
            session_lifetime_ms,
        })
    }

    /// The body on the wire: of version 1 if there is a lifetime, else of version 0.
    pub fn encode(&self) -> Wire {
        let mut wire = Wire::default();
        wire.push(&self.error.get().to_be_bytes());
        match &self.message {
            Some(message) => push_string(message, &mut wire),
            None => wire.push(&(-1_i16).to_be_bytes()),
        }
        push_bytes(self.auth_bytes.expose(), &mut wire);
        if let Some(lifetime) = self.session_lifetime_ms {
            wire.push(&lifetime.to_be_bytes());
        }
        wire
    }
}

/// What a client does next.
#[derive(Debug)]
#[must_use = "an exchange whose turn is dropped never ends"]
pub enum Next {
    // Exhaustive on purpose: an application has to treat every one.
    /// Send this as [`AuthenticateRequest::of`], and bring the answer to [`received`].
    Send(Response),
    /// Run this, and bring the turn to [`computed`].
    Compute(Computation),
    /// Logged in: nothing is left to be said, and the server has proved itself if the mechanism promises it.
    Done(Authenticated),
}

/// Takes a server's answer to a response.
///
/// # Errors
/// A [`Failure`] is the end: the server refused, or the mechanism finds something wrong, such as an end before the server has
/// proved itself ([`ServerNotAuthenticated`](sasl_core::Violation::ServerNotAuthenticated)).
pub fn received(response: Response, answer: &AuthenticateResponse) -> Result<Next, Failure> {
    if answer.error != ErrorCode::NONE {
        let failure = match answer.error.error() {
            Some(error) => error.into(),
            None => response.failure(),
        };
        return Err(with_said(
            failure,
            answer.message.as_deref().unwrap_or_default(),
        ));
    }
    // Kafka has no mechanism whose challenges are empty: it is over.
    if answer.auth_bytes.is_empty() {
        return response.success(None).map(Next::Done);
    }
    computed(response.challenge(answer.auth_bytes.expose()))
}

/// Takes the turn of a computation.
///
/// # Errors
/// As [`received`].
pub fn computed(turn: Result<Turn, Failure>) -> Result<Next, Failure> {
    match turn? {
        // RFC 4422 §3: the answer to success data is empty, and is not sent.
        Turn::Respond(last) if last.data().is_none_or(<[u8]>::is_empty) => {
            last.success(None).map(Next::Done)
        }
        Turn::Respond(response) => Ok(Next::Send(response)),
        Turn::Compute(job) => Ok(Next::Compute(job)),
    }
}
