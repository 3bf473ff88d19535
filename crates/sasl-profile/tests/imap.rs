//! What only IMAP's sessions have.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "the helpers of a test are meant to panic too"
)]

#[cfg(test)]
mod common;

use common::hello::{HELLO, Hello};
use sasl_core::server::Question;
use sasl_core::{
    Authcid, Channel, Credentials, Found, Identity, Password, Protection, Verifier, client,
};
use sasl_profile::imap;

fn channel() -> Channel {
    Channel::new(Protection::Tls)
}

/// Plays a server until it waits, and says what it sent.
fn play(imap: &mut imap::Server, octets: &[u8]) -> String {
    use sasl_profile::server::Event;
    let mut sent = Vec::new();
    imap.receive(octets);
    loop {
        match imap.poll() {
            Event::Send(wire) => sent.extend_from_slice(&wire),
            Event::Auth(auth) => imap.turn(common::start(auth.begin(&channel()))),
            Event::Ask(Question::Password(question)) => {
                let verifier = Verifier::ClearText(Password::new("pencil"));
                let identity = Identity::new(question.authcid().clone()).with_verifier(verifier);
                imap.turn(question.against(Found::from(Some(identity))));
            }
            Event::Compute(job) => imap.turn(job.run()),
            Event::Done(_) | Event::Refused(_) => {}
            Event::Receive => return String::from_utf8(sent).unwrap(),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn capabilities_after_a_login_are_the_applications() {
    let names = ["IDLE", "", "A B", "X]", "X\r\n* BYE", "n\u{e4}me", "MOVE"];
    let mut imap = imap::Server::new("mail\r\n* BYE", [HELLO]).with_capabilities(names);
    assert_eq!(
        play(&mut imap, b"A1 CAPABILITY\r\n"),
        "* OK [CAPABILITY IMAP4rev1 ID SASL-IR LOGINDISABLED AUTH=X-HELLO] mail*BYE ready\r\n\
         * CAPABILITY IMAP4rev1 ID SASL-IR LOGINDISABLED AUTH=X-HELLO\r\n\
         A1 OK CAPABILITY completed\r\n"
    );
    assert_eq!(
        play(&mut imap, b"A2 AUTHENTICATE X-HELLO dXNlciBwZW5jaWw=\r\n"),
        "A2 OK [CAPABILITY IMAP4rev1 ID IDLE MOVE] Logged in\r\n"
    );
    assert_eq!(
        play(&mut imap, b"A3 CAPABILITY\r\n"),
        "* CAPABILITY IMAP4rev1 ID IDLE MOVE\r\nA3 OK CAPABILITY completed\r\n"
    );
}

#[test]
fn a_password_does_not_come_back() {
    for login in [
        "A1 LOGIN user c4n4ry",
        "A1 LOGIN {4+}\r\nuser {6+}\r\nc4n4ry",
        "A1 LOGIN \"user\" \"c4n4ry\"",
        "A1 LOGIN user {6}\r\nc4n4ry",
        "A1 AUTHENTICATE PLAIN\r\nc4n4ry",
        "A1 AUTHENTICATE X-HELLO c4n4ry",
        "A1 ID (\"password\" \"c4n4ry\")",
        "A1 NOOP c4n4ry",
        "A1 c4n4ry",
        "c4n4ry",
    ] {
        let mut imap = imap::Server::new("mail", [HELLO]);
        let sent = play(&mut imap, format!("{login}\r\n").as_bytes());
        assert!(!sent.contains("c4n4ry"), "{sent}");
        assert!(!format!("{imap:?}").contains("c4n4ry"));
    }
}

/// Plays a client until it waits or ends, and says how.
fn log_in(imap: &mut imap::Client, octets: &[u8]) -> sasl_profile::client::Event {
    use sasl_profile::client::Event;
    imap.receive(octets);
    loop {
        match imap.poll() {
            Event::Send(_) => {}
            Event::Offer(offer) => {
                let name = Authcid::parse("user").unwrap();
                let credentials = Credentials::password(name, Password::new("pencil"));
                let setup = client::Setup::default();
                imap.turn(client::start(
                    &Hello,
                    &setup,
                    credentials,
                    &channel(),
                    &offer,
                ));
            }
            Event::Compute(job) => imap.turn(job.run()),
            other => return other,
        }
    }
}

#[test]
fn what_a_server_says_unasked_behind_the_ok_is_the_applications() {
    use sasl_profile::client::Event;
    let mut imap = imap::Client::new();
    let greeting = b"* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=X-HELLO] hi\r\n";
    assert!(matches!(log_in(&mut imap, greeting), Event::Receive));
    let end = log_in(&mut imap, b"A1 OK in\r\n* 23 EXISTS\r\n* 0 REC");
    assert!(matches!(end, Event::Done(_)));
    assert_eq!(&*imap.into_unread(), b"* 23 EXISTS\r\n* 0 REC");
}
