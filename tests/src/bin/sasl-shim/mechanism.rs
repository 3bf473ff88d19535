//! The mechanisms by name.

use sasl::cram_md5::{CramMd5Client, CramMd5Server};
use sasl::login::{LoginClient, LoginServer};
use sasl::plain::{PlainClient, PlainServer};
use sasl::scram::{ScramClient, ScramServer};
use sasl::{
    Anonymous, CramMd5, DecoyKey, External, Login, MechanismName, OauthBearer, Plain, ScramSha1,
    ScramSha224, ScramSha256, ScramSha384, ScramSha512, ScramSha3512, Xoauth2, client, server,
};

use crate::End;
use crate::hashed_token::{HashedToken, hashed_token};

/// A mechanism's client.
pub enum Client {
    /// PLAIN.
    Plain(PlainClient),
    /// LOGIN.
    Login(LoginClient),
    /// CRAM-MD5.
    CramMd5(CramMd5Client),
    /// SCRAM.
    Scram(ScramClient),
    /// One that no option here changes.
    Fixed(Box<dyn client::Mechanism>),
}

/// A mechanism's server.
pub enum Server {
    /// PLAIN.
    Plain(PlainServer),
    /// LOGIN.
    Login(LoginServer),
    /// CRAM-MD5.
    CramMd5(CramMd5Server),
    /// SCRAM.
    Scram(ScramServer),
    /// One that no option here changes.
    Fixed(Box<dyn server::Mechanism>),
}

/// Finds the client's side.
pub fn client(name: MechanismName) -> Result<Client, End> {
    if let Some(HashedToken { client, .. }) = hashed_token(name) {
        return Ok(Client::Fixed(Box::new(client)));
    }
    Ok(Client::Scram(match name.as_str() {
        "PLAIN" => return Ok(Client::Plain(Plain::client())),
        "LOGIN" => return Ok(Client::Login(Login::client())),
        "CRAM-MD5" => return Ok(Client::CramMd5(CramMd5::client())),
        "EXTERNAL" => return Ok(Client::Fixed(Box::new(External::client()))),
        "ANONYMOUS" => return Ok(Client::Fixed(Box::new(Anonymous::client()))),
        "OAUTHBEARER" => return Ok(Client::Fixed(Box::new(OauthBearer::client()))),
        "XOAUTH2" => return Ok(Client::Fixed(Box::new(Xoauth2::client()))),
        "SCRAM-SHA-1" => ScramSha1::client(),
        "SCRAM-SHA-1-PLUS" => ScramSha1::client_plus(),
        "SCRAM-SHA-224" => ScramSha224::client(),
        "SCRAM-SHA-224-PLUS" => ScramSha224::client_plus(),
        "SCRAM-SHA-256" => ScramSha256::client(),
        "SCRAM-SHA-256-PLUS" => ScramSha256::client_plus(),
        "SCRAM-SHA-384" => ScramSha384::client(),
        "SCRAM-SHA-384-PLUS" => ScramSha384::client_plus(),
        "SCRAM-SHA-512" => ScramSha512::client(),
        "SCRAM-SHA-512-PLUS" => ScramSha512::client_plus(),
        "SCRAM-SHA3-512" => ScramSha3512::client(),
        "SCRAM-SHA3-512-PLUS" => ScramSha3512::client_plus(),
        other => return Err(End::Missing(format!("the mechanism {other}"))),
    }))
}

/// Finds the server's side.
pub fn server(name: MechanismName, decoy: &DecoyKey) -> Result<Server, End> {
    if let Some(HashedToken { server, .. }) = hashed_token(name) {
        return Ok(Server::Fixed(Box::new(server)));
    }
    Ok(Server::Scram(match name.as_str() {
        "PLAIN" => return Ok(Server::Plain(Plain::server())),
        "LOGIN" => return Ok(Server::Login(Login::server())),
        "CRAM-MD5" => return Ok(Server::CramMd5(CramMd5::server())),
        "EXTERNAL" => return Ok(Server::Fixed(Box::new(External::server()))),
        "ANONYMOUS" => return Ok(Server::Fixed(Box::new(Anonymous::server()))),
        "OAUTHBEARER" => return Ok(Server::Fixed(Box::new(OauthBearer::server()))),
        "XOAUTH2" => return Ok(Server::Fixed(Box::new(Xoauth2::server()))),
        "SCRAM-SHA-1" => ScramSha1::server(decoy),
        "SCRAM-SHA-1-PLUS" => ScramSha1::server_plus(decoy),
        "SCRAM-SHA-224" => ScramSha224::server(decoy),
        "SCRAM-SHA-224-PLUS" => ScramSha224::server_plus(decoy),
        "SCRAM-SHA-256" => ScramSha256::server(decoy),
        "SCRAM-SHA-256-PLUS" => ScramSha256::server_plus(decoy),
        "SCRAM-SHA-384" => ScramSha384::server(decoy),
        "SCRAM-SHA-384-PLUS" => ScramSha384::server_plus(decoy),
        "SCRAM-SHA-512" => ScramSha512::server(decoy),
        "SCRAM-SHA-512-PLUS" => ScramSha512::server_plus(decoy),
        "SCRAM-SHA3-512" => ScramSha3512::server(decoy),
        "SCRAM-SHA3-512-PLUS" => ScramSha3512::server_plus(decoy),
        other => return Err(End::Missing(format!("the mechanism {other}"))),
    }))
}

/// Sets an option of a mechanism where it was given; else the mechanism does as it does by itself.
pub fn with<M, O>(mechanism: M, option: Option<O>, set: impl FnOnce(M, O) -> M) -> M {
    match option {
        Some(option) => set(mechanism, option),
        None => mechanism,
    }
}
