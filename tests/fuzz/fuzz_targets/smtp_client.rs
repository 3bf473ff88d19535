//! SMTP's client session: whatever a server sends, the password goes out once at the most, in the place for it, and a
//! login is believed only after it. Where TLS is required, nothing of a login goes out before.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl::{Authcid, Channel, Client, CredentialKind, Credentials, Password, Plain, Protection};
use sasl_profile::client::{Event, StartTls};
use sasl_profile::smtp;

fuzz_target!(|input: (&[u8], u8, u8)| {
    let (input, piece, starttls) = input;
    let starttls = match starttls % 3 {
        0 => StartTls::Never,
        1 => StartTls::IfOffered,
        _ => StartTls::Require,
    };
    let mut channel = Channel::new(Protection::Local);
    let sasl = Client::builder(sasl::WithoutRandom)
        .mechanism(Plain::client())
        .build();
    let mut smtp = smtp::Client::new("client.example.org").with_starttls(starttls, &channel);
    // Far enough, where it is about TLS.
    let hello: &[&[u8]] = match starttls {
        StartTls::Never => &[],
        _ => &[b"220 mail\r\n", b"250-mail\r\n250 STARTTLS\r\n"],
    };
    let pieces = input.chunks(usize::from(piece).max(1));
    let mut pieces = hello.iter().copied().chain(pieces);
    let (mut sent, mut received) = (Vec::new(), Vec::new());
    let done = loop {
        match smtp.poll() {
            Event::Send(octets) => sent.extend_from_slice(&octets),
            Event::Receive => {
                let piece = pieces.next().unwrap_or_default();
                received.extend_from_slice(piece);
                smtp.receive(piece);
            }
            Event::StartTls => {
                assert!(starttls != StartTls::Never && channel.protection() == Protection::Local);
                assert!(sent.ends_with(b"\r\nSTARTTLS\r\n") && received.ends_with(b"\r\n"));
                channel = Channel::new(Protection::Tls);
                smtp.secured(&channel);
            }
            Event::Offer(offer) => {
                assert!(starttls != StartTls::Require || channel.protection() == Protection::Tls);
                let chosen = sasl.choose(&offer, &channel, &[CredentialKind::Password]);
                let credentials =
                    Credentials::password(Authcid::parse("user").unwrap(), Password::new("pencil"));
                smtp.turn(match chosen {
                    Ok(chosen) => chosen.start(credentials),
                    Err(none) => Err(sasl::Error::from(none).into()),
                });
            }
            Event::Compute(job) => smtp.turn(job.run()),
            Event::Done(_) => break true,
            Event::Failed(_) => break false,
        }
    };
    let sent = String::from_utf8(sent).unwrap();
    let passwords = sent.matches("AHVzZXIAcGVuY2ls").count();
    assert!(passwords <= 1);
    assert!(!done || passwords == 1);
    assert!(sent.is_empty() || sent.starts_with("EHLO client.example.org\r\n"));
});
