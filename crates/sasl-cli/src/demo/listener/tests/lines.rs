//! What holds for every protocol of lines.

use super::*;

/// What a client says in a protocol, and what the last line of each answer begins with.
struct Script {
    protocol: Protocol,
    greeting: &'static str,
    capabilities: (&'static str, &'static str),
    starttls: (&'static str, &'static str),
    /// PLAIN, with the octets in the place of the mark.
    auth: &'static str,
    right: &'static str,
    wrong: &'static str,
}

const SCRIPTS: &[Script] = &[
    Script {
        protocol: Protocol::Smtp,
        greeting: "220 ",
        capabilities: ("EHLO me", "250 "),
        starttls: ("STARTTLS", "220 "),
        auth: "AUTH PLAIN @",
        right: "235 2.7.0 ",
        wrong: "535 5.7.8 ",
    },
    Script {
        protocol: Protocol::Lmtp,
        greeting: "220 ",
        capabilities: ("LHLO me", "250 "),
        starttls: ("STARTTLS", "220 "),
        auth: "AUTH PLAIN @",
        right: "235 2.7.0 ",
        wrong: "535 5.7.8 ",
    },
    Script {
        protocol: Protocol::Imap,
        greeting: "* OK ",
        capabilities: ("a CAPABILITY", "a OK "),
        starttls: ("b STARTTLS", "b OK "),
        auth: "c AUTHENTICATE PLAIN @",
        right: "c OK ",
        wrong: "c NO [AUTHENTICATIONFAILED] ",
    },
    Script {
        protocol: Protocol::Pop3,
        greeting: "+OK ",
        capabilities: ("CAPA", "."),
        starttls: ("STLS", "+OK"),
        auth: "AUTH PLAIN @",
        right: "+OK",
        wrong: "-ERR [AUTH] ",
    },
    Script {
        protocol: Protocol::Sieve,
        greeting: "OK",
        capabilities: ("CAPABILITY", "OK"),
        starttls: ("STARTTLS", "OK"),
        auth: "AUTHENTICATE \"PLAIN\" \"@\"",
        right: "OK",
        wrong: "NO ",
    },
    Script {
        protocol: Protocol::Irc,
        greeting: "",
        capabilities: ("CAP LS 302\r\nCAP REQ :sasl", ":localhost CAP * ACK "),
        starttls: ("STARTTLS", ":localhost 670 "),
        auth: "AUTHENTICATE PLAIN\r\nAUTHENTICATE @",
        right: ":localhost 903 ",
        wrong: ":localhost 904 ",
    },
];

/// Those without lines, which have tests of their own.
const FRAMED: &[Protocol] = &[Protocol::Xmpp, Protocol::Postgres];

/// Says a line, and reads until one begins as it should; that is not to be found is an end too.
async fn ask(io: &mut (impl AsyncRead + AsyncWrite + Unpin), line: &str, answer: &str) -> String {
    if !line.is_empty() {
        io.write_all(format!("{line}\r\n").as_bytes())
            .await
            .unwrap();
        io.flush().await.unwrap();
    }
    let mut heard = String::new();
    loop {
        let mut buffer = [0; 1024];
        let length = timeout(Duration::from_secs(10), io.read(&mut buffer))
            .await
            .unwrap_or_else(|_| panic!("{line:?}: {answer:?} is not in {heard:?}"))
            .unwrap();
        assert!(length > 0, "{line:?}: {answer:?} is not in {heard:?}");
        heard.push_str(&String::from_utf8_lossy(&buffer[..length]));
        if heard.lines().any(|line| line.starts_with(answer)) && heard.ends_with("\r\n") {
            return heard;
        }
    }
}

impl Script {
    /// In some the client speaks first.
    async fn greet(&self, io: &mut (impl AsyncRead + AsyncWrite + Unpin)) {
        if !self.greeting.is_empty() {
            ask(io, "", self.greeting).await;
        }
    }

    async fn log_in(&self, io: &mut (impl AsyncRead + AsyncWrite + Unpin)) {
        for (password, answer) in [("pen", self.wrong), ("pencil", self.right)] {
            let message =
                base64::engine::general_purpose::STANDARD.encode(format!("\0user\0{password}"));
            ask(io, &self.auth.replace('@', &message), answer).await;
        }
    }
}

#[tokio::test]
async fn every_protocol_lets_the_right_one_in() {
    for script in SCRIPTS {
        let protocol = script.protocol;
        let serving = Serving::speaking(protocol, Protection::Local, &[]).await;
        let mut io = TcpStream::connect(serving.address).await.unwrap();
        script.greet(&mut io).await;
        let (question, answer) = script.capabilities;
        let offer = ask(&mut io, question, answer).await;
        assert!(offer.contains("PLAIN"), "{protocol}: {offer}");
        assert!(
            !offer.contains("STARTTLS") && !offer.contains("STLS"),
            "{protocol}: {offer}"
        );
        script.log_in(&mut io).await;
    }
}

#[tokio::test]
async fn every_protocol_has_tls_in_both_ways() {
    for script in SCRIPTS {
        let protocol = script.protocol;
        let serving = Serving::speaking(protocol, Protection::None, STARTTLS).await;
        let mut io = TcpStream::connect(serving.address).await.unwrap();
        script.greet(&mut io).await;
        let (question, answer) = script.capabilities;
        let offer = ask(&mut io, question, answer).await;
        assert!(!offer.contains("PLAIN"), "{protocol}: {offer}");
        let (starttls, go) = script.starttls;
        ask(&mut io, starttls, go).await;
        let connector = serving.connector.unwrap();
        let mut io = connector.connect(tls::localhost(), io).await.unwrap();
        let offer = ask(&mut io, question, answer).await;
        assert!(offer.contains("PLAIN"), "{protocol}: {offer}");
        script.log_in(&mut io).await;

        let serving = Serving::speaking(protocol, Protection::None, IMPLICIT).await;
        let io = TcpStream::connect(serving.address).await.unwrap();
        let connector = serving.connector.unwrap();
        let mut io = connector.connect(tls::localhost(), io).await.unwrap();
        script.greet(&mut io).await;
        let offer = ask(&mut io, question, answer).await;
        assert!(offer.contains("PLAIN"), "{protocol}: {offer}");
        script.log_in(&mut io).await;
    }
}

#[test]
fn every_protocol_has_a_script() {
    for protocol in Protocol::value_variants() {
        assert!(
            FRAMED.contains(protocol) || SCRIPTS.iter().any(|script| script.protocol == *protocol),
            "{protocol}"
        );
    }
}
