//! The vectors of `data/scram.json` and `data/scram-negative.txt`. Each names its source.

use sasl::scram::{DowngradeProtection, derive_keys, message::ServerFirst};
use sasl::server::{Question, Turn};
use sasl::{
    Authcid, Authzid, Channel, Error, Found, Identity, Offer, Password, Preparation, Verifier,
};
use serde::Deserialize;

use super::common::*;

#[derive(Deserialize)]
struct Vector {
    id: String,
    mechanism: String,
    outcome: String,
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    checker: Option<String>,
    #[serde(default)]
    user: Option<String>,
    #[serde(default)]
    authzid: Option<String>,
    #[serde(default)]
    password: String,
    #[serde(default)]
    effective_password: Option<String>,
    #[serde(default)]
    client_nonce: String,
    #[serde(default)]
    server_nonce: String,
    #[serde(default)]
    salt_b64: String,
    #[serde(default)]
    iterations: u32,
    #[serde(default)]
    saslprep: Option<bool>,
    #[serde(default)]
    derived: Option<Derived>,
    #[serde(default)]
    channel_binding: Option<Binding>,
    #[serde(default)]
    ssdp: Option<Ssdp>,
    messages: Vec<Message>,
}

#[derive(Deserialize)]
struct Derived {
    stored_key_b64: String,
    server_key_b64: String,
}

#[derive(Deserialize)]
struct Binding {
    r#type: String,
    data_b64: String,
}

#[derive(Deserialize)]
struct Ssdp {
    advertised_mechanisms: Vec<String>,
    advertised_cb_types: Vec<String>,
}

#[derive(Deserialize)]
struct Message {
    from: String,
    #[serde(default)]
    b64: Option<String>,
    #[serde(default)]
    bytes_utf8: Option<String>,
}

impl Message {
    fn octets(&self) -> Vec<u8> {
        match (&self.b64, &self.bytes_utf8) {
            (Some(b64), _) => decode(b64),
            (_, Some(text)) => text.clone().into_bytes(),
            _ => panic!("a message without bytes"),
        }
    }
}

impl Vector {
    fn preparation(&self) -> Preparation {
        if self.saslprep == Some(false) {
            Preparation::None
        } else {
            Preparation::Saslprep
        }
    }

    fn password(&self) -> Password {
        Password::new(self.effective_password.as_deref().unwrap_or(&self.password))
    }

    fn user(&self) -> &str {
        self.user.as_deref().unwrap_or_default()
    }

