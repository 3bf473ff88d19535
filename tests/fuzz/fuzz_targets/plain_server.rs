//! PLAIN's server: whatever comes, there is a login only for the one user with the one password, as itself.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl::plain::Message;
use sasl::server::{Begin, Failure, Question, Turn};
use sasl::{Authcid, Channel, Found, Identity, Password, Plain, Protection, Server, Verifier};
use sasl_prep::saslprep_query;

fn is(presented: &str, stored: &str) -> bool {
    saslprep_query(presented).is_ok_and(|prepared| prepared.as_str() == stored)
}

fn drive(mut turn: Result<Turn, Failure>, response: &[u8]) -> Result<(), Failure> {
    loop {
        turn = match turn? {
            Turn::Challenge(challenge) => challenge.respond(response),
            Turn::Compute(job) => job.run(),
            Turn::Ask(Question::Password(question)) => {
                let known = question.authcid().as_str() == "user";
                let user = Identity::new(Authcid::parse("user").unwrap())
                    .with_verifier(Verifier::ClearText(Password::new("pencil")));
                question.against(if known {
                    Found::Known(user)
                } else {
                    Found::Unknown
                })
            }
            Turn::Ask(question) => question.refuse(),
            Turn::Done(_) => return Ok(()),
        }
    }
}

fuzz_target!(|octets: &[u8]| {
    let server = Server::builder(sasl::WithoutRandom)
        .mechanism(Plain::server())
        .build();
    let channel = Channel::new(Protection::Tls);
    let begin = Begin::new("PLAIN", &channel);
    let expected = Message::parse(octets).is_ok_and(|message| {
        is(message.authcid, "user")
            && is(message.passwd, "pencil")
            && (message.authzid.is_empty() || is(message.authzid, "user"))
    });
    let initial = drive(server.start(begin.with_initial_response(Some(octets))), b"");
    let later = drive(server.start(begin), octets);
    assert_eq!(initial.is_ok(), expected);
    assert_eq!(later.is_ok(), expected);
    assert_eq!(initial.err(), later.err());
});
