//! AMQP's servers.

use std::io::Write as _;

use crate::framed::{answers, dribbles, hears, holds, waits};
use crate::run::{Answer, login};
use crate::server::{Authority, serve, tls};

const SASL: &[u8] = b"AMQP\x03\x01\0\0";
const TLS: &[u8] = b"AMQP\x02\x01\0\0";

/// A frame with these fields, by its descriptor.
fn frame(descriptor: u8, count: u8, fields: &[u8]) -> Vec<u8> {
    let size = u8::try_from(fields.len()).unwrap().saturating_add(1);
    let body = [&[0, 0x53, descriptor, 0xc0, size, count][..], fields].concat();
    let len = u8::try_from(body.len()).unwrap().saturating_add(8);
    [&[0, 0, 0, len, 2, 1, 0, 0][..], &body].concat()
}

fn offer(mechanism: &str) -> Vec<u8> {
    let len = u8::try_from(mechanism.len()).unwrap();
    frame(0x40, 1, &[&[0xa3, len], mechanism.as_bytes()].concat())
}

fn outcome(code: u8) -> Vec<u8> {
    frame(0x44, 1, &[0x50, code])
}

fn challenge(data: &[u8]) -> Vec<u8> {
    let len = u8::try_from(data.len()).unwrap();
    frame(0x42, 1, &[&[0xa0, len], data].concat())
}

/// The header and the offer.
fn begins(mechanism: &str) -> Vec<u8> {
    [SASL, &offer(mechanism)].concat()
}

fn log_in(port: u16, args: &[&str]) -> Answer {
    let url = format!("amqp://user@localhost:{port}");
    login(&[&[&*url], args].concat())
}

fn told(words: Vec<Vec<u8>>) -> Answer {
    log_in(answers(words), &[])
}

#[test]
fn success_is_what_both_sides_agree_on() {
    let words = vec![begins("PLAIN"), outcome(0)];
    let answer = told(words.clone());
    answer
        .is("logged-in", 0)
        .says("as user by PLAIN (not bound, no TLS, on this machine only)");
    let dialogue = &answer.dialogue;
    assert!(dialogue.contains("C: sasl-init: PLAIN <"), "{dialogue}");
    assert!(dialogue.contains("S: sasl-outcome: ok"), "{dialogue}");
    log_in(dribbles(words), &[]).is("logged-in", 0);

    let scram = || begins("SCRAM-SHA-256");
    told(vec![scram(), outcome(0)]).is("early-success", 3);
    let another = challenge(b"r=another,s=c2FsdHNhbHQ=,i=4096");
    told(vec![scram(), another.clone()]).is("violation", 3);
    // What comes before it was asked for.
    told(vec![[scram(), another].concat(), vec![]]).is("violation", 3);
    told(vec![[begins("PLAIN"), outcome(0)].concat(), vec![]]).is("violation", 3);
}

#[test]
fn outcomes_have_their_meaning() {
    for (code, word, kind, exit) in [
        (1, "auth", "credentials-refused", 1),
        (2, "sys", "temporary-failure", 6),
        (3, "sys-perm", "login-refused", 1),
        (4, "sys-temp", "temporary-failure", 6),
    ] {
        let answer = told(vec![begins("PLAIN"), outcome(code)]);
        answer.is(kind, exit);
        assert_eq!(answer.json["server_said"], word);
    }
    told(vec![begins("PLAIN"), outcome(5)]).is("malformed", 3);
}

#[test]
fn other_layers_and_versions_are_named() {
    for (header, kind, word) in [
        (
            &b"AMQP\0\x01\0\0"[..],
            "nothing-offered",
            "has no SASL layer",
        ),
        (TLS, "encryption-required", "amqps://"),
        (b"AMQP\0\0\x09\x01", "nothing-offered", "another version"),
    ] {
        told(vec![header.to_vec()])
            .is(kind, 5)
            .says("nothing sent")
            .says(word);
    }
}

#[test]
fn a_server_that_goes_away_says_nothing_of_the_password() {
    told(vec![begins("PLAIN")]).is("closed-mid-exchange", 3);
    told(vec![begins("PLAIN"), vec![0, 0, 0]]).is("closed-mid-exchange", 3);
    told(vec![SASL.to_vec()]).is("connection-closed", 4);
    told(vec![]).is("connection-closed", 4);
    log_in(holds(SASL), &["--timeout", "1"]).is("answer-timeout", 4);
}

#[test]
fn what_cannot_be_read_is_said_to_be_so() {
    for garbage in [
        &b"220 mail.example.org ESMTP\r\n"[..],
        b"\0\0\0\x07\x02\x01\0",
        b"\0\0\0\x08\x02\x01\0\0",
        b"\x7f\xff\xff\xff\x02\x01\0\0",
    ] {
        let answer = told(vec![garbage.to_vec()]);
        answer.is("malformed", 3).says("does not speak amqp");
    }
    told(vec![offer("PLAIN")]).is("malformed", 3);
}

#[test]
fn tls_is_not_given_up() {
    for header in [SASL, b"AMQP\0\x01\0\0"] {
        let port = answers(vec![header.to_vec()]);
        log_in(port, &["--starttls"])
            .is("starttls-not-offered", 5)
            .says("amqps://");
    }
    let authority = Authority::new("amqp-injection");
    for injected in [SASL, b"\0"] {
        let config = authority.server(|_| {});
        let port = serve(move |mut io| {
            hears(&mut io)?;
            io.write_all(&[TLS, injected].concat())?;
            let mut io = tls(&config, io);
            waits(&mut io);
            Ok(())
        });
        let answer = log_in(port, &["--starttls", "--ca", authority.file()]);
        answer.is("violation", 3);
        assert_eq!(answer.json["fault"]["reason"], "premature");
        assert!(answer.json["tls"].is_null());
    }
}

#[test]
fn sasl_begins_behind_the_handshake() {
    let authority = Authority::new("amqp-tls");
    for scheme in ["amqp", "amqps"] {
        let config = authority.server(|_| {});
        let port = serve(move |mut io| {
            if scheme == "amqp" {
                assert_eq!(hears(&mut io)?, TLS);
                io.write_all(TLS)?;
            }
            let mut io = tls(&config, io);
            assert_eq!(hears(&mut io)?, SASL);
            io.write_all(&begins("PLAIN"))?;
            hears(&mut io)?;
            io.write_all(&outcome(0))?;
            waits(&mut io);
            Ok(())
        });
        let url = format!("{scheme}://user@localhost:{port}");
        login(&[&url, "--starttls", "--ca", authority.file()])
            .is("logged-in", 0)
            .says("TLS 1.3");
    }
}
