//! What a server's refusal means, by what it says.

use crate::run::{CANARY, login};
use crate::server::{serve, smtp};

fn refused(answer: &'static str) -> crate::run::Answer {
    let port = smtp("AUTH PLAIN", move |_| Some(answer.into()));
    login(&[&format!("smtp://user@127.0.0.1:{port}")])
}

#[test]
fn replies_have_their_meaning() {
    for (answer, kind, exit) in [
        ("535 5.7.8 no", "credentials-refused", 1),
        ("550 5.7.1 no", "login-refused", 1),
        ("525 5.7.13 no", "account-disabled", 1),
        ("534 5.7.9 no", "mechanism-refused", 5),
        ("504 5.5.4 no", "mechanism-refused", 5),
        ("538 5.7.11 no", "encryption-required", 5),
        ("530 5.7.0 no", "encryption-required", 5),
        ("501 5.5.2 no", "command-rejected", 3),
        ("503 5.5.1 no", "command-rejected", 3),
        ("454 4.7.0 no", "temporary-failure", 6),
        ("421 4.3.2 no", "temporary-failure", 6),
    ] {
        let given = refused(answer);
        given.is(kind, exit);
        assert_eq!(given.json["server_said"], answer);
        given.says(&format!("(the server: \"{answer}\")"));
    }
}

#[test]
fn a_server_that_serves_nobody_has_seen_no_password() {
    for (greeting, kind, exit) in [
        ("554 5.7.1 your address is listed", "not-served", 4),
        ("421 4.7.0 too many connections", "temporary-failure", 6),
    ] {
        let port = serve(move |mut io| {
            use std::io::Write as _;
            io.write_all(format!("{greeting}\r\n").as_bytes())
        });
        let answer = login(&[&format!("smtp://user@127.0.0.1:{port}")]);
        answer.is(kind, exit).says(greeting);
    }
}

/// What a server says back is as secret as what it was told.
#[test]
fn a_server_that_repeats_the_password_is_not_repeated() {
    for offer in ["AUTH PLAIN", "AUTH LOGIN"] {
        let port = smtp(offer, |line| {
            Some(match line {
                "AUTH LOGIN" => "334 UGFzc3dvcmQ6".into(),
                line => {
                    let line = line.rsplit(' ').next().unwrap_or_default();
                    format!("535-5.7.8 {CANARY} and {line}\r\n535 5.7.8 is\x1b[31m wrong")
                }
            })
        });
        let answer = login(&[&format!("smtp://user@127.0.0.1:{port}")]);
        answer.is("credentials-refused", 1);
        if offer == "AUTH PLAIN" {
            answer.says("(not shown) and (not shown) 535 5.7.8 is [31m wrong");
        }
    }
}

/// Nor in two halves.
#[test]
fn half_a_password_is_not_repeated_either() {
    let port = serve(|io| {
        use std::io::Write as _;
        let mut writer = io.try_clone()?;
        let mut lines = crate::server::Lines::new(io);
        lines.says("220 a")?;
        lines.hears()?;
        lines.says("250-a")?;
        lines.says("250 AUTH PLAIN")?;
        lines.hears()?;
        let (half, rest) = CANARY.split_at(6);
        for part in [format!("535 5.7.8 {half}"), format!("{rest} no\r\n")] {
            writer.write_all(part.as_bytes())?;
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        Ok(())
    });
    let answer = login(&[&format!("smtp://user@127.0.0.1:{port}")]);
    let said = "535 5.7.8 (not shown) no";
    answer.is("credentials-refused", 1).says(said);
    assert!(answer.dialogue.contains(said), "{}", answer.dialogue);
}

#[test]
fn nothing_is_sent_where_nothing_fits() {
    for (offer, args, kind, says) in [
        ("SIZE", &[][..], "nothing-offered", "offers no mechanism"),
        (
            "AUTH GSSAPI NTLM",
            &[],
            "no-mechanism-fits",
            "GSSAPI: this client does not have it; NTLM",
        ),
        (
            "AUTH XOAUTH2",
            &[],
            "no-mechanism-fits",
            "XOAUTH2: it needs credentials of another kind",
        ),
        (
            "AUTH PLAIN",
            &["--mechanism", "cram-md5"],
            "no-mechanism-fits",
            "does not offer CRAM-MD5, but PLAIN",
        ),
        (
            "AUTH CRAM-MD5",
            &["--authzid", "root"],
            "no-mechanism-fits",
            "CRAM-MD5: it cannot say",
        ),
        (
            "AUTH PLAIN",
            &["--binding", "require"],
            "no-mechanism-fits",
            "PLAIN: it does not bind",
        ),
    ] {
        let port = smtp(offer, |_| Some("235 in".into()));
        let url = format!("smtp://user@127.0.0.1:{port}");
        let answer = login(&[&[url.as_str()], args].concat());
        answer.is(kind, 5).says(says);
        assert!(!answer.dialogue.contains("C: AUTH"), "{}", answer.dialogue);
    }
}

/// Beyond this machine a secret does not pass in clear text, whatever the server offers: here by an address that is no loopback.
#[test]
fn no_password_passes_in_clear_text() {
    let Some(own) = own_address() else {
        return;
    };
    let listener = std::net::TcpListener::bind((own, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for io in listener.incoming() {
            let mut lines = crate::server::Lines::new(io.unwrap());
            let mut talk = || -> std::io::Result<()> {
                lines.says("220 a")?;
                lines.hears()?;
                lines.says("250-a")?;
                lines.says("250 AUTH PLAIN")?;
                lines.hears()?;
                lines.says("235 2.7.0 in")
            };
            let _ = talk();
        }
    });
    let url = format!("smtp://user@{own}:{port}");
    login(&[&url]).is("starttls-not-offered", 5);
    login(&[&url, "--no-starttls"])
        .is("no-mechanism-fits", 5)
        .says("PLAIN: it sends the secret in clear text");
    let answer = login(&[&url, "--no-starttls", "--insecure-clear-text"]);
    answer
        .is("logged-in", 0)
        .says("NO TLS: anybody on the way could read along");
    assert!(answer.dialogue.contains("warning: --insecure-clear-text"));
}

/// What listens here for a server elsewhere passes on what it hears.
#[test]
fn the_near_end_of_a_tunnel_is_not_this_machine() {
    let port = smtp("AUTH PLAIN", |_| Some("235 2.7.0 in".into()));
    let near = format!("127.0.0.1:{port}");
    let args = ["smtp://user@mail.example.org", "--connect", &near];
    login(&args).is("starttls-not-offered", 5);
    login(&[&args[..], &["--no-starttls"]].concat()).is("no-mechanism-fits", 5);
    login(&["smtp://user@localhost", "--connect", &near]).is("logged-in", 0);
}

/// An address of this machine's that is not loopback, if it has one. No packet is sent.
fn own_address() -> Option<std::net::IpAddr> {
    let socket = std::net::UdpSocket::bind(("0.0.0.0", 0)).ok()?;
    // RFC 5737 §3: an address for documentation.
    socket.connect(("192.0.2.1", 9)).ok()?;
    let own = socket.local_addr().ok()?.ip();
    (!own.is_loopback() && !own.is_unspecified()).then_some(own)
}
