//! An IMAP client that logs in by SCRAM-SHA-256-PLUS over tokio-rustls, and enough of a server to talk to. The channel
//! binding comes out of the TLS connection, and the derivation of the keys runs off the runtime.

#![expect(
    clippy::panic_in_result_fn,
    clippy::print_stdout,
    reason = "an example prints, and checks itself"
)]

use std::io;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sasl::scram::derive_keys;
use sasl::{
    Authcid, BindingPolicy, Channel, Client, CredentialKind, Credentials, DecoyKey, Error,
    Identity, Malformed, Offer, OsRandom, Password, Preparation, Protection, ScramHash, ScramKeys,
    ScramSha256, Server, Verifier, client, server,
};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::spawn_blocking;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio_rustls::{TlsAcceptor, TlsConnector};

/// Logs in by what the greeting offers. Where this side gives up, the connection goes with it.
async fn log_in(
    io: &mut Lines<impl AsyncRead + AsyncWrite + Unpin>,
    sasl: &Client,
    channel: &Channel,
    credentials: Credentials,
) -> io::Result<client::Authenticated> {
    use sasl::client::Turn;
    let greeting = io.read().await?;
    let names = greeting.split([' ', ']']);
    let names: Vec<&str> = names
        .filter_map(|word| word.strip_prefix("AUTH="))
        .collect();
    let offer = Offer::parse(&names.join(" "));
    let chosen = sasl.choose(&offer, channel, &[CredentialKind::Password])?;
    let mut prefix = format!("a1 AUTHENTICATE {} ", chosen.name());
    let mut turn = chosen.start(credentials)?;
    loop {
        let response = match turn {
            // PBKDF2: thousands of rounds, which would hold up whatever else runs here.
            Turn::Compute(job) => {
                turn = spawn_blocking(move || job.run()).await??;
                continue;
            }
            Turn::Respond(response) => response,
        };
        let data = STANDARD.encode(response.data().unwrap_or_default());
        io.write(&format!("{prefix}{data}")).await?;
        prefix.clear();
        let line = io.read().await?;
        turn = match line.split_once(' ') {
            Some(("+", data)) => response.challenge(&decode(data)?)?,
            Some(("a1", text)) if text.starts_with("OK") => return Ok(response.success(None)?),
            _ => return Err(response.failure().into()),
        };
    }
}

/// Lets a client in, or says no.
async fn let_in(
    io: &mut Lines<impl AsyncRead + AsyncWrite + Unpin>,
    sasl: &Server,
    channel: &Channel,
    keys: &ScramKeys,
) -> io::Result<server::Authenticated> {
    use sasl::server::{Begin, SuccessData, Turn};
    let offered = sasl.advertise(channel);
    let offered = offered.iter().map(|name| format!(" AUTH={name}"));
    let capabilities = offered.collect::<String>();
    io.write(&format!(
        "* OK [CAPABILITY IMAP4rev1 SASL-IR{capabilities}] ready"
    ))
    .await?;
    let line = io.read().await?;
    let mut words = line.split(' ').skip(2);
    let name = words.next().unwrap_or_default();
    let initial = words.next().map(decode).transpose()?;
    // IMAP has no field for what goes with a success: the server's proof is one more challenge.
    let begin = Begin::new(name, channel)
        .with_initial_response(initial.as_deref())
        .with_success_data(SuccessData::AsChallenge);
    let mut turn = sasl.start(begin);
    loop {
        turn = match turn {
            Ok(Turn::Challenge(challenge)) => {
                io.write(&format!("+ {}", STANDARD.encode(challenge.data())))
                    .await?;
                challenge.respond(&decode(&io.read().await?)?)
            }
            Ok(Turn::Compute(job)) => spawn_blocking(move || job.run()).await?,
            Ok(Turn::Ask(question)) => {
                let asked = question.about().filter(|name| **name == "user").cloned();
                let account = asked.map(Identity::new);
                question.found(account.map(|one| one.with_verifier(Verifier::Scram(keys.clone()))))
            }
            Ok(Turn::Done(login)) => {
                io.write("a1 OK logged in").await?;
                return Ok(login);
            }
            Err(failure) => {
                io.write("a1 NO [AUTHENTICATIONFAILED] no").await?;
                return Err(io::Error::other(failure.error()));
            }
        };
    }
}

