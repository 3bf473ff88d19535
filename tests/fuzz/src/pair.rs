//! The two sides against each other.

use std::mem::take;

use sasl::server::Question;
use sasl::{
    Authcid, Channel, Client, CredentialKind, Credentials, Identity, MechanismName, Password,
    Plain, Protection, Server, Verifier,
};
use sasl_profile::{client, server};

/// One octet is changed on the way: who believes in a login was told the truth.
pub fn pair<S: server::Protocol, C: client::Protocol>(
    server: impl Fn(Vec<MechanismName>) -> server::Session<S>,
    client: client::Session<C>,
    input: &[u8],
) {
    let [high, low, change, starttls, password @ ..] = input else {
        return;
    };
    let (at, change) = (u16::from_be_bytes([*high, *low]), *change);
    let Ok(password) = str::from_utf8(password) else {
        return;
    };
    let tls = Channel::new(Protection::Tls);
    let mut channel = match starttls % 2 == 1 {
        true => Channel::new(Protection::None),
        false => tls.clone(),
    };
    let on_server = Server::builder(sasl::WithoutRandom)
        .mechanism(Plain::server())
        .build();
    let on_client = Client::builder(sasl::WithoutRandom)
        .mechanism(Plain::client())
        .build();
    let mut server = server(on_server.advertise(&channel)).with_starttls(&channel);
    let mut client = client.with_starttls(client::StartTls::Require, &channel);
    let (mut to_server, mut to_client) = (Vec::new(), Vec::new());
    let (mut passed, mut on_server_in, mut on_client_in) = (0_usize, false, false);
    let mut alter = |octets: &[u8]| -> Vec<u8> {
        let at = usize::from(at).checked_sub(passed);
        passed += octets.len();
        let mut octets = octets.to_vec();
        if let Some(octet) = at.and_then(|at| octets.get_mut(at)) {
            *octet ^= change;
        }
        octets
    };
    let (mut server_is, mut client_is) = (Side::Talking, Side::Talking);
    for _ in 0..200 {
        match server_is {
            Side::Talking => match server.poll() {
                server::Event::Send(octets) => to_client.extend(alter(&octets)),
                server::Event::Receive if to_server.is_empty() => {
                    if client_is == Side::Gone {
                        server.receive(&[]);
                    }
                }
                server::Event::Receive => server.receive(&take(&mut to_server)),
                server::Event::StartTls => server_is = Side::Shaking,
                server::Event::Auth(auth) => server.turn(on_server.start(auth.begin(&channel))),
                server::Event::Ask(Question::Password(question)) => {
                    let user = Identity::new(Authcid::parse("user").unwrap())
                        .with_verifier(Verifier::ClearText(Password::new("pencil")));
                    let known = question.authcid().as_str() == "user";
                    server.turn(question.against(known.then_some(user)));
                }
                server::Event::Ask(question) => server.turn(question.refuse()),
                server::Event::Compute(job) => server.turn(job.run()),
                server::Event::Refused(_) => {}
                server::Event::Done(_) => on_server_in = true,
                server::Event::Closed => server_is = Side::Gone,
            },
            Side::Shaking if client_is == Side::Gone => server_is = Side::Gone,
            Side::Shaking | Side::Gone => {}
        }
        match client_is {
            Side::Talking => match client.poll() {
                client::Event::Send(octets) => to_server.extend(alter(&octets)),
                client::Event::Receive if to_client.is_empty() => {
                    if server_is == Side::Gone {
                        client.receive(&[]);
                    }
                }
                client::Event::Receive => client.receive(&take(&mut to_client)),
                client::Event::StartTls => client_is = Side::Shaking,
                client::Event::Offer(offer) => {
                    assert_eq!(channel.protection(), Protection::Tls);
                    let user = Authcid::parse("user").unwrap();
                    let credentials = Credentials::password(user, Password::new(password));
                    let chosen = on_client.choose(&offer, &channel, &[CredentialKind::Password]);
                    client.turn(match chosen {
                        Ok(chosen) => chosen.start(credentials),
                        Err(none) => Err(sasl::Error::from(none).into()),
                    });
                }
                client::Event::Compute(job) => client.turn(job.run()),
                client::Event::Done(_) => (on_client_in, client_is) = (true, Side::Gone),
                client::Event::Failed(_) => client_is = Side::Gone,
            },
            Side::Shaking if server_is == Side::Gone => client_is = Side::Gone,
            Side::Shaking | Side::Gone => {}
        }
        // A handshake has two sides, and what is on the way is none of it.
        if (server_is, client_is) == (Side::Shaking, Side::Shaking) {
            channel = tls.clone();
            server.secured(&tls, on_server.advertise(&tls));
            client.secured(&tls);
            (server_is, client_is) = (Side::Talking, Side::Talking);
        }
    }
    let right =
        sasl_prep::saslprep_query(password).is_ok_and(|prepared| prepared.as_str() == "pencil");
    if change == 0 {
        assert_eq!((on_server_in, on_client_in), (right, right));
    }
    // A changed password may be the right one by chance, but only where it was changed.
    assert!(!on_server_in || right || change != 0);
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Talking,
    /// Waits for the other one in a handshake.
    Shaking,
    Gone,
}
