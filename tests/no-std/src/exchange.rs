//! PLAIN, LOGIN, CRAM-MD5, SCRAM-SHA-256, OAUTHBEARER and XOAUTH2 through the facade, both sides.

use core::sync::atomic::{AtomicU8, Ordering};

use sasl::{
    Authcid, Channel, Client, CramMd5, CredentialKind, Credentials, DecoyKey, Error, Identity,
    Login, Malformed, NoRandomness, OauthBearer, Offer, Password, Plain, Protection, Random,
    Refused, ScramSha256, Server, Token, Unusable, Verifier, Xoauth2, client, server,
};

const USER: &str = "user";
/// The password of the one user, and the token too.
const SECRET: &str = "pencil";

/// As much of a certificate as its end point takes: nothing, signed with ecdsa-with-SHA256.
const CERTIFICATE: &[u8] =
    b"\x30\x12\x30\0\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02\x03\x02\0\x01";

/// Whether the user gets in by each mechanism, and another password does not.
pub(crate) fn succeeds() -> bool {
    let clients = [
        Client::builder(Counter::default()).mechanism(Plain::client()),
        Client::builder(Counter::default()).mechanism(Login::client()),
        Client::builder(Counter::default()).mechanism(CramMd5::client()),
        Client::builder(Counter::default()).mechanism(ScramSha256::client()),
        Client::builder(Counter::default()).mechanism(OauthBearer::client()),
        Client::builder(Counter::default()).mechanism(Xoauth2::client()),
    ];
    clients.into_iter().all(|client| {
        let client = client.build();
        log_in(&client, SECRET).is_ok()
            && log_in(&client, "pencils") == Err(Refused::Credentials.into())
    })
}

/// Counts, in place of randomness: there is no operating system to ask.
#[derive(Default)]
struct Counter(AtomicU8);

impl Random for Counter {
    fn fill(&self, destination: &mut [u8]) -> Result<(), NoRandomness> {
        destination.fill(self.0.fetch_add(1, Ordering::Relaxed));
        Ok(())
    }
}

fn log_in(client: &Client, secret: &str) -> Result<(), Error> {
    let end_point = sasl_tls::end_point(CERTIFICATE)?;
    let channel = Channel::new(Protection::Tls).with_binding(end_point);
    let decoy = DecoyKey::new(b"0123456789abcdef")?;
    let server = Server::builder(Counter::default())
        .mechanism(ScramSha256::server(&decoy))
        .mechanism(Plain::server())
        .mechanism(Login::server())
        .mechanism(CramMd5::server())
        .mechanism(OauthBearer::server().scope("mail"))
        .mechanism(Xoauth2::server().scope("mail"))
        .build();

    let offer: Offer = server.advertise(&channel).into_iter().collect();
    let kinds = [CredentialKind::Password, CredentialKind::Token];
    let chosen = client.choose(&offer, &channel, &kinds)?;
    let mechanism = chosen.name();
    let user = Authcid::parse(USER)?;
    let credentials = if chosen.needs() == [CredentialKind::Token] {
        Credentials::token(Token::new(secret)).with_authcid(user)
    } else {
        Credentials::password(user, Password::new(secret))
    };
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
            server::Turn::Ask(server::Question::Lookup(question)) => {
                let found = find(question.authcid())?;
                question.supply(found)
            }
            server::Turn::Ask(server::Question::Token(question))
                if question.token().matches(SECRET.as_bytes()) =>
            {
                question.accept(Authcid::parse(USER)?)
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
        .then(|| Identity::new(known).with_verifier(Verifier::ClearText(Password::new(SECRET)))))
}
