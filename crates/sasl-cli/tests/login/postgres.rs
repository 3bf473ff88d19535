//! PostgreSQL's servers.

use std::io::Write as _;

use crate::framed::{answers, dribbles, hears, holds, waits};
use crate::run::{Answer, login, sasl, text};
use crate::server::{Authority, serve, tls};

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let len = u32::try_from(body.len().saturating_add(4))
        .unwrap()
        .to_be_bytes();
    [&[kind], &len[..], body].concat()
}

fn authentication(kind: u8, data: &[u8]) -> Vec<u8> {
    message(b'R', &[&[0, 0, 0, kind], data].concat())
}

fn offer(mechanism: &str) -> Vec<u8> {
    authentication(10, format!("{mechanism}\0\0").as_bytes())
}

fn error(code: &str, words: &str) -> Vec<u8> {
    message(
        b'E',
        format!("SFATAL\0VFATAL\0C{code}\0M{words}\0\0").as_bytes(),
    )
}

fn no_tls() -> Vec<u8> {
    b"N".to_vec()
}

fn log_in(port: u16, args: &[&str]) -> Answer {
    let url = format!("postgres://user@localhost:{port}");
    login(&[&[&*url], args].concat())
}

/// What comes of it when the server has no TLS and says these things.
fn told(words: Vec<Vec<u8>>) -> Answer {
    log_in(answers([vec![no_tls()], words].concat()), &[])
}

#[test]
fn success_is_what_both_sides_agree_on() {
    let scram = || offer("SCRAM-SHA-256");
    let ok = || authentication(0, b"");
    told(vec![scram(), ok()]).is("early-success", 3);
    told(vec![scram(), authentication(12, b"v=AAAA")]).is("malformed", 3);
    let another = authentication(11, b"r=another,s=c2FsdHNhbHQ=,i=4096");
    told(vec![scram(), another.clone()]).is("violation", 3);
    // What comes before it was asked for.
    told(vec![[scram(), another].concat(), vec![]]).is("violation", 3);
    told(vec![[scram(), b"R".to_vec()].concat(), vec![]]).is("violation", 3);
    // Nobody was asked for anything.
    told(vec![ok()])
        .is("pre-authenticated", 5)
        .says("lets this user in without asking");
    let words = vec![no_tls(), scram(), error("28P01", "no")];
    log_in(dribbles(words), &[]).is("credentials-refused", 1);
}

