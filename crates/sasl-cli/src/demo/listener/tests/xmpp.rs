use super::*;

const HEADER: &str = "<?xml version='1.0'?><stream:stream to='localhost' version='1.0' xmlns='jabber:client' \
                      xmlns:stream='http://etherx.jabber.org/streams'>";
const STARTTLS_ELEMENT: &str = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";
const RIGHT: &str = "AHVzZXIAcGVuY2ls";
const WRONG: &str = "AHVzZXIAcGVu";
/// `nobody`, with the right password.
const UNKNOWN: &str = "AG5vYm9keQBwZW5jaWw=";

fn plain(message: &str) -> String {
    format!("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{message}</auth>")
}

/// Says something, and reads until an answer ends as it should.
async fn tell(io: &mut (impl AsyncRead + AsyncWrite + Unpin), text: &str, end: &str) -> String {
    io.write_all(text.as_bytes()).await.unwrap();
    io.flush().await.unwrap();
    let mut heard = String::new();
    while !heard.ends_with(end) {
        let mut buffer = [0; 1024];
        let length = timeout(Duration::from_secs(10), io.read(&mut buffer))
            .await
            .unwrap_or_else(|_| panic!("{text:?}: {end:?} is not the end of {heard:?}"))
            .unwrap();
        assert!(length > 0, "{text:?}: {end:?} is not the end of {heard:?}");
        heard.push_str(&String::from_utf8_lossy(&buffer[..length]));
    }
    heard
}

/// All that is said until the server has gone.
async fn last_words(io: &mut (impl AsyncRead + AsyncWrite + Unpin), text: &str) -> String {
    io.write_all(text.as_bytes()).await.unwrap();
    io.flush().await.unwrap();
    let mut heard = Vec::new();
    timeout(Duration::from_secs(10), io.read_to_end(&mut heard))
        .await
        .unwrap_or_else(|_| panic!("{text:?}: the server stays"))
        .unwrap();
    String::from_utf8(heard).unwrap()
}

async fn server(protection: Protection, options: &[&str]) -> Serving {
    Serving::speaking(Protocol::Xmpp, protection, options).await
}

