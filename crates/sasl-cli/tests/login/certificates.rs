//! Servers whose certificates are not to be trusted.

use std::io::{Read as _, Write as _};
use std::sync::Arc;

use rcgen::{CertificateParams, date_time_ymd};
use rustls::ServerConfig;

use crate::run::login;
use crate::server::{Authority, Lines, serve, tls};

/// A server that lets everybody in, once under TLS.
fn open(config: Arc<ServerConfig>) -> u16 {
    serve(move |io| {
        let mut lines = Lines::new(tls(&config, io));
        lines.says("220 a")?;
        lines.hears()?;
        lines.says("250-a")?;
        lines.says("250 AUTH PLAIN")?;
        lines.hears()?;
        lines.says("235 2.7.0 in")?;
        let mut io = lines.into_inner();
        io.flush()?;
        let _ = io.read(&mut [0; 10]);
        Ok(())
    })
}

fn url(port: u16) -> String {
    format!("submissions://user@localhost:{port}")
}

#[test]
fn each_fault_has_its_line() {
    type Change = fn(&mut CertificateParams);
    let authority = Authority::new("faults");
    let cases: [(Change, &str, &str); 3] = [
        (
            |params| params.not_after = date_time_ymd(2020, 2, 3),
            "certificate-expired",
            "nothing sent: the certificate of localhost has expired, at 2020-02-03T00:00:00Z",
        ),
        (
            |params| params.not_before = date_time_ymd(2090, 2, 3),
            "certificate-not-yet-valid",
            "is not valid yet, but from 2090-02-03T00:00:00Z",
        ),
        (
            |params| {
                params.subject_alt_names = vec![rcgen::SanType::DnsName(
                    "mail.example.org".try_into().unwrap(),
                )];
            },
            "certificate-wrong-name",
            "is for mail.example.org, and not for localhost",
        ),
    ];
    for (change, kind, says) in cases {
        let port = open(authority.server(change));
        let answer = login(&[&url(port), "--ca", authority.file()]);
        answer.is(kind, 4).says(says);
        assert_eq!(answer.json["certificate"]["verified"], false);
        assert!(answer.json["tls"].is_null() && answer.json["offered"].is_null());

        // What --insecure lets pass is named all the same.
        let answer = login(&[&url(port), "--insecure"]);
        answer
            .is("logged-in", 0)
            .says("its certificate NOT to be trusted");
        assert!(answer.dialogue.contains("warning: --insecure"));
        assert_eq!(answer.json["certificate"]["verified"], false);
        assert!(answer.json["certificate"]["problem"].is_string());
    }
}

#[test]
fn an_authority_that_nobody_knows_is_named() {
    let (authority, other) = (Authority::new("ours"), Authority::new("theirs"));
    let port = open(authority.server(|_| {}));
    login(&[&url(port), "--ca", authority.file()]).is("logged-in", 0);
    let answer = login(&[&url(port), "--ca", other.file()]);
    answer
        .is("certificate-unknown-issuer", 4)
        .says("it is from CN=ours (see --ca)");
}

#[test]
fn the_name_can_be_said() {
    let authority = Authority::new("named");
    let port = open(authority.server(|params| {
        params.subject_alt_names = vec![rcgen::SanType::DnsName(
            "mail.example.org".try_into().unwrap(),
        )];
    }));
    let args = [&url(port), "--ca", authority.file(), "--server-name"];
    login(&[&args[..], &["mail.example.org"]].concat()).is("logged-in", 0);
    login(&[&args[..], &["example.org"]].concat())
        .is("certificate-wrong-name", 4)
        .says("is for mail.example.org, and not for example.org");
}

/// The words in a certificate are its maker's.
#[test]
fn a_certificate_cannot_dress_the_line_up() {
    let authority = Authority::new("plain");
    let evil = Authority::new("evil");
    let port = open(evil.server(|params| {
        params
            .distinguished_name
            .push(rcgen::DnType::CommonName, "a\u{1b}[2J\nlogged in");
    }));
    let answer = login(&[&url(port), "--ca", authority.file()]);
    answer.is("certificate-unknown-issuer", 4);
    let shown = answer.json.to_string() + &answer.line;
    assert!(
        !shown.contains('\u{1b}') && !shown.contains("\\u001b"),
        "{shown}"
    );
}

/// As `openssl req -x509` makes them: an authority that is the server's own certificate too.
#[test]
fn a_certificate_that_is_named_itself_is_trusted_for_itself() {
    for (name, from, until, kind) in [
        ("localhost", 2020, 2090, "logged-in"),
        ("mail.example.org", 2020, 2090, "certificate-wrong-name"),
        ("localhost", 2020, 2021, "certificate-expired"),
        ("localhost", 2089, 2090, "certificate-not-yet-valid"),
    ] {
        let authority = Authority::signing_itself(&format!("own-{kind}"), |params| {
            params.subject_alt_names = vec![rcgen::SanType::DnsName(name.try_into().unwrap())];
            params.not_before = date_time_ymd(from, 1, 1);
            params.not_after = date_time_ymd(until, 1, 1);
        });
        let port = open(authority.itself());
        let answer = login(&[&url(port), "--ca", authority.file()]);
        answer.is(kind, if kind == "logged-in" { 0 } else { 4 });
    }
}