    /// The channel of the exchange. A client that says `y` has a binding which the server does not offer.
    fn channel(&self) -> Channel {
        match &self.channel_binding {
            Some(binding) => tls(&[(&binding.r#type, &decode(&binding.data_b64))]),
            None => tls(&[]),
        }
    }

    fn identity(&self) -> Identity {
        let (_, _, hash) = mechanism(&self.mechanism);
        let salt = decode(&self.salt_b64);
        let keys = derive_keys(
            hash,
            &self.password(),
            &salt,
            self.iterations,
            self.preparation(),
        )
        .unwrap();
        let name = if self.user().is_empty() {
            "somebody"
        } else {
            self.user()
        };
        Identity::new(Authcid::parse(name).unwrap()).with_verifier(Verifier::Scram(keys))
    }
}

fn vectors() -> Vec<Vector> {
    serde_json::from_str(include_str!("../../data/scram.json")).unwrap()
}

/// Whose other side sends an extension that ours does not have: checked message by message.
const NOT_DRIVEN: [&str; 2] = ["scram-sha1-plus-xep0474", "scram-sha256-ext-all"];

#[test]
fn every_vector_passes() {
    let (mut driven, mut by_message, mut derived, mut refused) = (0, 0, 0, 0);
    for vector in vectors() {
        match (&vector.checker, &vector.kind) {
            (None, Some(kind)) if kind == "key-derivation" => {
                check_derivation(&vector);
                derived += 1;
            }
            (None, _) if NOT_DRIVEN.contains(&&*vector.id) => by_message += 1,
            (None, _) => {
                check_derivation(&vector);
                drive_server(&vector);
                drive_client(&vector);
                driven += 1;
            }
            (Some(side), _) => {
                assert!(vector.outcome.contains("fail"), "{}", vector.id);
                refused += 1;
                match side.as_str() {
                    "server" => refuse_client(&vector),
                    "client" => refuse_server(&vector),
                    other => panic!("{other}"),
                }
            }
        }
    }
    assert_eq!((driven, by_message, derived, refused), (25, 2, 7, 43));
}

fn check_derivation(vector: &Vector) {
    let Verifier::Scram(keys) = vector.identity().verifiers()[0].clone() else {
        panic!()
    };
    let derived = vector.derived.as_ref().unwrap();
    assert_eq!(
        encode(keys.stored_key.expose()),
        derived.stored_key_b64,
        "{}",
        vector.id
    );
    assert_eq!(
        encode(keys.server_key.expose()),
        derived.server_key_b64,
        "{}",
        vector.id
    );
}

fn drive_server(vector: &Vector) {
    let id = &vector.id;
    let (server, _, _) = mechanism(&vector.mechanism);
    let server = server
        .preparation(vector.preparation())
        .dangerous_fixed_nonce(&vector.server_nonce);
    let messages: Vec<_> = vector.messages.iter().map(Message::octets).collect();
    let advertised = names(&[&vector.mechanism]);
    let turn = if vector.user().is_empty() {
        // PostgreSQL's clients leave the name out, since the server knows it.
        let user = Authcid::parse("somebody").unwrap();
        let name = vector.mechanism.clone();
        let registry = sasl::Server::builder(sasl::OsRandom)
            .mechanism(server)
            .build();
        let channel = vector.channel();
        let begin = sasl::server::Begin::new(&name, &channel)
            .with_initial_response(Some(&messages[0]))
            .with_known_user(&user);
        let Turn::Ask(Question::Lookup(question)) = registry.start(begin).unwrap() else {
            panic!()
        };
        let Turn::Challenge(challenge) = question.supply(Some(vector.identity())).unwrap() else {
            panic!()
        };
        challenge
    } else {
        first(
            server,
            &vector.channel(),
            &advertised,
            &messages[0],
            Found::Known(vector.identity()),
        )
        .unwrap()
    };
    assert_eq!(turn.data(), messages[1], "{id}");
    let login = match last(turn, &messages[2]).unwrap_or_else(|failure| panic!("{id}: {failure}")) {
        Turn::Done(login) => login,
        Turn::Ask(Question::Authorize(question)) => match question.allow().unwrap() {
            Turn::Done(login) => login,
            other => panic!("{id}: {other:?}"),
        },
        other => panic!("{id}: {other:?}"),
    };
    if let Some(server_final) = messages.get(3) {
        assert_eq!(login.additional_data(), Some(&**server_final), "{id}");
    }
    assert_eq!(
        login.authzid().map(Authzid::as_str),
        vector.authzid.as_deref(),
        "{id}"
    );
    let bound = vector
        .channel_binding
        .as_ref()
        .map(|binding| binding.r#type.as_str());
    assert_eq!(
        login.channel_binding().map(sasl::BindingName::as_str),
        bound,
        "{id}"
    );
}

fn drive_client(vector: &Vector) {
    let id = &vector.id;
    let (_, client, _) = mechanism(&vector.mechanism);
    let client = client
        .preparation(vector.preparation())
        .iterations(1..=100_000)
        .dangerous_fixed_nonce(&vector.client_nonce);
    let messages: Vec<_> = vector.messages.iter().map(Message::octets).collect();
    // A client that says `y` could bind, but was not offered to.
    let channel = if messages[0].starts_with(b"y") {
        tls(&[("tls-exporter", b"value")])
    } else {
        vector.channel()
    };
    let mut credentials = match vector.user() {
        "" => sasl::Credentials::password(Authcid::ignored(), vector.password()),
        user => sasl::Credentials::password(Authcid::parse(user).unwrap(), vector.password()),
    };
    if let Some(authzid) = &vector.authzid {
        credentials = credentials.acting_as(Authzid::parse(authzid).unwrap());
    }
    let response = start(
        client,
        &channel,
        &Offer::parse(&vector.mechanism),
        credentials,
    )
    .unwrap();
    assert_eq!(response.data(), Some(&*messages[0]), "{id}");
    let response = respond(response.challenge(&messages[1]))
        .unwrap_or_else(|failure| panic!("{id}: {failure}"));
    assert_eq!(response.data(), Some(&*messages[2]), "{id}");
    if let Some(server_final) = messages.get(3) {
        let login = response
            .success(Some(server_final))
            .unwrap_or_else(|failure| panic!("{id}: {failure}"));
        assert!(login.server_proved(), "{id}");
    }
}

/// A client's message that a server must refuse: each before the last must still be taken.
fn refuse_client(vector: &Vector) {
    let (server, _, hash) = mechanism(&vector.mechanism);
    let (nonce, salt) = match vector.mechanism.as_str() {
        "SCRAM-SHA-1" => ("3rfcNHYJY1ZVvWVs7j", "QSXCR+Q6sek8bf92"),
        _ => (RFC7677_SERVER_NONCE, RFC7677_SALT),
    };
    let found = || Found::Known(account("user", "pencil", hash, &decode(salt), 4096));
    let client: Vec<_> = vector
        .messages
        .iter()
        .filter(|message| message.from == "client")
        .map(Message::octets)
        .collect();
    let advertised = names(&[&vector.mechanism, "SCRAM-SHA-256-PLUS"]);
    let advertised = if vector.id == "neg-s-yflag-server-supports-cb" {
        &advertised[..]
    } else {
        &advertised[..1]
    };
    let channel = tls(&[("tls-exporter", b"value")]);
    let opened = first(
        server.dangerous_fixed_nonce(nonce),
        &channel,
        advertised,
        &client[0],
        found(),
    );
    let failure = match client.get(1) {
        None => opened.map(|_| ()).unwrap_err(),
        Some(message) => last(
            opened.unwrap_or_else(|failure| panic!("{}: {failure}", vector.id)),
            message,
        )
        .map(|_| ())
        .unwrap_err(),
    };
    assert!(
        failure.parting().unwrap().starts_with(b"e="),
        "{}",
        vector.id
    );
}

/// A server's message, or its silence, that a client must refuse: each before the last must still be taken.
fn refuse_server(vector: &Vector) {
    let id = &vector.id;
    let (_, client, _) = mechanism(&vector.mechanism);
    let messages: Vec<_> = vector.messages.iter().map(Message::octets).collect();
    let nonce = String::from_utf8(messages[0].clone()).unwrap();
    let nonce = nonce.split_once(",r=").unwrap().1;
    let user = vector.user();
    let response = start(
        client.dangerous_fixed_nonce(nonce),
        &tls(&[]),
        &Offer::parse(&vector.mechanism),
        credentials(user, &vector.password),
    );
    let response = response.unwrap();
    assert_eq!(response.data(), Some(&*messages[0]), "{id}");
    let answered = respond(response.challenge(&messages[1]));
    let Some(client_final) = messages.get(2) else {
        assert!(answered.is_err(), "{id}");
        return;
    };
    let response = answered.unwrap();
    assert_eq!(response.data(), Some(&**client_final), "{id}");
    // As success data; whether it comes as a challenge makes no difference.
    assert!(
        response
            .success(messages.get(3).map(Vec::as_slice))
            .is_err(),
        "{id}"
    );
}

/// The server's side of XEP-0474's example can be driven: the client's own extension is ignored.
#[test]
fn xep_0474_with_a_foreign_extension() {
    let vector = vectors()
        .into_iter()
        .find(|vector| vector.id == NOT_DRIVEN[0])
        .unwrap();
    let ssdp = vector.ssdp.as_ref().unwrap();
    let messages: Vec<_> = vector.messages.iter().map(Message::octets).collect();
    let (server, client, _) = mechanism(&vector.mechanism);
    let server = server
        .dangerous_fixed_nonce(&vector.server_nonce)
        .downgrade_protection(DowngradeProtection::Required);
    let data = decode(&vector.channel_binding.as_ref().unwrap().data_b64);
    let bindings: Vec<_> = ssdp
        .advertised_cb_types
        .iter()
        .map(|name| (name.as_str(), &*data))
        .collect();
    let advertised: Vec<_> = ssdp
        .advertised_mechanisms
        .iter()
        .map(String::as_str)
        .collect();
    let advertised = names(&advertised);
    let types: Vec<_> = ssdp
        .advertised_cb_types
        .iter()
        .map(|name| sasl::BindingName::parse(name).unwrap())
        .collect();
    let told = Told {
        mechanisms: &advertised,
        binding_types: &types,
    };
    let found = Found::Known(vector.identity());
    let challenge = first_told(server, &tls(&bindings), &told, &messages[0], found).unwrap();
    assert_eq!(challenge.data(), messages[1]);
    let Ok(Turn::Done(login)) = last(challenge, &messages[2]) else {
        panic!()
    };
    assert_eq!(login.additional_data(), Some(&*messages[3]));

    // The client takes the same `h=` with the whole offer, and refuses it with a shortened one.
    let offer = |mechanisms: &str| {
        let types = ssdp
            .advertised_cb_types
            .iter()
            .map(|name| sasl::BindingName::parse(name).unwrap());
        Offer::parse(mechanisms).with_binding_types(types)
    };
    let channel = tls(&[("tls-exporter", &*data)]);
    let client = client.dangerous_fixed_nonce(&vector.client_nonce);
    let begun = |mechanisms: &str| {
        start(
            client.clone(),
            &channel,
            &offer(mechanisms),
            credentials("user", "pencil"),
        )
        .unwrap()
    };
    assert!(
        begun("SCRAM-SHA-1 SCRAM-SHA-1-PLUS")
            .challenge(&messages[1])
            .is_ok()
    );
    let refused = begun("SCRAM-SHA-1-PLUS")
        .challenge(&messages[1])
        .unwrap_err();
    assert_eq!(
        refused.error(),
        Error::Violation(sasl::Violation::Downgrade)
    );
}

/// Unknown extensions in every place: the messages are taken, and the proof covers what was sent.
#[test]
fn extensions_in_every_place() {
    let vector = vectors()
        .into_iter()
        .find(|vector| vector.id == NOT_DRIVEN[1])
        .unwrap();
    let messages: Vec<_> = vector.messages.iter().map(Message::octets).collect();
    check_derivation(&vector);
    // The client's first message is one that a server of ours takes, and that a client of ours can send.
    let (server, client, _) = mechanism(&vector.mechanism);
    assert!(
        first(
            server,
            &tls(&[]),
            &names(&[&vector.mechanism]),
            &messages[0],
            Found::Known(vector.identity())
        )
        .is_ok()
    );
    let client = client.dangerous_fixed_nonce(&vector.client_nonce);
    let client = client
        .extension("x", "1")
        .unwrap()
        .extension("y", "2=3")
        .unwrap();
    let response = start(
        client,
        &tls(&[]),
        &Offer::parse(&vector.mechanism),
        credentials("user", "pencil"),
    )
    .unwrap();
    assert_eq!(response.data(), Some(&*messages[0]));
    // The server's extension is ignored; what is sent then is what the vector has, without its client's extension.
    let parsed = ServerFirst::parse(&messages[1]).unwrap();
    assert_eq!(
        (parsed.iterations, &*parsed.salt),
        (vector.iterations, &*decode(&vector.salt_b64))
    );
    let response = respond(response.challenge(&messages[1])).unwrap();
    let without_proof = format!("c=biws,r={},p=", parsed.nonce);
    assert!(
        response
            .data()
            .unwrap()
            .starts_with(without_proof.as_bytes())
    );
}

/// Valid proofs throughout, so that only the check that is meant can refuse.
#[test]
fn every_negative_vector_is_refused() {
    let text = include_str!("../../data/scram-negative.txt");
    let mut seen = Vec::new();
    for block in text.split("\n[").skip(1) {
        let (id, rest) = block.split_once(']').unwrap();
        let quoted = |label: &str| {
            rest.split_once(&format!("{label}: '"))
                .and_then(|(_, rest)| rest.split_once('\''))
                .unwrap()
                .0
        };
        let (client_first, client_final) = (quoted("client-first"), quoted("client-final"));
        let server_final = rest
            .split_once("if it were accepted: ")
            .unwrap()
            .1
            .split_once(')')
            .unwrap()
            .0;
        let run = |advertised: &[&str]| {
            let (server, _, _) = mechanism("SCRAM-SHA-256");
            let server = server.dangerous_fixed_nonce(RFC7677_SERVER_NONCE);
            let found = Found::Known(rfc7677_account());
            let challenge = first(
                server,
                &tls(&[("tls-exporter", b"value")]),
                &names(advertised),
                client_first.as_bytes(),
                found,
            )?;
            last(challenge, client_final.as_bytes())
        };
        let plain = run(&["SCRAM-SHA-256"]);
        let accepted = [
            "OK-rfc7677",
            "Y-with-cb-capable-server",
            "OPT-EXT-final",
            "USER-esc-ok",
        ]
        .contains(&id);
        match plain {
            Ok(Turn::Done(login)) => {
                assert!(accepted, "{id}");
                assert_eq!(
                    login.additional_data(),
                    Some(server_final.as_bytes()),
                    "{id}"
                );
            }
            Ok(other) => panic!("{id}: {other:?}"),
            Err(_) => assert!(!accepted, "{id}"),
        }
        if id == "Y-with-cb-capable-server" {
            let refused = run(&["SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"]).unwrap_err();
            assert_eq!(
                refused.error(),
                Error::Violation(sasl::Violation::Downgrade)
            );
            assert_eq!(
                refused.parting(),
                Some(&b"e=server-does-support-channel-binding"[..])
            );
        }
        seen.push(id);
    }
    assert_eq!(seen.len(), 9, "{seen:?}");
}

/// [USER-esc-ok]: the store is asked for the name without its escapes.
#[test]
fn the_store_sees_the_name_without_escapes() {
    let (server, _, _) = mechanism("SCRAM-SHA-256");
    let registry = sasl::Server::builder(sasl::OsRandom)
        .mechanism(server)
        .build();
    let channel = tls(&[]);
    let begin = sasl::server::Begin::new("SCRAM-SHA-256", &channel)
        .with_initial_response(Some(b"n,,n=us=2Cer=3D,r=rOprNGfwEbeRWgbNEkqO"));
    let Ok(Turn::Ask(Question::Lookup(question))) = registry.start(begin) else {
        panic!()
    };
    assert_eq!(question.authcid(), "us,er=");
}
