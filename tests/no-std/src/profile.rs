//! PLAIN over SMTP, both sessions of `sasl-profile`.

use sasl::{
    Authcid, Channel, Client, CredentialKind, Credentials, Found, Password, Plain, Protection,
    Server,
};
use sasl_profile::{client, server, smtp};

use crate::exchange::{Counter, SECRET, USER, WRONG, find};

/// Whether the user gets in, and another password does not.
pub(crate) fn succeeds() -> bool {
    log_in(SECRET) == Some(true) && log_in(WRONG) == Some(false)
}

/// Whether the user is in, as both sides say; `None` where they differ or come to no end.
fn log_in(password: &str) -> Option<bool> {
    let channel = Channel::new(Protection::Tls);
    let mechanisms = Server::builder(Counter::default())
        .mechanism(Plain::server())
        .build();
    let own = Client::builder(Counter::default())
        .mechanism(Plain::client())
        .build();
    let mut on_server = smtp::Server::new("mail.example.org", mechanisms.advertise(&channel));
    let mut on_client = smtp::Client::new("client.example.org");
    let (mut is_in, mut believes_so) = (None, None);
    // A login has a dozen events on each side.
    for _ in 0..100 {
        match on_server.poll() {
            server::Event::Send(octets) => on_client.receive(&octets),
            server::Event::Auth(auth) => on_server.turn(mechanisms.start(auth.begin(&channel))),
            server::Event::Ask(question) => {
                let found = question
                    .about()
                    .map_or(Found::Unknown, |name| find(name).into());
                on_server.turn(question.found(found));
            }
            server::Event::Compute(job) => on_server.turn(job.run()),
            server::Event::Done(login) => is_in = Some(login.acts_as() == USER),
            server::Event::Refused(_) => is_in = Some(false),
            server::Event::Receive => {}
            server::Event::StartTls | server::Event::Closed => return None,
        }
        match on_client.poll() {
            client::Event::Send(octets) => on_server.receive(&octets),
            client::Event::Offer(offer) => {
                let kinds = [CredentialKind::Password];
                let chosen = own.choose(&offer, &channel, &kinds).ok()?;
                let user = Authcid::parse(USER).ok()?;
                on_client.turn(chosen.start(Credentials::password(user, Password::new(password))));
            }
            client::Event::Compute(job) => on_client.turn(job.run()),
            client::Event::Receive => {}
            client::Event::Done(_) => believes_so = Some(true),
            client::Event::Failed(_) => believes_so = believes_so.or(Some(false)),
            client::Event::StartTls => return None,
        }
        if is_in.is_some() && believes_so.is_some() {
            return is_in.filter(|_| is_in == believes_so);
        }
    }
    None
}
