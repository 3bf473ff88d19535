//! Kafka: what the requests look like, and the rules of the exchange.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "the helpers of a test are meant to panic too"
)]

use proptest::prelude::*;
use sasl_core::client::{self, Turn};
use sasl_core::{
    Authcid, Channel, ChannelBinding, Credentials, Error, Malformed, MechanismName, NoRandomness,
    Offer, Password, Protection, Random, Refused, Unusable, Violation, mechanism_name, server,
};
use sasl_plain::Plain;
use sasl_profile::kafka::{
    self, AuthenticateRequest, AuthenticateResponse, ErrorCode, HandshakeRequest,
    HandshakeResponse, Next, raw,
};
use sasl_scram::{ScramClient, ScramSha256};

const PLAIN: MechanismName = mechanism_name!("PLAIN");
const SCRAM: MechanismName = mechanism_name!("SCRAM-SHA-256");

#[test]
fn what_is_no_handshake_is_refused() {
    for (body, error) in [
        (&b""[..], Malformed::Message),
        (b"\0", Malformed::Message),
        (b"\xff\xff", Malformed::Message),
        (b"\xff\xfe", Malformed::Message),
        (b"\0\x06PLAIN", Malformed::Message),
        (b"\0\x04PLAIN", Malformed::Message),
        (b"\x7f\xffPLAIN", Malformed::Message),
        (b"\0\0", Malformed::MechanismName),
        (b"\0\x05plain", Malformed::MechanismName),
        (b"\0\x01\xff", Malformed::MechanismName),
        (&[0; 100_000], Malformed::TooLong),
    ] {
        assert_eq!(HandshakeRequest::parse(body), Err(error), "{body:x?}");
    }
    for body in [
        &b""[..],
        b"\0\0",
        b"\0\0\0\0\0",
        b"\0\0\0\0\0\x01",
        b"\0\0\x7f\xff\xff\xff",
        b"\0\0\0\0\0\x01\xff\xff",
        b"\0\0\0\0\0\x01\0\x05PLAIN\0",
    ] {
        assert_eq!(
            HandshakeResponse::parse(body),
            Err(Malformed::Message),
            "{body:x?}"
        );
    }
}

#[test]
fn what_is_no_exchange_is_refused() {
    for body in [
        &b""[..],
        b"\0\0\0",
        b"\0\0\0\x01",
        b"\0\0\0\x01ab",
        b"\xff\xff\xff\xff",
        b"\x7f\xff\xff\xff",
    ] {
        assert!(AuthenticateRequest::parse(body).is_err(), "{body:x?}");
        assert!(raw::parse(body).is_err(), "{body:x?}");
    }
    assert_eq!(raw::message_len(b"\0\0\x40\x01"), Err(Malformed::TooLong));
    for (body, version) in [
        (&b"\0\0\xff\xff\0\0\0\0"[..], 1),
        (b"\0\0\xff\xff\0\0\0\0\0\0\0\0\0\0\0\0", 0),
        (b"\0\0\xff\xff\0\0\0\0", 2),
        (b"\0\0\xff\xff\0\0\0\0", -1),
        (b"\0\0\xff\xfe\0\0\0\0", 0),
        (b"\0\0\xff\xff\xff\xff\xff\xff", 0),
        (b"\0\0\0\x05no\0\0\0\0", 0),
    ] {
        assert!(
            AuthenticateResponse::parse(body, version).is_err(),
            "{body:x?}"
        );
    }
}

