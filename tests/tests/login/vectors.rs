//! The vectors of `data/login.json`. Each names its source.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sasl::client::{self};
use sasl::server::Turn;
use sasl::{Error, Login, Violation};
use serde::Deserialize;

use super::common::*;

#[derive(Deserialize)]
struct Vector {
    id: String,
    #[serde(default)]
    checker: String,
    user: String,
    password: String,
    messages: Vec<Message>,
}

#[derive(Deserialize)]
struct Message {
    from: String,
    #[serde(default)]
    b64: Option<String>,
    bytes_utf8: String,
}

impl Message {
    fn octets(&self) -> &[u8] {
        let octets = self.bytes_utf8.as_bytes();
        if let Some(b64) = &self.b64 {
            assert_eq!(STANDARD.decode(b64).unwrap(), octets);
        }
        octets
    }
}

/// Plays the server's messages to the client, which must answer with those of the client.
fn plays_client(vector: &Vector) -> Result<(), client::Failure> {
    let mut response = begin_client(&vector.user, &vector.password)?;
    assert_eq!(response.data(), None, "{}", vector.id);
    for message in &vector.messages {
        if message.from == "server" {
            response = responds(response.challenge(message.octets()))?;
        } else {
            assert_eq!(response.data(), Some(message.octets()), "{}", vector.id);
        }
    }
    response.success(None).map(|login| {
        assert_eq!(login.authcid().unwrap(), &*vector.user);
        assert!(!login.server_proved());
    })
}

#[test]
fn every_vector_passes() {
    let vectors: Vec<Vector> = serde_json::from_str(include_str!("../../data/login.json")).unwrap();
    let (mut sound, mut refused) = (0, 0);
    for vector in &vectors {
        let id = &vector.id;
        if vector.checker == "client" {
            let failure = plays_client(vector).unwrap_err();
            assert_eq!(
                failure.error(),
                Error::Violation(Violation::UnexpectedMessage),
                "{id}"
            );
            refused += 1;
            continue;
        }
        plays_client(vector).unwrap();
        let said: Vec<&[u8]> = vector
            .messages
            .iter()
            .filter(|message| message.from == "client")
            .map(Message::octets)
            .collect();
        let stored = account(&vector.user, &vector.password);
        match check(say(&with(Login::server()), &said), Some(stored)) {
            Ok(Turn::Done(login)) => assert_eq!(login.acts_as(), vector.user, "{id}"),
            other => panic!("{id}: {other:?}"),
        }
        sound += 1;
    }
    assert_eq!((sound, refused), (2, 1));
}
