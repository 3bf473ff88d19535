//! Servers that are not there.

use std::net::TcpListener;

use crate::run::login;

#[test]
fn a_port_where_nobody_listens_is_said_to_be_so() {
    // Taken and given back, so that it is free.
    let port = TcpListener::bind(("127.0.0.1", 0))
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    for host in ["127.0.0.1", "localhost"] {
        let answer = login(&[&format!("smtp://user@{host}:{port}")]);
        answer
            .is("connection-refused", 4)
            .says("connection refused: nothing listens at");
        assert!(answer.json["peer"].is_null());
    }
}

/// RFC 6761 §6.4: nothing is ever called that.
#[test]
fn a_host_that_is_not_there_is_said_to_be_so() {
    login(&["smtp://user@nobody.invalid", "--timeout", "20"])
        .is("unknown-host", 4)
        .says("the host nobody.invalid");
}

#[cfg(unix)]
#[test]
fn a_unix_socket_is_local() {
    use std::io::{BufRead as _, BufReader, Write as _};
    use std::os::unix::net::UnixListener;
    use std::path::Path;

    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("login.sock");
    let url = format!("lmtp://{}", path.display());
    let _ = std::fs::remove_file(&path);
    login(&[&url, "--user", "user"]).is("connect-failed", 4);

    let listener = UnixListener::bind(&path).unwrap();
    std::thread::spawn(move || {
        for io in listener.incoming() {
            let mut io = BufReader::new(io.unwrap());
            let mut line = String::new();
            for says in [
                "220 a\r\n",
                "250-a\r\n250 AUTH PLAIN\r\n",
                "235 2.7.0 in\r\n",
            ] {
                // Who gives up does not hear the rest.
                let _ = io.get_mut().write_all(says.as_bytes());
                line.clear();
                let _ = io.read_line(&mut line);
                assert!(!line.starts_with("EHLO"), "LMTP has LHLO");
            }
        }
    });
    let answer = login(&[&url, "--user", "user"]);
    answer
        .is("logged-in", 0)
        .says("as user by PLAIN (not bound, no TLS, on this machine only)");
    assert_eq!(answer.json["peer"], "unix socket");

    // Tunnels end on sockets as they do on loopback.
    let path = path.to_str().unwrap();
    login(&["lmtp://user@mail.example.org", "--connect", path]).is("starttls-not-offered", 5);
    login(&["lmtp://user@localhost", "--connect", path]).is("logged-in", 0);
}
