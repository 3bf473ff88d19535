//! PLAIN, LOGIN, CRAM-MD5, SCRAM-SHA-256, OAUTHBEARER, XOAUTH2, HT-SHA-256-NONE, EXTERNAL and ANONYMOUS through the facade,
//! both sides.

use core::sync::atomic::{AtomicU8, Ordering};

use sasl::ht::{self, Draft};
use sasl::{
    Anonymous, Authcid, Channel, Client, CramMd5, CredentialKind, Credentials, DecoyKey, Error,
    External, HtSha256None, Identity, Login, NoRandomness, OauthBearer, Offer, Password, Plain,
    Protection, Random, Refused, ScramSha256, Server, Token, Unusable, Verifier, Xoauth2, client,
    server,
};

pub(crate) const USER: &str = "user";
/// The password of the one user, and the token too.
pub(crate) const SECRET: &str = "a-pencil-made-of-graphite";
pub(crate) const WRONG: &str = "a-pencil-made-of-charcoal";

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
        Client::builder(Counter::default()).mechanism(HtSha256None::client(Draft::Schmaus08)),
    ];
    let without_secret = [
        Client::builder(Counter::default()).mechanism(External::client()),
        Client::builder(Counter::default()).mechanism(Anonymous::client()),
    ];
    clients.into_iter().all(|client| {
        let client = client.build();
        log_in(&client, SECRET).is_ok()
            && log_in(&client, WRONG) == Err(Refused::Credentials.into())
    }) && without_secret
        .into_iter()
        .all(|client| log_in(&client.build(), SECRET).is_ok())
}

/// Counts, in place of randomness: there is no operating system to ask.
#[derive(Default)]
pub(crate) struct Counter(AtomicU8);

impl Random for Counter {
    fn fill(&self, destination: &mut [u8]) -> Result<(), NoRandomness> {
        destination.fill(self.0.fetch_add(1, Ordering::Relaxed));
        Ok(())
    }
}

fn log_in(client: &Client, secret: &str) -> Result<(), Error> {
    let end_point = sasl_tls::end_point(CERTIFICATE)?;
    let channel = Channel::new(Protection::Tls)
        .with_binding(end_point)
        .with_external_identity(USER);
    let decoy = DecoyKey::new(b"0123456789abcdef")?;
    let server = Server::builder(Counter::default())
        .mechanism(ScramSha256::server(&decoy))
        .mechanism(Plain::server())
        .mechanism(Login::server())
        .mechanism(CramMd5::server())
        .mechanism(OauthBearer::server().scope("mail"))
        .mechanism(Xoauth2::server().scope("mail"))
        .mechanism(HtSha256None::server(Draft::Schmaus08))
        .mechanism(External::server())
        .mechanism(Anonymous::server())
        .build();

    let offer: Offer = server.advertise(&channel).into_iter().collect();
    let kinds = [
        CredentialKind::Password,
        CredentialKind::Token,
        CredentialKind::Other,
        CredentialKind::External,
        CredentialKind::Anonymous,
    ];
    let chosen = client.choose(&offer, &channel, &kinds)?;
    let mechanism = chosen.name();
    let user = Authcid::parse(USER)?;
    let credentials = match chosen.needs() {
        [CredentialKind::Other] => ht::credentials(user, Token::new(secret)),
        [CredentialKind::Token] => Credentials::token(Token::new(secret)).with_authcid(user),
        [CredentialKind::External] => Credentials::external(),
        [CredentialKind::Anonymous] => Credentials::anonymous("trace"),
        _ => Credentials::password(user, Password::new(secret)),
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
            server::Turn::Ask(server::Question::External(question)) => {
                let account = question.identity().clone();
                question.accept(account)
            }
            server::Turn::Ask(server::Question::Anonymous(question)) => {
                question.allow(Authcid::parse(USER)?)
            }
            server::Turn::Ask(question) => question.refuse(),
            server::Turn::Done(login) => {
                let done = response
                    .success(login.additional_data())
                    .map_err(|failure| failure.error())?;
                // Both sides know who it was, where the client has a name.
                return if done.authcid().is_none_or(|name| name == login.authcid()) {
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
pub(crate) fn find(authcid: &Authcid) -> Result<Option<Identity>, Error> {
    let known = Authcid::parse(USER)?;
    if *authcid != known {
        return Ok(None);
    }
    let identity = Identity::new(known)
        .with_verifier(Verifier::ClearText(Password::new(SECRET)))
        .with_verifier(HtSha256None::verifier(&Token::new(SECRET))?);
    Ok(Some(identity))
}
