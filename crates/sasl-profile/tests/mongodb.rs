//! MongoDB: the conversation, its end, and what becomes of names and passwords.
#![expect(
    clippy::arithmetic_side_effects,
    clippy::panic,
    clippy::unwrap_used,
    reason = "the helpers of a test are meant to panic too"
)]

use sasl_core::client::{self, Turn};
use sasl_core::{
    Authcid, Channel, ChannelBinding, Credentials, DecoyKey, Error, Found, Identity, Malformed,
    NoRandomness, Offer, Password, Preparation, Protection, Random, Unusable, Verifier, Violation,
    server,
};
use sasl_profile::mongodb::{self, Next, Reply, Start};
use sasl_scram::{ScramClient, ScramSha1, ScramSha256, mongodb_password};

struct Fixed(u8);

impl Random for Fixed {
    fn fill(&self, destination: &mut [u8]) -> Result<(), NoRandomness> {
        destination.fill(self.0);
        Ok(())
    }
}

fn tls() -> Channel {
    let binding = ChannelBinding::new("tls-exporter", &[1; 32]).unwrap();
    Channel::new(Protection::Tls).with_binding(binding)
}

fn begin(mechanism: &ScramClient, name: &str, password: Password) -> client::Response {
    let credentials = Credentials::password(Authcid::parse(name).unwrap(), password);
    let setup = client::Setup::default().with_random(Fixed(1));
    let offer = Offer::parse("SCRAM-SHA-1 SCRAM-SHA-256 SCRAM-SHA-1-PLUS SCRAM-SHA-256-PLUS");
    let channel = mongodb::channel(&tls());
    match client::start(mechanism, &setup, credentials, &channel, &offer).unwrap() {
        Turn::Respond(response) => response,
        other @ Turn::Compute(_) => panic!("{other:?}"),
    }
}

fn computed(next: Next) -> client::Response {
    let Next::Compute(job) = next else {
        panic!("{next:?}")
    };
    match mongodb::computed(job.run()).unwrap() {
        Next::Continue(response) => response,
        other => panic!("{other:?}"),
    }
}

/// The example of MongoDB's specification of driver authentication, as far as the client's proof.
fn proved() -> client::Response {
    let mechanism = ScramSha1::client()
        .preparation(Preparation::None)
        .dangerous_fixed_nonce("fyko+d2lbbFgONRv9qkxdawL");
    let password = mongodb_password("user", &Password::new("pencil"));
    assert!(password.matches(b"1c33006ec1ffd90f9cadcbcc0e118200"));
    let response = begin(&mechanism, "user", password);
    let start = Start::of(&response);
    assert_eq!(start.mechanism, "SCRAM-SHA-1");
    assert!(
        start
            .payload
            .matches(b"n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL")
    );
    let first = b"r=fyko+d2lbbFgONRv9qkxdawLHo+Vgk7qvUOKUwuWLIWg4l/9SraGMHEE,s=rQ9ZY3MntBeuP3E1TDVC4w==,i=10000";
    let next = mongodb::received(response, &Reply::new(1, false, first)).unwrap();
    let response = computed(next);
    assert!(
        response
            .data()
            .unwrap()
            .ends_with(b",p=MC2T8BvbmWRckDw8oWl5IVghwCY=")
    );
    response
}

const LAST: &[u8] = b"v=UMWeI25JD1yNYZRMpZ4VHvhZ9e0=";

