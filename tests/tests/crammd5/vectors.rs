//! The vectors of `data/crammd5.json`. Each names its source.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sasl::server::{Begin, Turn};
use sasl::{CramMd5, Error, Found, Outcome, Refused, Server, Violation};
use serde::Deserialize;

use super::common::*;

#[derive(Deserialize)]
struct Vector {
    id: String,
    outcome: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    checker: String,
    #[serde(default)]
    user: String,
    #[serde(default)]
    password: Option<String>,
    #[serde(default)]
    key_b64: String,
    #[serde(default)]
    data_b64: String,
    messages: Vec<Message>,
}

#[derive(Deserialize)]
struct Message {
    from: String,
    #[serde(default)]
    kind: String,
    bytes_utf8: String,
}

impl Vector {
    fn said_by(&self, side: &str) -> &str {
        let mut messages = self.messages.iter();
        let message = messages.find(|message| message.from == side);
        &message.expect("such a message").bytes_utf8
    }

    fn server(&self) -> Server {
        with(CramMd5::server().dangerous_fixed_challenge(self.said_by("server")))
    }
}

#[test]
fn every_vector_passes() {
    let vectors: Vec<Vector> =
        serde_json::from_str(include_str!("../../data/crammd5.json")).unwrap();
    let (mut sound, mut refused, mut initial, mut framing, mut primitive) = (0, 0, 0, 0, 0);
    for vector in &vectors {
        let id = &vector.id;
        if vector.kind == "primitive" {
            let [key, data] = [&vector.key_b64, &vector.data_b64]
                .map(|b64| String::from_utf8(STANDARD.decode(b64).unwrap()).unwrap());
            let server = with(CramMd5::server().dangerous_fixed_challenge(&data));
            let response = format!("user {}", vector.outcome);
            for verifier in [clear_text(&key), context(&key)] {
                let known = named("user").with_verifier(verifier);
                let end = respond(&server, response.as_bytes(), Some(known));
                assert!(matches!(end, Ok(Turn::Done(_))), "{id}");
            }
            // What is no challenge our client does not sign.
            assert!(answer("user", &key, data.as_bytes()).is_err(), "{id}");
            primitive += 1;
            continue;
        }
        let response = vector.said_by("client").as_bytes();
        if vector.messages[0].kind == "initial-response" {
            let channel = tls();
            let begin = Begin::new("CRAM-MD5", &channel).with_initial_response(Some(response));
            let failure = with(CramMd5::server()).start(begin).unwrap_err();
            let expected = Error::Violation(Violation::InitialResponse);
            assert_eq!(failure.error(), expected, "{id}");
            assert_eq!(failure.outcome(), Outcome::Malformed, "{id}");
            initial += 1;
            continue;
        }
        let Some(password) = &vector.password else {
            // The password was not published: the response is well formed, and nobody's.
            let end = respond(&vector.server(), response, Found::Unknown);
            assert_eq!(error(end), Error::Refused(Refused::Credentials), "{id}");
            let challenge = vector.said_by("server").as_bytes();
            let ours = answer(&vector.user, "pencil", challenge).unwrap();
            assert_eq!(ours.len(), response.len(), "{id}");
            framing += 1;
            continue;
        };
        let known = account(&vector.user, password);
        if vector.checker == "server" {
            let end = respond_or_fail(&vector.server(), response, known);
            assert!(matches!(error(end), Error::Malformed(_)), "{id}");
            refused += 1;
            continue;
        }
        let challenge = vector.said_by("server").as_bytes();
        let ours = answer(&vector.user, password, challenge).unwrap();
        assert_eq!(ours, response, "{id}");
        for verifier in [clear_text(password), context(password)] {
            let known = named(&vector.user).with_verifier(verifier);
            match respond(&vector.server(), response, Some(known)) {
                Ok(Turn::Done(login)) => assert_eq!(login.acts_as(), vector.user, "{id}"),
                other => panic!("{id}: {other:?}"),
            }
        }
        let wrong = account(&vector.user, format!("{password}x"));
        let end = respond(&vector.server(), response, Some(wrong));
        assert_eq!(error(end), Error::Refused(Refused::Credentials), "{id}");
        sound += 1;
    }
    assert_eq!(
        (sound, refused, initial, framing, primitive),
        (4, 4, 1, 1, 2)
    );
}
