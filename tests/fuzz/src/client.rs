//! A client's session, with a server that says anything.

use sasl::{Authcid, Channel, Client, CredentialKind, Credentials, Password, Plain, Protection};
use sasl_profile::client::{Event, Protocol, Session, StartTls};

use crate::{Words, assert_lines, settings};

/// The password, as it goes out.
const PASSWORD: &str = "AHVzZXIAcGVuY2ls";

/// Whatever a server sends, the password goes out once at the most, in the place for it, and a login is believed only after
/// it. Where TLS is required, nothing of a login goes out before.
pub fn client<P: Protocol>(words: &Words, session: Session<P>, input: &[u8]) {
    let (piece, starttls, input) = settings(input);
    let starttls = match starttls % 3 {
        0 => StartTls::Never,
        1 => StartTls::IfOffered,
        _ => StartTls::Require,
    };
    let mut channel = Channel::new(Protection::Local);
    let sasl = Client::builder(sasl::WithoutRandom)
        .mechanism(Plain::client())
        .build();
    let mut session = session.with_starttls(starttls, &channel);
    // Far enough, where it is about TLS.
    let hello = match starttls {
        StartTls::Never => &[],
        _ => words.hello,
    };
    let mut pieces = hello.iter().copied().chain(input.chunks(piece));
    let (mut sent, mut received, mut in_clear_text) = (Vec::new(), Vec::new(), 0);
    let done = loop {
        match session.poll() {
            Event::Send(octets) => sent.extend_from_slice(&octets),
            Event::Receive => {
                let piece = pieces.next().unwrap_or_default();
                received.extend_from_slice(piece);
                session.receive(piece);
            }
            Event::StartTls => {
                assert!(starttls != StartTls::Never && channel.protection() == Protection::Local);
                let command = format!("{}\r\n", words.starttls);
                assert!(sent.ends_with(command.as_bytes()) && received.ends_with(b"\r\n"));
                in_clear_text = sent.len();
                channel = Channel::new(Protection::Tls);
                session.secured(&channel);
            }
            Event::Offer(offer) => {
                assert!(starttls != StartTls::Require || channel.protection() == Protection::Tls);
                let chosen = sasl.choose(&offer, &channel, &[CredentialKind::Password]);
                let credentials =
                    Credentials::password(Authcid::parse("user").unwrap(), Password::new("pencil"));
                session.turn(match chosen {
                    Ok(chosen) => chosen.start(credentials),
                    Err(none) => Err(sasl::Error::from(none).into()),
                });
            }
            Event::Compute(job) => session.turn(job.run()),
            Event::Done(_) => break true,
            Event::Failed(_) => break false,
        }
    };
    assert!(!matches!(session.poll(), Event::Done(_)));
    assert_lines(&sent, words.may_go_out);
    assert!(sent.starts_with(words.opening.as_bytes()) || sent.is_empty());
    let passwords = places(words, &sent);
    assert_eq!(places(words, &sent[..in_clear_text]), 0);
    assert!(passwords <= 1);
    assert!(!done || passwords == 1);
    assert!(starttls != StartTls::Require || in_clear_text > 0 || passwords == 0);
}

/// How often the password is there, nowhere but in its places.
fn places(words: &Words, sent: &[u8]) -> usize {
    let sent = String::from_utf8_lossy(sent);
    let is_echo = |line: &&str| words.echo.is_some_and(|echo| line.starts_with(echo));
    let lines = sent.split("\r\n").filter(|line| !is_echo(line));
    let lines = lines.filter(|line| line.contains(PASSWORD));
    let mut count = 0;
    for line in lines {
        let line = line.replace(PASSWORD, "*");
        let line = match line.split_once(' ') {
            Some((tag, rest)) if is_tag(tag) => format!("A0 {rest}"),
            _ => line,
        };
        assert!(words.places.contains(&&*line), "{line}");
        count += 1;
    }
    count
}

/// As IMAP's client makes them.
fn is_tag(word: &str) -> bool {
    let number = word.strip_prefix('A');
    number.is_some_and(|number| number.parse::<u32>().is_ok())
}
