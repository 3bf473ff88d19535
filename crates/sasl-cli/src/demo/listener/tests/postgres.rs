use super::*;
use sasl::{Client, Credentials, Password};
use sasl_profile::postgres::{self, FromServer, client};

const TLS_REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];
const GSS_REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 48];

fn startup(user: &str) -> Vec<u8> {
    let body = format!("user\0{user}\0database\0demo\0\0");
    let len = u32::try_from(body.len().saturating_add(8)).unwrap();
    [&len.to_be_bytes()[..], &[0, 3, 0, 0], body.as_bytes()].concat()
}

async fn server(protection: Protection, options: &[&str]) -> Serving {
    Serving::speaking(Protocol::Postgres, protection, options).await
}

async fn connect_to(serving: &Serving) -> TcpStream {
    TcpStream::connect(serving.address).await.unwrap()
}

/// The next message, whole.
async fn next(io: &mut (impl AsyncRead + Unpin)) -> Vec<u8> {
    let mut header = [0; 5];
    let wait = Duration::from_secs(10);
    timeout(wait, io.read_exact(&mut header))
        .await
        .unwrap()
        .unwrap();
    let len = u32::from_be_bytes(header[1..].try_into().unwrap());
    let mut message = header.to_vec();
    message.resize(usize::try_from(len).unwrap().saturating_add(1), 0);
    timeout(wait, io.read_exact(&mut message[5..]))
        .await
        .unwrap()
        .unwrap();
    message
}

/// All that is said until the server has gone.
async fn last_words(io: &mut (impl AsyncRead + AsyncWrite + Unpin), octets: &[u8]) -> String {
    io.write_all(octets).await.unwrap();
    io.flush().await.unwrap();
    let mut heard = Vec::new();
    let rest = timeout(Duration::from_secs(10), io.read_to_end(&mut heard));
    rest.await.expect("the server stays").unwrap();
    String::from_utf8_lossy(&heard).into_owned()
}

/// What came of an exchange.
struct Ended {
    offered: Vec<MechanismName>,
    is_in: bool,
    /// Each message of the server.
    heard: Vec<Vec<u8>>,
}

impl Ended {
    /// The code in the last message.
    fn code(&self) -> String {
        match FromServer::parse(self.heard.last().unwrap()) {
            Ok(FromServer::Error(error)) => error.code.to_string(),
            other => panic!("{other:?}"),
        }
    }
}

/// Logs in behind the start-up message.
async fn exchange(
    io: &mut (impl AsyncRead + AsyncWrite + Unpin),
    channel: &Channel,
    password: &str,
) -> Ended {
    let mechanism = |name| builtin(name).unwrap().client();
    let client = Client::builder(OsRandom)
        .mechanism(mechanism("SCRAM-SHA-256-PLUS"))
        .mechanism(mechanism("SCRAM-SHA-256"))
        .build();
    let has = mechanism("SCRAM-SHA-256").needs();
    let mut session = postgres::Client::new();
    let (mut offered, mut heard) = (Vec::new(), Vec::new());
    loop {
        match session.poll() {
            client::Event::Send(message) => {
                io.write_all(&message).await.unwrap();
                io.flush().await.unwrap();
            }
            client::Event::Receive => {
                let message = next(io).await;
                session.receive(&message);
                heard.push(message);
            }
            client::Event::Offer(offer) => {
                offered = offer.mechanisms().to_vec();
                // As libpq has it: the name is in the start-up message alone.
                let credentials =
                    Credentials::password(Authcid::ignored(), Password::new(password));
                session.turn(
                    client
                        .choose(&offer, channel, has)
                        .unwrap()
                        .start(credentials),
                );
            }
            client::Event::Compute(job) => session.turn(job.run()),
            event @ (client::Event::Done(_) | client::Event::Failed(_)) => {
                return Ended {
                    offered,
                    is_in: matches!(event, client::Event::Done(_)),
                    heard,
                };
            }
        }
    }
}