#[test]
fn trap_80_profile_table_mongodb_the_example_of_its_specification() {
    match mongodb::received(proved(), &Reply::new(1, true, LAST)).unwrap() {
        Next::Done(login) => assert!(login.server_proved()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn profile_table_mongodb_an_empty_exchange_where_it_is_not_skipped() {
    let next = mongodb::received(proved(), &Reply::new(1, false, LAST)).unwrap();
    let Next::Continue(response) = next else {
        panic!("{next:?}")
    };
    assert_eq!(response.data(), Some(&b""[..]));
    match mongodb::received(response, &Reply::new(1, true, b"")).unwrap() {
        Next::Done(login) => assert!(login.server_proved()),
        other => panic!("{other:?}"),
    }
}

/// Failures 18 and 67.
#[test]
fn profile_table_mongodb_done_without_the_proof_is_no_login() {
    let failed = |reply: Reply| mongodb::received(proved(), &reply).unwrap_err().error();
    assert_eq!(
        failed(Reply::new(1, true, b"")),
        Violation::ServerNotAuthenticated.into()
    );
    let wrong = b"v=AAAAI25JD1yNYZRMpZ4VHvhZ9e0=";
    assert_eq!(
        failed(Reply::new(1, true, wrong)),
        Violation::ServerProof.into()
    );
    assert_eq!(
        failed(Reply::new(1, false, wrong)),
        Violation::ServerProof.into()
    );
    let first = begin(&ScramSha1::client(), "user", Password::new("pencil"));
    let early = mongodb::received(first, &Reply::new(1, true, b"")).unwrap_err();
    assert_eq!(early.error(), Violation::ServerNotAuthenticated.into());
}

#[test]
fn profile_table_mongodb_fewer_iterations_are_refused() {
    let mechanism = ScramSha256::client().dangerous_fixed_nonce("abc");
    for (iterations, is_taken) in [
        (mongodb::MIN_ITERATIONS - 1, false),
        (mongodb::MIN_ITERATIONS, true),
    ] {
        let response = begin(&mechanism, "user", Password::new("pencil"));
        let first = format!("r=abcdef,s=rQ9ZY3MntBeuP3E1TDVC4w==,i={iterations}");
        match mongodb::received(response, &Reply::new(1, false, first.as_bytes())) {
            Ok(_) => assert!(is_taken),
            Err(failure) => {
                assert!(!is_taken);
                assert_eq!(failure.error(), Unusable::Iterations.into());
            }
        }
    }
}

/// The users of MongoDB's own tests: `IX` and `\u{2168}`, which SASLprep would make the same, with `IX` and `\u{2163}`.
#[test]
fn trap_80_names_are_never_prepared_and_passwords_are_for_sha_256() {
    for (name, password, is_right) in [
        ("\u{2168}", "IV", true),
        ("\u{2168}", "\u{2163}", true),
        ("\u{2168}", "I\u{ad}V", true),
        ("\u{2168}", "IX", false),
        ("IX", "IV", false),
    ] {
        let prepared = sasl_prep::saslprep_stored(password).unwrap().into_secret();
        let mechanism = ScramSha256::client().preparation(Preparation::None);
        let response = begin(&mechanism, name, Password::new(prepared));
        assert!(
            response
                .data()
                .unwrap()
                .starts_with(format!("n,,n={name},").as_bytes())
        );
        for skip in [true, false] {
            let response = begin(
                &mechanism,
                name,
                Password::new(sasl_prep::saslprep_stored(password).unwrap().into_secret()),
            );
            assert_eq!(converse(response, skip), is_right, "{name} {password}");
        }
    }
}

/// Whether a server that knows `\u{2168}` with the password `IV` lets the client in.
fn converse(response: client::Response, skip: bool) -> bool {
    let channel = mongodb::channel(&tls());
    let start = Start::of(&response);
    let start = Start::parse(start.mechanism.as_str(), start.payload.expose(), skip).unwrap();
    let mechanism = ScramSha256::server(&DecoyKey::new(&[7; 32]).unwrap())
        .from_clear_text()
        .preparation(Preparation::None);
    let setup = server::Setup::default().with_random(Fixed(2));
    let mut turn = server::start(&mechanism, &setup, start.begin(&channel));
    let mut next = Next::Continue(response);
    let mut challenges = 0;
    loop {
        turn = match turn {
            Ok(server::Turn::Challenge(challenge)) => {
                challenges += 1;
                let reply = Reply::challenge(1, &challenge);
                let Next::Continue(response) = next else {
                    panic!("{next:?}")
                };
                next = match mongodb::received(response, &reply).unwrap() {
                    Next::Compute(job) => mongodb::computed(job.run()).unwrap(),
                    next => next,
                };
                let Next::Continue(response) = &next else {
                    panic!("{next:?}")
                };
                challenge.respond(response.data().unwrap())
            }
            Ok(server::Turn::Ask(question)) => {
                let user = Identity::new(Authcid::parse("\u{2168}").unwrap())
                    .with_verifier(Verifier::ClearText(Password::new("IV")));
                let known = question.about().is_some_and(|name| *name == "\u{2168}");
                question.found(Found::from(known.then_some(user)))
            }
            Ok(server::Turn::Compute(job)) => job.run(),
            Ok(server::Turn::Done(login)) => {
                assert_eq!(challenges, if skip { 1 } else { 2 });
                let Next::Continue(response) = next else {
                    panic!("{next:?}")
                };
                let reply = Reply::success(1, &login);
                assert!(reply.done && reply.payload.is_empty() != skip);
                let done = mongodb::received(response, &reply).unwrap();
                assert!(matches!(done, Next::Done(login) if login.server_proved()));
                return true;
            }
            Err(failure) => {
                assert_eq!(failure.error(), sasl_core::Refused::Credentials.into());
                return false;
            }
        };
    }
}

#[test]
fn profile_table_mongodb_the_flag_is_n() {
    let response = begin(&ScramSha256::client(), "user", Password::new("pencil"));
    assert!(response.data().unwrap().starts_with(b"n,,n=user,r="));
}

#[test]
fn what_is_no_start_is_refused() {
    let error = |mechanism, payload: &[u8]| {
        Start::parse(mechanism, payload, true)
            .map(|_| ())
            .unwrap_err()
    };
    assert_eq!(error("scram-sha-1", b""), Malformed::MechanismName);
    assert_eq!(error("", b""), Malformed::MechanismName);
    assert_eq!(error("SCRAM-SHA-1", &[0; 20_000]), Malformed::TooLong);
    assert_eq!(
        Error::from(Malformed::TooLong),
        error("SCRAM-SHA-1", &[0; 20_000]).into()
    );
}
