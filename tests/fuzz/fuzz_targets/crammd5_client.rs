//! CRAM-MD5's client: what it answers to a challenge is what the server takes for that password, and for no other.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl::client::Turn as ClientTurn;
use sasl::cram_md5::{Challenge, Response};
use sasl::server::{Begin, Question, Turn};
use sasl::{
    Authcid, Channel, Client, CramMd5, CredentialKind, Credentials, Identity, Offer, Password,
    Protection, Server, Verifier,
};

/// Whether a server that has this password lets the response in.
fn takes(challenge: &str, response: &[u8], password: &[u8]) -> bool {
    let server = Server::builder(sasl::WithoutRandom)
        .mechanism(CramMd5::server().dangerous_fixed_challenge(challenge))
        .build();
    let channel = Channel::new(Protection::None);
    let Ok(Turn::Challenge(sent)) = server.start(Begin::new("CRAM-MD5", &channel)) else {
        panic!("the server speaks first");
    };
    let Ok(Turn::Ask(Question::Lookup(question))) = sent.respond(response) else {
        panic!("what our client sends is well formed");
    };
    let account = Identity::new(question.authcid().clone())
        .with_verifier(Verifier::ClearText(Password::new(password)));
    question.supply(Some(account)).is_ok()
}

fuzz_target!(|input: (&str, &[u8], &str)| {
    let (authcid, password, challenge) = input;
    let client = Client::builder(sasl::WithoutRandom)
        .mechanism(CramMd5::client())
        .build();
    let (offer, channel) = (Offer::parse("CRAM-MD5"), Channel::new(Protection::None));
    let Ok(name) = Authcid::parse(authcid) else {
        return;
    };
    let chosen = client
        .choose(&offer, &channel, &[CredentialKind::Password])
        .unwrap();
    let turn = chosen.start(Credentials::password(name, Password::new(password)));
    let Ok(ClientTurn::Respond(response)) = turn else {
        assert!(password.is_empty());
        return;
    };
    let signable = Challenge::parse(challenge.as_bytes()).is_ok();
    let Ok(ClientTurn::Respond(response)) = response.challenge(challenge.as_bytes()) else {
        assert!(!signable);
        return;
    };
    assert!(signable);
    let octets = response.data().unwrap();
    assert_eq!(Response::parse(octets).unwrap().username, authcid);
    assert!(takes(challenge, octets, password));
    assert!(!takes(challenge, octets, &[password, b"x"].concat()));
});
