//! SCRAM over the protocols whose messages come whole, both sides: the mechanism that proves the server, and binds the channel.
#![expect(
    clippy::unwrap_used,
    reason = "the helpers of a test are meant to panic too"
)]

use std::sync::atomic::{AtomicU8, Ordering};

use sasl_core::server::Question;
use sasl_core::{
    Authcid, Channel, ChannelBinding, Credentials, DecoyKey, Found, Identity, MechanismName,
    NoRandomness, Offer, Password, Protection, Random, Unusable, Verifier, client, mechanism_name,
    server,
};
#[cfg(feature = "ldap")]
use sasl_profile::ldap;
use sasl_profile::{amqp, framed, postgres};
use sasl_scram::{ScramClient, ScramServer, ScramSha256};

const SCRAM: MechanismName = mechanism_name!("SCRAM-SHA-256");

/// Counts, so that no two nonces are the same.
struct Counter(AtomicU8);

impl Random for Counter {
    fn fill(&self, destination: &mut [u8]) -> Result<(), NoRandomness> {
        destination.fill(self.0.fetch_add(1, Ordering::Relaxed));
        Ok(())
    }
}

/// What the two sides have.
struct Pair {
    channel: Channel,
    name: &'static str,
    password: &'static str,
    /// Whom the connection has named.
    known_user: Option<Authcid>,
    on_client: ScramClient,
    on_server: ScramServer,
}

impl Pair {
    fn new(password: &'static str) -> Self {
        Self {
            channel: Channel::new(Protection::Tls),
            name: "user",
            password,
            known_user: None,
            on_client: ScramSha256::client(),
            on_server: ScramSha256::server(&DecoyKey::new(&[7; 32]).unwrap()).from_clear_text(),
        }
    }

    fn choose(&self, offer: &Offer) -> Result<client::Turn, client::Failure> {
        let name = match self.name {
            "" => Authcid::ignored(),
            name => Authcid::parse(name)?,
        };
        let credentials = Credentials::password(name, Password::new(self.password));
        let setup = client::Setup::default().with_random(Counter(AtomicU8::new(1)));
        client::start(&self.on_client, &setup, credentials, &self.channel, offer)
    }

    fn start(&self, auth: &framed::server::Auth) -> Result<server::Turn, server::Failure> {
        let mut begin = auth.begin(&self.channel);
        if let Some(user) = &self.known_user {
            begin = begin.with_known_user(user);
        }
        let setup = server::Setup::default().with_random(Counter(AtomicU8::new(128)));
        server::start(&self.on_server, &setup, begin)
    }
}

fn answer(question: Question) -> Result<server::Turn, server::Failure> {
    let user = Identity::new(Authcid::parse("user")?)
        .with_verifier(Verifier::ClearText(Password::new("pencil")));
    let known = question.about().is_some_and(|name| *name == "user");
    question.found(Found::from(known.then_some(user)))
}

/// Runs the two against each other: what the client said first of the exchange, and how both ended.
macro_rules! run {
    ($pair:expr, $server:expr, $client:expr, $split:expr) => {{
        let (pair, mut server, mut client): (&Pair, _, _) = ($pair, $server, $client);
        let split: fn(&[u8]) -> Vec<Vec<u8>> = $split;
        let (mut to_server, mut to_client) = (Vec::<Vec<u8>>::new(), Vec::<Vec<u8>>::new());
        let mut said = Vec::new();
        let mut in_server = None;
        let mut server_is_over = false;
        let result = loop {
            while !server_is_over {
                use framed::server::Event;
                match server.poll() {
                    Event::Send(octets) => to_client.extend(split(&octets)),
                    Event::Receive if to_server.is_empty() => break,
                    Event::Receive => server.receive(&to_server.remove(0)),
                    Event::Auth(auth) => server.turn(pair.start(&auth)),
                    Event::Ask(question) => server.turn(answer(question)),
                    Event::Compute(job) => server.turn(job.run()),
                    Event::Refused(_) => {}
                    Event::Done(login) => (in_server, server_is_over) = (Some(login), true),
                    Event::Closed => server_is_over = true,
                }
            }
            use framed::client::Event;
            match client.poll() {
                Event::Send(octets) => {
                    said.push(octets.to_vec());
                    to_server.extend(split(&octets));
                }
                Event::Receive if to_client.is_empty() => client.receive(&[]),
                Event::Receive => client.receive(&to_client.remove(0)),
                Event::Offer(offer) => client.turn(pair.choose(&offer)),
                Event::Compute(job) => client.turn(job.run()),
                Event::Done(login) => break Ok(login),
                Event::Failed(failure) => break Err(failure),
            }
        };
        (said, in_server, result)
    }};
}

