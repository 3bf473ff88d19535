//! LDAP's servers.

use std::io::Write as _;
use std::os::unix::net::UnixListener;
use std::path::Path;

use crate::framed::{answers, dribbles, floods, hears, holds, waits};
use crate::run::{Answer, login, sasl};
use crate::server::{Authority, serve, tls};

/// An element whose length is one octet, or two behind one that says so.
fn element(tag: u8, inside: &[u8]) -> Vec<u8> {
    let len = u16::try_from(inside.len()).unwrap().to_be_bytes();
    let mut octets = vec![tag];
    match len {
        [0, len @ 0..=0x7f] => octets.push(len),
        len => octets.extend([&[0x82], &len[..]].concat()),
    }
    [octets, inside.to_vec()].concat()
}

fn message(id: u8, operation: &[u8]) -> Vec<u8> {
    element(0x30, &[&[2, 1, id], operation].concat())
}

/// The operation with this tag, result and words.
fn result(tag: u8, code: u8, words: &str, more: &[u8]) -> Vec<u8> {
    let words = element(4, words.as_bytes());
    element(tag, &[&[10, 1, code, 4, 0], &*words, more].concat())
}

/// The root DSE in two messages.
fn offer(id: u8, mechanism: &str, extension: &str) -> Vec<u8> {
    let attribute = |name: &str, value: &str| {
        let values = element(0x31, &element(4, value.as_bytes()));
        element(0x30, &[element(4, name.as_bytes()), values].concat())
    };
    let attributes = [
        attribute("supportedSASLMechanisms", mechanism),
        attribute("supportedExtension", extension),
    ];
    let entry = [element(4, b""), element(0x30, &attributes.concat())];
    let entry = message(id, &element(0x64, &entry.concat()));
    [entry, message(id, &result(0x65, 0, "", b""))].concat()
}

fn bound(id: u8, code: u8, words: &str) -> Vec<u8> {
    message(id, &result(0x61, code, words, b""))
}

fn extended(id: u8, code: u8, words: &str) -> Vec<u8> {
    message(id, &result(0x78, code, words, b""))
}

const TLS: &str = "1.3.6.1.4.1.1466.20037";

fn log_in(port: u16, args: &[&str]) -> Answer {
    let url = format!("ldap://user@localhost:{port}");
    login(&[&[&*url], args].concat())
}

fn told(words: Vec<Vec<u8>>) -> Answer {
    log_in(answers(words), &[])
}

#[test]
fn success_is_what_both_sides_agree_on() {
    let words = vec![offer(1, "PLAIN", "1.2.3"), bound(2, 0, "")];
    let answer = told(words.clone());
    answer.is("logged-in", 0).says("as user by PLAIN");
    let dialogue = &answer.dialogue;
    assert!(dialogue.contains("C: BindRequest: PLAIN <"), "{dialogue}");
    assert!(dialogue.contains("S: BindResponse: 0"), "{dialogue}");
    log_in(dribbles(words), &[]).is("logged-in", 0);

    let scram = || offer(1, "SCRAM-SHA-256", "1.2.3");
    told(vec![scram(), bound(2, 0, "welcome")]).is("early-success", 3);
    // What comes before it was asked for.
    told(vec![[scram(), bound(2, 0, "")].concat(), vec![]]).is("violation", 3);
    let half = bound(2, 0, "").split_at(5).0.to_vec();
    told(vec![[scram(), half].concat(), vec![]]).is("violation", 3);
    // The answer to something else.
    told(vec![scram(), bound(3, 0, "")]).is("malformed", 3);
    told(vec![offer(2, "PLAIN", "1.2.3")]).is("malformed", 3);
}

#[test]
fn the_client_unbinds() {
    let (sender, receiver) = std::sync::mpsc::channel();
    let port = serve(move |mut io| {
        hears(&mut io)?;
        io.write_all(&offer(1, "PLAIN", "1.2.3"))?;
        hears(&mut io)?;
        io.write_all(&bound(2, 0, ""))?;
        sender.send(hears(&mut io)?).map_err(std::io::Error::other)
    });
    log_in(port, &[]).is("logged-in", 0);
    assert_eq!(receiver.recv().unwrap(), message(3, &[0x42, 0]));
}

#[test]
fn codes_have_their_meaning() {
    for (code, kind, exit) in [
        (49, "credentials-refused", 1),
        (50, "authorization-refused", 1),
        (80, "login-refused", 1),
        (53, "login-refused", 1),
        (2, "command-rejected", 3),
        (7, "mechanism-refused", 5),
        (8, "encryption-required", 5),
        (13, "encryption-required", 5),
        (48, "unusable", 5),
        (51, "temporary-failure", 6),
        (52, "temporary-failure", 6),
    ] {
        let answer = told(vec![
            offer(1, "PLAIN", "1.2.3"),
            bound(2, code, "no\x1bway"),
        ]);
        answer.is(kind, exit);
        assert_eq!(answer.json["server_said"], format!("{code} no way"));
    }
    // Notice of Disconnection, in the exchange and before.
    let notice = extended(0, 52, "shutting down");
    told(vec![offer(1, "PLAIN", "1.2.3"), notice.clone()])
        .is("temporary-failure", 6)
        .says("shutting down");
    told(vec![notice]).is("temporary-failure", 6);
    // A root DSE that nobody is shown, and one that has nothing.
    told(vec![message(1, &result(0x65, 50, "not you", b""))]).says("not you");
    told(vec![message(1, &result(0x65, 0, "", b""))]).is("nothing-offered", 5);
}

