//! XMPP's servers.

use std::io::Write as _;
use std::sync::Arc;

use crate::framed::{answers, dribbles, floods, hears, holds, waits};
use crate::run::{Answer, login};
use crate::server::{Authority, serve, tls};

const HEADER: &str = "<?xml version='1.0'?><stream:stream from='localhost' id='1' version='1.0' xmlns='jabber:client' \
                      xmlns:stream='http://etherx.jabber.org/streams'>";
const STARTTLS: &str = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";
const PROCEED: &str = "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";

/// The server's stream, which offers this mechanism, and something else.
fn offer(mechanism: &str, more: &str) -> String {
    format!(
        "{HEADER}<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>\
         <mechanism>{mechanism}</mechanism></mechanisms>{more}</stream:features>"
    )
}

fn sasl(element: &str, inside: &str) -> String {
    format!("<{element} xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>{inside}</{element}>")
}

fn said(said: &[&str]) -> Vec<Vec<u8>> {
    said.iter().map(|said| said.as_bytes().to_vec()).collect()
}

fn log_in(port: u16, args: &[&str]) -> Answer {
    let place = format!("127.0.0.1:{port}");
    let url = "xmpp://user@localhost";
    login(&[&[url, "--connect", &place], args].concat())
}

/// What comes of it when the server says these things.
fn told(words: &[&str]) -> Answer {
    log_in(answers(said(words)), &[])
}

#[test]
fn success_is_what_both_sides_agree_on() {
    let success = sasl("success", "");
    let words = [&*offer("PLAIN", ""), &*success];
    let answer = told(&words);
    answer
        .is("logged-in", 0)
        .says("logged in to localhost as user by PLAIN (not bound, no TLS, on this machine only)");
    let dialogue = &answer.dialogue;
    assert!(
        dialogue.contains("C: <auth mechanism='PLAIN'> <"),
        "{dialogue}"
    );
    assert!(dialogue.contains("S: <success>"), "{dialogue}");
    log_in(dribbles(said(&words)), &[]).is("logged-in", 0);

    let scram = offer("SCRAM-SHA-256", "");
    told(&[&scram, &success]).is("early-success", 3);
    let challenge = sasl("challenge", "cj1hbm90aGVyLHM9YzJGc2RITmhiSFE9LGk9NDA5Ng==");
    let nonce = told(&[&scram, &challenge]);
    nonce.is("violation", 3);
    assert_eq!(nonce.json["fault"]["reason"], "nonce");
    // What comes before it was asked for.
    told(&[&format!("{scram}{challenge}"), ""]).is("violation", 3);
    told(&[&format!("{}{success}", offer("PLAIN", "")), ""]).is("violation", 3);
}

#[test]
fn the_client_leaves_as_it_came() {
    let (sender, receiver) = std::sync::mpsc::channel();
    let port = serve(move |mut io| {
        hears(&mut io)?;
        io.write_all(offer("PLAIN", "").as_bytes())?;
        hears(&mut io)?;
        io.write_all(sasl("success", "").as_bytes())?;
        sender.send(hears(&mut io)?).map_err(std::io::Error::other)
    });
    log_in(port, &[]).is("logged-in", 0);
    let last = String::from_utf8(receiver.recv().unwrap()).unwrap();
    assert!(
        last.starts_with("<?xml") && last.contains("to='localhost'"),
        "{last}"
    );
    assert!(last.ends_with("</stream:stream>"), "{last}");
}