type End = (
    Vec<Vec<u8>>,
    Option<server::Authenticated>,
    Result<client::Authenticated, client::Failure>,
);

fn messages(
    mut octets: &[u8],
    len: impl Fn(&[u8]) -> Result<Option<usize>, sasl_core::Malformed>,
) -> Vec<Vec<u8>> {
    let mut messages = Vec::new();
    while !octets.is_empty() {
        let (message, rest) = octets.split_at(len(octets).unwrap().unwrap());
        messages.push(message.to_vec());
        octets = rest;
    }
    messages
}

fn over_postgres(pair: &Pair) -> End {
    let split = |octets: &[u8]| messages(octets, postgres::message_len);
    let mechanism = server::Mechanism::name(&pair.on_server);
    run!(
        pair,
        postgres::Server::new([mechanism]),
        postgres::Client::new(),
        split
    )
}

fn over_all(pair: &Pair) -> Vec<End> {
    #[cfg(any(feature = "ldap", feature = "xmpp"))]
    let offer = || [SCRAM].into_iter().collect::<Offer>();
    #[cfg_attr(
        not(any(feature = "ldap", feature = "xmpp")),
        expect(unused_mut, reason = "there is more with them")
    )]
    let mut ends: Vec<End> = vec![
        over_postgres(pair),
        run!(
            pair,
            amqp::Server::new([SCRAM]),
            amqp::Client::new(),
            |octets| { messages(octets, amqp::message_len) }
        ),
    ];
    #[cfg(feature = "ldap")]
    ends.push(run!(
        pair,
        ldap::Server::new([SCRAM]),
        ldap::Client::new(offer()),
        |octets| { messages(octets, ldap::message_len) }
    ));
    #[cfg(feature = "xmpp")]
    {
        use sasl_profile::{sasl2, xmpp};
        ends.push(run!(
            pair,
            xmpp::Server::new([SCRAM]),
            xmpp::Client::new(offer()),
            |octets| vec![octets.to_vec()]
        ));
        ends.push(run!(
            pair,
            sasl2::Server::new([SCRAM], "example.org"),
            sasl2::Client::new(offer()),
            |octets| vec![octets.to_vec()]
        ));
    }
    ends
}

#[test]
fn scram_logs_in_and_proves_the_server() {
    for (_, on_server, on_client) in over_all(&Pair::new("pencil")) {
        assert_eq!(on_server.unwrap().acts_as(), "user");
        assert!(on_client.unwrap().server_proved());
    }
}

#[test]
fn a_wrong_password_is_refused_on_both_sides() {
    for (_, on_server, on_client) in over_all(&Pair::new("pen")) {
        assert!(on_server.is_none());
        assert_eq!(
            on_client.unwrap_err().error(),
            sasl_core::Refused::ByServer.into()
        );
    }
}

fn has(octets: &[u8], part: &[u8]) -> bool {
    octets.windows(part.len()).any(|octets| octets == part)
}

fn tls() -> Channel {
    Channel::new(Protection::Tls).with_bindings([
        ChannelBinding::new("tls-exporter", &[1; 32]).unwrap(),
        ChannelBinding::new("tls-server-end-point", &[2; 32]).unwrap(),
    ])
}

