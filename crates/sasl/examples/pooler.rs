//! A connection pooler that does not know its users' passwords: it lets a client in by SCRAM, and logs in upstream as the
//! same user with the client key of that login, as poolers in front of PostgreSQL do.
//!
//! ```text
//!   client ── SCRAM-SHA-256, pencil ──► pooler ── SCRAM-SHA-256, client key ──► database
//!                                       salt, iterations, StoredKey, ServerKey: the same on both
//! ```
//!
//! The key is worth as much as the password, so it lives no longer than the connection. Channel bindings are each hop's
//! own. Frames are a letter, a length and data.

#![expect(
    clippy::panic_in_result_fn,
    clippy::print_stdout,
    clippy::unwrap_in_result,
    clippy::unwrap_used,
    reason = "an example prints, and checks itself"
)]

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;

use sasl::scram::derive_keys;
use sasl::{
    Authcid, Channel, Client, Credentials, DecoyKey, DerivedKeys, Error, Identity, Offer, OsRandom,
    Password, Preparation, Protection, ScramHash, ScramKeys, ScramSha256, Server, Unusable,
    Verifier, client, server,
};

/// What a frame is: a message of the mechanism, the end with or without success.
const MESSAGE: u8 = b'R';
const SUCCESS: u8 = b'Z';
const FAILURE: u8 = b'E';

fn send(io: &mut TcpStream, kind: u8, data: &[u8]) -> io::Result<()> {
    let length = u16::try_from(data.len()).map_err(io::Error::other)?;
    io.write_all(&[&[kind], &length.to_be_bytes()[..], data].concat())
}

fn receive(io: &mut TcpStream) -> io::Result<(u8, Vec<u8>)> {
    let mut header = [0; 3];
    io.read_exact(&mut header)?;
    let [kind, high, low] = header;
    let mut data = vec![0; u16::from_be_bytes([high, low]).into()];
    io.read_exact(&mut data)?;
    Ok((kind, data))
}

/// The server's side of a hop.
fn let_in(
    io: &mut TcpStream,
    sasl: &Server,
    keys: &ScramKeys,
) -> io::Result<server::Authenticated> {
    use sasl::server::{Begin, Turn};
    let channel = Channel::new(Protection::Local);
    let (_, first) = receive(io)?;
    let mut turn =
        sasl.start(Begin::new("SCRAM-SHA-256", &channel).with_initial_response(Some(&first)));
    loop {
        turn = match turn {
            Ok(Turn::Challenge(challenge)) => {
                send(io, MESSAGE, challenge.data())?;
                challenge.respond(&receive(io)?.1)
            }
            Ok(Turn::Compute(job)) => job.run(),
            Ok(Turn::Ask(question)) => {
                let asked = question.about().filter(|name| **name == "user").cloned();
                let account = asked.map(Identity::new);
                question.found(account.map(|one| one.with_verifier(Verifier::Scram(keys.clone()))))
            }
            Ok(Turn::Done(login)) => {
                send(io, SUCCESS, login.additional_data().unwrap_or_default())?;
                return Ok(login);
            }
            Err(failure) => {
                send(io, FAILURE, b"")?;
                return Err(io::Error::other(failure.error()));
            }
        };
    }
}

/// The client's side of a hop. Returns how often it had to derive keys, too.
fn log_in(
    io: &mut TcpStream,
    sasl: &Client,
    credentials: Credentials,
) -> io::Result<(client::Authenticated, u32)> {
    use sasl::client::Turn;
    let channel = Channel::new(Protection::Local);
    let offer = Offer::parse("SCRAM-SHA-256");
    let mut turn = sasl
        .choose(&offer, &channel, &credentials)?
        .start(credentials)?;
    let mut derivations = 0_u32;
    loop {
        let response = match turn {
            Turn::Compute(job) => {
                derivations = derivations.saturating_add(1);
                turn = job.run()?;
                continue;
            }
            Turn::Respond(response) => response,
        };
        send(io, MESSAGE, response.data().unwrap_or_default())?;
        turn = match receive(io)? {
            (MESSAGE, data) => response.challenge(&data)?,
            (SUCCESS, data) => return Ok((response.success(Some(&data))?, derivations)),
            _ => return Err(response.failure().into()),
        };
    }
}

/// Lets one client in and logs in upstream as that user. Without a login there is no key, and no connection upstream.
fn pool(client: &mut TcpStream, keys: &ScramKeys, database: SocketAddr) -> io::Result<u32> {
    let decoy = DecoyKey::generate(&OsRandom).map_err(Error::from)?;
    let server = Server::builder(OsRandom)
        .mechanism(ScramSha256::server(&decoy).hand_out_client_key())
        .build();
    let login = let_in(client, &server, keys)?;
    let client_key = login
        .client_key()
        .ok_or(Error::from(Unusable::Credentials))?;
    // The rest is what the pooler knows of the account. It fits as long as the database has the same.
    let passed_on = DerivedKeys {
        hash: keys.hash,
        iterations: keys.iterations,
        salt: keys.salt.clone(),
        preparation: keys.preparation,
        authcid: login.authcid().clone(),
        client_key: client_key.clone(),
        server_key: keys.server_key.clone(),
    };
    let sasl = Client::builder(OsRandom)
        .mechanism(ScramSha256::client())
        .build();
    let mut upstream = TcpStream::connect(database)?;
    let (login, derivations) = log_in(&mut upstream, &sasl, Credentials::keys(passed_on))?;
    assert!(login.server_proved());
    Ok(derivations)
}

fn main() -> io::Result<()> {
    let (password, salt) = (Password::new("pencil"), b"sixteen octets!!");
    let keys = derive_keys(
        ScramHash::Sha256,
        &password,
        salt,
        4096,
        Preparation::Saslprep,
    );
    let keys = keys.map_err(Error::from)?;
    let attempts = [("pencil", true), ("crayon", false)];

    let database = TcpListener::bind("127.0.0.1:0")?;
    let (at, stored) = (database.local_addr()?, keys.clone());
    let database = thread::spawn(move || -> io::Result<String> {
        let decoy = DecoyKey::generate(&OsRandom).map_err(Error::from)?;
        let sasl = Server::builder(OsRandom)
            .mechanism(ScramSha256::server(&decoy))
            .build();
        let login = let_in(&mut database.accept()?.0, &sasl, &stored)?;
        Ok(login.acts_as().to_owned())
    });

    let pooler = TcpListener::bind("127.0.0.1:0")?;
    let address = pooler.local_addr()?;
    let pooler = thread::spawn(move || -> io::Result<()> {
        for (_, right) in attempts {
            match pool(&mut pooler.accept()?.0, &keys, at) {
                Ok(derivations) => {
                    println!("pooler: upstream as the same user, without a password");
                    assert!(right && derivations == 0);
                }
                Err(error) => {
                    println!("pooler: {error}");
                    assert!(!right);
                }
            }
        }
        Ok(())
    });

    let sasl = Client::builder(OsRandom)
        .mechanism(ScramSha256::client())
        .build();
    for (password, right) in attempts {
        let user = Authcid::parse("user").map_err(Error::from)?;
        let credentials = Credentials::password(user, Password::new(password));
        let end = log_in(&mut TcpStream::connect(address)?, &sasl, credentials);
        assert_eq!(end.is_ok_and(|(_, derivations)| derivations == 1), right);
    }
    pooler.join().unwrap()?;
    assert_eq!(database.join().unwrap()?, "user");
    Ok(())
}
