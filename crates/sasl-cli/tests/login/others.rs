//! Protocols that this program's own server does not speak.

use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;

use crate::run::{CANARY, login};
use crate::server::{Lines, serve};

/// An IRC server that says this at the end of an exchange with PLAIN.
fn irc(last: &'static str) -> u16 {
    serve(move |io| {
        let mut lines = Lines::new(io);
        lines.says(":a NOTICE * :*** Looking up your hostname")?;
        assert_eq!(lines.hears()?, "CAP LS 302");
        lines.says(":a CAP * LS :multi-prefix sasl=PLAIN,EXTERNAL")?;
        while lines.hears()? != "CAP REQ :sasl" {}
        lines.says(":a CAP user ACK :sasl")?;
        assert_eq!(lines.hears()?, "AUTHENTICATE PLAIN");
        lines.says("AUTHENTICATE +")?;
        let message = lines.hears()?;
        lines.says(&last.replace("{}", &message))?;
        let _ = lines.hears();
        Ok(())
    })
}

#[test]
fn irc_has_numerics_for_it() {
    let url = |port| format!("irc://user@127.0.0.1:{port}");
    let port = irc(":a 900 user user!u@h user :in\r\n:a 903 user :done");
    login(&[&url(port)])
        .is("logged-in", 0)
        .says("as user by PLAIN");
    for (last, kind) in [
        (
            ":a 904 user :SASL authentication failed {}",
            "login-refused",
        ),
        (":a 902 user :locked {}", "account-disabled"),
    ] {
        let answer = login(&[&url(irc(last))]);
        answer.is(kind, 1).says("(not shown)");
    }
    login(&[&url(port), "--starttls"])
        .is("starttls-not-offered", 5)
        .says("ircs://");
    login(&[&url(port), "--mechanism", "SCRAM-SHA-256"]).is("no-mechanism-fits", 5);
}

/// Who keeps the client busy with PING does not thereby have all the time there is.
#[test]
fn a_server_that_only_pings_is_silent() {
    let port = serve(|io| {
        let mut lines = Lines::new(io);
        lines.hears()?;
        loop {
            lines.says("PING :x")?;
            lines.hears()?;
            std::thread::sleep(std::time::Duration::from_millis(200));
        }
    });
    let begun = std::time::Instant::now();
    let url = format!("irc://user@127.0.0.1:{port}");
    login(&[&url, "--timeout", "1"]).is("answer-timeout", 4);
    // It logs in twice.
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
}

/// A message of PostgreSQL's protocol.
fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let len = u32::try_from(body.len().saturating_add(4))
        .unwrap()
        .to_be_bytes();
    [&[kind], &len[..], body].concat()
}

fn read(io: &mut TcpStream, kind: bool) -> io::Result<Vec<u8>> {
    if kind {
        io.read_exact(&mut [0; 1])?;
    }
    let mut len = [0; 4];
    io.read_exact(&mut len)?;
    let len = u32::from_be_bytes(len).saturating_sub(4);
    let mut body = vec![0; usize::try_from(len).map_err(io::Error::other)?];
    io.read_exact(&mut body)?;
    Ok(body)
}

/// A PostgreSQL server without TLS, which begins with this message, and ends with what comes of the client's.
fn postgres(first: Vec<u8>, last: fn(&[u8]) -> Vec<u8>) -> u16 {
    serve(move |mut io| {
        assert_eq!(read(&mut io, false)?, [0x04, 0xd2, 0x16, 0x2f]);
        io.write_all(b"N")?;
        assert!(read(&mut io, false)?.starts_with(b"\0\x03\0\0user\0user\0"));
        io.write_all(&first)?;
        let said = read(&mut io, true)?;
        io.write_all(&last(&said))?;
        let _ = io.read(&mut [0; 1])?;
        Ok(())
    })
}

#[test]
fn postgresql_has_messages_and_codes() {
    let url = |port| format!("postgres://user@127.0.0.1:{port}/db");
    let offer = || message(b'R', b"\0\0\0\x0aPLAIN\0\0");
    let ok = |_: &[u8]| message(b'R', &[0; 4]);
    let answer = login(&[&url(postgres(offer(), ok))]);
    answer
        .is("logged-in", 0)
        .says("as user by PLAIN (not bound, no TLS, on this machine only)");

    let wrong = |_: &[u8]| message(b'E', b"SFATAL\0C28P01\0Mno\0\0");
    login(&[&url(postgres(offer(), wrong))]).is("credentials-refused", 1);
    let echo = |_: &[u8]| message(b'E', format!("SFATAL\0C28P01\0M{CANARY}?\0\0").as_bytes());
    login(&[&url(postgres(offer(), echo))])
        .is("credentials-refused", 1)
        .says("(the server: \"28P01 (not shown)?\")");
    let busy = |_: &[u8]| message(b'E', b"SFATAL\0C53300\0Mtoo many\0\0");
    login(&[&url(postgres(offer(), busy))]).is("temporary-failure", 6);

    for (first, kind) in [
        (message(b'R', &[0; 4]), "pre-authenticated"),
        (message(b'R', &[0, 0, 0, 3]), "nothing-offered"),
    ] {
        login(&[&url(postgres(first, ok))]).is(kind, 5);
    }
    let scram = message(b'R', b"\0\0\0\x0aSCRAM-SHA-256\0\0");
    login(&[&url(postgres(scram, ok))]).is("early-success", 3);
    login(&[&url(postgres(offer(), ok)), "--starttls"])
        .is("starttls-not-offered", 5)
        .says("offers no TLS");
}
