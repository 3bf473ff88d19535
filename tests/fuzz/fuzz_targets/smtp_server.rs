//! SMTP's server session: whatever a client sends, cut however, it is answered in the same way, nobody gets in without
//! the password, and what goes out is lines of printable ASCII.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl::server::Question;
use sasl::{Channel, Found, Plain, Protection, Server};
use sasl_profile::smtp::{self, server::Event};

/// What the client hears, and how often an attempt was refused.
fn run(input: &[u8], piece: usize) -> (Vec<u8>, usize) {
    let channel = Channel::new(Protection::Tls);
    let sasl = Server::builder(sasl::WithoutRandom)
        .mechanism(Plain::server())
        .build();
    let mut smtp = smtp::Server::new("mail.example.org", sasl.advertise(&channel));
    let mut pieces = input.chunks(piece.max(1));
    let (mut heard, mut refused) = (Vec::new(), 0);
    loop {
        match smtp.poll() {
            Event::Send(octets) => heard.extend_from_slice(&octets),
            Event::Receive => smtp.receive(pieces.next().unwrap_or_default()),
            Event::Auth(auth) => smtp.turn(sasl.start(auth.begin(&channel))),
            Event::Ask(Question::Password(question)) => smtp.turn(question.against(Found::Unknown)),
            Event::Ask(question) => smtp.turn(question.refuse()),
            Event::Compute(job) => smtp.turn(job.run()),
            Event::Refused(_) => refused += 1,
            Event::Done(_) => panic!("nobody has an account"),
            Event::Closed => return (heard, refused),
        }
    }
}

fuzz_target!(|input: &[u8]| {
    let (heard, refused) = run(input, usize::MAX);
    assert!(refused <= 3);
    assert!(heard.ends_with(b"\r\n"));
    assert!(
        heard
            .iter()
            .all(|octet| matches!(octet, b'\r' | b'\n' | 0x20..=0x7e))
    );
    assert!(!heard.windows(4).any(|octets| octets == b"\n235"));
    for piece in [1, 7] {
        assert_eq!(run(input, piece).0, heard);
    }
});
