//! The two sides against each other.
#![expect(clippy::panic, reason = "the helpers of a test are meant to panic too")]

#[cfg(test)]
mod common;

use common::hello::{HELLO, Hello};
use common::protocol::Protocol;
use common::{Client, Seen, Server, Session, Setup, empty::EMPTY, prove::PROVE, pump};
use sasl_core::{Authcid, Channel, CredentialKind, Credentials, MechanismName, Offer, Password};
use sasl_core::{Properties, Protection, client, mechanism_name};
use sasl_profile::{client::StartTls, smtp};

#[test]
fn both_sides_agree_on_every_mechanism() {
    let mechanisms = [
        (HELLO, "user", ""),
        (PROVE, "user", " proved"),
        (EMPTY, "anonymous", ""),
    ];
    let protocols = Protocol::ALL.iter();
    for (protocol, (mechanism, user, proved)) in
        protocols.flat_map(|protocol| mechanisms.map(|one| (*protocol, one)))
    {
        for password in ["pencil".to_owned(), "p".repeat(2000)] {
            let setup = Setup {
                protocol,
                mechanisms: vec![mechanism],
                password,
                ..Setup::default()
            };
            for size in [1, 2, 7, 4096] {
                let ends = pump(&mut Server::new(&setup), &mut Client::new(&setup), size);
                assert_eq!(ends.0, [format!("done {user}")]);
                let done = format!("done {mechanism}{proved}");
                assert_eq!(ends.1, [format!("offer {mechanism}"), done]);
            }
        }
    }
}

#[test]
fn both_sides_agree_on_tls() {
    let protocols = Protocol::ALL.iter();
    for (protocol, starttls) in protocols.flat_map(|protocol| {
        [StartTls::IfOffered, StartTls::Require].map(|starttls| (*protocol, starttls))
    }) {
        let setup = Setup {
            protocol,
            protection: Protection::None,
            mechanisms: vec![PROVE],
            mechanisms_in_tls: Some(vec![HELLO]),
            starttls,
            ..Setup::default()
        };
        for size in [1, 2, 7, 4096] {
            let ends = pump(&mut Server::new(&setup), &mut Client::new(&setup), size);
            assert_eq!(ends.0, ["start tls", "done user"]);
            assert_eq!(ends.1, ["start tls", "offer X-HELLO", "done X-HELLO"]);
        }
    }
}

#[test]
fn both_sides_agree_on_a_refusal() {
    let setup = |password: &str| Setup {
        mechanisms: vec![PROVE],
        password: password.into(),
        ..Setup::default()
    };
    let mut server = Server::new(&setup("pencil"));
    let mut client = Client::new(&setup("pen"));
    let (server, client) = pump_until_refused(&mut server, &mut client);
    assert_eq!(server, ["refused refused credentials"]);
    let said = "5.7.8 Authentication credentials invalid";
    assert_eq!(
        client.last().unwrap(),
        &format!("failed refused by-server: {said}")
    );
}

/// After a refusal the server waits for more, and the client is gone.
fn pump_until_refused(server: &mut Server, client: &mut Client) -> (Vec<String>, Vec<String>) {
    let mut ends = (Vec::new(), Vec::new());
    loop {
        match server.next() {
            Seen::Sent(octets) => client.receive(&octets),
            Seen::Event(event) => ends.0.push(event),
            Seen::Receive => loop {
                match client.next() {
                    Seen::Sent(octets) => {
                        server.receive(&octets);
                        break;
                    }
                    Seen::Event(event) => ends.1.push(event),
                    Seen::Receive => panic!("both wait"),
                    Seen::End(end) => {
                        ends.1.push(end);
                        return ends;
                    }
                }
            },
            Seen::End(end) => panic!("{end}"),
        }
    }
}

#[test]
fn an_exchange_begins_with_what_was_offered() {
    let mut server = smtp::Server::new("mail.example.org", [HELLO, PROVE]);
    server.receive(b"EHLO a\r\nAUTH x-hello =\r\n");
    let auth = loop {
        match server.poll() {
            sasl_profile::server::Event::Send(_) => {}
            sasl_profile::server::Event::Auth(auth) => break auth,
            other => panic!("{other:?}"),
        }
    };
    let channel = Channel::new(Protection::Tls);
    let begin = auth.begin(&channel);
    assert_eq!(auth.mechanism(), HELLO);
    assert_eq!(begin.mechanism(), "X-HELLO");
    assert_eq!(begin.advertised(), Some(&[HELLO, PROVE][..]));
}

/// With a name of eight letters a command can have 512 octets to the last.
struct Eight;

const EIGHT: MechanismName = mechanism_name!("X-HELLO8");

impl client::Mechanism for Eight {
    fn name(&self) -> MechanismName {
        EIGHT
    }

    fn properties(&self) -> Properties {
        client::Mechanism::properties(&Hello)
    }

    fn needs(&self) -> &'static [CredentialKind] {
        client::Mechanism::needs(&Hello)
    }

    fn start(&self, start: client::Start<'_>) -> Result<client::Step, client::Failure> {
        client::Mechanism::start(&Hello, start)
    }
}

#[test]
fn a_command_has_512_octets_and_no_more() {
    for (password, sent) in [(367, 512), (368, "AUTH X-HELLO8\r\n".len())] {
        let mut smtp = smtp::Client::new("client.example.org");
        smtp.receive(b"220 mail\r\n");
        assert!(matches!(smtp.poll(), sasl_profile::client::Event::Send(_)));
        smtp.receive(b"250-mail\r\n250 AUTH X-HELLO8\r\n");
        assert!(matches!(smtp.poll(), sasl_profile::client::Event::Offer(_)));
        let name = Authcid::parse("user").unwrap();
        let credentials = Credentials::password(name, Password::new("p".repeat(password)));
        smtp.turn(client::start(
            &Eight,
            &client::Setup::default(),
            credentials,
            &Channel::new(Protection::Tls),
            &Offer::default(),
        ));
        match smtp.poll() {
            sasl_profile::client::Event::Send(octets) => assert_eq!(octets.len(), sent),
            other => panic!("{other:?}"),
        }
    }
}
