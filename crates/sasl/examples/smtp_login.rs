//! A mail submission server and its client over tokio: the database is awaited between messages, hashing runs off the
//! runtime, and both ends say what became of it. `let_in` and `log_in` stand in the README too, where a test compares them.

#![expect(
    clippy::indexing_slicing,
    clippy::panic_in_result_fn,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "an example prints, and checks itself"
)]

use std::io;

use sasl::scram::{ScramServer, derive_keys};
use sasl::{
    Authcid, Channel, Client, CredentialKind, Credentials, DecoyKey, Identity, OsRandom, Password,
    PasswordHash, Plain, Preparation, Protection, Random, ScramHash, ScramKeys, ScramSha256,
    Server, Verifier,
};
use sasl_password::{Cost, Passwords, Scheme};
use sasl_profile::smtp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{spawn_blocking, yield_now};

/// What the server's application has.
struct App {
    sasl: Server,
    users: Database,
    channel: Channel,
}

async fn let_in(io: &mut TcpStream, app: &App) -> io::Result<Option<sasl::server::Authenticated>> {
    use sasl_profile::server::Event;
    let mut smtp = smtp::Server::new("mail.example.org", app.sasl.advertise(&app.channel));
    let mut buffer = [0; 4096];
    loop {
        match smtp.poll() {
            Event::Send(bytes) => io.write_all(&bytes).await?,
            Event::Receive => {
                let length = io.read(&mut buffer).await?;
                smtp.receive(&buffer[..length]);
            }
            Event::Auth(auth) => smtp.turn(app.sasl.start(auth.begin(&app.channel))),
            Event::Ask(question) => {
                let found = app.users.find(question.about()).await;
                smtp.turn(question.found(found));
            }
            Event::Compute(job) => smtp.turn(spawn_blocking(move || job.run()).await?),
            Event::Refused(failure) => eprintln!("refused: {failure}"),
            Event::Done(login) => return Ok(Some(login)),
            Event::Closed => return Ok(None),
            // Comes only after `with_starttls`.
            Event::StartTls => return Err(io::ErrorKind::Unsupported.into()),
        }
    }
}

/// What the client's application has.
struct Mailer {
    sasl: Client,
    vault: Vault,
    channel: Channel,
}

async fn log_in(io: &mut TcpStream, app: &Mailer) -> io::Result<sasl::client::Authenticated> {
    use sasl_profile::client::Event;
    let mut smtp = smtp::Client::new("client.example.org");
    let mut buffer = [0; 4096];
    loop {
        match smtp.poll() {
            Event::Send(bytes) => io.write_all(&bytes).await?,
            Event::Receive => {
                let length = io.read(&mut buffer).await?;
                smtp.receive(&buffer[..length]);
            }
            Event::Offer(offer) => {
                let chosen = app
                    .sasl
                    .choose(&offer, &app.channel, &[CredentialKind::Password])?;
                let credentials = app.vault.fetch(chosen.needs()).await?;
                smtp.turn(chosen.start(credentials));
            }
            Event::Compute(job) => smtp.turn(spawn_blocking(move || job.run()).await?),
            Event::Done(login) => return Ok(login),
            Event::Failed(failure) => return Err(failure.into()),
            Event::StartTls => return Err(io::ErrorKind::Unsupported.into()),
        }
    }
}

/// Stands for a database that answers over a network, and sometimes does not.
struct Database {
    /// For PLAIN.
    hash: PasswordHash,
    /// For SCRAM-SHA-256.
    keys: ScramKeys,
}