#[test]
fn a_binding_in_another_form_is_named() {
    let authority = Authority::new("ldap-binding");
    let config = authority.server(|_| {});
    let port = serve(move |io| {
        let mut io = tls(&config, io);
        hears(&mut io)?;
        io.write_all(&offer(1, "SCRAM-SHA-256-PLUS", "1.2.3"))?;
        let bind = hears(&mut io)?;
        let has = |text: &[u8]| bind.windows(text.len()).any(|part| part == text);
        let code = if has(b"p=ldap,,") { 49 } else { 80 };
        io.write_all(&bound(2, code, "no"))?;
        waits(&mut io);
        Ok(())
    });
    let url = format!("ldaps://user@localhost:{port}");
    let args = [&*url, "--ca", authority.file()];
    login(&args)
        .is("mechanism-refused", 5)
        .says("--binding-form openldap");
    login(&[&args[..], &["--binding-form", "openldap"]].concat()).is("credentials-refused", 1);
}

#[test]
fn a_server_that_goes_away_says_nothing_of_the_password() {
    told(vec![offer(1, "PLAIN", "1.2.3")]).is("closed-mid-exchange", 3);
    let half = bound(2, 0, "").split_at(9).0.to_vec();
    told(vec![offer(1, "PLAIN", "1.2.3"), half]).is("closed-mid-exchange", 3);
    told(vec![]).is("connection-closed", 4);
    log_in(holds(b"\x30"), &["--timeout", "1"]).is("answer-timeout", 4);
}

#[test]
fn what_cannot_be_read_is_said_to_be_so() {
    for garbage in [
        &b"220 mail.example.org ESMTP\r\n"[..],
        b"\x30\x80\x02\x01\x01",
        b"\x30\x84\x7f\xff\xff\xff",
        b"\x30\x00",
        b"\x30\x05\x02\x01\x01\x64\x00",
    ] {
        let answer = log_in(answers(vec![garbage.to_vec()]), &[]);
        answer.is("malformed", 3).says("does not speak ldap");
    }
    let port = floods(b"\x30\x83\x00\xff\xff".to_vec(), b"aaaa");
    log_in(port, &[]).is("malformed", 3);
}

#[test]
fn starttls_is_not_given_up() {
    // Where it is required it comes first, and nothing else is asked without it.
    for code in [2, 1, 52] {
        let (kind, exit) = match code {
            2 => ("starttls-not-offered", 5),
            52 => ("temporary-failure", 6),
            _ => ("not-served", 4),
        };
        let port = answers(vec![extended(1, code, "no")]);
        log_in(port, &["--starttls"]).is(kind, exit);
    }
    // Where it is there, a server that then has none is left.
    let words = vec![offer(1, "PLAIN", TLS), extended(2, 52, "no")];
    told(words).is("temporary-failure", 6);
    let port = answers(vec![offer(1, "PLAIN", TLS), bound(2, 0, "")]);
    log_in(port, &["--no-starttls"]).is("logged-in", 0);
    let authority = Authority::new("ldap-injection");
    for injected in [offer(2, "PLAIN", TLS), vec![0x30], vec![0]] {
        let config = authority.server(|_| {});
        let port = serve(move |mut io| {
            hears(&mut io)?;
            io.write_all(&[extended(1, 0, ""), injected.clone()].concat())?;
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
fn what_is_offered_without_tls_does_not_count() {
    let authority = Authority::new("ldap-starttls");
    let config = authority.server(|_| {});
    let port = serve(move |mut io| {
        hears(&mut io)?;
        io.write_all(&offer(1, "SCRAM-SHA-1", TLS))?;
        hears(&mut io)?;
        io.write_all(&extended(2, 0, ""))?;
        let mut io = tls(&config, io);
        hears(&mut io)?;
        io.write_all(&offer(3, "PLAIN", TLS))?;
        hears(&mut io)?;
        io.write_all(&bound(4, 0, ""))?;
        waits(&mut io);
        Ok(())
    });
    let answer = log_in(port, &["--ca", authority.file()]);
    answer
        .is("logged-in", 0)
        .says("by PLAIN (not bound, TLS 1.3)");
    assert_eq!(answer.json["offered"], serde_json::json!(["PLAIN"]));
}

#[test]
fn a_socket_says_who_it_is() {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("ldapi {}", std::process::id()));
    let _ = std::fs::remove_file(&path);
    let listener = UnixListener::bind(&path).unwrap();
    std::thread::spawn(move || {
        for io in listener.incoming() {
            let mut io = io.unwrap();
            let _ = hears(&mut io);
            // TLS over it is not asked for.
            io.write_all(&offer(1, "EXTERNAL", TLS)).unwrap();
            let bind = hears(&mut io).unwrap();
            assert!(bind.ends_with(b"\x04\x08EXTERNAL\x04\x00"), "{bind:x?}");
            io.write_all(&bound(2, 0, "")).unwrap();
            waits(&mut io);
        }
    });
    let url = path
        .to_str()
        .unwrap()
        .replace('/', "%2F")
        .replace(' ', "%20");
    for args in [&[][..], &["--mechanism", "EXTERNAL", "--user", "user"]] {
        let url = format!("ldapi://{url}/");
        let output = sasl(&[&[&*url], args].concat(), "");
        let line = String::from_utf8(output.stdout).unwrap();
        assert!(
            line.contains("by EXTERNAL (not bound, no TLS, on this machine only)"),
            "{line}"
        );
        assert_eq!(output.status.code(), Some(0));
    }
    std::fs::remove_file(&path).unwrap();
}