#[test]
fn conditions_have_their_meaning() {
    for (condition, kind, exit) in [
        ("not-authorized", "credentials-refused", 1),
        ("something-new", "credentials-refused", 1),
        ("account-disabled", "account-disabled", 1),
        ("credentials-expired", "credentials-expired", 1),
        ("invalid-authzid", "authorization-refused", 1),
        ("invalid-mechanism", "mechanism-refused", 5),
        ("mechanism-too-weak", "mechanism-refused", 5),
        ("encryption-required", "encryption-required", 5),
        ("malformed-request", "command-rejected", 3),
        ("incorrect-encoding", "command-rejected", 3),
        ("temporary-auth-failure", "temporary-failure", 6),
    ] {
        let inside = format!("<{condition}/><text>No\u{7}way</text>");
        let answer = told(&[&offer("PLAIN", ""), &sasl("failure", &inside)]);
        answer.is(kind, exit);
        let said = answer.json["server_said"].as_str().unwrap();
        assert!(said.ends_with("No way"), "{condition}: {said}");
    }
    let condition = |name: &str| format!("<{name} xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>");
    for (name, kind, exit) in [
        ("host-unknown", "not-served", 4),
        ("policy-violation", "not-served", 4),
        ("system-shutdown", "temporary-failure", 6),
    ] {
        let error = format!(
            "<stream:error>{}</stream:error></stream:stream>",
            condition(name)
        );
        let answer = told(&[&format!("{HEADER}{error}")]);
        answer.is(kind, exit).says(name);
        let answer = told(&[&offer("PLAIN", ""), &error]);
        assert_ne!(answer.json["exit"], 0);
        answer.says(name);
    }
}

#[test]
fn a_binding_that_is_not_taken_says_nothing_of_the_password() {
    let authority = Authority::new("xmpp-binding");
    let config = authority.server(|_| {});
    let port = serve(move |io| {
        let mut io = tls(&config, io);
        hears(&mut io)?;
        io.write_all(offer("SCRAM-SHA-1-PLUS", "").as_bytes())?;
        hears(&mut io)?;
        io.write_all(sasl("failure", "<malformed-request/>").as_bytes())?;
        waits(&mut io);
        Ok(())
    });
    let url = format!("xmpps://user@localhost:{port}");
    login(&[&url, "--ca", authority.file()])
        .is("mechanism-refused", 5)
        .says("tls-unique")
        .says("--binding disable");
}

#[test]
fn a_server_that_goes_away_says_nothing_of_the_password() {
    told(&[&offer("PLAIN", "")]).is("closed-mid-exchange", 3);
    told(&[&offer("PLAIN", ""), "</stream:stream>"]).is("closed-mid-exchange", 3);
    told(&[&offer("PLAIN", ""), "<success xmlns='urn:ietf"]).is("closed-mid-exchange", 3);
    told(&[HEADER]).is("connection-closed", 4);
    told(&[]).is("connection-closed", 4);
    let answer = log_in(holds(HEADER.as_bytes()), &["--timeout", "1"]);
    answer.is("answer-timeout", 4);
}

#[test]
fn what_cannot_be_read_is_said_to_be_so() {
    for garbage in [
        "SSH-2.0-OpenSSH_9.2\r\n",
        "HTTP/1.1 400 Bad Request\r\n\r\n",
        "<html>",
        "</stream:stream>",
        "<!DOCTYPE html><html>",
        "<stream:stream xmlns:stream='jabber:other' version='1.0'>",
        "\u{0}\u{0}\u{0}\u{8}",
    ] {
        told(&[garbage])
            .is("malformed", 3)
            .says("does not speak xmpp");
    }
    for features in [
        "<iq/>",
        "<!-- no --><stream:features/>",
        "<stream:features><!-- no --></stream:features>",
        "<stream:features>&unknown;</stream:features>",
        "<stream:features></other>",
    ] {
        told(&[&format!("{HEADER}{features}")]).is("malformed", 3);
    }
    let deep = "<a>".repeat(1000);
    told(&[&format!("{HEADER}<stream:features>{deep}")]).is("malformed", 3);
    for element in [
        "<iq/>",
        "text",
        &sasl("challenge", "no base64!"),
        "<?php ?>",
    ] {
        told(&[&offer("SCRAM-SHA-1", ""), element]).is("malformed", 3);
    }
    // What has no end is not kept, and not waited for.
    let endless = |first: &str, again| floods(format!("{HEADER}{first}").into(), again);
    for port in [
        endless("<stream:features a='", b"aaaaaaaa"),
        endless("<stream:features>", b"<a/> "),
        endless("", b"        "),
        floods(b"<".to_vec(), b"stream"),
    ] {
        log_in(port, &[]).is("malformed", 3);
    }
    // A version without features.
    let old = HEADER.replace(" version='1.0' xmlns=", " xmlns=");
    assert_ne!(old, HEADER);
    assert_eq!(told(&[&old]).json["exit"], 5);
}

