// What the targets of the protocols have in common whose messages come whole.

/// Cuts where messages say that they end. What is no message is the last one.
#[allow(dead_code, reason = "elements do not say how long they are")]
pub(crate) fn cut(
    mut input: &[u8],
    len: impl Fn(&[u8]) -> Result<Option<usize>, sasl::Malformed>,
) -> Vec<&[u8]> {
    let mut messages = Vec::new();
    while let Ok(Some(len)) = len(input) {
        let (message, rest) = input.split_at(len);
        messages.push(message);
        input = rest;
    }
    messages.push(input);
    messages
}

/// An element is a line.
#[allow(dead_code, reason = "other messages are no lines")]
pub(crate) fn lines(input: &[u8]) -> Vec<&[u8]> {
    input.split(|octet| *octet == b'\n').collect()
}

/// A server's session: whatever a client sends, nobody gets in without an account, what goes out can be read by the client's
/// side, and no more attempts fail than may.
#[allow(unused_macros, reason = "a target has one of the two")]
macro_rules! server {
    ($protocol:ident, $cut:expr, $server:expr, $attempts:expr, $from_client:expr, $from_server:expr) => {
        libfuzzer_sys::fuzz_target!(|input: &[u8]| {
            let cut: fn(&[u8]) -> Vec<&[u8]> = $cut;
            let messages = cut(input);
            use sasl::server::Question;
            use sasl_profile::$protocol::server::Event;

            let channel = sasl::Channel::new(sasl::Protection::Local);
            let sasl = sasl::Server::builder(sasl::WithoutRandom)
                .mechanism(sasl::Plain::server())
                .build();
            for message in &messages {
                $from_client(message);
            }
            let mut session = $server(sasl.advertise(&channel));
            let mut messages = messages.into_iter();
            let mut refused = 0_u32;
            loop {
                match session.poll() {
                    Event::Send(octets) => $from_server(&octets),
                    Event::Receive => session.receive(messages.next().unwrap_or_default()),
                    Event::Auth(auth) => session.turn(sasl.start(auth.begin(&channel))),
                    Event::Ask(Question::Password(question)) => {
                        session.turn(question.against(sasl::Found::Unknown));
                    }
                    Event::Ask(question) => session.turn(question.refuse()),
                    Event::Compute(job) => session.turn(job.run()),
                    Event::Refused(_) => refused += 1,
                    Event::Done(_) => panic!("nobody has an account"),
                    Event::Closed => break,
                }
            }
            assert!(refused <= $attempts);
        });
    };
}

/// A client's session: whatever a server sends, the password goes out once at the most, in a message that the server's side can
/// read, and a login is believed only after it.
#[allow(unused_macros, reason = "a target has one of the two")]
macro_rules! client {
    ($protocol:ident, $cut:expr, $client:expr, $password:expr, $from_server:expr) => {
        libfuzzer_sys::fuzz_target!(|input: &[u8]| {
            let cut: fn(&[u8]) -> Vec<&[u8]> = $cut;
            let messages = cut(input);
            use sasl::{Authcid, CredentialKind, Credentials, Password};
            use sasl_profile::$protocol::client::Event;

            let channel = sasl::Channel::new(sasl::Protection::Local);
            let sasl = sasl::Client::builder(sasl::WithoutRandom)
                .mechanism(sasl::Plain::client())
                .build();
            for message in &messages {
                $from_server(message);
            }
            let mut session = $client(sasl::Offer::parse("PLAIN"));
            let mut messages = messages.into_iter();
            let mut passwords = 0;
            let password: &[u8] = $password;
            let done = loop {
                match session.poll() {
                    Event::Send(octets) => {
                        let found = octets
                            .windows(password.len())
                            .filter(|part| *part == password);
                        passwords += found.count();
                    }
                    Event::Receive => session.receive(messages.next().unwrap_or_default()),
                    Event::Offer(offer) => {
                        let user = Authcid::parse("user").unwrap();
                        let credentials = Credentials::password(user, Password::new("pencil"));
                        let chosen = sasl.choose(&offer, &channel, &[CredentialKind::Password]);
                        session.turn(match chosen {
                            Ok(chosen) => chosen.start(credentials),
                            Err(none) => Err(sasl::Error::from(none).into()),
                        });
                    }
                    Event::Compute(job) => session.turn(job.run()),
                    Event::Done(_) => break true,
                    Event::Failed(_) => break false,
                }
            };
            assert!(passwords <= 1);
            assert!(!done || passwords == 1);
        });
    };
}
