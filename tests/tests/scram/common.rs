//! One exchange at a time, with everything fixed.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sasl::client::{self, Response};
use sasl::scram::{ScramClient, ScramServer, derive_keys};
use sasl::server::{self, Begin, Challenge, Question, Turn};
use sasl::{
    Authcid, BindingName, Channel, ChannelBinding, Client, CredentialKind, Credentials, DecoyKey,
    Found, Identity, MechanismName, Offer, Password, Preparation, Protection, ScramHash, ScramSha1,
    ScramSha224, ScramSha256, ScramSha384, ScramSha512, ScramSha3512, Server, Verifier,
};

pub fn decode(text: &str) -> Vec<u8> {
    STANDARD.decode(text).unwrap()
}

pub fn encode(octets: &[u8]) -> String {
    STANDARD.encode(octets)
}

pub fn decoy() -> DecoyKey {
    DecoyKey::new(b"0123456789abcdef").unwrap()
}

/// Both sides and the hash of a mechanism by its name.
pub fn mechanism(name: &str) -> (ScramServer, ScramClient, ScramHash) {
    let decoy = decoy();
    match name {
        "SCRAM-SHA-1" => (
            ScramSha1::server(&decoy),
            ScramSha1::client(),
            ScramHash::Sha1,
        ),
        "SCRAM-SHA-1-PLUS" => (
            ScramSha1::server_plus(&decoy),
            ScramSha1::client_plus(),
            ScramHash::Sha1,
        ),
        "SCRAM-SHA-224" => (
            ScramSha224::server(&decoy),
            ScramSha224::client(),
            ScramHash::Sha224,
        ),
        "SCRAM-SHA-256" => (
            ScramSha256::server(&decoy),
            ScramSha256::client(),
            ScramHash::Sha256,
        ),
        "SCRAM-SHA-256-PLUS" => (
            ScramSha256::server_plus(&decoy),
            ScramSha256::client_plus(),
            ScramHash::Sha256,
        ),
        "SCRAM-SHA-384" => (
            ScramSha384::server(&decoy),
            ScramSha384::client(),
            ScramHash::Sha384,
        ),
        "SCRAM-SHA-512" => (
            ScramSha512::server(&decoy),
            ScramSha512::client(),
            ScramHash::Sha512,
        ),
        "SCRAM-SHA-512-PLUS" => (
            ScramSha512::server_plus(&decoy),
            ScramSha512::client_plus(),
            ScramHash::Sha512,
        ),
        "SCRAM-SHA3-512" => (
            ScramSha3512::server(&decoy),
            ScramSha3512::client(),
            ScramHash::Sha3_512,
        ),
        other => panic!("no such mechanism: {other}"),
    }
}

pub const RFC7677_CLIENT_NONCE: &str = "rOprNGfwEbeRWgbNEkqO";
pub const RFC7677_SERVER_NONCE: &str = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
pub const RFC7677_SALT: &str = "W22ZaJ0SNY7soEsUEjb6gQ==";
pub const RFC7677_SERVER_FIRST: &str =
    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
pub const RFC7677_CLIENT_FINAL: &str = "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
pub const RFC7677_SERVER_FINAL: &str = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

/// The account of RFC 7677 §3.
pub fn rfc7677_account() -> Identity {
    account(
        "user",
        "pencil",
        ScramHash::Sha256,
        &decode(RFC7677_SALT),
        4096,
    )
}

pub fn account(
    name: &str,
    password: &str,
    hash: ScramHash,
    salt: &[u8],
    iterations: u32,
) -> Identity {
    let keys = derive_keys(
        hash,
        &Password::new(password),
        salt,
        iterations,
        Preparation::Saslprep,
    )
    .unwrap();
    Identity::new(Authcid::parse(name).unwrap()).with_verifier(Verifier::Scram(keys))
}

/// A channel with the given bindings.
pub fn tls(bindings: &[(&str, &[u8])]) -> Channel {
    bindings
        .iter()
        .fold(Channel::new(Protection::Tls), |channel, (name, data)| {
            channel.with_binding(ChannelBinding::new(name, data).unwrap())
        })
}

pub fn names(list: &[&str]) -> Vec<MechanismName> {
    list.iter()
        .map(|name| MechanismName::parse(name).unwrap())
        .collect()
}

/// What a client was told before the exchange.
pub struct Told<'a> {
    pub mechanisms: &'a [MechanismName],
    pub binding_types: &'a [BindingName],
}

/// Gives the client's first message to a server, and what the store found.
pub fn first(
    server: ScramServer,
    channel: &Channel,
    mechanisms: &[MechanismName],
    message: &[u8],
    found: Found,
) -> Result<Challenge, server::Failure> {
    let told = Told {
        mechanisms,
        binding_types: &[],
    };
    first_told(server, channel, &told, message, found)
}

/// As [`first`], where the types of channel binding were listed too.
pub fn first_told(
    server: ScramServer,
    channel: &Channel,
    told: &Told<'_>,
    message: &[u8],
    found: Found,
) -> Result<Challenge, server::Failure> {
    let name = server::Mechanism::name(&server);
    let server = Server::builder(sasl::OsRandom).mechanism(server).build();
    let begin = Begin::new(name.as_str(), channel)
        .with_initial_response(Some(message))
        .with_advertised(told.mechanisms)
        .with_binding_types(told.binding_types);
    match server.start(begin)? {
        Turn::Ask(Question::Lookup(question)) => match question.supply(found)? {
            Turn::Challenge(challenge) => Ok(challenge),
            other => panic!("not {other:?}"),
        },
        other => panic!("SCRAM looks a name up first, not {other:?}"),
    }
}

/// Gives the client's final message to a server and runs what there is to compute.
pub fn last(challenge: Challenge, message: &[u8]) -> Result<Turn, server::Failure> {
    match challenge.respond(message)? {
        Turn::Compute(job) => job.run(),
        turn => Ok(turn),
    }
}

/// Starts a client with a password.
pub fn start(
    client: ScramClient,
    channel: &Channel,
    offer: &Offer,
    credentials: Credentials,
) -> Result<Response, client::Failure> {
    let client = Client::builder(sasl::OsRandom).mechanism(client).build();
    let chosen = client.choose(
        offer,
        channel,
        &[CredentialKind::Password, CredentialKind::DerivedKeys],
    )?;
    respond(chosen.start(credentials))
}

/// Runs what there is to compute.
pub fn respond(turn: Result<client::Turn, client::Failure>) -> Result<Response, client::Failure> {
    match turn? {
        client::Turn::Respond(response) => Ok(response),
        client::Turn::Compute(job) => respond(job.run()),
    }
}

pub fn credentials(authcid: &str, password: &str) -> Credentials {
    let authcid = if authcid.is_empty() {
        Authcid::ignored()
    } else {
        Authcid::parse(authcid).unwrap()
    };
    Credentials::password(authcid, Password::new(password))
}
