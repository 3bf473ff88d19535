//! OAUTHBEARER's and XOAUTH2's servers: whatever comes, there is a login only by the one good token, as its owner, and for
//! this host.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl::oauth::OauthError;
use sasl::oauth::message::{BearerResponse, Xoauth2Response};
use sasl::server::{Begin, Failure, Question, Turn};
use sasl::{Authcid, Authzid, Channel, OauthBearer, Protection, Server, Xoauth2};

fn drive(mut turn: Result<Turn, Failure>, response: &[u8]) -> Result<(), Failure> {
    let mut challenges = 0;
    loop {
        turn = match turn? {
            Turn::Challenge(challenge) => {
                challenges += 1;
                assert!(challenges <= 2);
                let said = std::str::from_utf8(challenge.data()).unwrap();
                assert!(said.is_empty() || OauthError::parse(said).is_ok());
                challenge.respond(response)
            }
            Turn::Compute(_) => panic!("there is nothing to compute"),
            Turn::Ask(Question::Token(question)) => {
                assert!(!question.token().is_empty());
                if question.token().matches(b"good") {
                    question.accept(Authcid::parse("user").unwrap())
                } else {
                    question.refuse()
                }
            }
            Turn::Ask(question) => question.refuse(),
            Turn::Done(login) => {
                assert_eq!(login.acts_as(), "user");
                return Ok(());
            }
        }
    }
}

fn is_good(token: &str, authzid: Option<&Authzid>) -> bool {
    token == "good" && authzid.is_none_or(|name| name.as_str() == "user")
}

fuzz_target!(|octets: &[u8]| {
    let server = Server::builder(sasl::WithoutRandom)
        .mechanism(OauthBearer::server().scope("mail"))
        .mechanism(Xoauth2::server().scope("mail"))
        .build();
    let channel = Channel::new(Protection::Tls).with_host("h").with_port(143);
    let bearer = BearerResponse::parse(octets).is_ok_and(|message| {
        is_good(message.token, message.authzid.as_ref())
            && message
                .host
                .is_none_or(|host| host.eq_ignore_ascii_case("h"))
            && message.port.is_none_or(|port| port == 143)
    });
    let xoauth2 = Xoauth2Response::parse(octets)
        .is_ok_and(|message| is_good(message.token, Some(&message.user)));
    for (mechanism, expected) in [("OAUTHBEARER", bearer), ("XOAUTH2", xoauth2)] {
        let begin = Begin::new(mechanism, &channel);
        let initial = server.start(begin.with_initial_response(Some(octets)));
        let initial = drive(initial, octets);
        let later = drive(server.start(begin), octets);
        assert_eq!(initial.is_ok(), expected);
        assert_eq!(initial, later);
    }
});
