//! Passwords, tokens and proofs in all the wrong places: none of the three forms has them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sasl_explain::{Options, TextStyle, explain, html, json, read, text};

const SECRET: &str = "c4n4ryXc4n4ry";

fn encoded(text: &str) -> String {
    STANDARD.encode(text)
}

/// All that is said of a log. It need not be understood.
fn said(log: &str, mechanism: Option<&str>) -> String {
    let Ok(exchanges) = read(log.as_bytes(), mechanism) else {
        return String::new();
    };
    let mut options = Options::default();
    options.mechanism = mechanism.map(Into::into);
    let explained: Vec<_> = exchanges
        .iter()
        .map(|exchange| explain(exchange, &options))
        .collect();
    let texts: String = explained
        .iter()
        .map(|one| text(one, &TextStyle::default().width(120)))
        .collect();
    texts + &json(&explained) + &html(&explained)
}

fn assert_hidden(log: &str, mechanism: Option<&str>) {
    let said = said(log, mechanism);
    // Half of it would be enough, and base64 is as good as nothing.
    for part in ["c4n4ry", "YzRuNHJ5", "M0bjRye", "jNG40cn"] {
        assert!(!said.contains(part), "{log}\n{mechanism:?}\n{said}");
    }
}

#[test]
fn bare_messages_in_every_order() {
    let prompts = ["Username:", "Password:"];
    let codes: [fn(&str) -> String; 2] = [str::to_owned, encoded];
    for code in codes {
        let (name, password) = (code("user"), code(SECRET));
        let [first, second] = prompts.map(code);
        for log in [
            format!("{first}\n{name}\n{second}\n{password}"),
            format!("{name}\n{second}\n{password}"),
            format!("{second}\n{password}"),
            format!("{name}\n{password}"),
            password.clone(),
            format!("> {name}\n> {password}"),
            format!("< {first}\n> {name}\n< {second}\n> {password}"),
            format!("> {first}\n< {name}\n> {second}\n< {password}"),
            format!("C: {name}\nC: {password}"),
        ] {
            for mechanism in [
                None,
                Some("LOGIN"),
                Some("PLAIN"),
                Some("CRAM-MD5"),
                Some("X-OTHER"),
                Some("SCRAM-SHA-256"),
            ] {
                assert_hidden(&log, mechanism);
            }
        }
    }
}

#[test]
fn a_message_of_another_mechanism() {
    let messages = [
        format!("\0user\0{SECRET}"),
        format!("user\0{SECRET}"),
        format!("user {SECRET}"),
        format!("user=u\x01auth=Bearer {SECRET}\x01\x01"),
        format!("user=u auth=Bearer {SECRET}"),
        format!("n,a=u,auth=Bearer {SECRET}"),
        format!("n,a=u,\x01auth={SECRET} {SECRET}\x01\x01"),
        format!("n,a=u,\x01Authorization: bearer {SECRET}\x01\x01"),
        format!("c=biws,r=abc,p={}", encoded(SECRET)),
        format!("c=biws,r=abc,q={SECRET},p={SECRET}"),
        format!("user\0\0{SECRET}"),
    ];
    for message in &messages {
        for mechanism in [
            "PLAIN",
            "CRAM-MD5",
            "SCRAM-SHA-256",
            "SCRAM-SHA-1-PLUS",
            "OAUTHBEARER",
            "XOAUTH2",
            "HT-SHA-256-NONE",
            "X-OTHER",
        ] {
            let b64 = encoded(message);
            assert_hidden(&format!("C: AUTH {mechanism} {b64}\nS: 535 no"), None);
            assert_hidden(
                &format!("C: AUTH {mechanism}\nS: 334 \nC: {b64}\nS: 334 \nC: {b64}\nS: 535 no"),
                None,
            );
            assert_hidden(
                &format!("<auth mechanism='{mechanism}'>{b64}</auth><failure><x/></failure>"),
                None,
            );
        }
    }
    // Those whose messages are names have NULs to tell by.
    for message in messages.iter().filter(|message| message.contains('\0')) {
        for mechanism in ["LOGIN", "EXTERNAL", "ANONYMOUS"] {
            assert_hidden(
                &format!("C: AUTH {mechanism} {}\nS: 535 no", encoded(message)),
                None,
            );
        }
    }
}

#[test]
fn a_client_s_message_in_the_server_s_place() {
    let messages = [
        format!("\0user\0{SECRET}"),
        format!("user=u\x01auth=Bearer {SECRET}\x01\x01"),
        format!("n,a=u,\x01auth=Bearer {SECRET}\x01\x01"),
        format!("c=biws,r=abc,p={}", encoded(SECRET)),
    ];
    for message in &messages {
        for mechanism in [
            "PLAIN",
            "CRAM-MD5",
            "SCRAM-SHA-256",
            "OAUTHBEARER",
            "X-OTHER",
        ] {
            let b64 = encoded(message);
            assert_hidden(
                &format!("C: AUTH {mechanism}\nS: 334 {b64}\nC: AAAA\nS: 535 no"),
                None,
            );
        }
    }
    for word in ["OK", "NO"] {
        let log = format!("\0user\0pencil\n{word} \0user\0{SECRET}");
        assert_hidden(&log, Some("PLAIN"));
    }
}

#[test]
fn what_is_next_to_a_message() {
    let plain = encoded(&format!("\0user\0{SECRET}"));
    for log in [
        format!(
            "C: AUTH LOGIN {} {}\nS: 501 no",
            encoded("user12"),
            encoded(SECRET)
        ),
        format!("C: AUTH LOGIN {}{}\nS: 501 no", encoded("user12"), "!"),
        format!("C: AUTH PLAIN {plain}\nS: 501 5.5.4 Syntax error in AUTH PLAIN {plain}"),
        format!("C: AUTH PLAIN {plain}\nS: 535 '{SECRET}' is not the password"),
        format!("C: AUTH PLAIN {}\nS: 501 no", plain.replace('=', "!")),
        format!("a LOGIN user {SECRET}\na NO no\nb AUTHENTICATE PLAIN {plain}\nb NO no"),
        format!("USER user\n+OK\nPASS {SECRET}\n-ERR no\nAUTH PLAIN {plain}\n-ERR no"),
    ] {
        assert_hidden(&log, None);
    }
}
