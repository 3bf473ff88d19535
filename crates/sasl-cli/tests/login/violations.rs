//! Servers that break the protocol.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};

use crate::run::login;
use crate::server::{Authority, Lines, serve, smtp, tls};

fn url(port: u16) -> String {
    format!("smtp://user@127.0.0.1:{port}")
}

const SCRAM: &str = "AUTH SCRAM-SHA-256 PLAIN";

#[test]
fn a_success_that_comes_too_early_is_none() {
    let port = smtp(SCRAM, |_| Some("235 2.7.0 welcome".into()));
    let answer = login(&[&url(port)]);
    answer
        .is("early-success", 3)
        .says("said success before it had proved that it knows the secret: not logged in")
        .says("(the server: \"235 2.7.0 welcome\")");
    assert_eq!(answer.json["fault"]["reason"], "server-not-authenticated");
}

#[test]
fn a_server_that_goes_away_in_the_middle_says_nothing_of_the_password() {
    let port = smtp(SCRAM, |_| None);
    let answer = login(&[&url(port)]);
    answer
        .is("closed-mid-exchange", 3)
        .says("127.0.0.1 closed the connection in the middle of the exchange");

    // Reset, and not closed.
    let port = serve(|io| {
        let mut lines = Lines::new(io);
        lines.says("220 a")?;
        lines.hears()?;
        lines.says("250-a")?;
        lines.says("250 AUTH PLAIN")?;
        // What is not read makes the system reset the connection.
        std::thread::sleep(std::time::Duration::from_millis(100));
        Ok(())
    });
    login(&[&url(port)]).is("closed-mid-exchange", 3);

    // Before anything of a login was sent it is the connection.
    let port = serve(|io| {
        Lines::new(io).says("220 a")?;
        Ok(())
    });
    login(&[&url(port)]).is("connection-closed", 4);
    let port = serve(|io| io.shutdown(Shutdown::Both));
    login(&[&url(port)])
        .is("connection-closed", 4)
        .says("closed the connection before any login");
}

#[test]
fn what_cannot_be_read_is_said_to_be_so() {
    let port = serve(|mut io| io.write_all(b"SSH-2.0-OpenSSH_9.2\r\n"));
    login(&[&url(port)])
        .is("malformed", 3)
        .says("does not speak smtp");
    let port = smtp(SCRAM, |_| Some("334 this is no base64".into()));
    login(&[&url(port)])
        .is("malformed", 3)
        .says("says what cannot be read: the message is not base64");
    let port = smtp(SCRAM, |_| Some("334 cj1hLHM9YixpPTA=".into()));
    login(&[&url(port)]).is("malformed", 3);
    // A line without an end is not kept, and not waited for.
    let port = serve(|mut io| {
        while io.write_all(&[b'2'; 4096]).is_ok() {}
        Ok(())
    });
    login(&[&url(port)]).is("malformed", 3);
    // An alert of a server that takes the EHLO for TLS.
    let port = serve(|mut io| io.write_all(b"\x15\x03\x01\x00\x02\x02\x16"));
    login(&[&url(port)])
        .is("tls-failed", 4)
        .says("speaks TLS from the first octet: it may be submissions://");
}

#[test]
fn a_nonce_that_is_another_is_a_violation() {
    // r=another,s=c2FsdHNhbHQ=,i=4096
    let port = smtp(SCRAM, |_| {
        Some("334 cj1hbm90aGVyLHM9YzJGc2RITmhiSFE9LGk9NDA5Ng==".into())
    });
    let answer = login(&[&url(port)]);
    answer
        .is("violation", 3)
        .says("broke the rules: the nonce is not the one that was agreed");
}

#[test]
fn what_comes_before_a_handshake_is_not_taken_for_what_comes_under_it() {
    let authority = Authority::new("premature");
    let config = authority.server(|_| {});
    let port = serve(move |io| {
        let mut lines = Lines::new(io);
        lines.says("220 a")?;
        lines.hears()?;
        lines.says("250-a")?;
        lines.says("250 STARTTLS")?;
        lines.hears()?;
        lines.says("220 go\r\n250 AUTH PLAIN")?;
        let mut io = tls(&config, lines.into_inner());
        let _ = io.read(&mut [0; 100])?;
        Ok(())
    });
    login(&[
        &format!("smtp://user@localhost:{port}"),
        "--ca",
        authority.file(),
    ])
    .is("violation", 3)
    .says("broke the rules: bytes came before their time");
}

#[test]
fn iterations_have_their_limits() {
    // The server's part of the nonce has to follow the client's, so that this one listens.
    let asks_for = |iterations: &'static str| {
        smtp(SCRAM, move |line| {
            // Not to the client's proof.
            if !line.starts_with("AUTH ") {
                return None;
            }
            use base64::Engine as _;
            use base64::engine::general_purpose::STANDARD;
            let first = line.rsplit(' ').next()?;
            let first = String::from_utf8(STANDARD.decode(first).ok()?).ok()?;
            let (_, nonce) = first.rsplit_once("r=")?;
            let said = format!("r={nonce}x,s=c2FsdHNhbHQ=,i={iterations}");
            Some(format!("334 {}", STANDARD.encode(said)))
        })
    };
    let low = asks_for("100");
    login(&[&url(low)])
        .is("iterations-out-of-range", 5)
        .says("--min-iterations");
    let high = asks_for("4000000");
    login(&[&url(high)]).is("iterations-out-of-range", 5);
    // This one is let go on, and cannot take what it gets for a response.
    login(&[&url(low), "--min-iterations", "1"]).is("closed-mid-exchange", 3);
}

#[test]
fn silence_has_an_end() {
    let silent = serve(|mut io: TcpStream| io.read_to_end(&mut Vec::new()).map(drop));
    login(&[&url(silent), "--timeout", "1"])
        .is("answer-timeout", 4)
        .says("connected to 127.0.0.1, which says nothing in time");
    login(&[
        &format!("smtps://user@127.0.0.1:{silent}"),
        "--timeout",
        "1",
    ])
    .is("tls-timeout", 4)
    .says("no answer from 127.0.0.1 to the TLS handshake in time");
    let port = smtp(SCRAM, |_| {
        std::thread::sleep(std::time::Duration::from_secs(60));
        None
    });
    login(&[&url(port), "--timeout", "1"])
        .is("answer-timeout", 4)
        .says("in the middle of the exchange");
    // One octet at a time is no answer either.
    let port = serve(|mut io| {
        loop {
            io.write_all(b"2")?;
            std::thread::sleep(std::time::Duration::from_millis(200));
        }
    });
    login(&[&url(port), "--timeout", "1"]).is("answer-timeout", 4);
}
