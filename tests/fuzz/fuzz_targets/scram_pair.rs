//! SCRAM's client against its server with messages changed on the way: whoever believes in a success was told the truth.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use sasl::client::{self, Response};
use sasl::scram::derive_keys;
use sasl::server::{self, Begin, Question, Turn};
use sasl::{
    Authcid, Channel, ChannelBinding, Client, CredentialKind, Credentials, DecoyKey, Identity,
    Offer, Password, Preparation, Protection, ScramHash, ScramSha256, Server, Verifier,
};
use sasl_core::testing::ScriptedRandom;

/// A change of one message on the way: what to do, where, and with which octet.
type Change = (u8, u16, u8);

fn change((how, at, octet): Change, message: &[u8]) -> Vec<u8> {
    let (mut message, at) = (message.to_vec(), usize::from(at));
    let len = message.len();
    match how % 5 {
        1 if at < len => message[at] = octet,
        2 => message.truncate(at),
        3 if at <= len => message.insert(at, octet),
        4 if at < len => _ = message.remove(at),
        _ => {}
    }
    message
}

static ACCOUNT: LazyLock<Identity> = LazyLock::new(|| {
    let keys = derive_keys(
        ScramHash::Sha256,
        &Password::new("pencil"),
        b"salt",
        4,
        Preparation::Saslprep,
    )
    .unwrap();
    Identity::new(Authcid::parse("user").unwrap()).with_verifier(Verifier::Scram(keys))
});

fn computed(turn: Result<client::Turn, client::Failure>) -> Option<Response> {
    match turn.ok()? {
        client::Turn::Respond(response) => Some(response),
        client::Turn::Compute(job) => computed(job.run()),
    }
}

/// Answers what the server asks, until it has something for the client or is at an end.
fn asked(mut turn: Result<Turn, server::Failure>) -> Option<Turn> {
    loop {
        turn = match turn.ok()? {
            Turn::Ask(Question::Lookup(question)) => {
                let known = question.authcid().as_str() == "user";
                question.supply(known.then(|| ACCOUNT.clone()))
            }
            Turn::Ask(question) => question.refuse(),
            Turn::Compute(job) => job.run(),
            turn => return Some(turn),
        }
    }
}

fuzz_target!(|input: (bool, [Change; 4])| {
    let (plus, changes) = input;
    let decoy = DecoyKey::new(&[7; 16]).unwrap();
    let (name, server, client) = if plus {
        (
            "SCRAM-SHA-256-PLUS",
            ScramSha256::server_plus(&decoy),
            ScramSha256::client_plus(),
        )
    } else {
        (
            "SCRAM-SHA-256",
            ScramSha256::server(&decoy),
            ScramSha256::client(),
        )
    };
    let server = Server::builder(ScriptedRandom::new([1; 18]))
        .mechanism(server)
        .build();
    let client = Client::builder(ScriptedRandom::new([2; 18]))
        .mechanism(client.iterations(1..=16))
        .build();
    let channel = Channel::new(Protection::Tls)
        .with_binding(ChannelBinding::new("tls-exporter", b"value").unwrap());
    let offer = Offer::parse("SCRAM-SHA-256 SCRAM-SHA-256-PLUS");
    let credentials =
        Credentials::password(Authcid::parse("user").unwrap(), Password::new("pencil"));
    let chosen = client
        .choose(&offer, &channel, &[CredentialKind::Password])
        .unwrap();
    let response = computed(chosen.start(credentials)).unwrap();

    let first = change(changes[0], response.data().unwrap());
    let mut changed = first != response.data().unwrap();
    let begin = Begin::new(name, &channel).with_initial_response(Some(&first));
    let Some(Turn::Challenge(challenge)) = asked(server.start(begin)) else {
        return;
    };
    let message = change(changes[1], challenge.data());
    changed |= message != challenge.data();
    let Some(response) = computed(response.challenge(&message)) else {
        return;
    };
    let message = change(changes[2], response.data().unwrap());
    changed |= message != response.data().unwrap();
    // All that was said is covered by both proofs, so that a change is never a success.
    match asked(challenge.respond(&message)) {
        Some(Turn::Done(login)) => {
            assert!(!changed);
            let proof = change(changes[3], login.additional_data().unwrap());
            let same = proof == login.additional_data().unwrap();
            // An extension may follow the signature, which nothing covers.
            let extended = proof.starts_with(login.additional_data().unwrap());
            let believed = response.success(Some(&proof)).is_ok();
            assert!(if same {
                believed
            } else {
                !believed || extended
            });
        }
        Some(other) => panic!("{other:?}"),
        None => assert!(changed),
    }
});