/// What comes behind a login, and what queries get.
async fn look_around(io: &mut (impl AsyncRead + AsyncWrite + Unpin)) {
    let mut kinds = String::new();
    while !kinds.ends_with('Z') {
        kinds.push(char::from(next(io).await[0]));
    }
    assert_eq!(kinds, "SSSSSSSKZ");
    for (sent, kinds) in [
        (&b"Q\0\0\0\x05\0"[..], "IZ"),
        (b"Q\0\0\0\x0dselect 1\0", "EZ"),
        // Parse, Bind, Execute, Flush, Sync: one error.
        (
            b"P\0\0\0\x08\0\0\0\0B\0\0\0\x05\0E\0\0\0\x05\0H\0\0\0\x04S\0\0\0\x04",
            "EZ",
        ),
        (b"F\0\0\0\x04", "EZ"),
    ] {
        io.write_all(sent).await.unwrap();
        io.flush().await.unwrap();
        for kind in kinds.bytes() {
            let message = next(io).await;
            assert_eq!(message[0], kind, "{sent:?}");
            if kind == b'E' {
                let words = String::from_utf8_lossy(&message).into_owned();
                assert!(
                    words.contains("SERROR\0") && words.contains("C0A000\0"),
                    "{words}"
                );
            }
        }
    }
    // Terminate.
    assert_eq!(last_words(io, b"X\0\0\0\x04").await, "");
}

#[tokio::test]
async fn what_is_not_the_protocol_is_refused() {
    let serving = server(Protection::Local, &[]).await;
    let long = [&10_001_u32.to_be_bytes()[..], &[0; 100]].concat();
    let twice = [startup("user"), b"Q\0\0\0\x05\0".to_vec()].concat();
    for (octets, code) in [
        (&b"\0\0\0\0"[..], "C08P01"),
        (b"\0\0\0\x09\0\x03\0\0\0", "C08P01"),
        (b"\0\0\0\x0a\0\x02\0\0\0\0", "C0A000"),
        (b"GET / HTTP/1.1\r\n\r\n", "C08P01"),
        (b"\x16\x03\x01\x02\0\x01\0", "C08P01"),
        (&long, "C08P01"),
        (&startup(""), "C28000"),
        (&startup(&"a".repeat(9000)), "C08P01"),
        // A query in place of the exchange.
        (&twice, "C08P01"),
    ] {
        let mut io = connect_to(&serving).await;
        let heard = last_words(&mut io, octets).await;
        assert!(
            heard.contains(&format!("SFATAL\0VFATAL\0{code}\0")),
            "{octets:?}: {heard:?}"
        );
        assert!(!heard.contains("ZI"), "{heard:?}");
    }
    // A second request, and one for a session to be cancelled.
    let mut io = connect_to(&serving).await;
    io.write_all(&TLS_REQUEST).await.unwrap();
    assert_eq!(io.read_u8().await.unwrap(), b'N');
    assert!(last_words(&mut io, &TLS_REQUEST).await.contains("C08P01"));
    let mut io = connect_to(&serving).await;
    assert_eq!(
        last_words(&mut io, b"\0\0\0\x10\x04\xd2\x16\x2e12345678").await,
        ""
    );
    // A message that is longer than any.
    let mut io = connect_to(&serving).await;
    io.write_all(&startup("user")).await.unwrap();
    assert_eq!(next(&mut io).await[0], b'R');
    assert!(
        last_words(&mut io, b"p\x7f\xff\xff\xff")
            .await
            .contains("C08P01")
    );
}

#[tokio::test]
async fn what_was_sent_ahead_of_tls_is_refused() {
    // CVE-2021-23214.
    for options in [STARTTLS, &[]] {
        let serving = server(Protection::Local, options).await;
        for request in [TLS_REQUEST, GSS_REQUEST] {
            let mut io = connect_to(&serving).await;
            let ahead = [&request[..], &startup("user")].concat();
            let heard = last_words(&mut io, &ahead).await;
            assert!(
                heard.starts_with('E') && heard.contains("C08P01\0"),
                "{heard:?}"
            );
        }
    }
}

