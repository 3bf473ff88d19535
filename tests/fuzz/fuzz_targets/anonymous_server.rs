//! ANONYMOUS's server: what the application is asked about is a trace, and who is in is whom it said.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl::anonymous::Message;
use sasl::server::{Begin, Failure, Question, Turn};
use sasl::{Anonymous, Authcid, Channel, Server};

fn drive(mut turn: Result<Turn, Failure>, response: &[u8]) -> Result<(), Failure> {
    loop {
        turn = match turn? {
            Turn::Challenge(challenge) => {
                assert!(challenge.data().is_empty());
                challenge.respond(response)
            }
            Turn::Ask(Question::Anonymous(question)) => {
                assert_eq!(question.trace().as_bytes(), response);
                question.allow(Authcid::parse("anonymous").unwrap())
            }
            Turn::Done(login) => {
                assert_eq!(login.acts_as(), "anonymous");
                return Ok(());
            }
            other => panic!("{other:?}"),
        };
    }
}

fuzz_target!(|octets: &[u8]| {
    let server = Server::builder(sasl::WithoutRandom)
        .mechanism(Anonymous::server())
        .build();
    let channel = Channel::default();
    let begin = Begin::new("ANONYMOUS", &channel);
    let initial = drive(
        server.start(begin.with_initial_response(Some(octets))),
        octets,
    );
    assert_eq!(initial, drive(server.start(begin), octets));
    assert_eq!(initial.is_ok(), Message::parse(octets).is_ok());
});
