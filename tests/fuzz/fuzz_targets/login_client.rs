//! LOGIN's client: whatever the prompts say, it sends what the server reads, and never answers a third one.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl::client::Turn;
use sasl::login::{Passwd, Username};
use sasl::{
    Authcid, Channel, Client, CredentialKind, Credentials, Login, Offer, Password, Protection,
};

fuzz_target!(|input: (&str, &[u8], [&[u8]; 3])| {
    let (authcid, password, [first, second, third]) = input;
    let client = Client::builder(sasl::WithoutRandom)
        .mechanism(Login::client())
        .build();
    let (offer, channel) = (Offer::parse("LOGIN"), Channel::new(Protection::Tls));
    let Ok(name) = Authcid::parse(authcid) else {
        return;
    };
    let chosen = client
        .choose(&offer, &channel, &[CredentialKind::Password])
        .unwrap();
    let sendable = Username::new(authcid).is_ok() && Passwd::new(password).is_ok();
    let turn = chosen.start(Credentials::password(name, Password::new(password)));
    let Ok(Turn::Respond(response)) = turn else {
        assert!(!sendable);
        return;
    };
    assert!(sendable && response.data().is_none());
    let Ok(Turn::Respond(response)) = response.challenge(first) else {
        panic!("prompts say nothing");
    };
    let sent = Username::parse(response.data().unwrap()).unwrap();
    assert_eq!(sent.as_str(), authcid);
    let Ok(Turn::Respond(response)) = response.challenge(second) else {
        panic!("prompts say nothing");
    };
    let sent = Passwd::parse(response.data().unwrap()).unwrap();
    assert_eq!(sent.expose(), password);
    assert!(response.challenge(third).is_err());
});