#[test]
fn profile_table_postgresql_the_name_is_ignored() {
    let mut pair = Pair::new("pencil");
    pair.name = "";
    // Without the name that the connection has, the empty one is none.
    let (_, on_server, on_client) = over_postgres(&pair);
    assert!(on_server.is_none() && on_client.is_err());
    pair.known_user = Some(Authcid::parse("user").unwrap());
    let (said, on_server, on_client) = over_postgres(&pair);
    assert!(has(said.first().unwrap(), b"n,,n=,r="));
    assert_eq!(on_server.unwrap().acts_as(), "user");
    assert!(on_client.unwrap().server_proved());
    // Another name changes nothing.
    pair.name = "root";
    assert_eq!(over_postgres(&pair).1.unwrap().acts_as(), "user");
}

#[test]
fn profile_table_postgresql_binds_the_end_point_only() {
    let mut pair = Pair::new("pencil");
    pair.on_client = ScramSha256::client_plus();
    pair.on_server = ScramSha256::server_plus(&DecoyKey::new(&[7; 32]).unwrap()).from_clear_text();
    pair.channel = postgres::channel(&tls());
    assert_eq!(pair.channel.bindings().len(), 1);
    let (said, on_server, on_client) = over_postgres(&pair);
    assert!(has(
        said.first().unwrap(),
        b"p=tls-server-end-point,,n=user,r="
    ));
    assert!(on_client.unwrap().channel_binding().is_some());
    assert!(on_server.unwrap().channel_binding().is_some());
    // A connection that has another one only cannot be bound: nothing is sent.
    let other = ChannelBinding::new("tls-exporter", &[1; 32]).unwrap();
    pair.channel = postgres::channel(&Channel::new(Protection::Tls).with_binding(other));
    let (said, _, on_client) = over_postgres(&pair);
    assert!(said.is_empty());
    assert_eq!(on_client.unwrap_err().error(), Unusable::Binding.into());
}

/// What OpenLDAP's own client sends (interoperability with Cyrus SASL 2.1.28 and OpenLDAP 2.5).
#[cfg(feature = "ldap")]
#[test]
fn profile_table_ldap_openldap_binds_its_own_way() {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    const PLUS: MechanismName = mechanism_name!("SCRAM-SHA-256-PLUS");
    let channel = tls();
    let end_point = channel.binding("tls-server-end-point").unwrap();
    let binding = ldap::openldap_binding(end_point).unwrap();
    let mut pair = Pair::new("pencil");
    pair.channel = channel.without_bindings().with_binding(binding);
    pair.on_client = ScramSha256::client_plus()
        .with_name(SCRAM)
        .dangerous_fixed_nonce("rOprNGfwEbeRWgbNEkqO");
    let offer: Offer = [SCRAM, PLUS].into_iter().collect();
    let client::Turn::Respond(response) = pair.choose(&offer).unwrap() else {
        panic!()
    };
    assert_eq!(response.mechanism(), SCRAM);
    assert_eq!(
        response.data(),
        Some(&b"p=ldap,,n=user,r=rOprNGfwEbeRWgbNEkqO"[..])
    );
    let turn = response.challenge(b"r=rOprNGfwEbeRWgbNEkqOabc,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
    let client::Turn::Compute(job) = turn.unwrap() else {
        panic!()
    };
    let client::Turn::Respond(response) = job.run().unwrap() else {
        panic!()
    };
    let bound = [b"p=ldap,,tls-server-end-point:".as_slice(), &[2; 32]].concat();
    let begin = format!("c={},r=", STANDARD.encode(bound));
    assert!(response.data().unwrap().starts_with(begin.as_bytes()));
    let long = ChannelBinding::new("tls-server-end-point", &[0; 1024]).unwrap();
    assert!(ldap::openldap_binding(&long).is_err());
}
