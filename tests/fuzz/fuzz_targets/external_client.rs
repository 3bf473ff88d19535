//! EXTERNAL's client: what it sends is what the server reads, and it never answers a challenge.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl::client::{Response, Turn};
use sasl::external::Message;
use sasl::{Authzid, Channel, Client, CredentialKind, Credentials, External, Offer, Protection};

fn start(authzid: Option<&Authzid>) -> Response {
    let client = Client::builder(sasl::WithoutRandom)
        .mechanism(External::client())
        .build();
    let (offer, channel) = (Offer::parse("EXTERNAL"), Channel::new(Protection::Tls));
    let chosen = client
        .choose(&offer, &channel, &[CredentialKind::External])
        .unwrap();
    let credentials = match authzid {
        Some(authzid) => Credentials::external().acting_as(authzid.clone()),
        None => Credentials::external(),
    };
    match chosen.start(credentials) {
        Ok(Turn::Respond(response)) => response,
        other => panic!("{other:?}"),
    }
}

fuzz_target!(|input: (&[u8], &str)| {
    let (reply, authzid) = input;
    let authzid = Authzid::parse(authzid).ok();
    let response = start(authzid.as_ref());
    let data = response.data().unwrap();
    assert_eq!(
        data,
        authzid.as_ref().map_or("", Authzid::as_str).as_bytes()
    );
    assert_eq!(Message::parse(data).unwrap().authzid, authzid);
    assert!(response.success(Some(reply)).is_err());
    assert!(start(authzid.as_ref()).challenge(reply).is_err());

    let login = start(authzid.as_ref()).success(None).unwrap();
    assert_eq!(login.authzid(), authzid.as_ref());
    assert!(!login.server_proved());
});
