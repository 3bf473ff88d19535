//! Logins that succeed, and are refused, at this program's own server.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::run::{CANARY, login};

/// `sasl demo --listen`, with an account for `alice`.
struct Demo {
    child: Child,
    port: u16,
    certificate: String,
}

impl Demo {
    fn new(name: &str, args: &[&str]) -> Self {
        Self::speaking("smtp", name, args)
    }

    fn speaking(protocol: &str, name: &str, args: &[&str]) -> Self {
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let certificate = directory.join(format!("login-{name}.pem"));
        let certificate = certificate.to_str().unwrap().to_owned();
        let account = format!("alice:{CANARY}");
        let mut command = Command::new(env!("CARGO_BIN_EXE_sasl"));
        command
            .args(["demo", "--account", &account, "--listen"])
            .arg(format!("{protocol}=127.0.0.1:0"))
            .args(args);
        if args.contains(&"--tls") {
            command.args(["--write-cert", &certificate]);
        }
        let child = command.stdout(Stdio::piped()).spawn().unwrap();
        // Ended from here on, whatever comes.
        let mut demo = Self {
            child,
            port: 0,
            certificate,
        };
        let mut lines = BufReader::new(demo.child.stdout.take().unwrap()).lines();
        let first = lines.next().unwrap().unwrap();
        let port = first.strip_prefix("listening on 127.0.0.1:").unwrap();
        demo.port = port.split(' ').next().unwrap().parse().unwrap();
        // Until it is up, and after it, so that it can go on printing.
        for line in lines.by_ref() {
            if line.unwrap().starts_with("account: alice") {
                break;
            }
        }
        std::thread::spawn(move || lines.for_each(drop));
        demo
    }