#[test]
fn the_start_names_user_and_database() {
    for (path, expected) in [("", "database\0user\0"), ("/a%20b", "database\0a b\0")] {
        let (sender, receiver) = std::sync::mpsc::channel();
        let port = serve(move |mut io| {
            hears(&mut io)?;
            io.write_all(b"N")?;
            sender.send(hears(&mut io)?).map_err(std::io::Error::other)
        });
        let url = format!("postgresql://user@localhost:{port}{path}");
        login(&[&url]).is("connection-closed", 4);
        let start = receiver.recv().unwrap();
        let len = usize::from(start[3]);
        assert_eq!((len, &start[4..8]), (start.len(), &[0, 3, 0, 0][..]));
        let start = text(&start[8..]);
        assert!(
            start.starts_with(&format!("user\0user\0{expected}")),
            "{start}"
        );
    }
    let output = sasl(&["postgres://localhost:1"], "");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn who_wants_the_password_itself_does_not_get_it() {
    for (kind, data, word) in [
        (3, &b""[..], "the password in clear text"),
        (5, b"salt", "an MD5 hash of the password"),
        (7, b"", "GSSAPI"),
        (77, b"", "authentication 77"),
    ] {
        let answer = told(vec![authentication(kind, data)]);
        answer
            .is("nothing-offered", 5)
            .says("nothing sent")
            .says(word);
        assert!(answer.json["server_said"].is_null());
    }
    told(vec![offer("SCRAM-SHA-256"), authentication(3, b"")]).is("mechanism-refused", 5);
    told(vec![offer("X-OTHER")]).is("no-mechanism-fits", 5);
    told(vec![authentication(10, b"\0")]).is("nothing-offered", 5);
}

#[test]
fn codes_have_their_meaning() {
    for (code, kind, exit) in [
        ("28P01", "credentials-refused", 1),
        ("28000", "login-refused", 1),
        ("42501", "login-refused", 1),
        ("08P01", "command-rejected", 3),
        ("53300", "temporary-failure", 6),
        ("57P03", "temporary-failure", 6),
    ] {
        let answer = told(vec![offer("SCRAM-SHA-256"), error(code, "no\x1bway")]);
        answer.is(kind, exit);
        assert_eq!(answer.json["server_said"], format!("{code} no way"));
    }
    for (code, kind, exit) in [
        ("28000", "login-refused", 1),
        ("3D000", "not-served", 4),
        ("53300", "temporary-failure", 6),
    ] {
        told(vec![error(code, "no way")])
            .is(kind, exit)
            .says("no way");
        // Instead of an answer about TLS.
        log_in(answers(vec![error(code, "no way")]), &[]).is(kind, exit);
    }
}

#[test]
fn a_server_that_goes_away_says_nothing_of_the_password() {
    told(vec![offer("SCRAM-SHA-256")]).is("closed-mid-exchange", 3);
    told(vec![offer("SCRAM-SHA-256"), b"R\0\0".to_vec()]).is("closed-mid-exchange", 3);
    told(vec![]).is("connection-closed", 4);
    log_in(holds(b"N"), &["--timeout", "1"]).is("answer-timeout", 4);
    log_in(holds(b""), &["--timeout", "1"]).is("answer-timeout", 4);
}

#[test]
fn what_cannot_be_read_is_said_to_be_so() {
    log_in(
        answers(vec![b"220 mail.example.org ESMTP\r\n".to_vec()]),
        &[],
    )
    .is("malformed", 3)
    .says("does not speak postgres");
    for garbage in [
        &b"R\0\0\0\x03"[..],
        b"R\x7f\xff\xff\xff",
        b"E\0\0\0\x05\0",
        b"Q\0\0\0\x04",
    ] {
        told(vec![garbage.to_vec()]).is("malformed", 3);
    }
}

#[test]
fn notices_without_end_are_no_answer() {
    // NoticeResponse, with nothing in it.
    let port = serve(|mut io| {
        hears(&mut io)?;
        io.write_all(b"N")?;
        hears(&mut io)?;
        while io.write_all(&b"N\0\0\0\x05\0".repeat(64)).is_ok() {}
        Ok(())
    });
    log_in(port, &["--timeout", "1"]).is("answer-timeout", 4);
}

#[test]
fn tls_is_not_given_up() {
    log_in(answers(vec![no_tls()]), &["--starttls"]).is("starttls-not-offered", 5);
    let authority = Authority::new("postgres-injection");
    for injected in [offer("SCRAM-SHA-256"), vec![0], b"S".to_vec()] {
        let config = authority.server(|_| {});
        let port = serve(move |mut io| {
            hears(&mut io)?;
            io.write_all(&[b"S".to_vec(), injected.clone()].concat())?;
            let mut io = tls(&config, io);
            waits(&mut io);
            Ok(())
        });
        let answer = log_in(port, &["--ca", authority.file()]);
        answer.is("violation", 3);
        assert_eq!(answer.json["fault"]["reason"], "premature");
        assert!(answer.json["tls"].is_null());
    }
}

#[test]
fn the_server_end_point_is_what_is_bound() {
    let authority = Authority::new("postgres-binding");
    let config = authority.server(|_| {});
    let port = serve(move |mut io| {
        hears(&mut io)?;
        io.write_all(b"S")?;
        let mut io = tls(&config, io);
        hears(&mut io)?;
        io.write_all(&authentication(
            10,
            b"SCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0",
        ))?;
        let first = hears(&mut io)?;
        let begin = b"SCRAM-SHA-256-PLUS\0";
        let binding = first.strip_prefix(&first[..5]).unwrap();
        let binding = binding.strip_prefix(begin).unwrap();
        assert!(binding[4..].starts_with(b"p=tls-server-end-point,,"));
        io.write_all(&error("28P01", "no"))?;
        waits(&mut io);
        Ok(())
    });
    let answer = log_in(port, &["--ca", authority.file()]);
    answer.is("credentials-refused", 1);
    assert_eq!(answer.json["chosen"], "SCRAM-SHA-256-PLUS");
    assert_eq!(answer.json["tls"]["begun"], "starttls");
}
