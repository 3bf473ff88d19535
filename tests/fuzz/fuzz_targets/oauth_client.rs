//! OAUTHBEARER's and XOAUTH2's clients: what they send is what the server reads, they answer one error as they must, and
//! there is no success after it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl::client::{Response, Turn};
use sasl::oauth::message::{BearerResponse, Xoauth2Response};
use sasl::{
    Authzid, Channel, Client, CredentialKind, Credentials, OauthBearer, Offer, Protection, Token,
    Xoauth2,
};

type Input<'a> = (bool, &'a str, &'a str, u16, &'a [u8], &'a [u8]);

fuzz_target!(|input: Input<'_>| {
    let (xoauth2, authzid, host, port, challenge, token) = input;
    let client = Client::builder(sasl::WithoutRandom)
        .mechanism(OauthBearer::client())
        .mechanism(Xoauth2::client())
        .build();
    let offer = Offer::parse(if xoauth2 { "XOAUTH2" } else { "OAUTHBEARER" });
    let channel = Channel::new(Protection::Tls)
        .with_host(host)
        .with_port(port);
    let Ok(acting_as) = Authzid::optional(authzid) else {
        return;
    };
    let start = || -> Option<Response> {
        let mut credentials = Credentials::token(Token::new(token));
        if let Some(name) = &acting_as {
            credentials = credentials.acting_as(name.clone());
        }
        let chosen = client
            .choose(&offer, &channel, &[CredentialKind::Token])
            .unwrap();
        match chosen.start(credentials) {
            Ok(Turn::Respond(response)) => Some(response),
            Ok(other) => panic!("{other:?}"),
            Err(_) => None,
        }
    };
    let Some(response) = start() else {
        return;
    };
    let data = response.data().unwrap();
    if xoauth2 {
        let message = Xoauth2Response::parse(data).unwrap();
        assert_eq!(
            (message.user.as_str(), message.token.as_bytes()),
            (authzid, token)
        );
    } else {
        let message = BearerResponse::parse(data).unwrap();
        assert_eq!(message.authzid, acting_as);
        assert_eq!(
            (message.host, message.port, message.token.as_bytes()),
            (Some(host), Some(port), token)
        );
    }
    assert_eq!(response.success(None).is_ok(), !token.is_empty());

    let told = || match start().unwrap().challenge(challenge) {
        Ok(Turn::Respond(response)) => response,
        other => panic!("{other:?}"),
    };
    if challenge.len() > sasl::limits::MESSAGE {
        return;
    }
    assert_eq!(
        told().data(),
        Some(if xoauth2 { &b""[..] } else { b"\x01" })
    );
    assert!(told().success(None).is_err());
    assert!(told().challenge(challenge).is_err());
    let failure = told().failure();
    let said = failure.said().unwrap();
    assert!(said.len() <= sasl::limits::SERVER_TEXT);
    assert!(String::from_utf8_lossy(challenge).starts_with(said));
    assert!(start().unwrap().success(Some(challenge)).is_err());
});