impl Database {
    async fn find(&self, about: Option<&Authcid>) -> io::Result<Option<Identity>> {
        yield_now().await;
        let Some(authcid) = about else {
            // Acting as somebody else, for one: that is no matter of an account here, and is refused.
            return Ok(None);
        };
        match authcid.as_str() {
            "user" => {
                let hash = Verifier::PasswordHash(self.hash.clone());
                let keys = Verifier::Scram(self.keys.clone());
                Ok(Some(
                    Identity::new(authcid.clone())
                        .with_verifier(hash)
                        .with_verifier(keys),
                ))
            }
            "unlucky" => Err(io::ErrorKind::TimedOut.into()),
            _ => Ok(None),
        }
    }
}

/// Stands for wherever a client keeps its password; it is asked only once a mechanism was chosen.
struct Vault {
    user: &'static str,
    password: &'static str,
}

impl Vault {
    async fn fetch(&self, needs: &[CredentialKind]) -> io::Result<Credentials> {
        yield_now().await;
        assert!(needs.contains(&CredentialKind::Password));
        let user = Authcid::parse(self.user).map_err(io::Error::other)?;
        Ok(Credentials::password(user, Password::new(self.password)))
    }
}

#[tokio::main]
async fn main() -> io::Result<()> {
    // Far too cheap for a real server, and quick to show.
    let cost = Cost::Argon2 {
        memory_kib: 1024,
        passes: 1,
        lanes: 1,
    };
    let policy = Scheme::argon2id()
        .with_cost(cost)
        .map_err(io::Error::other)?;
    let hash = policy
        .hash(&Password::new("pencil"), &OsRandom)
        .map_err(io::Error::other)?;

    // Loopback counts as protected because this program says so.
    let channel = Channel::new(Protection::Local);
    let decoy = DecoyKey::generate(&OsRandom).map_err(io::Error::other)?;
    let server = Server::builder(OsRandom)
        .mechanism(ScramSha256::server(&decoy))
        .mechanism(Plain::server())
        .passwords(Passwords::new(policy))
        .build();
    let mut salt = [0; ScramServer::SALT_LEN];
    OsRandom.fill(&mut salt).map_err(io::Error::other)?;
    let (password, iterations) = (Password::new("pencil"), ScramServer::ITERATIONS);
    let keys = derive_keys(
        ScramHash::Sha256,
        &password,
        &salt,
        iterations,
        Preparation::Saslprep,
    );
    let keys = keys.map_err(io::Error::other)?;
    let users = Database { hash, keys };
    let app = App {
        sasl: server,
        users,
        channel: channel.clone(),
    };
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;

    let users = [
        ("user", "pencil", None),
        ("user", "crayon", Some(io::ErrorKind::PermissionDenied)),
        ("nobody", "pencil", Some(io::ErrorKind::PermissionDenied)),
        ("unlucky", "pencil", Some(io::ErrorKind::Other)),
    ];
    let attempts = ["SCRAM-SHA-256", "PLAIN"]
        .into_iter()
        .flat_map(|mechanism| users.map(|(user, password, end)| (mechanism, user, password, end)));
    let serving = tokio::spawn(async move {
        for _ in 0..8 {
            let (mut io, _) = listener.accept().await?;
            match let_in(&mut io, &app).await? {
                Some(login) => println!("server: {} is in", login.acts_as()),
                None => println!("server: nobody is in"),
            }
        }
        io::Result::Ok(())
    });
    for (mechanism, user, password, expected) in attempts {
        let sasl = Client::builder(OsRandom);
        let sasl = match mechanism {
            "PLAIN" => sasl.mechanism(Plain::client()),
            _ => sasl.mechanism(ScramSha256::client()),
        };
        let (sasl, vault) = (sasl.build(), Vault { user, password });
        let mailer = Mailer {
            sasl,
            vault,
            channel: channel.clone(),
        };
        let mut io = TcpStream::connect(address).await?;
        let end = log_in(&mut io, &mailer).await;
        let said = end
            .as_ref()
            .map_or_else(ToString::to_string, |_| "logged in".into());
        println!("client: {mechanism} {user}: {said}");
        assert_eq!(end.err().map(|error| error.kind()), expected);
    }
    serving.await?
}
