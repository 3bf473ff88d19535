//! The vectors of `tests/data/oauth.json`, through both sides. RFC 7628 §4.2 is not among them: OAUTH10A is of OAuth 1.0a,
//! which is not implemented.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sasl::oauth::OauthError;
use sasl::server::Turn;
use sasl::{Authzid, Credentials, Error, Refused, Token};
use serde::Deserialize;

use crate::common::{asked, authcid, authzid, begin, refused, responded, send_on, tls};

#[derive(Deserialize)]
struct Vector {
    id: String,
    mechanism: String,
    #[serde(default)]
    checker: String,
    #[serde(alias = "user")]
    authzid: Option<String>,
    token: Option<String>,
    host: Option<String>,
    port: Option<u16>,
    error_json: Option<ErrorJson>,
    messages: Vec<Message>,
    outcome: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct ErrorJson {
    status: String,
    scope: Option<String>,
    schemes: Option<String>,
    openid_configuration: Option<String>,
}

#[derive(Deserialize)]
struct Message {
    b64: Option<String>,
    bytes_utf8: String,
}

impl Message {
    fn octets(&self) -> Vec<u8> {
        let octets = self.bytes_utf8.clone().into_bytes();
        if let Some(b64) = &self.b64 {
            assert_eq!(STANDARD.decode(b64).unwrap(), octets, "{b64}");
        }
        octets
    }
}

impl Vector {
    fn credentials(&self) -> Credentials {
        // Not every vector says its token beside its message.
        let in_message = self.messages[0].bytes_utf8.split("auth=Bearer ").nth(1);
        let token = in_message.map_or("", |rest| rest.trim_end_matches('\x01'));
        let credentials = Credentials::token(Token::new(token));
        match &self.authzid {
            Some(name) => credentials.acting_as(authzid(name)),
            None => credentials,
        }
    }

    /// What the client sends, on a channel that knows what the vector knows.
    fn client(&self, credentials: Credentials) -> sasl::client::Response {
        let mut channel = tls();
        // The vectors of errors name no host; their messages do.
        let (host, port) = if self.id == "oauthbearer-rfc7628-4.3-fail" {
            (Some("server.example.com".to_owned()), Some(143))
        } else {
            (self.host.clone(), self.port)
        };
        if let Some(host) = host {
            channel = channel.with_host(host);
        }
        if let Some(port) = port {
            channel = channel.with_port(port);
        }
        send_on(&channel, &self.mechanism, credentials).unwrap()
    }

    /// Whether the client writes the message in the vector: not the scheme in odd letters, nor what the grammar forbids.
    fn is_written(&self) -> bool {
        !matches!(
            self.id.as_str(),
            "oauthbearer-scheme-case" | "oauthbearer-rfc7628-4.4-illformed-gs2"
        )
    }
}

#[test]
fn every_vector_passes() {
    let vectors: Vec<Vector> = serde_json::from_str(include_str!("../../data/oauth.json")).unwrap();
    let (mut written, mut taken, mut turned_down, mut errors_read, mut malformed) = (0, 0, 0, 0, 0);
    for vector in &vectors {
        let id = &vector.id;
        let initial = vector.messages[0].octets();

        if vector.checker != "server" && vector.is_written() {
            let sent = vector.client(vector.credentials());
            assert_eq!(sent.data(), Some(&*initial), "{id}");
            written += 1;
        }
        if vector.outcome.starts_with("success") {
            takes(vector, &initial);
            taken += 1;
        } else if vector.checker == "server" || id == "oauthbearer-rfc7628-4.4-illformed-gs2" {
            let end = begin(&vector.mechanism, &initial);
            assert!(
                matches!(&end, Err(failure) if matches!(failure.error(), Error::Malformed(_) | Error::Violation(_))),
                "{id}: {end:?}"
            );
            malformed += 1;
        } else {
            turns_down(vector, &initial);
            turned_down += 1;
        }
        if vector.messages.len() > 1 {
            hears(vector);
            errors_read += 1;
        }
    }
    assert_eq!(vectors.len(), 17);
    assert_eq!(
        (written, taken, turned_down, errors_read, malformed),
        (6, 4, 3, 4, 10)
    );
}

/// The server takes the message for what it is, and lets the owner of the token in.
fn takes(vector: &Vector, initial: &[u8]) {
    let id = &vector.id;
    let question = asked(begin(&vector.mechanism, initial));
    let token = vector.token.as_deref().unwrap();
    assert!(question.token().matches(token.as_bytes()), "{id}");
    let requested = question.authzid().map(Authzid::as_str);
    assert_eq!(requested, vector.authzid.as_deref(), "{id}");
    assert_eq!(question.host(), vector.host.as_deref(), "{id}");
    assert_eq!(question.port(), vector.port, "{id}");
    let owner = vector.authzid.as_deref().unwrap_or("owner");
    match question.accept(authcid(owner)) {
        Ok(Turn::Done(login)) => assert_eq!(login.acts_as(), owner, "{id}"),
        other => panic!("{id}: {other:?}"),
    }
}

/// The server says the vector's error, as far as it is its own, and fails after the client's answer.
fn turns_down(vector: &Vector, initial: &[u8]) {
    let id = &vector.id;
    let turn = begin(&vector.mechanism, initial);
    let turn = match turn {
        Ok(Turn::Ask(question)) => question.refuse(),
        // The empty token, about which nobody is asked.
        turn => turn,
    };
    let (said, end) = refused(turn, &vector.messages[2].octets());
    assert_eq!(end, Refused::Credentials.into(), "{id}");
    if id == "oauthbearer-rfc7628-4.3-fail" {
        assert_eq!(said.as_bytes(), vector.messages[1].octets(), "{id}");
    }
    if let Some(expected) = &vector.error_json {
        let error = OauthError::parse(&said).unwrap();
        assert_eq!(*error.status, *expected.status, "{id}");
        assert_eq!(
            error.openid_configuration.as_deref(),
            expected.openid_configuration.as_deref(),
            "{id}"
        );
        // There is no `mac` here.
        let schemes = expected.schemes.as_ref().map(|_| "bearer");
        assert_eq!(error.schemes.as_deref(), schemes, "{id}");
    }
}

/// The client answers the vector's error as it must, and keeps it.
fn hears(vector: &Vector) {
    let id = &vector.id;
    let challenge = vector.messages[1].octets();
    let response = vector.client(vector.credentials());
    let response = responded(response.challenge(&challenge)).unwrap();
    let answer = vector.messages[2].octets();
    assert_eq!(response.data(), Some(&*answer), "{id}");
    let failure = response.failure();
    assert_eq!(failure.error(), Refused::ByServer.into(), "{id}");
    assert_eq!(failure.said().unwrap().as_bytes(), challenge, "{id}");
    let error = OauthError::parse(failure.said().unwrap());
    match &vector.error_json {
        Some(expected) => {
            let error = error.unwrap();
            assert_eq!(*error.status, *expected.status, "{id}");
            assert_eq!(error.scope.as_deref(), expected.scope.as_deref(), "{id}");
            assert_eq!(
                error.schemes.as_deref(),
                expected.schemes.as_deref(),
                "{id}"
            );
            assert_eq!(
                error.openid_configuration.as_deref(),
                expected.openid_configuration.as_deref(),
                "{id}"
            );
        }
        None => assert!(error.is_err(), "{id}"),
    }
}
