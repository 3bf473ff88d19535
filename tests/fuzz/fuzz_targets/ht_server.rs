//! HT's server: no message that was not made with the token lets anybody in, by either draft.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl::ht::{Draft, HtServer};
use sasl::server::{Begin, Failure, Question, Turn};
use sasl::{
    Authcid, Channel, ChannelBinding, HtSha256None, HtSha512Expr, Identity, Protection, Server,
    Token, Verifier,
};

/// Octets that no input can know are the token.
const TOKEN: &str = "\u{1f511} no input contains this, or so one hopes";

fn drive(
    mut turn: Result<Turn, Failure>,
    response: &[u8],
    verifier: &Verifier,
) -> Result<(), Failure> {
    loop {
        turn = match turn? {
            Turn::Challenge(challenge) => {
                assert!(challenge.data().is_empty());
                challenge.respond(response)
            }
            Turn::Ask(Question::Lookup(question)) => {
                let known = question.authcid().as_str() == "user";
                let user = Identity::new(Authcid::parse("user").unwrap());
                question.supply(known.then(|| user.with_verifier(verifier.clone())))
            }
            Turn::Done(_) => return Ok(()),
            other => panic!("{other:?}"),
        };
    }
}

fn refuses(name: &str, server: HtServer, verifier: &Verifier, octets: &[u8]) {
    let server = Server::builder(sasl::WithoutRandom)
        .mechanism(server)
        .build();
    let channel = Channel::new(Protection::Tls)
        .with_binding(ChannelBinding::new("tls-exporter", b"value").unwrap());
    let begin = Begin::new(name, &channel);
    let initial = server.start(begin.with_initial_response(Some(octets)));
    let initial = drive(initial, octets, verifier);
    let later = drive(server.start(begin), octets, verifier);
    assert!(initial.is_err());
    assert_eq!(initial, later);
}

fuzz_target!(|octets: &[u8]| {
    let token = Token::new(TOKEN);
    // As the whole message, and as what follows a name.
    let named = [b"user\0", octets].concat();
    for octets in [octets, &named] {
        for draft in [Draft::Schmaus08, Draft::Ietf01] {
            let verifier = HtSha256None::verifier(&token).unwrap();
            let server = HtSha256None::server(draft);
            refuses("HT-SHA-256-NONE", server, &verifier, octets);
            let verifier = HtSha512Expr::verifier(&token).unwrap();
            let server = HtSha512Expr::server(draft);
            refuses("HT-SHA-512-EXPR", server, &verifier, octets);
        }
    }
});