#[test]
fn starttls_is_not_given_up() {
    let plain = offer("PLAIN", "");
    let port = || answers(said(&[&plain]));
    log_in(port(), &["--starttls"]).is("starttls-not-offered", 5);
    let both = offer("PLAIN", STARTTLS);
    let failure = "<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:stream>";
    told(&[&both, failure]).is("temporary-failure", 6);
    told(&[&both, "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"]).is("malformed", 3);
    told(&[&both]).is("connection-closed", 4);
    // Whatever stands behind the word for the handshake was sent in clear text, by anybody.
    let authority = Authority::new("xmpp-injection");
    for injected in ["<stream:features/>", "<", " ", HEADER] {
        let config = authority.server(|_| {});
        let words = [both.clone(), format!("{PROCEED}{injected}")];
        let port = serve(move |mut io| {
            for words in &words {
                hears(&mut io)?;
                io.write_all(words.as_bytes())?;
            }
            let mut io = tls(&config, io);
            waits(&mut io);
            Ok(())
        });
        let answer = log_in(port, &["--ca", authority.file()]);
        answer.is("violation", 3);
        assert_eq!(answer.json["fault"]["reason"], "premature", "{injected}");
        assert!(answer.json["tls"].is_null());
    }
}

#[test]
fn the_stream_begins_anew_under_tls() {
    let authority = Authority::new("xmpp-starttls");
    let config = authority.server(|_| {});
    let port = serve(move |mut io| {
        hears(&mut io)?;
        // What is offered without TLS does not count.
        io.write_all(offer("SCRAM-SHA-1", STARTTLS).as_bytes())?;
        hears(&mut io)?;
        io.write_all(PROCEED.as_bytes())?;
        let mut io = tls(&config, io);
        hears(&mut io)?;
        io.write_all(offer("PLAIN", "").as_bytes())?;
        hears(&mut io)?;
        io.write_all(sasl("success", "").as_bytes())?;
        waits(&mut io);
        Ok(())
    });
    let answer = log_in(port, &["--ca", authority.file()]);
    answer
        .is("logged-in", 0)
        .says("by PLAIN (not bound, TLS 1.3)");
    assert_eq!(answer.json["offered"], serde_json::json!(["PLAIN"]));
    assert_eq!(answer.json["tls"]["begun"], "starttls");
}

#[test]
fn direct_tls_says_what_it_is_for() {
    let authority = Authority::new("xmpp-direct");
    let mut config = authority.server(|_| {});
    Arc::get_mut(&mut config).unwrap().alpn_protocols = vec![b"xmpp-client".to_vec()];
    let port = serve(move |io| {
        let mut io = tls(&config, io);
        hears(&mut io)?;
        assert_eq!(io.conn.alpn_protocol(), Some(&b"xmpp-client"[..]));
        io.write_all(offer("PLAIN", "").as_bytes())?;
        hears(&mut io)?;
        io.write_all(sasl("success", "").as_bytes())?;
        waits(&mut io);
        Ok(())
    });
    let url = format!("xmpps://user@localhost:{port}");
    let answer = login(&[&url, "--ca", authority.file()]);
    answer.is("logged-in", 0);
    assert_eq!(answer.json["tls"]["begun"], "implicit");
}
