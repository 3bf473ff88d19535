//! What the tests of this directory have in common: every mechanism of the family, one account, one message.

use sasl::client::{self, Response, Turn as ClientTurn};
use sasl::ht::{self, Draft, HtClient, HtServer};
use sasl::server::{Authenticated, Begin, Custom, Failure, Lookup, Question, Turn};
use sasl::{
    Authcid, BindingName, Channel, ChannelBinding, Client, CredentialKind, Credentials, Error,
    Found, HtSha256Endp, HtSha256Expr, HtSha256None, HtSha256Uniq, HtSha512Endp, HtSha512Expr,
    HtSha512None, HtSha512Uniq, Identity, Offer, Protection, Server, Token, Unusable, Verifier,
};

pub const TOKEN: &str = "c4n4ry-t0ken-0123456789";
pub const BOTH: [Draft; 2] = [Draft::Schmaus08, Draft::Ietf01];

/// A mechanism by its parts.
#[derive(Clone, Copy)]
pub struct Kind {
    pub name: &'static str,
    pub binding: Option<&'static str>,
    pub octets: usize,
    pub server: fn(Draft) -> HtServer,
    pub client: fn(Draft) -> HtClient,
    pub verifier: fn(&Token) -> Result<Verifier, Unusable>,
}

macro_rules! kinds {
    ($($mechanism:ident $name:literal $octets:literal $binding:expr;)+) => {
        pub const KINDS: &[Kind] = &[$(Kind {
            name: $name,
            binding: $binding,
            octets: $octets,
            server: $mechanism::server,
            client: $mechanism::client,
            verifier: $mechanism::verifier,
        },)+];
    };
}

kinds! {
    HtSha256None "HT-SHA-256-NONE" 32 None;
    HtSha256Uniq "HT-SHA-256-UNIQ" 32 Some("tls-unique");
    HtSha256Endp "HT-SHA-256-ENDP" 32 Some("tls-server-end-point");
    HtSha256Expr "HT-SHA-256-EXPR" 32 Some("tls-exporter");
    HtSha512None "HT-SHA-512-NONE" 64 None;
    HtSha512Uniq "HT-SHA-512-UNIQ" 64 Some("tls-unique");
    HtSha512Endp "HT-SHA-512-ENDP" 64 Some("tls-server-end-point");
    HtSha512Expr "HT-SHA-512-EXPR" 64 Some("tls-exporter");
}

pub fn kind(name: &str) -> Kind {
    *KINDS.iter().find(|kind| kind.name == name).unwrap()
}

/// A connection with a value of each type, all different, that depend on `seed`.
pub fn bound(seed: u8) -> Channel {
    [
        BindingName::TLS_EXPORTER,
        BindingName::TLS_SERVER_END_POINT,
        BindingName::TLS_UNIQUE,
    ]
    .into_iter()
    .zip(1..)
    .fold(Channel::new(Protection::Tls), |channel, (name, number)| {
        channel.with_binding(ChannelBinding::new(name, &[seed ^ number; 32]).unwrap())
    })
}

pub fn user() -> Authcid {
    Authcid::parse("user").unwrap()
}

pub fn account(verifiers: impl IntoIterator<Item = Verifier>) -> Identity {
    verifiers
        .into_iter()
        .fold(Identity::new(user()), Identity::with_verifier)
}

pub fn begin(server: HtServer, channel: &Channel, message: &[u8]) -> Result<Turn, Failure> {
    let name = sasl::server::Mechanism::name(&server);
    Server::builder(sasl::WithoutRandom)
        .mechanism(server)
        .build()
        .start(Begin::new(name.as_str(), channel).with_initial_response(Some(message)))
}

pub fn asked(turn: Result<Turn, Failure>) -> Lookup {
    match turn {
        Ok(Turn::Ask(Question::Lookup(question))) => question,
        other => panic!("HT looks a name up, and does not {other:?}"),
    }
}

/// The end of an exchange whose message is right in form, if the store has this account.
pub fn end(
    server: HtServer,
    channel: &Channel,
    message: &[u8],
    found: impl Into<Found>,
) -> Result<Authenticated, Failure> {
    match asked(begin(server, channel, message)).supply(found)? {
        Turn::Done(login) => Ok(login),
        other => panic!("there is nothing more to ask: {other:?}"),
    }
}

pub fn failure(end: Result<Authenticated, Failure>) -> Failure {
    end.expect_err("must fail")
}

pub fn credentials(token: &str) -> Credentials {
    ht::credentials(user(), Token::new(token))
}

pub fn respond_with(
    client: HtClient,
    channel: &Channel,
    credentials: Credentials,
) -> Result<Response, client::Failure> {
    let offer = Offer::from_iter([client::Mechanism::name(&client)]);
    let client = Client::builder(sasl::WithoutRandom)
        .mechanism(client)
        .build();
    let chosen = client.choose(&offer, channel, &[CredentialKind::Other])?;
    match chosen.start(credentials)? {
        ClientTurn::Respond(response) => Ok(response),
        other => panic!("{other:?}"),
    }
}

pub fn respond(client: HtClient, channel: &Channel) -> Response {
    respond_with(client, channel, credentials(TOKEN)).unwrap()
}

pub fn unusable(end: Result<Response, client::Failure>) -> Unusable {
    match end.expect_err("must fail").error() {
        Error::Unusable(reason) => reason,
        other => panic!("{other:?}"),
    }
}

pub fn used(turn: Result<Turn, Failure>) -> Custom {
    match turn {
        Ok(Turn::Ask(Question::Other(question))) => question,
        other => panic!("a reporting server asks once the token was right, not {other:?}"),
    }
}
