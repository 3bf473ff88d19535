//! PLAIN's client: what it sends is what the server reads, and it never answers a challenge.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl::client::Turn;
use sasl::plain::Message;
use sasl::{
    Authcid, Authzid, Channel, Client, CredentialKind, Credentials, Offer, Password, Plain,
    Protection,
};

fuzz_target!(|input: (&str, &str, &[u8], &[u8])| {
    let (authcid, authzid, password, challenge) = input;
    let client = Client::builder(sasl::WithoutRandom)
        .mechanism(Plain::client())
        .build();
    let (offer, channel) = (Offer::parse("PLAIN"), Channel::new(Protection::Tls));
    let (Ok(name), Ok(acting_as)) = (Authcid::parse(authcid), Authzid::optional(authzid)) else {
        return;
    };
    let mut credentials = Credentials::password(name, Password::new(password));
    if let Some(acting_as) = acting_as {
        credentials = credentials.acting_as(acting_as);
    }
    let chosen = client
        .choose(&offer, &channel, &[CredentialKind::Password])
        .unwrap();
    let Ok(Turn::Respond(response)) = chosen.start(credentials) else {
        return;
    };
    let message = Message::parse(response.data().unwrap()).unwrap();
    assert_eq!(
        (message.authcid, message.authzid, message.passwd.as_bytes()),
        (authcid, authzid, password)
    );
    assert!(response.challenge(challenge).is_err());
});