/// A connection in lines of a bounded length.
struct Lines<S>(BufReader<S>);

impl<S: AsyncRead + AsyncWrite + Unpin> Lines<S> {
    async fn read(&mut self) -> io::Result<String> {
        let mut line = String::new();
        (&mut self.0).take(16 * 1024).read_line(&mut line).await?;
        let line = line.strip_suffix("\r\n").map(str::to_owned);
        line.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }

    async fn write(&mut self, line: &str) -> io::Result<()> {
        let line = format!("{line}\r\n");
        self.0.write_all(line.as_bytes()).await?;
        self.0.flush().await
    }
}

fn decode(base64: &str) -> io::Result<Vec<u8>> {
    let octets = STANDARD.decode(base64);
    octets.map_err(|_| Error::from(Malformed::Base64).into())
}

#[tokio::main]
async fn main() -> io::Result<()> {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]);
    let made = made.map_err(io::Error::other)?;
    let certificate = made.cert.der().clone();
    let key =
        PrivateKeyDer::try_from(made.signing_key.serialize_der()).map_err(io::Error::other)?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let attempts = [("pencil", true), ("crayon", false)];

    let own = certificate.clone();
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![own.clone()], key);
    let acceptor = TlsAcceptor::from(Arc::new(config.map_err(io::Error::other)?));
    let serving = tokio::spawn(async move {
        let decoy = DecoyKey::generate(&OsRandom).map_err(Error::from)?;
        let sasl = Server::builder(OsRandom)
            .mechanism(ScramSha256::server_plus(&decoy))
            .mechanism(ScramSha256::server(&decoy))
            .build();
        let (password, salt) = (Password::new("pencil"), b"sixteen octets!!");
        let keys = derive_keys(
            ScramHash::Sha256,
            &password,
            salt,
            4096,
            Preparation::Saslprep,
        );
        let keys = keys.map_err(Error::from)?;
        for (_, right) in attempts {
            let tls = acceptor.accept(listener.accept().await?.0).await?;
            // Taken once, after the handshake.
            let channel = Channel::new(Protection::Tls)
                .with_bindings(sasl_tls::rustls::server(tls.get_ref().1, &own));
            let end = let_in(&mut Lines(BufReader::new(tls)), &sasl, &channel, &keys).await;
            println!(
                "server: {:?}",
                end.as_ref().map(server::Authenticated::acts_as)
            );
            assert_eq!(end.is_ok(), right);
        }
        io::Result::Ok(())
    });

    let mut roots = RootCertStore::empty();
    roots.add(certificate).map_err(io::Error::other)?;
    let config = ClientConfig::builder().with_root_certificates(roots);
    let connector = TlsConnector::from(Arc::new(config.with_no_client_auth()));
    let sasl = Client::builder(OsRandom)
        .mechanism(ScramSha256::client_plus())
        .binding(BindingPolicy::Require)
        .build();
    for (password, right) in attempts {
        let name = "localhost".try_into().map_err(io::Error::other)?;
        let tcp = TcpStream::connect(address).await?;
        let tls = connector.connect(name, tcp).await?;
        let channel =
            Channel::new(Protection::Tls).with_bindings(sasl_tls::rustls::client(tls.get_ref().1));
        let user = Authcid::parse("user").map_err(Error::from)?;
        let credentials = Credentials::password(user, Password::new(password));
        let end = log_in(
            &mut Lines(BufReader::new(tls)),
            &sasl,
            &channel,
            credentials,
        )
        .await;
        match &end {
            Ok(login) => println!(
                "client: {}, {:?}",
                login.mechanism(),
                login.channel_binding()
            ),
            Err(error) => println!("client: {error}"),
        }
        assert_eq!(end.is_ok_and(|login| login.server_proved()), right);
    }
    serving.await?
}
