//! One login over a path, and where it stopped.

use sasl::scram::derive_keys;
use sasl::{
    Authcid, BindingName, BindingPolicy, Channel, ChannelBinding, Client, Credentials, DecoyKey,
    Error, Identity, Offer, OsRandom, Password, Plain, Preparation, Protection, ScramHash,
    ScramSha256, Server, Verifier, client, server,
};

use crate::wire::Path;

/// What is done to each message on the way. By default nothing.
pub struct Attack<'a> {
    pub offer: &'a dyn Fn(&str) -> String,
    pub binding_types: &'a dyn Fn(&str) -> String,
    /// `<mechanism> <client-first>`.
    pub client_first: &'a dyn Fn(&str) -> String,
    pub client_final: &'a dyn Fn(&str) -> String,
}

impl Default for Attack<'_> {
    fn default() -> Self {
        Self {
            offer: &str::to_owned,
            binding_types: &str::to_owned,
            client_first: &str::to_owned,
            client_final: &str::to_owned,
        }
    }
}

/// Who would not go on, and at what.
#[derive(Debug, PartialEq, Eq)]
pub enum Stop {
    /// Before anything was sent.
    ClientAtOffer(Error),
    ServerAtClientFirst(Error),
    ServerAtClientFinal(Error),
}

/// A client with all that it may take, strongest first.
pub fn client(binding: BindingPolicy) -> Client {
    Client::builder(OsRandom)
        .mechanism(ScramSha256::client_plus())
        .mechanism(ScramSha256::client())
        .mechanism(Plain::client())
        .binding(binding)
        .build()
}

pub fn server() -> Server {
    let decoy = DecoyKey::new(b"0123456789abcdef").unwrap();
    Server::builder(OsRandom)
        .mechanism(ScramSha256::server_plus(&decoy))
        .mechanism(ScramSha256::server(&decoy))
        .mechanism(Plain::server())
        .build()
}

/// The channels as both ends of a path know them.
pub fn channels(path: &Path) -> (Channel, Channel) {
    let channel = Channel::new(Protection::Tls);
    let of_client = channel.clone().with_bindings(path.first().of_client());
    (of_client, channel.with_bindings(path.last().of_server()))
}

/// Logs in with the right password, and returns what was bound.
pub fn log_in(
    path: &mut Path,
    (of_client, of_server): (&Channel, &Channel),
    policy: BindingPolicy,
    attack: &Attack<'_>,
) -> Result<Option<BindingName>, Stop> {
    let (client, server) = (client(policy), server());
    let credentials =
        Credentials::password(Authcid::parse("user").unwrap(), Password::new("pencil"));

    // The greeting: the mechanisms, and the types of binding that the server takes (XEP-0440).
    let mechanisms = words(server.advertise(of_server));
    let mechanisms = path.down(&mechanisms, attack.offer);
    let types = words(of_server.bindings().iter().map(ChannelBinding::name));
    let types = path.down(&types, attack.binding_types);
    let types = types
        .split_whitespace()
        .map(|name| BindingName::parse(name).unwrap());
    let offer = Offer::parse(&mechanisms).with_binding_types(types);

    let chosen = client
        .choose(&offer, of_client, &credentials)
        .map_err(|none| Stop::ClientAtOffer(none.into()))?;
    let name = chosen.name();
    let response = sent(chosen.start(credentials));
    let line = format!("{name} {}", text(response.data().unwrap()));
    let line = path.up(&line, attack.client_first);
    let (name, message) = line.split_once(' ').unwrap();
    let begin = server::Begin::new(name, of_server).with_initial_response(Some(message.as_bytes()));
    let turn = server.start(begin).map(answered);
    let challenge = match turn {
        Ok(server::Turn::Challenge(challenge)) => challenge,
        Ok(server::Turn::Done(login)) => return Ok(login.channel_binding().cloned()),
        Ok(turn) => panic!("{turn:?}"),
        Err(failure) => return Err(Stop::ServerAtClientFirst(failure.error())),
    };

    let message = path.down(text(challenge.data()), str::to_owned);
    let response = sent(response.challenge(message.as_bytes()));
    let message = path.up(text(response.data().unwrap()), attack.client_final);
    let login = match challenge.respond(message.as_bytes()) {
        Ok(server::Turn::Done(login)) => login,
        Ok(turn) => panic!("{turn:?}"),
        Err(failure) => return Err(Stop::ServerAtClientFinal(failure.error())),
    };
    let message = path.down(text(login.additional_data().unwrap()), str::to_owned);
    let proved = response.success(Some(message.as_bytes())).unwrap();
    assert!(proved.server_proved());
    assert_eq!(login.channel_binding(), proved.channel_binding());
    Ok(proved.channel_binding().cloned())
}

/// What the client sends next.
fn sent(turn: Result<client::Turn, client::Failure>) -> client::Response {
    match turn.unwrap() {
        client::Turn::Respond(response) => response,
        client::Turn::Compute(job) => sent(job.run()),
    }
}

/// The store knows the one user.
fn answered(turn: server::Turn) -> server::Turn {
    let server::Turn::Ask(question) = turn else {
        return turn;
    };
    let password = Password::new("pencil");
    let keys = derive_keys(
        ScramHash::Sha256,
        &password,
        b"sixteen octets!!",
        4096,
        Preparation::Saslprep,
    );
    let user = Identity::new(Authcid::parse("user").unwrap())
        .with_verifier(Verifier::Scram(keys.unwrap()))
        .with_verifier(Verifier::ClearText(password));
    match question.found(Some(user)).unwrap() {
        server::Turn::Compute(job) => job.run().unwrap(),
        turn => turn,
    }
}

fn text(octets: &[u8]) -> &str {
    str::from_utf8(octets).unwrap()
}

fn words<T: ToString>(names: impl IntoIterator<Item = T>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| name.to_string()).collect();
    names.join(" ")
}
