//! HT's client: what it sends parses, and no server that does not have the token is believed.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl::client::{Response, Turn};
use sasl::ht::message::InitiatorMessage;
use sasl::ht::{self, Draft, HashAlgorithm};
use sasl::{Authcid, Channel, Client, CredentialKind, HtSha256None, Offer, Protection, Token};

/// Octets that no input can know are the token.
const TOKEN: &str = "\u{1f511} no input contains this, or so one hopes";

fn start(draft: Draft, authcid: &Authcid) -> Response {
    let client = Client::builder(sasl::WithoutRandom)
        .mechanism(HtSha256None::client(draft))
        .build();
    let offer = Offer::parse("HT-SHA-256-NONE");
    let channel = Channel::new(Protection::Tls);
    let credentials = ht::credentials(authcid.clone(), Token::new(TOKEN));
    let chosen = client
        .choose(&offer, &channel, &[CredentialKind::Other])
        .unwrap();
    match chosen.start(credentials) {
        Ok(Turn::Respond(response)) => response,
        other => panic!("{other:?}"),
    }
}

fuzz_target!(|input: (&str, &[u8])| {
    let (authcid, reply) = input;
    let Ok(authcid) = Authcid::parse(authcid) else {
        return;
    };
    for draft in [Draft::Schmaus08, Draft::Ietf01] {
        let response = start(draft, &authcid);
        let octets = response.data().unwrap();
        let message = InitiatorMessage::parse(draft, HashAlgorithm::Sha256, octets).unwrap();
        assert_eq!(message.authcid, authcid.as_str());
        assert!(message.pairs.is_empty());
        assert!(response.success(None).is_err());
        assert!(start(draft, &authcid).challenge(reply).is_err());
        assert!(start(draft, &authcid).success(Some(reply)).is_err());
    }
});
