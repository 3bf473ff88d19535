//! SCRAM's server: no two messages that were not made with the password let anybody in.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use sasl::scram::derive_keys;
use sasl::server::{Begin, Failure, Question, Turn};
use sasl::{
    Authcid, Channel, ChannelBinding, DecoyKey, Identity, Password, Preparation, Protection,
    ScramHash, ScramSha256, Server, Verifier,
};
use sasl_core::testing::ScriptedRandom;

/// Octets that no input can know are the password's.
static ACCOUNT: LazyLock<Identity> = LazyLock::new(|| {
    let password = Password::new("\u{1f511} no input contains this");
    let keys = derive_keys(ScramHash::Sha256, &password, b"salt", 1, Preparation::None).unwrap();
    Identity::new(Authcid::parse("user").unwrap()).with_verifier(Verifier::Scram(keys))
});

fn run(name: &str, first: &[u8], last: &[u8]) -> Result<(), Failure> {
    let decoy = DecoyKey::new(&[7; 16]).unwrap();
    let server = Server::builder(ScriptedRandom::new([]))
        .mechanism(ScramSha256::server(&decoy).dangerous_fixed_nonce("server"))
        .mechanism(ScramSha256::server_plus(&decoy).dangerous_fixed_nonce("server"))
        .build();
    let channel = Channel::new(Protection::Tls)
        .with_binding(ChannelBinding::new("tls-exporter", b"value").unwrap());
    let mut turn = server.start(Begin::new(name, &channel).with_initial_response(Some(first)));
    loop {
        turn = match turn? {
            Turn::Challenge(challenge) => challenge.respond(last),
            Turn::Compute(job) => job.run(),
            Turn::Ask(Question::Lookup(question)) => {
                let known = question.authcid().as_str() == "user";
                question.supply(known.then(|| ACCOUNT.clone()))
            }
            Turn::Ask(question) => question.refuse(),
            Turn::Done(_) => return Ok(()),
        }
    }
}

fuzz_target!(|input: (bool, &[u8], &[u8])| {
    let (plus, first, last) = input;
    let name = if plus {
        "SCRAM-SHA-256-PLUS"
    } else {
        "SCRAM-SHA-256"
    };
    assert!(run(name, first, last).is_err());
    // Past the first message, to where the final one counts.
    let opening: &[u8] = if plus {
        b"p=tls-exporter,,n=user,r=client"
    } else {
        b"n,,n=user,r=client"
    };
    assert!(run(name, opening, last).is_err());
});