#[tokio::test]
async fn clients_log_in_without_tls() {
    let serving = server(Protection::Local, &[]).await;
    let channel = Channel::new(Protection::Local);
    let mut refusals = Vec::new();
    for (user, password) in [("user", "pen"), ("nobody", "pencil")] {
        let mut io = connect_to(&serving).await;
        io.write_all(&startup(user)).await.unwrap();
        let ended = exchange(&mut io, &channel, password).await;
        assert!(!ended.is_in);
        assert_eq!(ended.code(), "28P01");
        assert_eq!(last_words(&mut io, b"").await, "");
        refusals.push(ended.heard);
    }
    // Neither tells whether there is such a user: as many octets, and the same last words.
    let lens = |heard: &[Vec<u8>]| heard.iter().map(Vec::len).collect::<Vec<_>>();
    assert_eq!(lens(&refusals[0]), lens(&refusals[1]));
    assert_eq!(refusals[0].last(), refusals[1].last());
    let mut io = connect_to(&serving).await;
    for request in [GSS_REQUEST, TLS_REQUEST] {
        io.write_all(&request).await.unwrap();
        assert_eq!(io.read_u8().await.unwrap(), b'N');
    }
    // An octet at a time.
    io.set_nodelay(true).unwrap();
    for octet in startup("user") {
        io.write_all(&[octet]).await.unwrap();
        tokio::task::yield_now().await;
    }
    let ended = exchange(&mut io, &channel, "pencil").await;
    // Of all that the demo has.
    assert_eq!(ended.offered, ["SCRAM-SHA-256"]);
    assert!(ended.is_in);
    look_around(&mut io).await;
}

#[tokio::test]
async fn clients_log_in_under_tls() {
    for options in [STARTTLS, IMPLICIT] {
        let serving = server(Protection::None, options).await;
        for password in ["pen", "pencil"] {
            let mut io = connect_to(&serving).await;
            if options == STARTTLS {
                io.write_all(&TLS_REQUEST).await.unwrap();
                assert_eq!(io.read_u8().await.unwrap(), b'S');
            }
            let connector = serving.connector.as_ref().unwrap();
            let mut io = connector.connect(tls::localhost(), io).await.unwrap();
            let channel = postgres::channel(&Tls::client_channel(&io));
            io.write_all(&startup("user")).await.unwrap();
            io.flush().await.unwrap();
            let ended = exchange(&mut io, &channel, password).await;
            assert_eq!(ended.offered, ["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"]);
            assert_eq!(ended.is_in, password == "pencil");
            match ended.is_in {
                true => look_around(&mut io).await,
                false => assert_eq!(ended.code(), "28P01"),
            }
        }
    }
}

#[tokio::test]
async fn only_what_postgresql_has_is_offered() {
    let options = ["--mechanism", "PLAIN", "--mechanism", "SCRAM-SHA-512"];
    let serving = server(Protection::Local, &options).await;
    let mut io = connect_to(&serving).await;
    let heard = last_words(&mut io, &startup("user")).await;
    assert!(heard.contains("SFATAL\0VFATAL\0C28000\0"), "{heard:?}");
}

#[tokio::test]
async fn newer_clients_are_told_what_there_is() {
    let serving = server(Protection::Local, &[]).await;
    let mut io = connect_to(&serving).await;
    let body = b"user\0user\0_pq_.option\0on\0\0";
    let len = u32::try_from(body.len().saturating_add(8)).unwrap();
    let startup = [&len.to_be_bytes()[..], &[0, 3, 0, 2], body].concat();
    io.write_all(&startup).await.unwrap();
    assert_eq!(
        next(&mut io).await,
        b"v\0\0\0\x18\0\x03\0\0\0\0\0\x01_pq_.option\0"
    );
    let ended = exchange(&mut io, &Channel::new(Protection::Local), "pencil").await;
    assert!(ended.is_in);
}