proptest! {
    #[test]
    fn bodies_are_read_as_they_were_written(names in proptest::collection::vec("[A-Z0-9_-]{1,20}", 0..10), data in proptest::collection::vec(any::<u8>(), 0..500), lifetime in proptest::option::of(any::<i64>()), octets in proptest::collection::vec(any::<u8>(), 0..60)) {
        let names: Vec<_> = names.iter().map(|name| MechanismName::parse(name).unwrap()).collect();
        for name in &names {
            let request = HandshakeRequest::new(*name);
            prop_assert_eq!(HandshakeRequest::parse(&request.encode()).unwrap(), request.clone());
            let response = HandshakeResponse::to(&request, &names);
            prop_assert_eq!(HandshakeResponse::parse(&response.encode()).unwrap(), response);
        }
        let request = AuthenticateRequest::new(data.as_slice());
        prop_assert!(AuthenticateRequest::parse(&request.encode()).unwrap().auth_bytes.matches(&data));
        prop_assert!(raw::parse(&raw::encode(&data)).unwrap().matches(&data));
        let mut response = AuthenticateResponse::failure(Refused::Credentials.into());
        response.auth_bytes = data.as_slice().into();
        let version = i16::from(lifetime.is_some());
        response.session_lifetime_ms = lifetime;
        let read = AuthenticateResponse::parse(&response.encode(), version).unwrap();
        prop_assert_eq!((read.error, read.message, read.session_lifetime_ms), (response.error, response.message, lifetime));
        prop_assert!(read.auth_bytes.matches(&data));

        let _ = HandshakeRequest::parse(&octets);
        let _ = HandshakeResponse::parse(&octets);
        let _ = AuthenticateRequest::parse(&octets);
        let _ = AuthenticateResponse::parse(&octets, version);
        let _ = raw::parse(&octets);
    }
}

#[test]
fn errors_have_the_codes_of_kafka() {
    for (error, code) in [
        (Error::from(Refused::Credentials), 58),
        (Refused::Disabled.into(), 58),
        (sasl_core::Unavailable::Store.into(), 58),
        (Malformed::Message.into(), 58),
        (Unusable::Mechanism.into(), 33),
        (Violation::Order.into(), 34),
    ] {
        assert_eq!(ErrorCode::of(error).get(), code, "{error:?}");
    }
}

struct Zeros;

impl Random for Zeros {
    fn fill(&self, destination: &mut [u8]) -> Result<(), NoRandomness> {
        destination.fill(0);
        Ok(())
    }
}

fn begin(mechanism: &dyn client::Mechanism, channel: &Channel) -> client::Response {
    let credentials =
        Credentials::password(Authcid::parse("user").unwrap(), Password::new("pencil"));
    let setup = client::Setup::default().with_random(Zeros);
    let offer: Offer = [PLAIN, SCRAM].into_iter().collect();
    match client::start(mechanism, &setup, credentials, channel, &offer).unwrap() {
        Turn::Respond(response) => response,
        other @ Turn::Compute(_) => panic!("{other:?}"),
    }
}

fn tls() -> Channel {
    let binding = ChannelBinding::new("tls-exporter", &[1; 32]).unwrap();
    Channel::new(Protection::Tls).with_binding(binding)
}

fn scram() -> ScramClient {
    // RFC 7677 §3.
    ScramSha256::client()
        .iterations(kafka::ITERATIONS)
        .dangerous_fixed_nonce("rOprNGfwEbeRWgbNEkqO")
}

fn ok(data: &[u8]) -> AuthenticateResponse {
    let len = u32::try_from(data.len()).unwrap().to_be_bytes();
    let body = [b"\0\0\xff\xff", len.as_slice(), data].concat();
    AuthenticateResponse::parse(&body, 0).unwrap()
}

/// A client after its first message, which is given too.
fn first(mechanism: &ScramClient) -> (String, client::Response) {
    let response = begin(mechanism, &kafka::channel(&tls()));
    let request = AuthenticateRequest::of(&response);
    (
        String::from_utf8(request.auth_bytes.expose().to_vec()).unwrap(),
        response,
    )
}

const SERVER_FIRST: &[u8] =
    b"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";