async fn open(io: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> String {
    tell(io, HEADER, "</stream:features>").await
}

/// A wrong password, the right one, and what comes after it.
async fn log_in(io: &mut (impl AsyncRead + AsyncWrite + Unpin)) {
    let refused = tell(io, &plain(WRONG), "</failure>").await;
    assert!(refused.contains("<not-authorized "), "{refused}");
    // Nobody is told whether there is such a user.
    let unknown = tell(io, &plain(UNKNOWN), "</failure>").await;
    assert_eq!(unknown, refused);
    let success = tell(io, &plain(RIGHT), "</success>").await;
    assert!(success.starts_with("<success "), "{success}");
    let features = open(io).await;
    assert!(
        features.contains("<bind ") && !features.contains("mechanism"),
        "{features}"
    );
    let bind = "<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>\
                <resource>home</resource></bind></iq>";
    let bound = tell(io, bind, "</iq>").await;
    assert!(bound.contains("<jid>user@localhost/home</jid>"), "{bound}");
    let roster = "<presence/> <iq type='get' id='r'><query xmlns='jabber:iq:roster'/></iq>";
    let refused = tell(io, roster, "</iq>").await;
    assert!(refused.starts_with("<iq type='error' id='r'>"), "{refused}");
    assert_eq!(last_words(io, "</stream:stream>").await, "</stream:stream>");
}

#[tokio::test]
async fn what_is_not_the_protocol_ends_the_stream() {
    let address = server(Protection::Local, &[]).await.address;
    for (first, then, condition) in [
        ("GET / HTTP/1.1\r\n\r\n", "", "not-well-formed"),
        ("<!DOCTYPE a>", "", "not-well-formed"),
        ("\u{16}\u{3}\u{1}", "", "not-well-formed"),
        ("<a/>", "", "invalid-namespace"),
        (
            "<stream:stream xmlns='jabber:server' version='1.0'>",
            "",
            "invalid-namespace",
        ),
        (
            "<stream:stream xmlns='jabber:client'>",
            "",
            "unsupported-version",
        ),
        (
            "<stream:stream xmlns='jabber:client' version='1.0' to='a@b'>",
            "",
            "host-unknown",
        ),
        (HEADER, "text", "not-well-formed"),
        (HEADER, "<!-- comment -->", "not-well-formed"),
        (HEADER, "<a></b>", "not-well-formed"),
        (HEADER, "<?xml version='1.0'?>", "not-well-formed"),
        (HEADER, "<presence/>", "not-authorized"),
        (HEADER, "<iq type='get' id='a'/>", "not-authorized"),
        (
            HEADER,
            "<auth mechanism='PLAIN'>AHVzZXIAcGVuY2ls</auth>",
            "not-authorized",
        ),
    ] {
        let mut io = TcpStream::connect(address).await.unwrap();
        if !then.is_empty() {
            tell(&mut io, first, "</stream:features>").await;
        }
        let text = if then.is_empty() { first } else { then };
        let heard = last_words(&mut io, text).await;
        // RFC 6120 §4.9.1.2: an error stands in a stream.
        assert_eq!(
            heard.starts_with("<?xml "),
            then.is_empty(),
            "{text}: {heard}"
        );
        let error = format!(
            "<stream:error><{condition} xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>"
        );
        assert!(heard.ends_with(&error), "{text}: {heard}");
    }
    // Octets that are no text.
    let mut io = TcpStream::connect(address).await.unwrap();
    open(&mut io).await;
    io.write_all(b"<a>\xff</a>").await.unwrap();
    assert!(
        last_words(&mut io, "")
            .await
            .contains("<unsupported-encoding ")
    );
    // TLS that is not there.
    let mut io = TcpStream::connect(address).await.unwrap();
    open(&mut io).await;
    let heard = last_words(&mut io, STARTTLS_ELEMENT).await;
    assert_eq!(
        heard,
        "<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:stream>"
    );
}

#[tokio::test]
async fn there_are_limits() {
    let address = server(Protection::Local, &[]).await.address;
    let mut io = TcpStream::connect(address).await.unwrap();
    open(&mut io).await;
    let (mut reader, mut writer) = io.split();
    let long = format!(
        "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>{}",
        "A".repeat(1 << 20)
    );
    // The server does not read all of it.
    let (heard, _) = tokio::join!(
        async {
            let mut heard = Vec::new();
            let _ = reader.read_to_end(&mut heard).await;
            String::from_utf8(heard).unwrap()
        },
        writer.write_all(long.as_bytes())
    );
    assert!(heard.contains("<policy-violation "), "{heard}");

    // Attempts: RFC 6120 §6.4.5.
    let mut io = TcpStream::connect(address).await.unwrap();
    open(&mut io).await;
    for _ in 0..2 {
        tell(&mut io, &plain(WRONG), "</failure>").await;
    }
    let heard = last_words(&mut io, &plain("!!!")).await;
    assert!(heard.starts_with("<failure "), "{heard}");
    assert!(
        heard.contains("<incorrect-encoding ") && heard.contains("<policy-violation "),
        "{heard}"
    );

    // And there is room for others.
    let mut io = TcpStream::connect(address).await.unwrap();
    open(&mut io).await;
    assert!(
        tell(&mut io, &plain(RIGHT), "</success>")
            .await
            .starts_with("<success ")
    );
    open(&mut io).await;
    let heard = last_words(&mut io, &"<presence/>".repeat(101)).await;
    assert!(heard.contains("<policy-violation "), "{heard}");
}

#[tokio::test]
async fn what_was_sent_ahead_of_tls_is_refused() {
    let address = server(Protection::Local, STARTTLS).await.address;
    for ahead in [&plain(RIGHT), " ", HEADER, "\u{16}\u{3}\u{1}", "<"] {
        let mut io = TcpStream::connect(address).await.unwrap();
        open(&mut io).await;
        let heard = last_words(&mut io, &format!("{STARTTLS_ELEMENT}{ahead}")).await;
        assert_eq!(
            heard,
            "<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:stream>"
        );
    }
    // All at once, the stream too.
    let mut io = TcpStream::connect(address).await.unwrap();
    let heard = last_words(
        &mut io,
        &format!("{HEADER}{STARTTLS_ELEMENT}{}", plain(RIGHT)),
    )
    .await;
    assert!(
        !heard.contains("<proceed") && !heard.contains("<success"),
        "{heard}"
    );
}

#[tokio::test]
async fn clients_log_in_without_tls() {
    let address = server(Protection::Local, &[]).await.address;
    let mut io = TcpStream::connect(address).await.unwrap();
    let features = open(&mut io).await;
    assert!(
        features.contains("<mechanism>PLAIN</mechanism>"),
        "{features}"
    );
    assert!(
        !features.contains("starttls") && !features.contains("sasl-channel-binding"),
        "{features}"
    );
    log_in(&mut io).await;

    let open_to_all = server(Protection::None, &[]).await.address;
    let mut io = TcpStream::connect(open_to_all).await.unwrap();
    let features = open(&mut io).await;
    assert!(
        features.contains("SCRAM-SHA-256<") && !features.contains("PLAIN"),
        "{features}"
    );
    let refused = tell(&mut io, &plain(RIGHT), "</failure>").await;
    assert!(
        refused.contains("<encryption-required ") || refused.contains("<invalid-mechanism "),
        "{refused}"
    );
}

#[tokio::test]
async fn clients_log_in_under_tls() {
    for version in ["1.2", "1.3"] {
        let options = [STARTTLS, &["--tls-version", version]].concat();
        let serving = server(Protection::Local, &options).await;
        let mut io = TcpStream::connect(serving.address).await.unwrap();
        let features = open(&mut io).await;
        assert!(features.contains("<required/></starttls>"), "{features}");
        assert!(!features.contains("mechanism"), "{features}");
        let refused = tell(&mut io, &plain(RIGHT), "</failure>").await;
        assert!(refused.contains("<encryption-required "), "{refused}");
        let proceed = tell(&mut io, STARTTLS_ELEMENT, "/>").await;
        assert_eq!(
            proceed,
            "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
        );
        let connector = serving.connector.unwrap();
        let mut io = connector.connect(tls::localhost(), io).await.unwrap();
        let features = open(&mut io).await;
        assert!(!features.contains("starttls"), "{features}");
        assert!(
            features.contains("SCRAM-SHA-256-PLUS<") && features.contains("PLAIN<"),
            "{features}"
        );
        // XEP-0440.
        for binding in ["tls-exporter", "tls-server-end-point"] {
            assert!(
                features.contains(&format!("<channel-binding type=\"{binding}\">")),
                "{features}"
            );
        }
        log_in(&mut io).await;
    }
    let serving = server(Protection::None, IMPLICIT).await;
    let io = TcpStream::connect(serving.address).await.unwrap();
    let connector = serving.connector.unwrap();
    let mut io = connector.connect(tls::localhost(), io).await.unwrap();
    assert!(open(&mut io).await.contains("SCRAM-SHA-256-PLUS<"));
    log_in(&mut io).await;
}

#[tokio::test]
async fn it_does_not_matter_how_elements_are_cut() {
    let address = server(Protection::Local, &[]).await.address;
    let mut io = TcpStream::connect(address).await.unwrap();
    io.set_nodelay(true).unwrap();
    let all = format!("{HEADER} \n{}", plain(RIGHT));
    for octet in all.as_bytes() {
        io.write_all(&[*octet]).await.unwrap();
        tokio::task::yield_now().await;
    }
    assert!(tell(&mut io, "", "</success>").await.contains("<success "));
    // And all at once.
    let mut io = TcpStream::connect(address).await.unwrap();
    let heard = last_words(&mut io, &format!("{all}{HEADER}</stream:stream>")).await;
    assert!(
        heard.contains("<success ") && heard.contains("<bind "),
        "{heard}"
    );
}
