//! ANONYMOUS's client: what it sends is what the server reads, and it never answers a challenge.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl::anonymous::Message;
use sasl::client::Turn;
use sasl::{Anonymous, Channel, Client, CredentialKind, Credentials, Offer};

fuzz_target!(|input: (&[u8], &str)| {
    let (challenge, trace) = input;
    let client = Client::builder(sasl::WithoutRandom)
        .mechanism(Anonymous::client())
        .build();
    let (offer, channel) = (Offer::parse("ANONYMOUS"), Channel::default());
    let start = || {
        let chosen = client
            .choose(&offer, &channel, &[CredentialKind::Anonymous])
            .unwrap();
        chosen.start(Credentials::anonymous(trace))
    };
    let response = match start() {
        Ok(Turn::Respond(response)) => response,
        Ok(other) => panic!("{other:?}"),
        Err(_) => {
            assert!(Message::parse(trace.as_bytes()).is_err());
            return;
        }
    };
    let data = response.data().unwrap();
    assert_eq!(data, trace.as_bytes());
    assert!(Message::parse(data).is_ok());
    assert!(response.challenge(challenge).is_err());
    let Ok(Turn::Respond(response)) = start() else {
        panic!("the second start differs from the first")
    };
    assert!(response.success(Some(challenge)).is_err());
});
