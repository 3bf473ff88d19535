//! SMTP's two sessions against each other with bytes changed on the way: who believes in a login was told the truth.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sasl::server::Question;
use sasl::{
    Authcid, Channel, Client, CredentialKind, Credentials, Identity, Password, Plain, Protection,
    Server, Verifier,
};
use sasl_profile::{client, client::StartTls, server, smtp};

fuzz_target!(|input: (&str, u16, u8, bool)| {
    let (password, at, change, starttls) = input;
    let tls = Channel::new(Protection::Tls);
    let open = if starttls {
        Channel::new(Protection::None)
    } else {
        tls.clone()
    };
    let (mut on_server_channel, mut on_client_channel) = (open.clone(), open.clone());
    let on_server = Server::builder(sasl::WithoutRandom)
        .mechanism(Plain::server())
        .build();
    let on_client = Client::builder(sasl::WithoutRandom)
        .mechanism(Plain::client())
        .build();
    let mut server =
        smtp::Server::new("mail.example.org", on_server.advertise(&open)).with_starttls(&open);
    let mut client =
        smtp::Client::new("client.example.org").with_starttls(StartTls::Require, &open);
    let (mut to_server, mut to_client) = (Vec::new(), Vec::new());
    let (mut passed, mut on_server_in, mut on_client_in) = (0_usize, false, false);
    let mut alter = |octets: &[u8]| -> Vec<u8> {
        let start = passed;
        passed += octets.len();
        let mut octets = octets.to_vec();
        if let Some(octet) = usize::from(at)
            .checked_sub(start)
            .and_then(|at| octets.get_mut(at))
        {
            *octet ^= change;
        }
        octets
    };
    let (mut server_over, mut client_over) = (false, false);
    for _ in 0..200 {
        if !server_over {
            match server.poll() {
                server::Event::Send(octets) => to_client.extend(alter(&octets)),
                server::Event::Receive if to_server.is_empty() && client_over => {
                    server.receive(&[])
                }
                server::Event::Receive if to_server.is_empty() => {}
                server::Event::Receive => server.receive(&std::mem::take(&mut to_server)),
                server::Event::StartTls => {
                    on_server_channel = tls.clone();
                    server.secured(&tls, on_server.advertise(&tls));
                }
                server::Event::Auth(auth) => {
                    server.turn(on_server.start(auth.begin(&on_server_channel)));
                }
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
                server::Event::Closed => server_over = true,
            }
        }
        if !client_over {
            match client.poll() {
                client::Event::Send(octets) => to_server.extend(alter(&octets)),
                client::Event::Receive if to_client.is_empty() && server_over => {
                    client.receive(&[])
                }
                client::Event::Receive if to_client.is_empty() => {}
                client::Event::Receive => client.receive(&std::mem::take(&mut to_client)),
                client::Event::StartTls => {
                    on_client_channel = tls.clone();
                    client.secured(&tls);
                }
                client::Event::Offer(offer) => {
                    let credentials = Credentials::password(
                        Authcid::parse("user").unwrap(),
                        Password::new(password),
                    );
                    let chosen =
                        on_client.choose(&offer, &on_client_channel, &[CredentialKind::Password]);
                    client.turn(match chosen {
                        Ok(chosen) => chosen.start(credentials),
                        Err(none) => Err(sasl::Error::from(none).into()),
                    });
                }
                client::Event::Compute(job) => client.turn(job.run()),
                client::Event::Done(_) => (on_client_in, client_over) = (true, true),
                client::Event::Failed(_) => client_over = true,
            }
        }
    }
    let right =
        sasl_prep::saslprep_query(password).is_ok_and(|prepared| prepared.as_str() == "pencil");
    if change == 0 {
        assert_eq!((on_server_in, on_client_in), (right, right));
    }
    // A changed password may be the right one by chance, but only where it was changed.
    assert!(!on_server_in || right || change != 0);
});
