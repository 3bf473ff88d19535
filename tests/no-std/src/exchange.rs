//! PLAIN through the facade, both sides.

use sasl::{
    Authcid, Channel, Client, CredentialKind, Credentials, Error, Identity, Malformed, Offer,
    Password, Plain, Protection, Refused, Server, Unusable, Verifier, client, server,
};

const USER: &str = "user";
const PASSWORD: &str = "pencil";

/// Whether the user gets in, and another password does not.
pub(crate) fn succeeds() -> bool {
    log_in(PASSWORD).is_ok() && log_in("pencils") == Err(Refused::Credentials.into())
}

fn log_in(password: &str) -> Result<(), Error> {
    let channel = Channel::new(Protection::Tls);
    let server = Server::builder().mechanism(Plain::server()).build();
    let client = Client::builder().mechanism(Plain::client()).build();

    let offer: Offer = server.advertise(&channel).into_iter().collect();
    let chosen = client.choose(&offer, &channel, &[CredentialKind::Password])?;
    let mechanism = chosen.name();
    let credentials = Credentials::password(Authcid::parse(USER)?, Password::new(password));
    let mut response = sent(chosen.start(credentials))?;

    let begin =
        server::Begin::new(mechanism.as_str(), &channel).with_initial_response(response.data());
    let mut turn = server.start(begin);
    loop {
        turn = match turn.map_err(|failure| failure.error())? {
            server::Turn::Challenge(challenge) => {
                response = sent(response.challenge(challenge.data()))?;
                challenge.respond(response.data().unwrap_or_default())
            }
            server::Turn::Compute(job) => job.run(),
            server::Turn::Ask(server::Question::Password(question)) => {
                let found = find(question.authcid())?;
                question.against(found)
            }
            server::Turn::Ask(question) => question.refuse(),
            server::Turn::Done(login) => {
                let done = response
                    .success(login.additional_data())
                    .map_err(|failure| failure.error())?;
                // Both sides know who it was.
                return if done.authcid() == Some(login.authcid()) {
                    Ok(())
                } else {
                    Err(Unusable::Answer.into())
                };
            }
        };
    }
}

/// What the client sends, after whatever it has to compute.
fn sent(turn: Result<client::Turn, client::Failure>) -> Result<client::Response, Error> {
    let mut turn = turn;
    loop {
        turn = match turn.map_err(|failure| failure.error())? {
            client::Turn::Respond(response) => return Ok(response),
            client::Turn::Compute(job) => job.run(),
        };
    }
}

/// The store: one user.
fn find(authcid: &Authcid) -> Result<Option<Identity>, Malformed> {
    let known = Authcid::parse(USER)?;
    Ok((*authcid == known)
        .then(|| Identity::new(known).with_verifier(Verifier::ClearText(Password::new(PASSWORD)))))
}