    fn url(&self, scheme: &str) -> String {
        format!("{scheme}://alice@127.0.0.1:{}", self.port)
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_strongest_is_bound_to_the_channel() {
    let demo = Demo::new("starttls", &["--tls", "starttls"]);
    let url = demo.url("submission");
    let answer = login(&[&url, "--ca", &demo.certificate]);
    answer.is("logged-in", 0).says(
        "logged in to 127.0.0.1 as alice by SCRAM-SHA3-512-PLUS (bound by tls-exporter, TLS 1.3)",
    );
    let json = &answer.json;
    assert_eq!(json["tls"]["begun"], "starttls");
    assert_eq!(json["tls"]["version"], "TLS 1.3");
    assert_eq!(json["certificate"]["verified"], true);
    assert_eq!(json["certificate"]["names"][0], "localhost");
    assert_eq!(json["chosen"], "SCRAM-SHA3-512-PLUS");
    assert_eq!(json["binding"], "tls-exporter");
    assert_eq!(json["server_proved"], true);
    assert_eq!(json["peer"], format!("127.0.0.1:{}", demo.port));
    assert_eq!(json["offered"].as_array().unwrap().len(), 9);
    let passed_over = json["passed_over"].as_array().unwrap();
    assert_eq!(passed_over.len(), 8);
    assert!(passed_over.iter().all(|other| other["why"] == "weaker"));
    for time in ["resolve", "connect", "tls", "offer", "exchange", "total"] {
        assert!(json["timings_ms"][time].as_f64().is_some(), "{time}");
    }
    assert!(answer.dialogue.contains("C: AUTH SCRAM-SHA3-512-PLUS <"));

    let answer = login(&[&url, "--ca", &demo.certificate, "--binding", "disable"]);
    answer
        .is("logged-in", 0)
        .says("by SCRAM-SHA3-512 (not bound, TLS 1.3)");
    let other = &answer.json["passed_over"][0];
    assert_eq!(other["why"], "binding-disabled");

    let plain = login(&[&url, "--ca", &demo.certificate, "--mechanism", "plain"]);
    plain
        .is("logged-in", 0)
        .says("by PLAIN (not bound, TLS 1.3)");
    assert_eq!(plain.json["server_proved"], false);
    let shown = "password: not shown";
    assert!(plain.dialogue.contains(shown), "{}", plain.dialogue);
}

#[test]
fn tls_may_begin_with_the_first_octet() {
    let demo = Demo::new("implicit", &["--tls", "implicit", "--tls-version", "1.2"]);
    for scheme in ["submissions", "smtps"] {
        let answer = login(&[&demo.url(scheme), "--ca", &demo.certificate]);
        answer
            .is("logged-in", 0)
            .says("(bound by tls-server-end-point, TLS 1.2)");
        assert_eq!(answer.json["tls"]["begun"], "implicit");
    }
    let answer = login(&[&demo.url("smtp"), "--timeout", "1"]);
    answer.is("answer-timeout", 4).says("submissions://");
}

#[test]
fn on_this_machine_there_need_be_no_tls() {
    let demo = Demo::new("local", &["--mechanism", "PLAIN", "--mechanism", "LOGIN"]);
    let answer = login(&[&demo.url("smtp")]);
    answer
        .is("logged-in", 0)
        .says("by PLAIN (not bound, no TLS, on this machine only)");
    assert!(answer.json["tls"].is_null() && answer.json["certificate"].is_null());
    login(&[&demo.url("smtp"), "--mechanism", "login"]).is("logged-in", 0);

    let answer = login(&[&demo.url("smtp"), "--starttls"]);
    answer
        .is("starttls-not-offered", 5)
        .says("nothing sent: 127.0.0.1 offers no STARTTLS");
    assert!(!answer.dialogue.contains("AUTH PLAIN <"));
    let answer = login(&[&demo.url("smtp"), "--binding", "require"]);
    answer
        .is("no-mechanism-fits", 5)
        .says("PLAIN: it does not bind");
    let answer = login(&[&demo.url("smtps")]);
    answer.is("tls-failed", 4).says("does not answer with TLS");
}

#[test]
fn a_wrong_password_is_told_from_all_else() {
    let demo = Demo::new("wrong", &["--tls", "starttls"]);
    let url = format!("smtp://user@localhost:{}", demo.port);
    for mechanism in ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"] {
        let answer = login(&[&url, "--ca", &demo.certificate, "--mechanism", mechanism]);
        answer.is("credentials-refused", 1).says(
            "refused: the server says the user name or password is wrong (the server: \"535 5.7.8 ",
        );
        assert_eq!(answer.json["fault"]["class"], "refused");
        let said = answer.json["server_said"].as_str().unwrap();
        assert!(said.starts_with("535 5.7.8 "), "{said}");
    }
    let answer = login(&[&url, "--ca", &demo.certificate, "--authzid", "postmaster"]);
    // This server does not tell one from the other.
    answer.is("credentials-refused", 1);
}

#[test]
fn every_protocol_has_the_same_verdicts() {
    for (protocol, scheme, implicit, wrong) in [
        ("imap", "imap", "imaps", "NO [AUTHENTICATIONFAILED]"),
        ("pop3", "pop3", "pop3s", "-ERR [AUTH]"),
        ("lmtp", "lmtp", "", "535 5.7.8"),
        ("sieve", "sieve", "sieves", "NO"),
    ] {
        let demo = Demo::speaking(protocol, protocol, &["--tls", "starttls"]);
        let ca = ["--ca", &demo.certificate];
        let url = demo.url(scheme);
        login(&[&[url.as_str()], &ca[..]].concat())
            .is("logged-in", 0)
            .says("as alice by SCRAM-SHA3-512-PLUS (bound by tls-exporter, TLS 1.3)");
        let plain = login(&[&[url.as_str(), "--mechanism", "plain"], &ca[..]].concat());
        plain.is("logged-in", 0);
        let url = format!("{scheme}://user@127.0.0.1:{}", demo.port);
        for mechanism in ["PLAIN", "SCRAM-SHA-256"] {
            let answer = login(&[&[url.as_str(), "--mechanism", mechanism], &ca[..]].concat());
            // ManageSieve has no code for a wrong password.
            let kind = match protocol {
                "sieve" => "login-refused",
                _ => "credentials-refused",
            };
            answer.is(kind, 1);
            let said = answer.json["server_said"].as_str().unwrap();
            assert!(said.contains(wrong), "{said}");
        }
        if implicit.is_empty() {
            continue;
        }
        let demo = Demo::speaking(protocol, implicit, &["--tls", "implicit"]);
        login(&[&demo.url(implicit), "--ca", &demo.certificate])
            .is("logged-in", 0)
            .says("by SCRAM-SHA3-512-PLUS (bound by tls-exporter, TLS 1.3)");
        login(&[&demo.url(scheme), "--timeout", "1"])
            .is("answer-timeout", 4)
            .says(&format!("{implicit}://"));
    }
}
