//! A server's session, with a client that says anything.

use sasl::server::Question;
use sasl::{Channel, Found, MechanismName, Plain, Protection, Server};
use sasl_profile::server::{Event, Protocol, Session};

use crate::{Words, assert_lines, contains, settings};

/// Whatever a client sends, cut however, it is answered in the same way, nobody gets in without the password, what goes out
/// is lines, and TLS begins only where nothing was sent ahead.
pub fn server<P: Protocol>(
    words: &Words,
    session: impl Fn(Vec<MechanismName>) -> Session<P>,
    input: &[u8],
) {
    let (piece, _, input) = settings(input);
    let (heard, refused) = run(words, &session, input, usize::MAX, false);
    check(words, &heard, refused);
    for piece in [1, 7] {
        assert_eq!(
            run(words, &session, input, piece, false),
            (heard.clone(), refused)
        );
    }
    // One more is what was sent ahead of a handshake.
    let input = [words.greeting, input].concat();
    let (heard, refused) = run(words, &session, &input, piece, true);
    check(words, &heard, refused.saturating_sub(1));
}

/// What the client hears, and how often an attempt was refused.
fn run<P: Protocol>(
    words: &Words,
    session: impl Fn(Vec<MechanismName>) -> Session<P>,
    input: &[u8],
    piece: usize,
    starttls: bool,
) -> (Vec<u8>, u32) {
    let mut channel = Channel::new(Protection::Local);
    let sasl = Server::builder(sasl::WithoutRandom)
        .mechanism(Plain::server())
        .build();
    let mut session = session(sasl.advertise(&channel));
    if starttls {
        session = session.with_starttls(&channel);
    }
    let mut pieces = input.chunks(piece);
    let mut received = Vec::new();
    let (mut heard, mut refused) = (Vec::new(), 0);
    loop {
        match session.poll() {
            Event::Send(octets) => heard.extend_from_slice(&octets),
            Event::Receive => {
                let piece = pieces.next().unwrap_or_default();
                received.extend_from_slice(piece);
                session.receive(piece);
            }
            Event::StartTls => {
                assert!(starttls && channel.protection() != Protection::Tls);
                let mut lines = received.split_inclusive(|octet| *octet == b'\n');
                let last = lines.next_back().unwrap().to_ascii_uppercase();
                assert!(last.ends_with(b"\r\n") && contains(&last, words.starttls.as_bytes()));
                channel = Channel::new(Protection::Tls);
                session.secured(&channel, sasl.advertise(&channel));
            }
            Event::Auth(auth) => session.turn(sasl.start(auth.begin(&channel))),
            Event::Ask(Question::Password(question)) => {
                session.turn(question.against(Found::Unknown));
            }
            Event::Ask(question) => session.turn(question.refuse()),
            Event::Compute(job) => session.turn(job.run()),
            Event::Refused(_) => refused += 1,
            Event::Done(_) => panic!("nobody has an account"),
            Event::Closed => return (heard, refused),
        }
    }
}

fn check(words: &Words, heard: &[u8], refused: u32) {
    assert!(refused <= 3);
    assert_lines(heard, words.may_go_out);
    assert!(!contains(heard, words.success));
}
