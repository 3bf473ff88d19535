//! SMTP's server session: whatever a client sends, cut however, it is answered in the same way, nobody gets in without
//! the password, what goes out is lines of printable ASCII, and TLS begins only where nothing was sent ahead.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl::server::Question;
use sasl::{Channel, Found, Plain, Protection, Server};
use sasl_profile::{server::Event, smtp};

/// What the client hears, and how often an attempt was refused.
fn run(input: &[u8], piece: usize, starttls: bool) -> (Vec<u8>, usize) {
    let mut channel = Channel::new(Protection::Local);
    let sasl = Server::builder(sasl::WithoutRandom)
        .mechanism(Plain::server())
        .build();
    let mut smtp = smtp::Server::new("mail.example.org", sasl.advertise(&channel));
    if starttls {
        smtp = smtp.with_starttls(&channel);
    }
    let mut pieces = input.chunks(piece.max(1));
    let mut received = Vec::new();
    let (mut heard, mut refused) = (Vec::new(), 0);
    loop {
        match smtp.poll() {
            Event::Send(octets) => heard.extend_from_slice(&octets),
            Event::Receive => {
                let piece = pieces.next().unwrap_or_default();
                received.extend_from_slice(piece);
                smtp.receive(piece);
            }
            Event::StartTls => {
                assert!(starttls && channel.protection() != Protection::Tls);
                let last = received.len().checked_sub(b"STARTTLS\r\n".len()).unwrap();
                assert!(received[last..].eq_ignore_ascii_case(b"STARTTLS\r\n"));
                channel = Channel::new(Protection::Tls);
                smtp.secured(&channel, sasl.advertise(&channel));
            }
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

fuzz_target!(|input: (&[u8], u8)| {
    let (input, piece) = input;
    let (heard, refused) = run(input, usize::MAX, false);
    check(&heard, refused);
    for piece in [1, 7] {
        assert_eq!(run(input, piece, false).0, heard);
    }
    // One more is what was sent ahead of a handshake.
    let input = [b"EHLO a\r\n", input].concat();
    let (heard, refused) = run(&input, piece.into(), true);
    check(&heard, refused.saturating_sub(1));
});

fn check(heard: &[u8], refused: usize) {
    assert!(refused <= 3);
    assert!(heard.ends_with(b"\r\n"));
    assert!(
        heard
            .iter()
            .all(|octet| matches!(octet, b'\r' | b'\n' | 0x20..=0x7e))
    );
    assert!(!heard.windows(4).any(|octets| octets == b"\n235"));
}
