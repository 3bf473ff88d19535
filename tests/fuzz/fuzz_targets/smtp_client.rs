//! SMTP's client session: whatever a server sends, the password goes out once at the most, in the place for it, and a
//! login is believed only after it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl::{Authcid, Channel, Client, CredentialKind, Credentials, Password, Plain, Protection};
use sasl_profile::smtp::{self, client::Event};

fuzz_target!(|input: (&[u8], u8)| {
    let (input, piece) = input;
    let channel = Channel::new(Protection::Tls);
    let sasl = Client::builder(sasl::WithoutRandom)
        .mechanism(Plain::client())
        .build();
    let mut smtp = smtp::Client::new("client.example.org");
    let mut pieces = input.chunks(usize::from(piece).max(1));
    let mut sent = Vec::new();
    let done = loop {
        match smtp.poll() {
            Event::Send(octets) => sent.extend_from_slice(&octets),
            Event::Receive => smtp.receive(pieces.next().unwrap_or_default()),
            Event::Offer(offer) => {
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