/// A client after its proof.
fn proved() -> client::Response {
    let (_, response) = first(&scram());
    let Next::Compute(job) = kafka::received(response, &ok(SERVER_FIRST)).unwrap() else {
        panic!()
    };
    match kafka::computed(job.run()).unwrap() {
        Next::Send(response) => {
            let proof = b",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
            assert!(response.data().unwrap().ends_with(proof));
            response
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn profile_table_kafka_scram_ends_with_the_servers_proof() {
    let last = ok(b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
    match kafka::received(proved(), &last).unwrap() {
        Next::Done(login) => assert!(login.server_proved()),
        other => panic!("{other:?}"),
    }
}

/// Failures 18 and 67.
#[test]
fn profile_table_kafka_an_end_without_the_proof_is_no_login() {
    let missing = Error::from(Violation::ServerNotAuthenticated);
    assert_eq!(
        kafka::received(proved(), &ok(b"")).unwrap_err().error(),
        missing
    );
    let (_, response) = first(&scram());
    assert_eq!(
        kafka::received(response, &ok(b"")).unwrap_err().error(),
        missing
    );
    let wrong = ok(b"v=AAAATRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
    let wrong = kafka::received(proved(), &wrong).unwrap_err();
    assert_eq!(wrong.error(), Violation::ServerProof.into());
    let more = begin(&Plain::client(), &tls());
    assert!(kafka::received(more, &ok(b"more")).is_err());
}

#[test]
fn profile_table_kafka_the_flag_is_n() {
    let (said, _) = first(&scram());
    assert_eq!(said, "n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
    // With its bindings the same client would say that it could bind.
    let response = begin(&scram(), &tls());
    assert!(response.data().unwrap().starts_with(b"y,,"));
}

#[test]
fn profile_table_kafka_tokenauth_is_an_extension() {
    let (said, _) = first(&scram().extension("tokenauth", "true").unwrap());
    assert_eq!(said, "n,,n=user,r=rOprNGfwEbeRWgbNEkqO,tokenauth=true");
}

#[test]
fn profile_table_kafka_iterations_are_bounded() {
    for (iterations, is_taken) in [(4095, false), (4096, true), (16_384, true), (16_385, false)] {
        let (_, response) = first(&scram());
        let message =
            format!("r=rOprNGfwEbeRWgbNEkqOabc,s=W22ZaJ0SNY7soEsUEjb6gQ==,i={iterations}");
        match kafka::received(response, &ok(message.as_bytes())) {
            Ok(Next::Compute(_)) => assert!(is_taken),
            Err(failure) => {
                assert!(!is_taken);
                assert_eq!(failure.error(), Unusable::Iterations.into());
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn profile_table_kafka_handshake_and_failures() {
    let asked = HandshakeRequest::new(PLAIN);
    assert!(
        HandshakeResponse::to(&asked, &[SCRAM, PLAIN])
            .offer()
            .unwrap()
            .contains(PLAIN)
    );
    let refused = HandshakeResponse::to(&asked, &[SCRAM]);
    assert_eq!(refused.offer().unwrap_err(), Unusable::Mechanism.into());
    assert_eq!(refused.mechanisms, [SCRAM]);

    let failure = AuthenticateResponse::failure(Refused::Disabled.into());
    assert_eq!(failure.error.get(), 58);
    let failure = kafka::received(begin(&Plain::client(), &tls()), &failure).unwrap_err();
    assert_eq!(failure.error(), Refused::ByServer.into());
    assert_eq!(failure.said(), Some("Authentication failed"));
}

#[test]
fn profile_table_kafka_a_server_answers_with_auth_bytes() {
    let channel = tls();
    let request = AuthenticateRequest::parse(b"\0\0\0\x0c\0user\0pencil").unwrap();
    let begin = server::Begin::new("PLAIN", &channel)
        .with_initial_response(Some(request.auth_bytes.expose()));
    let turn = server::start(&Plain::server(), &server::Setup::default(), begin).unwrap();
    let server::Turn::Ask(server::Question::Password(question)) = turn else {
        panic!("{turn:?}")
    };
    let server::Turn::Done(login) = question.accepted_elsewhere().unwrap() else {
        panic!()
    };
    let answer = AuthenticateResponse::success(&login).with_session_lifetime(1000);
    assert_eq!(
        &*answer.encode(),
        b"\0\0\xff\xff\0\0\0\0\0\0\0\0\0\0\x03\xe8"
    );
    let begin = server::Begin::new("PLAIN", &channel);
    match server::start(&Plain::server(), &server::Setup::default(), begin).unwrap() {
        server::Turn::Challenge(challenge) => {
            let answer = AuthenticateResponse::challenge(&challenge);
            assert_eq!(&*answer.encode(), b"\0\0\xff\xff\0\0\0\0");
        }
        other => panic!("{other:?}"),
    }
}
