//! The servers' sides.

use alloc::boxed::Box;
use alloc::sync::Arc;

use sasl_core::server::{Failure, Mechanism, Start, State, Step, client_first};
use sasl_core::{MechanismName, Properties, Token, Violation};

use crate::message::{BearerResponse, Xoauth2Response};
use crate::refusal::{Form, Presented, Why, Wording, ask};
use crate::{OauthBearer, PROPERTIES, Xoauth2};

/// The server's side of OAUTHBEARER (RFC 7628): it asks the application whose the token is.
///
/// Where the channel says which host and port this server is, a client that means another one is refused before anybody is
/// asked (RFC 7628 §3.2): it may have been sent here by somebody who collects tokens.
#[derive(Debug, Clone)]
#[must_use]
pub struct OauthBearerServer {
    wording: Arc<Wording>,
}

impl Default for OauthBearerServer {
    fn default() -> Self {
        Self {
            wording: Arc::new(Wording::new(Form::OauthBearer)),
        }
    }
}

impl OauthBearerServer {
    /// Sets the scopes that a token needs, between spaces, which a refused client is told (RFC 6749 §3.3).
    pub fn scope(mut self, scope: &str) -> Self {
        Arc::make_mut(&mut self.wording).scope = Some(scope.into());
        self
    }

    /// Sets the URL of the document that says where tokens come from, which a refused client is told (RFC 7628 §3.2.2).
    pub fn openid_configuration(mut self, url: &str) -> Self {
        Arc::make_mut(&mut self.wording).openid_configuration = Some(url.into());
        self
    }
}

impl Mechanism for OauthBearerServer {
    fn name(&self) -> MechanismName {
        OauthBearer::NAME
    }

    fn properties(&self) -> Properties {
        PROPERTIES
    }

    fn start(&self, start: Start<'_>) -> Result<Step, Failure> {
        let state = ExpectBearerResponse {
            wording: self.wording.clone(),
            host: start.channel.host().map(Box::from),
            port: start.channel.port(),
        };
        client_first(start.initial_response, state)
    }
}

/// Waits for OAUTHBEARER's response.
struct ExpectBearerResponse {
    wording: Arc<Wording>,
    /// This server's own.
    host: Option<Box<str>>,
    port: Option<u16>,
}

impl State for ExpectBearerResponse {
    fn respond(self: Box<Self>, response: &[u8]) -> Result<Step, Failure> {
        let message = BearerResponse::parse(response)?;
        if !self.is_meant(&message) {
            return Ok(self.wording.refuse(Why::Request, Violation::Host));
        }
        let presented = Presented {
            token: Token::new(message.token),
            authzid: message.authzid,
            host: message.host.map(Box::from),
            port: message.port,
        };
        Ok(ask(self.wording, presented))
    }
}

impl ExpectBearerResponse {
    /// Whether the client means this server, as far as both sides say so (RFC 7628 §3.2). Host names know no case
    /// (RFC 4343).
    fn is_meant(&self, message: &BearerResponse<'_>) -> bool {
        let host = match (&self.host, message.host) {
            (Some(own), Some(meant)) => own.eq_ignore_ascii_case(meant),
            _ => true,
        };
        let port = match (self.port, message.port) {
            (Some(own), Some(meant)) => own == meant,
            _ => true,
        };
        host && port
    }
}

/// The server's side of XOAUTH2: it asks the application whose the token is. `user=` is whom the client asks to act as.
#[derive(Debug, Clone)]
#[must_use]
pub struct Xoauth2Server {
    wording: Arc<Wording>,
}

impl Default for Xoauth2Server {
    fn default() -> Self {
        Self {
            wording: Arc::new(Wording::new(Form::Xoauth2)),
        }
    }
}

impl Xoauth2Server {
    /// Sets the scopes that a token needs, between spaces, which a refused client is told.
    pub fn scope(mut self, scope: &str) -> Self {
        Arc::make_mut(&mut self.wording).scope = Some(scope.into());
        self
    }
}

impl Mechanism for Xoauth2Server {
    fn name(&self) -> MechanismName {
        Xoauth2::NAME
    }

    fn properties(&self) -> Properties {
        PROPERTIES
    }

    fn start(&self, start: Start<'_>) -> Result<Step, Failure> {
        let state = ExpectXoauth2Response {
            wording: self.wording.clone(),
        };
        client_first(start.initial_response, state)
    }
}

/// Waits for XOAUTH2's response.
struct ExpectXoauth2Response {
    wording: Arc<Wording>,
}

impl State for ExpectXoauth2Response {
    fn respond(self: Box<Self>, response: &[u8]) -> Result<Step, Failure> {
        let message = Xoauth2Response::parse(response)?;
        let presented = Presented {
            token: Token::new(message.token),
            authzid: Some(message.user),
            host: None,
            port: None,
        };
        Ok(ask(self.wording, presented))
    }
}
