//! EXTERNAL's server: whatever comes, who is in is the account of the channel's identity, and as nobody else.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl::external::Message;
use sasl::server::{Begin, Failure, Question, Turn};
use sasl::{Authcid, Authzid, Channel, External, Protection, Server};

fn drive(mut turn: Result<Turn, Failure>, response: &[u8]) -> Result<String, Failure> {
    loop {
        turn = match turn? {
            Turn::Challenge(challenge) => {
                assert!(challenge.data().is_empty());
                challenge.respond(response)
            }
            Turn::Ask(Question::External(question)) => {
                assert_eq!(question.identity().as_str(), "CN=fred");
                let asked = question.authzid().map_or("", Authzid::as_str);
                assert_eq!(asked.as_bytes(), response);
                question.accept(Authcid::parse("fred").unwrap())
            }
            Turn::Ask(question) => question.refuse(),
            Turn::Done(login) => return Ok(login.acts_as().to_owned()),
            Turn::Compute(_) => panic!("there is nothing to compute"),
        };
    }
}

fuzz_target!(|octets: &[u8]| {
    let server = Server::builder(sasl::WithoutRandom)
        .mechanism(External::server())
        .build();
    let bare = Channel::new(Protection::Tls);
    let begin = Begin::new("EXTERNAL", &bare).with_initial_response(Some(octets));
    assert!(server.start(begin).is_err());

    let channel = bare.with_external_identity("CN=fred");
    let begin = Begin::new("EXTERNAL", &channel);
    let initial = drive(
        server.start(begin.with_initial_response(Some(octets))),
        octets,
    );
    let later = drive(server.start(begin), octets);
    assert_eq!(initial, later);
    if let Ok(acts_as) = &initial {
        assert_eq!(acts_as, "fred");
    }
    assert_eq!(initial.is_ok(), octets.is_empty() || octets == b"fred");
    if let Ok(message) = Message::parse(octets) {
        assert!(octets.len() <= Message::MAX);
        assert!(message.encode().matches(octets));
    }
});
